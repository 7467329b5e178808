"""``ytui status``: who runs the queue, what the workers do, how the sites stand; or how one job does."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.lists import channel_names, job_object, workers_now
from ytui.cli.completers import complete_jobs
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, rest, row_number, say, table
from ytui.cli.params import local_time
from ytui.cli.session import Session, holder_object, holder_words, session
from ytui.core.formatting import format_size, format_speed, format_time, iso_time, itself, plural
from ytui.core.holds import HoldCause, title_of, with_waiting
from ytui.core.models import JobState
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.core.settings import Settings
    from ytui.engine.figures import SiteFigures
    from ytui.engine.ownership.absence_summary import AbsenceSummary
    from ytui.paths import Places
    from ytui.store.rows import BoardRow, Hold


_WATCH = 1.0


@click.command()
@click.argument("job", required=False, type=row_number, shell_complete=complete_jobs)
@click.option("--watch", is_flag=True, help="Stay, and show it anew whenever it changes; ctrl+c ends it.")
@click.option("--motd", is_flag=True, help="A line or two for a login shell, or nothing if nothing happened.")
@json_option
@click.pass_obj
def status(start: GlobalOptions, job: int | None, watch: bool, motd: bool, as_json: bool) -> None:
    """Show how the queue stands, or one JOB by its number."""
    if watch and as_json:
        raise CliError("--watch is for eyes and --json prints one object: give one of them")
    if motd:
        if watch or job is not None:
            raise CliError("--motd stands alone: leave out --watch and the job")
        message_of_the_day(start.places, as_json=as_json)
        return
    with session(start, quiet=as_json) as opened:
        if as_json:
            emit(_object(opened, job))
            return
        _print(opened, job)
        while watch:
            _wait_for_change(opened)
            if sys.stdout.isatty():
                sys.stdout.write("\x1b[H\x1b[J")
            _print(opened, job)


def _object(opened: Session, job: int | None) -> dict[str, Any]:
    from ytui.engine.figures import read_sites
    from ytui.store import holds, process_state

    db = opened.db
    answer: dict[str, Any] = {
        "holder": holder_object(opened.holder),
        "counts": _counts(opened),
        "queue": _queue(opened),
        # What a holder that is gone has left on the board is no worker of anybody.
        "workers": [_worker(row) for row in process_state.read_board(db)] if opened.in_use else [],
        "sites": [_site(figures) for figures in read_sites(db, opened.settings, time.time())],
        "holds": [_hold(row) for row in holds.in_force(db)],
    }
    if job is not None:
        answer["job"] = _job(opened, job)
    return answer


def _counts(opened: Session) -> dict[str, int]:
    from ytui.store import jobs

    by_kind = jobs.counts(opened.db).values()
    return {state.value: sum(states[state] for states in by_kind) for state in JobState}


def _queue(opened: Session) -> dict[str, Any]:
    """Whether the queue goes on, what keeps all of it from starting, and when it will be done."""
    from ytui.engine.queue.estimates import queue_done_at
    from ytui.engine.queue.verdicts import queue_obstacle
    from ytui.store import key_values

    db, now = opened.db, time.time()
    obstacle = queue_obstacle(db, opened.settings, now)
    return {
        "paused": key_values.is_paused(db),
        "obstacle": obstacle.reason,
        "until": iso_time(obstacle.until),
        "done_at": iso_time(queue_done_at(db, opened.settings, now)),
    }


def _job(opened: Session, number: int) -> dict[str, Any]:
    from ytui.store import attempts, jobs

    row = jobs.by_id(opened.db, number)
    if row is None:
        raise CliError(f"there is no job {number}: `ytui jobs` lists them")
    tries = [
        {
            "number": attempt.number,
            "started_at": iso_time(attempt.started_at),
            "ended_at": iso_time(attempt.ended_at),
            "outcome": attempt.outcome,
            "class": attempt.failure_class,
            "message": attempt.message,
            "reference": attempt.reference,
        }
        for attempt in attempts.of_job(opened.db, number)
    ]
    return {
        **job_object(row, channel_names(opened.db), workers_now(opened.db).get(number)),
        "attempts": tries,
    }


def _worker(row: BoardRow) -> dict[str, Any]:
    from ytui.engine.live_status import FIRST_LIVE_SLOT

    return {
        "slot": row.slot,
        "pid": row.pid,
        "job": row.job_id,
        "stage": row.stage,
        "percent": row.percent,
        "speed": row.speed,
        "eta": row.eta,
        "waiting_for": row.waiting_for,
        "title": row.title,
        "recording": row.slot >= FIRST_LIVE_SLOT,
        "done_bytes": row.done_bytes,
        "since": iso_time(row.since),
    }


def _site(figures: SiteFigures) -> dict[str, Any]:
    minute, hour, day = figures.left
    return {
        "site": figures.site,
        "state": figures.state,
        "until": iso_time(figures.until),
        "left_minute": minute,
        "left_hour": hour,
        "left_day": day,
        "per_minute": round(figures.per_minute, 1),
        "reason": figures.reason,
    }


def _hold(row: Hold) -> dict[str, Any]:
    return {
        "cause": row.cause.value,
        "subject": row.subject,
        "reason": row.reason,
        "remedy": row.remedy,
        "since": iso_time(row.since),
        "next_at": iso_time(row.next_probe),
        "waiting": row.waiting,
    }


def _wait_for_change(opened: Session) -> None:
    from ytui.store.database import data_version

    seen = data_version(opened.db)
    while data_version(opened.db) == seen:
        rest(_WATCH)


def _print(opened: Session, job: int | None) -> None:
    if job is None:
        _show(opened)
    else:
        _show_job(_job(opened, job))


def _show(opened: Session) -> None:
    from ytui.engine.live_status import slot_name

    answer = _object(opened, None)
    say(f"{holder_words(opened.holder)} runs the queue" if opened.in_use else "nobody runs the queue")
    say("   ".join(f"{number} {state}" for state, number in answer["counts"].items() if number) or "no jobs")
    queue = answer["queue"]
    if queue["obstacle"]:
        until = f" until {local_time(queue['until'])}" if queue["until"] else ""
        say(clean(f"{queue['obstacle']}{until}"))
    if queue["done_at"]:
        say(f"done about {local_time(queue['done_at'])}")
    for row in answer["holds"]:
        say(clean(with_waiting(title_of(HoldCause(row["cause"]), row["reason"]), row["waiting"])))
        say(f"  -> {clean(row['remedy'])}")
    if answer["workers"]:
        say()
        table(
            ("WORKER", "JOB", "STAGE", "%", "SPEED", "RECEIVED", "TITLE"),
            (
                (
                    slot_name(row["slot"]),
                    row["job"],
                    row["stage"],
                    row["percent"],
                    format_speed(row["speed"]),
                    _received(row),
                    row["title"] if row["job"] else row["waiting_for"],
                )
                for row in answer["workers"]
            ),
            right=(0, 1, 3, 4),
        )
    if answer["sites"]:
        say()
        keys = ("per_minute", "left_minute", "left_hour", "left_day", "reason")
        table(
            ("SITE", "STATE", "UNTIL", "A MINUTE", "LEFT NOW", "THIS HOUR", "TODAY", "WHY"),
            (
                [row["site"], row["state"], local_time(row["until"]), *(row[key] for key in keys)]
                for row in answer["sites"]
            ),
            right=(3, 4, 5, 6),
        )


def _received(worker: dict[str, Any]) -> str:
    """How much is there, and of a broadcast since when."""
    amount = format_size(worker["done_bytes"]) if worker["done_bytes"] else ""
    return f"{amount} since {local_time(worker['since'])}".strip() if worker["since"] else amount


def _show_job(job: dict[str, Any]) -> None:
    keys = ("id", "kind", "state", "title", "channel", "url", "stage", "percent", "waiting_for", "next_at")
    for key in keys:
        if job[key] not in (None, ""):
            say(f"{key:<12} {local_time(job[key]) if key == 'next_at' else clean(str(job[key]))}")
    if job["attempts"]:
        say()
        table(
            ("TRY", "STARTED", "ENDED", "OUTCOME", "CLASS", "REFERENCE", "MESSAGE"),
            (
                (
                    row["number"],
                    *(local_time(row[key], seconds=True) for key in ("started_at", "ended_at")),
                    *(row[key] for key in ("outcome", "class", "reference", "message")),
                )
                for row in job["attempts"]
            ),
            right=(0,),
        )


def message_of_the_day(places: Places, *, as_json: bool) -> None:
    """Say what came since the application was last closed and what needs the user; nothing if nothing did.

    Stays silent about a configuration with a mistake, and without a database of this version: a login is no
    place for complaints, ``ytui status`` and ``ytui doctor`` have them.
    """
    from ytui.store.database import Store, StoreError

    away, waiting = None, 0
    if places.database.exists():
        from ytui.engine.ownership.absence_summary import read_absence
        from ytui.engine.ownership.lock import is_locked
        from ytui.store.plan import needs_user_count

        try:
            store = Store.open(places.database, migrate=False)
        except StoreError:
            store = None
        if store is not None:
            away = read_absence(
                store.db,
                free=not is_locked(places),
                settings=partial(_settings_if_well, places),
                now=time.time(),
            )
            waiting = needs_user_count(store.db)
            store.close_all()
    if as_json:
        emit(_motd_object(away, waiting))
        return
    for line in _motd_lines(away, waiting):
        say(line)


def _settings_if_well(places: Places) -> Settings | None:
    from ytui import config

    try:
        return config.load(places.config_file).settings
    except (config.ConfigError, OSError):
        return None


def _motd_object(away: AbsenceSummary | None, waiting: int) -> dict[str, object]:
    return {
        "since": iso_time(away.since) if away else None,
        "downloaded": away.downloaded if away else 0,
        "bytes": away.size if away else 0,
        "healed": away.healed if away else 0,
        "closed": [
            {"site": row.site, "at": iso_time(row.at), "reason": row.reason}
            for row in (away.closed if away else ())
        ],
        "needs_you": waiting,
        "by_channel": dict(away.channels) if away else {},
        "failed": dict(away.failed) if away else {},
        "queued": away.queued if away else 0,
        "next_due": iso_time(away.next) if away else None,
        "done_at": iso_time(away.done_at) if away else None,
        "paused": bool(away and away.paused),
    }


def _motd_lines(away: AbsenceSummary | None, waiting: int) -> list[str]:
    from ytui.engine.ownership.absence_summary import named

    lines = []
    if away is not None and away.anything:
        parts = []
        if away.downloaded:
            came = f"{plural(away.downloaded, 'video')} downloaded ({format_size(away.size)})"
            parts.append(f"{came}: {named(away.channels)}")
        if away.failed:
            parts.append(away.failures)
        if away.healed:
            parts.append(f"{plural(away.healed, 'failure')} healed by {itself(away.healed)}")
        if away.closed:
            sites = sorted({row.site for row in away.closed})
            parts.append(f"{clean(', '.join(sites))} pushed back, last at {format_time(away.closed[-1].at)}")
        if away.queued:
            parts.append(f"{away.queued} still queued{away.outlook}")
        lines.append(f"ytui: since {format_time(away.since)}: {'; '.join(parts)}")
    if waiting:
        lines.append(
            f"ytui: {plural(waiting, 'thing needs', 'things need')} you: `ytui plan list --state open`"
        )
    return lines
