"""What a person asks of jobs that are over or wait: try again now, or at a given time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ytui.core.models import JobState, Priority, Strategy
from ytui.core.states import RETRYABLE_STATES
from ytui.core.waiting import ITS_TIME, Wait
from ytui.store import plan, schema
from ytui.store.columns import to_json
from ytui.store.database import Database, transaction
from ytui.store.jobs.transitions import NOT_WAITING, mirror, move, read, waiting
from ytui.store.rows import Job


def retry(
    db: Database,
    ids: Sequence[int],
    *,
    now: float,
    strategy: Strategy | None = None,
    quality: str | None = None,
) -> int:
    """Queue failed, cancelled and waiting jobs again as asked for, with a full budget of retries.

    ``strategy`` and ``quality`` (an upper bound) are kept as they were when not given. A job whose video or
    tab has another active job by now is left alone. Returns how many were queued.
    """
    with transaction(db):
        return sum(_retry(db, job_id, now, strategy, quality) for job_id in ids)


def wait_until(db: Database, ids: Sequence[int], *, until: float, now: float, wait: Wait = ITS_TIME) -> int:
    """Let queued, waiting, failed and cancelled jobs wait until a time; returns how many do."""
    changed = 0
    with transaction(db):
        for job_id in ids:
            _retry(db, job_id, now, None, None)
            if move(
                db,
                job_id,
                JobState.QUEUED,
                JobState.WAITING,
                **waiting(wait, until),
            ):
                changed += 1
                plan.schedule_for_job(db, job_id, until, now)
    return changed


def _retry(db: Database, job_id: int, now: float, strategy: Strategy | None, quality: str | None) -> int:
    job = read(db, job_id)
    if job is None or job.state not in RETRYABLE_STATES or _superseded(db, job):
        return 0
    options = job.options if quality is None else replace(job.options, quality=quality)
    move(
        db,
        job_id,
        job.state,
        JobState.QUEUED,
        priority=int(Priority.ASKED),
        asked=1,
        charged=0,
        budget_from=job.attempt,
        **NOT_WAITING,
        finished_at=None,
        cancel_requested=0,
        strategy=str(job.strategy if strategy is None else strategy),
        options=to_json(options.to_values()),
    )
    mirror(db, job, JobState.QUEUED)
    plan.adopt(db, job, now)
    plan.schedule_for_job(db, job_id, now, now)
    return 1


def _superseded(db: Database, job: Job) -> bool:
    column, value = ("tab_id", job.tab_id) if job.video_id is None else ("video_id", job.video_id)
    return (
        db.one(
            f"SELECT 1 FROM jobs WHERE {column} = ? AND kind = ? AND id <> ? AND state IN {schema.ACTIVE} "
            "AND (kind NOT IN ('info', 'extras') OR options = (SELECT options FROM jobs WHERE id = ?))",
            (value, str(job.kind), job.id, job.id),
        )
        is not None
    )
