"""Related rows: the jobs and videos that the rows of a list stand for."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from enum import StrEnum

from ytui.core.models import JobState
from ytui.store.database import Database
from ytui.store.jobs.queries import INFO_LAST
from ytui.store.schema import GIVEN, UNRESOLVED, in_list


class RowKind(StrEnum):
    """What the rows of a list are, and so what a key acts on."""

    CHANNEL = "channel"
    VIDEO = "video"
    JOB = "job"
    PLAN = "plan"
    LOG = "log"
    TRASH = "trash"


_OF_ITEMS = (
    f"WITH chosen AS (SELECT job_id, hold_id, state FROM plan_items WHERE id IN {GIVEN}) "
    "SELECT job_id FROM chosen UNION SELECT j.id FROM chosen JOIN jobs j ON j.hold_id = chosen.hold_id "
    f"WHERE j.state = 'waiting' AND chosen.state IN {UNRESOLVED}"
)
"""The jobs of plan items: a hold's item stands for all that wait for it."""
_JOBS_OF = {
    RowKind.JOB: f"id IN {GIVEN}",
    RowKind.VIDEO: f"video_id IN {GIVEN}",
    RowKind.CHANNEL: f"channel_id IN {GIVEN}",
    RowKind.PLAN: f"id IN ({_OF_ITEMS})",
    RowKind.LOG: f"id IN (SELECT job_id FROM journal WHERE id IN {GIVEN})",
    RowKind.TRASH: f"video_id IN (SELECT video_id FROM trash WHERE id IN {GIVEN})",
}
"""The jobs that rows of each kind stand for."""
_VIDEOS_OF = {
    RowKind.VIDEO: "SELECT id FROM videos WHERE",
    RowKind.JOB: "SELECT DISTINCT video_id FROM jobs WHERE video_id IS NOT NULL AND",
    RowKind.PLAN: "SELECT DISTINCT video_id FROM plan_items WHERE video_id IS NOT NULL AND",
    RowKind.LOG: "SELECT DISTINCT video_id FROM journal WHERE video_id IS NOT NULL AND",
    RowKind.TRASH: "SELECT DISTINCT video_id FROM trash WHERE",
}
"""The videos that rows of each kind speak of; a channel speaks of none in particular."""
_CHANNEL_OF = {
    RowKind.VIDEO: "SELECT channel_id FROM videos WHERE id = ?",
    RowKind.JOB: "SELECT channel_id FROM jobs WHERE id = ?",
    RowKind.PLAN: "SELECT channel_id FROM plan_items WHERE id = ?",
    RowKind.LOG: "SELECT channel_id FROM journal WHERE id = ?",
    RowKind.TRASH: "SELECT v.channel_id FROM trash t JOIN videos v ON v.id = t.video_id WHERE t.id = ?",
}
_WITH_URL = {RowKind.VIDEO: "videos", RowKind.CHANNEL: "channels", RowKind.JOB: "jobs"}


def jobs_of(db: Database, kind: RowKind, keys: Sequence[int], states: Collection[JobState]) -> list[int]:
    """Return the ids of the jobs in ``states`` that rows stand for."""
    sql = f"SELECT id FROM jobs WHERE {_JOBS_OF[kind]} AND state IN {in_list(states)} ORDER BY id"
    return [row[0] for row in db.all(sql, (json.dumps(list(keys)),))]


def videos_of(db: Database, kind: RowKind, keys: Sequence[int]) -> list[int]:
    """Return the ids of the videos that rows speak of."""
    if kind not in _VIDEOS_OF:
        return []
    return [row[0] for row in db.all(f"{_VIDEOS_OF[kind]} id IN {GIVEN}", (json.dumps(list(keys)),))]


def channel_of(db: Database, kind: RowKind, key: int) -> int | None:
    """Return the id of the channel that a row is, or is about; None for one that has none."""
    if kind is RowKind.CHANNEL:
        return key
    found: int | None = db.value(_CHANNEL_OF[kind], (key,))
    return found


def latest_job(db: Database, kind: RowKind, key: int) -> int | None:
    """Return the id of the newest job that a row stands for; of a channel its newest listing."""
    where = _JOBS_OF[kind] + (" AND kind = 'fetch'" if kind is RowKind.CHANNEL else "")
    order = INFO_LAST if kind is RowKind.VIDEO else "ORDER BY id DESC"
    found: int | None = db.value(f"SELECT id FROM jobs WHERE {where} {order} LIMIT 1", (json.dumps([key]),))
    return found


def url_of(db: Database, kind: RowKind, key: int) -> str:
    """Return the address of a channel, a video or a job; nothing for what has none."""
    table = _WITH_URL.get(kind)
    return str(db.value(f"SELECT url FROM {table} WHERE id = ?", (key,)) or "") if table else ""
