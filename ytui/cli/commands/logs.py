"""``ytui logs`` and ``ytui events``: the journal, for eyes, for scripts, and as it is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from ytui import __version__
from ytui.cli.commands.lists import channel_id, channel_names, workers_now
from ytui.cli.completers import complete_channels, complete_jobs
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, rest, row_number, say
from ytui.cli.params import MomentParam
from ytui.cli.session import Session, holder_object, session
from ytui.core.formatting import format_time, format_time_of_day, iso_time
from ytui.core.sanitize import clean
from ytui.core.states import ENDED_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ytui.cli.params import GlobalOptions
    from ytui.store.database import Database
    from ytui.store.rows import BoardRow, JournalRow

LOOK = 0.25
"""Seconds between looks at whether the journal has grown."""
_PAGE = 500
_TIMES = ("until",)
"""What holds a time in a line's data."""
_MOST = 1_000_000


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Stay and print what comes; ctrl+c ends it.")
@click.option(
    "--level", type=click.Choice(["debug", "info", "warning", "error"]), help="This level and above."
)
@click.option(
    "--channel", shell_complete=complete_channels, help="Only lines of this channel (its name or address)."
)
@click.option(
    "--job", "job_id", type=row_number, shell_complete=complete_jobs, help="Only lines of this job."
)
@click.option("--type", type=click.Choice(["runtime", "failed", "report"]), help="Only lines of this type.")
@click.option("--since", type=MomentParam(), help="From then on: 2h (ago), 2026-11-20, '2026-11-20 14:00'.")
@click.option("--until", type=MomentParam(end=True), help="Only before then.")
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=100, show_default=True, help="The newest so many."
)
@json_option
@click.pass_obj
def logs(
    start: GlobalOptions, /, follow: bool, channel: str | None, limit: int, as_json: bool, **where: Any
) -> None:
    """Print the journal's newest lines, the oldest of them first."""
    from ytui.store import journal

    with session(start, quiet=as_json) as opened:
        db = opened.db
        where["channel_id"] = channel_id(db, channel)
        names: dict[int, str] = {}
        # Read before the lines are: one that is written meanwhile is printed now or next, never lost.
        last = journal.last_id(db)
        rows = journal.tail(db, limit=limit, **where)
        if as_json and not follow:
            emit({"lines": [line_object(db, row, names) for row in rows]})
            return
        last = max([last, *(row.id for row in rows)])
        for row in rows:
            _print(db, row, names, as_json)
        while follow:
            rest(LOOK)
            for row in news(db, last, where):
                last = row.id
                _print(db, row, names, as_json)


def news(db: Database, last: int, where: dict[str, Any]) -> Iterator[JournalRow]:
    """The lines after the id ``last``, in the order they were written."""
    from ytui.store import journal

    if journal.last_id(db) <= last:
        return
    while rows := journal.tail(db, after_id=last, limit=_PAGE, **where):
        yield from rows
        last = rows[-1].id


def line_object(db: Database, row: JournalRow, names: dict[int, str]) -> dict[str, Any]:
    """A line as scripts see it; ``names`` are the channels' labels, read again when a new one turns up."""
    if row.channel_id is not None and row.channel_id not in names:
        names.update(channel_names(db))
    return {
        "id": row.id,
        "at": iso_time(row.at),
        "level": row.level,
        "type": row.type,
        "message": row.message,
        "job": row.job_id,
        "channel": names.get(row.channel_id or 0),
        "video": row.video_id,
        "data": {key: iso_time(value) if key in _TIMES else value for key, value in row.data.items()},
    }


def _print(db: Database, row: JournalRow, names: dict[int, str], as_json: bool) -> None:
    if as_json:
        emit(line_object(db, row, names))
        return
    job = f" job {row.job_id}" if row.job_id is not None else ""
    say(
        f"{format_time(row.at)[:10]} {format_time_of_day(row.at)} {row.level:<7}{job} "
        f"{clean(row.message, 2000)}"
    )


PATIENCE = 10
"""How many times as long as a look took is waited before the next: a long queue costs a tenth of a core."""


