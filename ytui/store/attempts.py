"""Attempts: each run of a job, with what it cost and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ytui.core.models import Strategy
from ytui.store.database import Database
from ytui.store.rows import ATTEMPT, Attempt, AttemptOutcome


@dataclass(frozen=True)
class HistoryCounts:
    """The attempts of a job as ``core.retry`` counts them."""

    attempts_charged: int = 0
    """Earlier attempts that were charged."""
    of_class: int = 0
    """Earlier failures in a row with the class in question."""
    lowered: bool = False
    """A lower quality was tried, by the running attempt or an earlier one."""
    fresh_tried: int = 0
    """Fresh extractions spent, the running attempt's among them."""


def of_job(db: Database, job_id: int) -> list[Attempt]:
    """A job's attempts, oldest first."""
    return _all(db, "job_id = ? ORDER BY number", job_id)


def of_video(db: Database, video_id: int) -> list[Attempt]:
    """The attempts of all jobs of one video, oldest first."""
    return _all(db, "video_id = ? ORDER BY id", video_id)


def by_reference(db: Database, reference: str) -> Attempt | None:
    """The failed attempt of a reference such as ``E-7F3K``."""
    found = _all(db, "reference = ? ORDER BY id DESC LIMIT 1", reference)
    return found[0] if found else None


def history(db: Database, job_id: int, failure_class: str) -> HistoryCounts:
    """What the store knows for ``core.retry.History`` when a job's running attempt has just failed.

    Attempts before the last retry by hand do not count: a person who asks again gives a full budget.
    """
    job = db.one("SELECT charged, budget_from FROM jobs WHERE id = ?", (job_id,))
    if job is None:
        return HistoryCounts()
    rows = db.all(
        "SELECT outcome, failure_class, strategy FROM attempts WHERE job_id = ? AND number > ? "
        "ORDER BY number DESC",
        (job_id, job["budget_from"]),
    )
    failed = [row["failure_class"] for row in rows if row["outcome"] == "failed"]
    in_a_row = takewhile(lambda name: name == str(failure_class), failed)
    strategies = [row["strategy"] for row in rows]
    return HistoryCounts(
        attempts_charged=job["charged"],
        of_class=sum(1 for _ in in_a_row),
        lowered=Strategy.LOWER_QUALITY in strategies,
        fresh_tried=strategies.count(Strategy.FRESH_EXTRACTION),
    )


def open_attempt(
    db: Database, *, job_id: int, video_id: int | None, number: int, strategy: Strategy, now: float
) -> None:
    """Begin an attempt; part of the claim's transaction."""
    db.execute(
        "INSERT INTO attempts (job_id, video_id, number, strategy, started_at) VALUES (?, ?, ?, ?, ?)",
        (job_id, video_id, number, str(strategy), now),
    )


def close_attempt(db: Database, job_id: int, *, now: float, outcome: AttemptOutcome, **columns: Any) -> None:
    """End a job's running attempt; part of the transaction that moves the job. ``columns`` are set beside."""
    values = {"ended_at": now, "outcome": outcome, **columns}
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(
        f"UPDATE attempts SET {assignments} WHERE job_id = :job AND ended_at IS NULL",
        {**values, "job": job_id},
    )


def _all(db: Database, where: str, value: Any) -> list[Attempt]:
    return [
        ATTEMPT.read(row) for row in db.all(f"SELECT {ATTEMPT.sql} FROM attempts WHERE {where}", (value,))
    ]
