"""Undo of a change of the queue: rows as they were before it, put back exactly or not at all.

A row that has gone on since the change (a worker took the job, its time came, another key acted) is left
alone. Here alone a job goes back over a transition that the tables of states do not have: it never happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ytui.core.models import JobKind
from ytui.core.states import ACTIVE_STATES
from ytui.store import schema
from ytui.store.database import Database, transaction
from ytui.store.jobs import user_requests

Record = Mapping[str, Any]


@dataclass(frozen=True)
class RowSnapshot:
    """Jobs with their plan items and videos at one moment, by id."""

    jobs: Mapping[int, Record]
    items: Mapping[int, Record]
    videos: Mapping[int, Record]


@dataclass(frozen=True)
class UndoResult:
    """What became of the jobs of a change."""

    jobs: int = 0
    """As they were."""
    cancelled: int = 0
    """Made by the change, and cancelled."""
    again: int = 0
    """They ran, were ended, and are queued again."""
    ending: int = 0
    """Their process is still being ended."""
    gone_on: int = 0
    """Left alone: something happened to them since."""


def snapshot_of(db: Database, job_ids: Iterable[int], video_ids: Iterable[int] = ()) -> RowSnapshot:
    """These jobs, these videos and those of the jobs, and the plan items of both."""
    jobs = _by_id(db, f"SELECT * FROM jobs WHERE id IN {schema.GIVEN}", list(job_ids))
    numbers = {*video_ids, *(job["video_id"] for job in jobs.values() if job["video_id"] is not None)}
    videos = _by_id(db, f"SELECT id, state, why FROM videos WHERE id IN {schema.GIVEN}", sorted(numbers))
    found = json.dumps(list(jobs))
    rows = db.all(
        f"SELECT * FROM plan_items WHERE job_id IN {schema.GIVEN} OR video_id IN {schema.GIVEN} OR job_id IN "
        "(SELECT other.id FROM jobs j JOIN jobs other ON other.tab_id = j.tab_id WHERE j.id IN "
        f"{schema.GIVEN})",
        (found, json.dumps(sorted(numbers)), found),
    )
    return RowSnapshot(jobs, {row["id"]: dict(row) for row in rows}, videos)


def active_downloads(db: Database, video_ids: Iterable[int]) -> list[int]:
    """The ids of the active download jobs of these videos."""
    return _active(db, video_ids, JobKind.DOWNLOAD)


def active_recordings(db: Database, video_ids: Iterable[int]) -> list[int]:
    """The ids of their active recordings."""
    return _active(db, video_ids, JobKind.RECORDING)


def _active(db: Database, video_ids: Iterable[int], kind: JobKind) -> list[int]:
    rows = db.all(
        f"SELECT id FROM jobs WHERE video_id IN {schema.GIVEN} AND kind = ? AND state IN {schema.ACTIVE}",
        (json.dumps(list(video_ids)), kind),
    )
    return [row["id"] for row in rows]


def restore_rows(db: Database, before: RowSnapshot, after: RowSnapshot, now: float) -> UndoResult:
    """Undo what was changed between ``before`` and ``after``, as far as it still is as it was ``after``."""
    counts = dict.fromkeys(("jobs", "cancelled", "again", "ending", "gone_on", "untouched"), 0)
    with transaction(db):
        for number, job in after.jobs.items():
            if number in before.jobs:
                outcome = _put_back(db, before.jobs[number], job, now)
            else:
                outcome = _unmake(db, number, now)
            counts[outcome] += 1
            if outcome in ("jobs", "cancelled"):
                _put_back_beside(db, before, job)
    del counts["untouched"]
    return UndoResult(**counts)


def _put_back(db: Database, before: Record, after: Record, now: float) -> str:
    present = db.one("SELECT * FROM jobs WHERE id = ?", (after["id"],))
    if before["state"] == "running":
        if before["cancel_requested"] == after["cancel_requested"]:
            return "untouched"
        if present["state"] == "cancelled" and user_requests.retry(db, [after["id"]], now=now):
            return "again"
        return "ending" if present["cancel_requested"] else "gone_on"
    if dict(present) != after or (before["state"] in ACTIVE_STATES and _superseded(db, before)):
        return "gone_on"
    changed = {name: value for name, value in before.items() if value != after[name]}
    if changed:
        assignments = ", ".join(f"{name} = :{name}" for name in changed)
        db.execute(f"UPDATE jobs SET {assignments} WHERE id = :id", {**changed, "id": after["id"]})
    return "jobs"


def _unmake(db: Database, number: int, now: float) -> str:
    result = user_requests.request_cancel(db, [number], now)
    return "cancelled" if result.cancelled_now else "ending" if result.requested else "gone_on"


def _put_back_beside(db: Database, before: RowSnapshot, job: Record) -> None:
    """The video of a job that was put back, and the plan items of both."""
    video = before.videos.get(job["video_id"])
    if video is not None:
        db.execute("UPDATE videos SET state = :state, why = :why WHERE id = :id", video)
    for item in before.items.values():
        if item["job_id"] == job["id"] or (job["video_id"] and item["video_id"] == job["video_id"]):
            assignments = ", ".join(f"{name} = :{name}" for name in item if name != "id")
            db.execute(f"UPDATE plan_items SET {assignments} WHERE id = :id", item)


def _superseded(db: Database, job: Record) -> bool:
    column = "tab_id" if job["video_id"] is None else "video_id"
    return (
        db.one(
            f"SELECT 1 FROM jobs WHERE {column} = ? AND kind = ? AND id <> ? AND state IN {schema.ACTIVE}",
            (job[column], job["kind"], job["id"]),
        )
        is not None
    )


def _by_id(db: Database, sql: str, numbers: list[int]) -> dict[int, Record]:
    return {row["id"]: dict(row) for row in db.all(sql, (json.dumps(numbers),))}