class Changes:
    """Compares jobs and board with what they were at the look before; ``job_id`` narrows it to one job."""

    def __init__(self, db: Database, job_id: int | None) -> None:
        from ytui.store import jobs

        self._db = db
        self._job_id = job_id
        self._states = jobs.active_states(db)
        self._newest = jobs.newest_id(db)
        self._board: dict[int, BoardRow] = {}
        self._next = 0.0

    def look(self) -> Iterator[dict[str, Any]]:
        """The events since the last look; none while the last one was too long for another."""
        began = time.monotonic()
        if began < self._next:
            return
        yield from self._state_changes()
        yield from self._progress()
        self._next = began + PATIENCE * (time.monotonic() - began)

    def _state_changes(self) -> Iterator[dict[str, Any]]:
        from ytui.store import jobs

        now_active = jobs.active_states(self._db)
        before, self._states = self._states, now_active
        changed = [job for job in before if now_active.get(job) != before[job]]
        # Also what came and went between two looks.
        first, self._newest = self._newest + 1, jobs.newest_id(self._db)
        came = {*range(first, self._newest + 1), *(now_active.keys() - before.keys())}
        for number in sorted({*changed, *came}):
            if self._job_id not in (None, number):
                continue
            job = jobs.by_id(self._db, number)
            if job is not None:
                yield {
                    "event": "state",
                    "at": iso_time(time.time()),
                    "job": number,
                    "kind": job.kind.word,
                    "title": job.title,
                    "from": before.get(number),
                    "state": job.state,
                    "class": job.failure_class,
                    "waiting_for": job.wait.words,
                }

    def _progress(self) -> Iterator[dict[str, Any]]:
        before, self._board = self._board, workers_now(self._db)
        for number, row in self._board.items():
            # The whole board is written at once: a row's time says nothing about the row.
            seen = before.get(number)
            if self._job_id in (None, number) and (
                seen is None or replace(row, updated_at=seen.updated_at) != seen
            ):
                yield {
                    "event": "progress",
                    "at": iso_time(row.updated_at),
                    "job": number,
                    "slot": row.slot,
                    "stage": row.stage,
                    "percent": row.percent,
                    "speed": row.speed,
                    "eta": row.eta,
                    "done_bytes": row.done_bytes,
                    "total_bytes": row.total_bytes,
                }


HEARTBEAT = 5.0
"""Seconds between signs of life."""
GRACE = 5.0
"""Seconds without a holder after which following ends; a hand-over takes less."""
_KEPT = 1000
"""Lines of a job's past that are told first, at most."""


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Stay until the job has ended, or nobody runs the queue.")
@click.option(
    "--job",
    "job_id",
    type=row_number,
    shell_complete=complete_jobs,
    help="Only what concerns this job, from its beginning.",
)
@click.option("--json", "as_json", is_flag=True, help="What it does anyway.")
@click.pass_obj
def events(start: GlobalOptions, follow: bool, job_id: int | None, as_json: bool) -> None:
    """Print what happens, one JSON object a line.

    Its `event` is connected, line (of the journal), state (of a job), progress (of a worker), heartbeat or
    ended.
    """
    from ytui.store import jobs

    with session(start, quiet=True) as opened:
        if job_id is not None and jobs.by_id(opened.db, job_id) is None:
            raise CliError(f"there is no job {job_id}: `ytui jobs` lists them")
        follower = _Follower(opened, job_id, Changes(opened.db, job_id))
        follower.connect()
        follower.tell_past(follow)
        reason = follower.follow() if follow else "told"
        emit({"event": "ended", "at": iso_time(time.time()), "reason": reason, **follower.job()})


@dataclass
class _Follower:
    """What has been told so far; ``last`` is the newest line's id."""

    opened: Session
    job_id: int | None
    changes: Changes
    last: int = 0
    names: dict[int, str] = field(default_factory=dict)

    def connect(self) -> None:
        """Tell what is being listened to."""
        emit({"event": "connected", "at": iso_time(time.time()), "version": __version__, **self._holder()})

    def tell_past(self, follow: bool) -> None:
        """A job's lines from its beginning; without a job the newest ones, or none where news follow."""
        from ytui.store import journal

        self.last = journal.last_id(self.opened.db)
        if self.job_id is None and follow:
            return
        for row in journal.tail(self.opened.db, limit=_KEPT, job_id=self.job_id):
            self.last = max(self.last, row.id)
            emit({"event": "line", **line_object(self.opened.db, row, self.names)})

    def follow(self) -> str:
        """Tell what comes, until there is nothing more to come; why that is."""
        beat = seen = time.monotonic()
        while True:
            now = time.monotonic()
            if self.opened.in_use:
                seen = now
            # Asked before the news are read: what it ended with is told before the end.
            over = self._job_over()
            for row in news(self.opened.db, self.last, {"job_id": self.job_id}):
                self.last = row.id
                emit({"event": "line", **line_object(self.opened.db, row, self.names)})
            for event in self.changes.look():
                emit(event)
            if over:
                return "the job has ended"
            if now - seen >= GRACE:
                return "nobody runs the queue"
            if now - beat >= HEARTBEAT:
                beat = now
                self._beat()
            rest(LOOK)

    def job(self) -> dict[str, Any]:
        """The followed job, as far as it is told with a heartbeat and at the end."""
        from ytui.store import jobs

        row = None if self.job_id is None else jobs.by_id(self.opened.db, self.job_id)
        if row is None:
            return {}
        at_work = workers_now(self.opened.db).get(row.id)
        percent = at_work.percent if at_work else row.percent
        return {"job": row.id, "state": row.state, "class": row.failure_class, "percent": percent}

    def _beat(self) -> None:
        emit({"event": "heartbeat", "at": iso_time(time.time()), **self._holder(), **self.job()})

    def _holder(self) -> dict[str, Any]:
        return {"holder": holder_object(self.opened.holder)}

    def _job_over(self) -> bool:
        from ytui.store import jobs

        if self.job_id is None:
            return False
        row = jobs.by_id(self.opened.db, self.job_id)
        return row is None or row.state in ENDED_STATES
