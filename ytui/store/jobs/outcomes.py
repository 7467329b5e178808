"""Outcomes of an attempt: the job, its attempt, video and plan item change in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ytui.core.models import JobKind, JobState, PlanState, VideoState
from ytui.core.wait_reasons import NOTHING, Wait, for_hold
from ytui.store import attempts, holds, plan
from ytui.store.database import Database, transaction
from ytui.store.jobs.transitions import NOT_WAITING, PROCESS_GONE, mirror, move, read, waiting
from ytui.store.jobs.user_requests import cancel, superseded
from ytui.store.row_mapping import to_json
from ytui.store.rows import JOB, AttemptOutcome, Hold, Job, PlanItem

if TYPE_CHECKING:
    from ytui.core.decision import Decision
    from ytui.core.failures.classifier import Failure


def finish(db: Database, job_id: int, *, now: float, bytes: int = 0, requests: int = 0) -> bool:
    """A running job is done: its attempt is closed and its plan item resolved. False if it does not run."""
    with transaction(db):
        job = read(db, job_id)
        if job is None or job.state is not JobState.RUNNING:
            return False
        _done(db, job, now=now, bytes=bytes, requests=requests)
    return True


def release(
    db: Database,
    job_id: int,
    *,
    now: float,
    due_at: float | None = None,
    wait: Wait = NOTHING,
    outcome: AttemptOutcome = "declined",
    percent: float | None = None,
) -> bool:
    """A running job goes back to the queue, or waits until ``due_at``, uncharged: it has not failed.

    ``percent`` is how far it was, where it goes on from there.

    A job whose cancel was asked for meanwhile is cancelled instead. False if the job does not run.
    """
    with transaction(db):
        job = read(db, job_id)
        if job is None or job.state is not JobState.RUNNING:
            return False
        if job.cancel_requested:
            return cancel(db, job_id, now)
        attempts.close_attempt(db, job_id, now=now, outcome=outcome, charged=0)
        state = JobState.QUEUED if wait == NOTHING else JobState.WAITING
        columns = NOT_WAITING if wait == NOTHING else waiting(wait, due_at)
        move(db, job_id, JobState.RUNNING, state, **columns, stage=None, percent=percent, **PROCESS_GONE)
        mirror(db, job, state)
    return True


def fail(
    db: Database,
    job_id: int,
    *,
    decision: Decision,
    now: float,
    reference: str,
    bytes: int = 0,
    requests: int = 0,
    versions: Mapping[str, Any] | None = None,
    hold: Hold | None = None,
) -> PlanItem | None:
    """A running job's attempt failed: the job waits or has failed, as ``decision`` says; the item says why.

    ``hold`` is the row of the decision's hold: the item is the hold's then.
    ``None`` when the job does not run any more, or when its cancel was asked for: then it is cancelled.
    """
    with transaction(db):
        job = read(db, job_id)
        if job is None or job.state is not JobState.RUNNING:
            return None
        if job.cancel_requested:
            cancel(db, job_id, now)
            return None
        _close_failed(db, job, decision, now=now, reference=reference, bytes=bytes, requests=requests)
        to = decision.job_state
        move(
            db,
            job_id,
            JobState.RUNNING,
            to,
            charged=job.charged + int(decision.charged),
            finished_at=None if to is JobState.WAITING else now,
            stage=None,
            percent=None,
            hold_id=None if hold is None else hold.id,
            **_decided(decision, reference),
            **PROCESS_GONE,
        )
        mirror(db, job, to)
        if hold is not None:
            needs_user, failure = decision.state == PlanState.OPEN, decision.failure
            return holds.record(db, job, hold, failure, needs_user=needs_user, reference=reference, now=now)
        return _item(db, job, decision, now=now, reference=reference, versions=versions or {})


def postpone(db: Database, job_id: int, *, decision: Decision, now: float, reference: str) -> PlanItem | None:
    """A queued job is known to fail now: it waits or has failed, as ``decision`` says, without an attempt.

    ``None`` when the job is not queued any more.
    """
    with transaction(db):
        job = read(db, job_id)
        columns = _decided(decision, reference)
        if job is None or not move(db, job_id, JobState.QUEUED, JobState.WAITING, **columns):
            return None
        if decision.job_state is JobState.FAILED:
            move(db, job_id, JobState.WAITING, JobState.FAILED, finished_at=now)
        return _item(db, job, decision, now=now, reference=reference, versions={})


def _decided(decision: Decision, reference: str) -> dict[str, Any]:
    """Columns of a job whose attempt failed so."""
    waits = decision.job_state is JobState.WAITING
    return {
        "failure_class": str(decision.failure.failure_class),
        "reference": reference,
        "strategy": str(decision.strategy),
        **(waiting(decision.wait, decision.at) if waits else NOT_WAITING),
    }


def hold_back(
    db: Database, job_id: int, *, failure: Failure, hold: Hold, needs_user: bool, reference: str, now: float
) -> PlanItem | None:
    """A job that has failed, or waits for its time, waits for a hold, and the item is the hold's.

    ``None`` when it does neither, or another job brings the same by now.
    """
    with transaction(db):
        job = read(db, job_id)
        if job is None or job.state not in (JobState.FAILED, JobState.WAITING) or superseded(db, job):
            return None
        move(db, job_id, job.state, JobState.QUEUED, finished_at=None)
        wait = waiting(for_hold(hold.cause), None)
        move(db, job_id, JobState.QUEUED, JobState.WAITING, hold_id=hold.id, **wait)
        mirror(db, job, JobState.WAITING)
        return holds.record(db, job, hold, failure, needs_user=needs_user, reference=reference, now=now)


def uncharge(db: Database, ids: Sequence[int], now: float, *, wait: Wait) -> int:
    """What these jobs last failed with was not their failure: no attempt is charged, they wait; how many.

    A job that is named twice is spared its last two attempts. One that runs or is queued again goes on doing
    so; one that is over for good is left alone.
    """
    changed = 0
    with transaction(db):
        for job_id in ids:
            job = read(db, job_id)
            if job is None or job.state in (JobState.DONE, JobState.CANCELLED):
                continue
            db.execute(
                "UPDATE attempts SET charged = 0 WHERE id = "
                "(SELECT max(id) FROM attempts WHERE job_id = ? AND outcome = 'failed' AND charged = 1)",
                (job_id,),
            )
            changed += 1
            if job.state not in (JobState.WAITING, JobState.FAILED):
                db.execute("UPDATE jobs SET charged = max(0, charged - 1) WHERE id = ?", (job_id,))
                continue
            if job.state is JobState.FAILED:
                move(db, job_id, JobState.FAILED, JobState.QUEUED, finished_at=None)
                move(db, job_id, JobState.QUEUED, JobState.WAITING)
                mirror(db, job, JobState.WAITING)
            db.execute(
                "UPDATE jobs SET charged = max(0, charged - 1), due_at = :due_at, "
                "wait_reason = :wait_reason, wait_subject = :wait_subject WHERE id = :job",
                {"job": job_id, **waiting(wait, now)},
            )
            plan.hold_for_job(db, job_id, now)
    return changed


def recover(db: Database, now: float) -> list[Job]:
    """Every job that a vanished process left running is interrupted and queued again, uncharged.

    Returns the jobs as they were, with the process and group that may still be there. One whose cancel was
    asked for is cancelled; one whose file had already reached the library is done.
    """
    with transaction(db):
        rows = db.all(f"SELECT {JOB.sql} FROM jobs WHERE state IN ('running', 'interrupted') ORDER BY id")
        jobs = [JOB.read(row) for row in rows]
        for job in jobs:
            if job.state is JobState.RUNNING and _arrived(db, job):
                _done(db, job, now=now, bytes=job.bytes, requests=0)
            elif job.cancel_requested:
                cancel(db, job.id, now)
            else:
                _requeue(db, job, now)
    return jobs


def _requeue(db: Database, job: Job, now: float) -> None:
    attempts.close_attempt(db, job.id, now=now, outcome="interrupted", bytes=job.bytes)
    if job.state is JobState.RUNNING:
        move(db, job.id, JobState.RUNNING, JobState.INTERRUPTED)
    percent = db.value("SELECT percent FROM board WHERE job_id = ?", (job.id,))
    move(db, job.id, JobState.INTERRUPTED, JobState.QUEUED, stage=None, percent=percent, **PROCESS_GONE)
    mirror(db, job, JobState.QUEUED)


def _arrived(db: Database, job: Job) -> bool:
    if job.kind is not JobKind.DOWNLOAD or job.video_id is None:
        return False
    return bool(db.value("SELECT state FROM videos WHERE id = ?", (job.video_id,)) == VideoState.DOWNLOADED)


def _done(db: Database, job: Job, *, now: float, bytes: int, requests: int) -> None:
    attempts.close_attempt(db, job.id, now=now, outcome="done", bytes=bytes, requests=requests)
    move(
        db,
        job.id,
        JobState.RUNNING,
        JobState.DONE,
        finished_at=now,
        bytes=bytes,
        stage=None,
        percent=100.0,
        failure_class=None,
        reference=None,
        cancel_requested=0,
        **PROCESS_GONE,
    )
    mirror(db, job, JobState.DONE)
    plan.resolve_for_job(db, job.id, now)


def _close_failed(
    db: Database,
    job: Job,
    decision: Decision,
    *,
    now: float,
    reference: str,
    bytes: int,
    requests: int,
) -> None:
    evidence = decision.failure.evidence
    attempts.close_attempt(
        db,
        job.id,
        now=now,
        outcome="failed",
        failure_class=str(decision.failure.failure_class),
        message=evidence.message,
        status=evidence.status,
        host=evidence.host,
        request_kind=None if evidence.request_kind is None else str(evidence.request_kind),
        bytes=bytes,
        requests=requests,
        reference=reference,
        charged=decision.charged,
        evidence=to_json(evidence.to_json()),
    )


def _item(
    db: Database,
    job: Job,
    decision: Decision,
    *,
    now: float,
    reference: str,
    versions: Mapping[str, Any],
) -> PlanItem:
    failure = decision.failure
    return plan.record(
        db,
        job,
        now=now,
        failure_class=str(failure.failure_class),
        group_name=str(failure.failure_class.group),
        advice=str(decision.advice),
        state=str(decision.state),
        next_at=decision.at,
        reason=failure.reason,
        remedy=failure.remedy,
        evidence=plan.one_line(failure.evidence.message),
        reference=reference,
        strategy=str(decision.strategy),
        versions=to_json(versions),
    )
