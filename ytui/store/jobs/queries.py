"""Queries over jobs: pages, counts, and the first job of each group of the queue."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, Priority
from ytui.core.settings.tables import Order
from ytui.core.states import ACTIVE_STATES, READY_STATES
from ytui.core.wait_reasons import ROOM, Wait
from ytui.store import schema
from ytui.store.database import Database
from ytui.store.row_mapping import Columns, options_from_json
from ytui.store.rows import JOB, Job

_IS_INFO = "kind = 'info'"
"""Whether a job brings nothing, but asks what a site says of a video."""
INFO_LAST = f"ORDER BY {_IS_INFO}, id DESC"
"""The newest job first, but those that only ask after all that bring something."""


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
    return {int(number) for state in READY_STATES for (number,) in db.all(sql, (str(state), *values))}


def active_fetches(db: Database, channel_id: int) -> int:
    """How many fetch jobs of a channel still owe a result."""
    return int(
        db.value(
            f"SELECT count(*) FROM jobs WHERE channel_id = ? AND kind = 'fetch' AND state IN {schema.ACTIVE}",
            (channel_id,),
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


def last_due(db: Database, until: float) -> float | None:
    """When the last waiting job is due that is due by then (Unix seconds); None if none is."""
    found: float | None = db.value(
        "SELECT max(due_at) FROM jobs WHERE state = 'waiting' AND due_at <= ?", (until,)
    )
    return found


def first_due(db: Database, after: float) -> float | None:
    """When the first waiting job is due that is due after that (Unix seconds); None if none is."""
    found: float | None = db.value(
        "SELECT min(due_at) FROM jobs WHERE state = 'waiting' AND due_at > ?", (after,)
    )
    return found


def room_wanted(db: Database) -> int | None:
    """The bytes of the smallest job that waits for room on the disk, 0 if unknown; None if none does."""
    found: int | None = db.value(
        "SELECT min(coalesce(json_extract(options, '$.expected_bytes'), 0)) FROM jobs "
        "WHERE state = 'waiting' AND wait_reason = ?",
        (ROOM.reason,),
    )
    return found


def queued_of_channel(db: Database, channel_id: int) -> list[Job]:
    """A channel's download jobs that are queued or wait."""
    rows = db.all(
        f"SELECT {JOB.sql} FROM jobs WHERE channel_id = ? AND kind = 'download' "
        f"AND state IN {schema.PENDING}",
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


def state_counts(db: Database) -> dict[JobState, int]:
    """How many jobs of any kind are in each state; a state without jobs is left out."""
    rows = db.all("SELECT state, sum(n) FROM job_counts GROUP BY state")
    return {JobState(state): int(n) for state, n in rows}


def running_sites(db: Database) -> set[str]:
    """The sites of which a job runs."""
    return {row[0] for row in db.all("SELECT DISTINCT site FROM jobs WHERE state = 'running'")}


def running_among(db: Database, ids: Sequence[int]) -> int:
    """How many of these jobs run."""
    sql = f"SELECT count(*) FROM jobs WHERE state = 'running' AND id IN {schema.GIVEN}"
    return int(db.value(sql, (json.dumps(list(ids)),)))


def sites_of(db: Database, ids: Sequence[int]) -> dict[int, str]:
    """The sites of these jobs, by id in its order."""
    sql = f"SELECT id, site FROM jobs WHERE id IN {schema.GIVEN} ORDER BY id"
    return {int(number): site for number, site in db.all(sql, (json.dumps(list(ids)),))}


def priorities_of(db: Database, ids: Sequence[int]) -> dict[int, Priority]:
    """The priorities of these jobs, by id."""
    sql = f"SELECT id, priority FROM jobs WHERE id IN {schema.GIVEN}"
    return {int(number): Priority(value) for number, value in db.all(sql, (json.dumps(list(ids)),))}


def fetches_of(db: Database, channel_ids: Sequence[int]) -> list[int]:
    """The ids of the fetch jobs of these channels that owe a result."""
    where = f"kind = 'fetch' AND state IN {schema.ACTIVE} AND channel_id IN {schema.GIVEN}"
    return [row[0] for row in db.all(f"SELECT id FROM jobs WHERE {where}", (json.dumps(list(channel_ids)),))]


def downloads_of_channel(db: Database, channel_id: int) -> list[Any]:
    """Video, ``asked``, priority and state of each download job of a channel that owes a result."""
    return db.all(
        "SELECT video_id, asked, priority, state FROM jobs WHERE channel_id = ? AND kind = 'download' "
        f"AND state IN {schema.ACTIVE}",
        (channel_id,),
    )


def unasked_download(db: Database, video_id: int, least: Priority) -> int | None:
    """The id of the download job that a video waits for, of this priority or a less urgent one.

    One that a person asked for is none of these.
    """
    found: int | None = db.value(
        "SELECT id FROM jobs WHERE video_id = ? AND kind = 'download' AND asked = 0 AND priority >= ? "
        f"AND state IN {schema.PENDING}",
        (video_id, int(least)),
    )
    return found


def newest_of_video(db: Database, video_id: int) -> Job | None:
    """A video's newest job; one that brings something before all that only ask what a site says."""
    row = db.one(f"SELECT {JOB.sql} FROM jobs WHERE video_id = ? {INFO_LAST} LIMIT 1", (video_id,))
    return None if row is None else JOB.read(row)


def info_jobs(db: Database, video_id: int) -> set[int]:
    """The ids of the jobs that only ask what a site says of a video."""
    return {row[0] for row in db.all(f"SELECT id FROM jobs WHERE video_id = ? AND {_IS_INFO}", (video_id,))}


def names_cookies(db: Database, path: str) -> bool:
    """Whether a job is to use this file of cookies."""
    sql = "SELECT 1 FROM jobs WHERE json_extract(options, '$.cookies') = ? LIMIT 1"
    return db.one(sql, (path,)) is not None


def waits_for(db: Database, wait: Wait) -> bool:
    """Whether any job waits for this."""
    sql = "SELECT 1 FROM jobs WHERE state = 'waiting' AND wait_reason = ? AND wait_subject = ? LIMIT 1"
    return db.one(sql, (wait.reason.value, wait.subject)) is not None


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


@dataclass(frozen=True)
class _OrderSql:
    """An order of the queue: its index, and what a group is sorted by."""

    index: str
    by: str


_ORDERS: Mapping[Order, _OrderSql] = {
    Order.SHORTEST: _OrderSql("jobs_shortest", "rank, duration_key, id"),
    Order.NEWEST: _OrderSql("jobs_newest", "rank, published_at DESC, id"),
    Order.OLDEST: _OrderSql("jobs_oldest", "rank, published_at, id"),
}


@dataclass(frozen=True)
class QueuedHead:
    """What decides whose turn it is and whether that job may start; names as in ``Job``."""

    id: int
    kind: JobKind
    priority: Priority
    channel_id: int | None
    site: str
    rank: float
    duration_key: float
    published_at: float
    asked: bool
    options: JobOptions
    channel_paused: bool


_HEAD = Columns(
    QueuedHead, kind=JobKind, priority=Priority, asked=bool, options=options_from_json, channel_paused=bool
)
_COLUMNS = ", ".join(f"j.{name}" for name in _HEAD.names[:-1])


def head_query(order: Order) -> str:
    """The SQL of every group's head, each one step along an index; its parameter is a JSON list of kinds."""
    wanted = _ORDERS[order]

    def first(channel: str) -> str:
        return (
            f"(SELECT id FROM jobs INDEXED BY {wanted.index} WHERE state = 'queued' AND kind = q.kind "
            f"AND priority = q.priority AND {channel} AND site = q.site ORDER BY {wanted.by} LIMIT 1)"
        )

    return (
        f"SELECT {_COLUMNS}, coalesce(c.paused, 0) FROM queue_counts q CROSS JOIN jobs j ON j.id = "
        f"CASE q.channel_id WHEN 0 THEN {first('channel_id IS NULL')} "
        f"ELSE {first('channel_id = q.channel_id')} END LEFT JOIN channels c ON c.id = j.channel_id "
        "WHERE q.n > 0 AND q.kind IN (SELECT value FROM json_each(?)) ORDER BY q.priority"
    )


def heads(
    db: Database,
    *,
    order: Order = Order.SHORTEST,
    kinds: Collection[JobKind] = frozenset(JobKind),
    priorities: Collection[Priority] = frozenset(Priority),
) -> list[QueuedHead]:
    """The first queued job of each (kind, priority, channel, site), most urgent class first."""
    wanted = json.dumps([str(kind) for kind in kinds])
    found = (_HEAD.read(row) for row in db.all(head_query(order), (wanted,)))
    return [head for head in found if head.priority in priorities]
