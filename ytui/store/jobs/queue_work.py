"""What the queue is still to bring, summed up: downloads and playing time by channel and site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ytui.core.models import Priority
from ytui.store import schema
from ytui.store.database import Database
from ytui.store.rows import JOB, Job


@dataclass(frozen=True)
class QueuedWork:
    """Queued downloads of one channel and site; what has no known length counts as usual."""

    channel_id: int | None
    site: str
    downloads: int
    seconds: float
    """Playing time."""


@dataclass(frozen=True)
class RunningWork:
    """A download that runs: its playing time, and its bytes as far as its process has told."""

    channel_id: int | None
    site: str
    seconds: float
    done_bytes: int
    total_bytes: int | None


def queued_work(db: Database, least: Priority = Priority.OLDER) -> list[QueuedWork]:
    """The queued downloads of this priority and of those more urgent; from an index alone."""
    rows = db.all(
        "SELECT channel_id, site, count(*), sum(duration_key) FROM jobs INDEXED BY jobs_shortest "
        "WHERE state = 'queued' AND kind = 'download' AND priority <= ? GROUP BY channel_id, site",
        (int(least),),
    )
    return [QueuedWork(*row) for row in rows]


def running_work(db: Database) -> list[RunningWork]:
    """The downloads that run, each with what the board says of it."""
    rows = db.all(
        "SELECT j.channel_id, j.site, j.duration_key, coalesce(b.done_bytes, 0), b.total_bytes FROM jobs j "
        "LEFT JOIN board b ON b.job_id = j.id WHERE j.state = 'running' AND j.kind = 'download'"
    )
    return [RunningWork(*row) for row in rows]


def hours_bind(db: Database) -> bool:
    """Whether something is queued that nobody asked for, and that the hours are for."""
    return db.one("SELECT 1 FROM jobs WHERE state = 'queued' AND asked = 0 LIMIT 1") is not None


def queued_alike(db: Database, ids: Sequence[int]) -> list[Job]:
    """One of each of those of these jobs that are queued and that the same things keep from starting."""
    first = (
        f"SELECT min(id) FROM jobs WHERE id IN {schema.GIVEN} AND state = 'queued' "
        "GROUP BY kind, site, asked, channel_id"
    )
    rows = db.all(f"SELECT {JOB.sql} FROM jobs WHERE id IN ({first}) ORDER BY id", (json.dumps(list(ids)),))
    return [JOB.read(row) for row in rows]
