"""Cancelling jobs: at once where no process works on them, else a request to the slot that does."""

from __future__ import annotations

from collections.abc import Sequence

from ytui.core.models import JobKind, JobState
from ytui.core.settings import RecordLive
from ytui.core.states import ACTIVE_STATES
from ytui.store import attempts, plan, schema
from ytui.store.answers import CancelResult
from ytui.store.database import Database, transaction
from ytui.store.jobs.transitions import NOT_WAITING, PROCESS_GONE, mirror, move, read
from ytui.store.rows import Job


def cancel(db: Database, job_id: int, now: float, *, bytes: int = 0, requests: int = 0) -> bool:
    """Cancel an active job; false when it is active no more.

    For a running one this is for its slot to call, after the process is gone: "cancelled" means that.
    """
    with transaction(db):
        job = read(db, job_id)
        if job is None or job.state not in ACTIVE_STATES:
            return False
        attempts.close_attempt(db, job_id, now=now, outcome="cancelled", bytes=bytes, requests=requests)
        move(
            db,
            job_id,
            job.state,
            JobState.CANCELLED,
            finished_at=now,
            **NOT_WAITING,
            stage=None,
            percent=None,
            cancel_requested=0,
            **PROCESS_GONE,
        )
        mirror(db, job, JobState.CANCELLED)
        if job.kind is JobKind.RECORDING and job.options.record is not None:
            _record_no_more(db, job)
        plan.drop_for_job(db, job_id, now)
    return True


def _record_no_more(db: Database, job: Job) -> None:
    """The download that waits for the end of a broadcast has it recorded no more: a person ended that."""
    db.execute(
        "UPDATE jobs SET options = json_set(options, '$.record', ?) "
        f"WHERE video_id = ? AND kind = 'download' AND state IN {schema.ACTIVE}",
        (RecordLive.NO, job.video_id),
    )


def request_cancel(db: Database, ids: Sequence[int], now: float) -> CancelResult:
    """Cancel what does not run; ask the slots of what runs to end it and to cancel it then."""
    cancelled: list[int] = []
    requested: list[int] = []
    with transaction(db):
        for job_id in ids:
            running = db.execute(
                "UPDATE jobs SET cancel_requested = 1 WHERE id = ? AND state = 'running'", (job_id,)
            ).rowcount
            if running:
                requested.append(job_id)
            elif cancel(db, job_id, now):
                cancelled.append(job_id)
    return CancelResult(cancelled_now=tuple(cancelled), requested=tuple(requested))


def stop_fetching(db: Database, channel_id: int, now: float) -> None:
    """Its channel is subscribed to no more: nothing lists it, and its plan owes no listing of it."""
    with transaction(db):
        rows = db.all(
            "SELECT id FROM jobs WHERE channel_id = ? AND kind = 'fetch' AND (state IN "
            f"{schema.ACTIVE} OR id IN (SELECT job_id FROM plan_items WHERE state IN {schema.UNRESOLVED}))",
            (channel_id,),
        )
        request_cancel(db, [row[0] for row in rows], now)
        for row in rows:
            plan.drop_for_job(db, row[0], now)


def cancel_requests(db: Database) -> list[int]:
    """Ids of the running jobs that were asked to be cancelled."""
    return [row[0] for row in db.all("SELECT id FROM jobs WHERE state = 'running' AND cancel_requested = 1")]


def cancel_for_video(db: Database, video_id: int, now: float) -> None:
    """Cancel the download that a video waits for; one that runs is left to its slot."""
    job_id = db.value(
        "SELECT id FROM jobs WHERE video_id = ? AND kind = 'download' AND state <> 'running' "
        f"AND state IN {schema.ACTIVE}",
        (video_id,),
    )
    if job_id is not None:
        cancel(db, job_id, now)
