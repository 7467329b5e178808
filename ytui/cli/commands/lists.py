"""``ytui videos`` and ``ytui jobs``: what is known, for eyes and for scripts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.completers import complete_channels
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, table
from ytui.cli.session import Session, session
from ytui.core.formatting import format_length, format_size, iso_time
from ytui.core.models import JobState, LowerCause, VideoState
from ytui.core.urls import looks_like_url, normalise_url

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.store.database import Database
    from ytui.store.recordings import Recording
    from ytui.store.rows import BoardRow, Job, Video

_PAGE = 1000
_JOB_COLUMNS = ("position", "id", "kind", "state", "attempt", "stage", "class", "channel", "title")


@click.command()
@click.option(
    "--channel", shell_complete=complete_channels, help="Only videos of this channel (its name or address)."
)
@click.option(
    "--state", type=click.Choice([state.value for state in VideoState]), help="Only videos in this state."
)
@json_option
@click.pass_obj
def videos(start: GlobalOptions, channel: str | None, state: str | None, as_json: bool) -> None:
    """List the videos known, the newest first."""
    from ytui.store import offers, recordings

    with session(start, quiet=as_json) as now:
        names = channel_names(now.db)
        chosen = channel_id(now.db, channel)
        root = now.settings.library.path
        parts, causes = recordings.by_video(now.db), offers.causes(now.db)
        rows = [
            video_object(video, names, root, parts.get(video.id, ()), causes.get(video.id))
            for video in _videos(now.db, chosen, state)
        ]
    if as_json:
        emit({"videos": rows})
        return

    table(
        ("ID", "STATE", "LENGTH", "SIZE", "CHANNEL", "TITLE"),
        (
            (
                row["id"],
                row["state"],
                format_length(row["duration"]),
                format_size(row["size"]),
                row["channel"],
                row["title"],
            )
            for row in rows
        ),
        right=(2, 3),
    )


@click.command()
@click.option(
    "--state", type=click.Choice([state.value for state in JobState]), help="Only jobs in this state."
)
@click.option(
    "--channel", shell_complete=complete_channels, help="Only jobs of this channel (its name or address)."
)
@json_option
@click.pass_obj
def jobs(start: GlobalOptions, state: str | None, channel: str | None, as_json: bool) -> None:
    """List the jobs: what runs, what comes next, what waits by its time, what has ended."""
    with session(start, quiet=as_json) as now:
        names = channel_names(now.db)
        chosen = channel_id(now.db, channel)
        at_work = workers_now(now.db)
        places = queue_places(now)
        rows = [
            job_object(job, names, at_work.get(job.id), places.get(job.id))
            for job in _jobs(now.db, list(places), chosen, state)
        ]
    if as_json:
        emit({"jobs": rows})
        return
    table(
        ("#", "JOB", "KIND", "STATE", "TRY", "STAGE", "CLASS", "CHANNEL", "TITLE"),
        (tuple(row[key] for key in _JOB_COLUMNS) for row in rows),
        right=(0, 1, 4),
    )


def queue_places(now: Session) -> dict[int, int]:
    """The place of every queued job in the queue, 1 for the next one, in that order."""
    from ytui.engine.queue.turns import in_order

    return {number: place for place, number in enumerate(in_order(now.db, now.settings, time.time()), 1)}


def job_object(
    job: Job, names: dict[int, str], at_work: BoardRow | None, place: int | None = None
) -> dict[str, Any]:
    """A job as scripts see it; ``at_work`` is the worker that runs it, ``place`` that in the queue."""
    return {
        "id": job.id,
        "kind": job.kind.word,
        "state": job.state,
        "channel": names.get(job.channel_id or 0),
        "title": job.title,
        "url": job.url,
        "attempt": job.attempt,
        "stage": at_work.stage if at_work else job.stage,
        "percent": at_work.percent if at_work else job.percent,
        "class": job.failure_class,
        "reference": job.reference,
        "next_at": iso_time(job.due_at),
        "waiting_for": job.wait.words,
        "created_at": iso_time(job.created_at),
        "started_at": iso_time(job.started_at),
        "finished_at": iso_time(job.finished_at),
        "eta": at_work.eta if at_work else None,
        "position": place,
    }


def channel_names(db: Database) -> dict[int, str]:
    """The label of every channel, unsubscribed ones too, by row id."""
    from ytui.store import channels

    return channels.labels(db)


def channel_id(db: Database, text: str | None) -> int | None:
    """The row id of the channel that a name or address means; ``CliError`` for an unknown one."""
    from ytui.store import channels

    if text is None:
        return None
    found = channels.by_name(db, text)
    if found is None and looks_like_url(text):
        found = channels.by_url(db, normalise_url(text))
    if found is None:
        from ytui.core.suggestions import did_you_mean

        hint = did_you_mean(text, channel_names(db).values(), "`ytui channels` lists them")
        raise CliError(f"no channel is called '{text}': {hint}")
    return found.id


def workers_now(db: Database) -> dict[int, BoardRow]:
    """The workers that run a job, by the job's id."""
    from ytui.store import process_state

    return {row.job_id: row for row in process_state.read_board(db) if row.job_id is not None}


def _videos(db: Database, channel: int | None, state: str | None) -> Iterator[Video]:
    from ytui.store import videos as store

    states = (VideoState(state),) if state else ()
    offset = 0
    while page := store.page(db, channel_id=channel, states=states, limit=_PAGE, offset=offset):
        yield from page
        offset += _PAGE


def _jobs(db: Database, queued: Sequence[int], channel: int | None, state: str | None) -> Iterator[Job]:
    """The jobs in the order of the list in the application; ``queued`` is that of those in the queue."""
    from ytui.store.jobs import turns

    numbers = turns.listed(db, queued, channel=channel, state=None if state is None else JobState(state))
    for first in range(0, len(numbers), _PAGE):
        yield from turns.by_ids(db, numbers[first : first + _PAGE])


def video_object(
    video: Video,
    names: dict[int, str],
    root: Path,
    parts: Sequence[Recording] = (),
    lower: LowerCause | None = None,
) -> dict[str, Any]:
    """A video as scripts see it; ``parts`` is what was recorded of it while it was live.

    ``lower`` is why its file is lower than offered.
    """
    return {
        "id": video.video_id,
        "url": video.url,
        "title": video.title,
        "channel": names.get(video.channel_id or 0),
        "tab": video.tab,
        "state": video.state,
        "why": video.why,
        "path": str(root / video.path) if video.path else None,
        "size": video.size,
        "duration": video.duration,
        "site": video.site,
        "published_at": iso_time(video.published_at),
        "parts": [
            {
                "path": str(root / part.path),
                "size": part.size,
                "started_at": iso_time(part.started_at),
                "seconds": part.seconds,
            }
            for part in parts
        ],
        "lower_than_offered": lower,
    }
