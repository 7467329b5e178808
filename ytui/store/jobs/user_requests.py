"""Requests of a person: cancel a job, at once or by its slot; try it again, now or at a given time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ytui.core.models import JobKind, JobState, Priority, Strategy
from ytui.core.settings import RecordLive
from ytui.core.states import ACTIVE_STATES, RETRYABLE_STATES
from ytui.core.wait_reasons import ITS_TIME, Wait
from ytui.store import attempts, plan, schema
from ytui.store.database import Database, transaction
from ytui.store.jobs.queue import record_afterwards
from ytui.store.jobs.transitions import NOT_WAITING, PROCESS_GONE, mirror, move, read, waiting
from ytui.store.row_mapping import to_json
from ytui.store.rows import CancelResult, Job


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
    """Nothing lists a channel any more, and its plan owes no listing of it."""
    _end(db, _listings_of(db, channel_id), now)


def ends_with_channel(db: Database, channel_id: int) -> list[int]:
    """The jobs that end when a channel is subscribed to no more: all its listings, and what is queued of it.

    A download that runs comes to its end, and what another channel lists as well is that one's.
    """
    rows = db.all(
        "SELECT id FROM jobs j WHERE channel_id = :channel AND kind <> 'fetch' AND state <> 'running' AND "
        f"state IN {schema.ACTIVE} AND NOT EXISTS "
        "(SELECT 1 FROM entries e JOIN tabs t ON t.id = e.tab_id JOIN channels c ON c.id = t.channel_id "
        "WHERE e.video_id = j.video_id AND c.id <> :channel AND c.subscribed = 1) ORDER BY id",
        {"channel": channel_id},
    )
    return [*_listings_of(db, channel_id), *(row[0] for row in rows)]


def end_with_channel(db: Database, channel_id: int, now: float) -> int:
    """Its channel is subscribed to no more: cancel what ends with it; returns how many jobs were active."""
    with transaction(db):
        return _end(db, ends_with_channel(db, channel_id), now)


def _listings_of(db: Database, channel_id: int) -> list[int]:
    """Its listings that are active, and those that failed and that its plan still owes."""
    rows = db.all(
        "SELECT id FROM jobs WHERE channel_id = ? AND kind = 'fetch' AND (state IN "
        f"{schema.ACTIVE} OR id IN (SELECT job_id FROM plan_items WHERE state IN {schema.UNRESOLVED}))",
        (channel_id,),
    )
    return [row[0] for row in rows]


def _end(db: Database, ids: Sequence[int], now: float) -> int:
    with transaction(db):
        done = request_cancel(db, ids, now)
        for job_id in ids:
            plan.drop_for_job(db, job_id, now)
    return len(done.cancelled_now) + len(done.requested)


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
    if job is None or job.state not in RETRYABLE_STATES:
        return 0
    if superseded(db, job):
        recording = job.kind is JobKind.RECORDING and job.video_id is not None
        return int(recording and record_afterwards(db, job.video_id or 0, job.options))
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
        percent=None if strategy is Strategy.WITHOUT_PARTIAL else job.percent,
        strategy=str(job.strategy if strategy is None else strategy),
        options=to_json(options.to_values()),
    )
    mirror(db, job, JobState.QUEUED)
    plan.adopt(db, job, now)
    plan.schedule_for_job(db, job_id, now, now)
    return 1


def superseded(db: Database, job: Job) -> bool:
    """Whether another job that is active brings what this one was to bring."""
    column, value = ("tab_id", job.tab_id) if job.video_id is None else ("video_id", job.video_id)
    return (
        db.one(
            f"SELECT 1 FROM jobs WHERE {column} = ? AND kind = ? AND id <> ? AND state IN {schema.ACTIVE} "
            "AND (kind NOT IN ('info', 'extras') OR options = (SELECT options FROM jobs WHERE id = ?))",
            (value, str(job.kind), job.id, job.id),
        )
        is not None
    )
