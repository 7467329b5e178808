"""Jobs for lists and headers: pages and counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ytui.core.models import JobKind, JobState, Priority
from ytui.core.states import ACTIVE_STATES
from ytui.store import schema
from ytui.store.database import Database
from ytui.store.rows import JOB, Job, Order


def by_id(db: Database, job_id: int) -> Job | None:
    """The job of an id."""
    row = db.one(f"SELECT {JOB.sql} FROM jobs WHERE id = ?", (job_id,))
    return None if row is None else JOB.read(row)


def page(
    db: Database,
    *,
    states: Collection[JobState] = (),
    channel: int | None = None,
    kinds: Collection[JobKind] = (),
    video_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
    newest_first: bool = True,
) -> list[Job]:
    """One page of jobs by id; ``channel`` is the row id of a channel, nothing given means any."""
    condition, values = _condition(channel, kinds, video_id)
    direction = "DESC" if newest_first else "ASC"
    order = f"ORDER BY id {direction}"
    if not states:
        ids = f"SELECT id FROM jobs WHERE {condition} {order} LIMIT ? OFFSET ?"
        parameters = [*values, limit, offset]
    else:
        # One branch a state: each walks its own index in order and stops when the page is full.
        branch = f"SELECT id FROM (SELECT id FROM jobs WHERE state = ? AND {condition} {order} LIMIT ?)"
        parameters = []
        for state in states:
            parameters += [str(state), *values, limit + offset]
        ids = " UNION ALL ".join(branch for _ in states) + f" {order} LIMIT ? OFFSET ?"
        parameters += [limit, offset]
    rows = db.all(f"SELECT {JOB.sql} FROM jobs WHERE id IN ({ids}) {order}", parameters)
    return [JOB.read(row) for row in rows]


def count(
    db: Database,
    *,
    states: Collection[JobState] = (),
    channel: int | None = None,
    kinds: Collection[JobKind] = (),
    video_id: int | None = None,
) -> int:
    """How many jobs :func:`page` would show; from the kept counts unless a channel or video is given."""
    condition, values = _condition(channel, kinds, video_id)
    if states:
        condition += f" AND state IN ({', '.join('?' for _ in states)})"
        values += [str(state) for state in states]
    if channel is None and video_id is None:
        return int(db.value(f"SELECT coalesce(sum(n), 0) FROM job_counts WHERE {condition}", values))
    return int(db.value(f"SELECT count(*) FROM jobs WHERE {condition}", values))


def counts(db: Database) -> dict[JobKind, dict[JobState, int]]:
    """How many jobs of each kind are in each state; every kind and state has its number."""
    found = {(kind, state): n for kind, state, n in db.all("SELECT kind, state, n FROM job_counts")}
    return {kind: {state: found.get((kind, state), 0) for state in JobState} for kind in JobKind}


def active_count(db: Database, kinds: Collection[JobKind] = ()) -> int:
    """How many jobs still owe a result: queued, running, waiting or interrupted."""
    return count(db, states=ACTIVE_STATES, kinds=kinds)


def running(db: Database) -> list[Job]:
    """The jobs that run, by slot."""
    rows = db.all(f"SELECT {JOB.sql} FROM jobs WHERE state = 'running' ORDER BY slot, id")
    return [JOB.read(row) for row in rows]


def active_ids(db: Database) -> list[int]:
    """Ids of all jobs that still owe a result."""
    return [row[0] for row in db.all(f"SELECT id FROM jobs WHERE state IN {schema.ACTIVE}")]


def active_states(db: Database) -> dict[int, JobState]:
    """The states of all jobs that still owe a result, by id; read from an index alone."""
    rows = db.all(f"SELECT id, state FROM jobs WHERE state IN {schema.ACTIVE}")
    return {int(number): JobState(state) for number, state in rows}


def newest_id(db: Database) -> int:
    """The id of the newest job; 0 if there never was one."""
    return int(db.value("SELECT coalesce(max(id), 0) FROM jobs"))


def at_hand(db: Database, kinds: Collection[JobKind], priorities: Collection[Priority]) -> set[int]:
    """The jobs of these kinds and priorities that run, or may as soon as it is their turn."""
    condition, values = _condition(None, kinds, None)
    condition += f" AND priority IN ({', '.join('?' for _ in priorities)})"
    values += [int(priority) for priority in priorities]
    sql = f"SELECT id FROM jobs WHERE state = ? AND {condition}"
    states = ("queued", "running", "interrupted")
    return {int(number) for state in states for (number,) in db.all(sql, (state, *values))}


def active_fetches(db: Database, channel_id: int) -> int:
    """How many fetch jobs of a channel still owe a result."""
    return int(
        db.value(
            f"SELECT count(*) FROM jobs WHERE channel_id = ? AND kind = 'fetch' AND state IN {schema.ACTIVE}",
            (channel_id,),
        )
    )


_KEYS = {"shortest": "duration_key", "newest": "-published_at", "oldest": "published_at"}


def position(db: Database, job: Job, order: Order) -> int:
    """The place of a queued job in the queue by priority and order, 1 for the next one.

    Fairness between channels may let some of those behind it go first.
    """
    key = _KEYS[order]
    return 1 + int(
        db.value(
            f"SELECT count(*) FROM jobs WHERE state = 'queued' AND (priority, rank, {key}, id) < "
            f"(SELECT priority, rank, {key}, id FROM jobs WHERE id = ?)",
            (job.id,),
        )
    )


def downloads_queued(db: Database, site: str) -> bool:
    """Whether a download of a site waits for its turn."""
    return (
        db.one("SELECT 1 FROM queue_counts WHERE kind <> 'fetch' AND site = ? AND n > 0 LIMIT 1", (site,))
        is not None
    )


def next_waiting(db: Database) -> Job | None:
    """The waiting job that becomes due first."""
    row = db.one(
        f"SELECT {JOB.sql} FROM jobs WHERE state = 'waiting' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
    )
    return None if row is None else JOB.read(row)


def queued_of_channel(db: Database, channel_id: int) -> list[Job]:
    """A channel's download jobs that are queued or wait."""
    rows = db.all(
        f"SELECT {JOB.sql} FROM jobs WHERE channel_id = ? AND kind = 'download' "
        "AND state IN ('queued', 'waiting')",
        (channel_id,),
    )
    return [JOB.read(row) for row in rows]


def last_download(db: Database, video_id: int) -> Job | None:
    """The video's latest download job, whatever became of it."""
    found = page(db, kinds=(JobKind.DOWNLOAD,), video_id=video_id, limit=1)
    return found[0] if found else None


def active_of_video(db: Database, video_id: int) -> Job | None:
    """The video's active download job."""
    found = page(db, states=ACTIVE_STATES, kinds=(JobKind.DOWNLOAD,), video_id=video_id, limit=1)
    return found[0] if found else None


def active_recording(db: Database, video_id: int) -> Job | None:
    """The job that records a video, or will."""
    found = page(db, states=ACTIVE_STATES, kinds=(JobKind.RECORDING,), video_id=video_id, limit=1)
    return found[0] if found else None


def _condition(
    channel: int | None, kinds: Collection[JobKind], video_id: int | None
) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    if channel is not None:
        parts.append("channel_id = ?")
        values.append(channel)
    if kinds:
        parts.append(f"kind IN ({', '.join('?' for _ in kinds)})")
        values += [str(kind) for kind in kinds]
    if video_id is not None:
        parts.append("video_id = ?")
        values.append(video_id)
    return " AND ".join(parts) or "1", values
