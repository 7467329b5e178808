"""Queue: putting jobs in, and claiming one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ytui.core.job_options import NO_OPTIONS, JobOptions
from ytui.core.models import JobKind, JobState, Priority, Tab
from ytui.core.sites import site_of
from ytui.core.wait_reasons import ITS_TIME, Wait
from ytui.store import attempts, plan, schema
from ytui.store.database import Database, transaction
from ytui.store.jobs.transitions import mirror, move, read, waiting
from ytui.store.row_mapping import to_json
from ytui.store.rows import Enqueued, Job, Video

UNKNOWN_SECONDS = 300.0
"""What a video of unknown duration counts as in the order of the shortest."""
SHORT_SECONDS = 60.0
"""What a short of unknown duration counts as."""

_INSERT = (
    "INSERT INTO jobs (kind, channel_id, tab_id, video_id, site, url, title, priority, duration_key, "
    "published_at, first_page_only, asked, options, created_at) "
    "VALUES (:kind, :channel_id, :tab_id, :video_id, :site, :url, :title, :priority, :duration_key, "
    ":published_at, :first_page_only, :asked, :options, :now)"
)


def enqueue_fetch(
    db: Database,
    *,
    channel_id: int | None,
    tab_id: int,
    url: str,
    title: str,
    site: str,
    priority: Priority,
    now: float,
    asked: bool = False,
    first_page_only: bool = False,
) -> Enqueued:
    """Queue the listing of a tab; an active one is returned instead, made as urgent as this.

    An active one that would end after its first page is widened when this one is to go on.
    """
    with transaction(db):
        active = db.value(
            f"SELECT id FROM jobs WHERE tab_id = ? AND kind = 'fetch' AND state IN {schema.ACTIVE}", (tab_id,)
        )
        if active is not None:
            _hasten(db, active, priority, asked)
            if not first_page_only:
                db.execute(
                    "UPDATE jobs SET first_page_only = 0 WHERE id = ? AND state <> 'running'", (active,)
                )
            return Enqueued(active, created=False)
        return _insert(
            db,
            kind=JobKind.FETCH,
            channel_id=channel_id,
            tab_id=tab_id,
            video_id=None,
            site=site,
            url=url,
            title=title,
            priority=priority,
            duration_key=0.0,
            published_at=now,
            first_page_only=first_page_only,
            asked=asked,
            options=NO_OPTIONS,
            now=now,
        )


def enqueue_download(
    db: Database,
    *,
    video: Video,
    priority: Priority,
    now: float,
    asked: bool = False,
    options: JobOptions = NO_OPTIONS,
    site: str | None = None,
    kind: JobKind = JobKind.DOWNLOAD,
) -> Enqueued:
    """Queue a video's download (or its extras) and mark the video; an active download is returned instead.

    ``site`` is the governor's name of the site, by default that of the video's address. Options given by
    key (quality, output …) are laid over those of an active download that does not run yet.
    """
    with transaction(db):
        active = db.one(
            "SELECT id, state FROM jobs WHERE video_id = ? AND kind = 'download' "
            f"AND state IN {schema.ACTIVE}",
            (video.id,),
        )
        if active is not None and kind is JobKind.DOWNLOAD:
            _hasten(db, active["id"], priority, asked)
            if options and active["state"] != JobState.RUNNING:
                _add_options(db, active["id"], options)
            return Enqueued(active["id"], created=False)
        unknown = SHORT_SECONDS if video.tab == Tab.SHORTS else UNKNOWN_SECONDS
        return _insert(
            db,
            kind=kind,
            channel_id=video.channel_id,
            tab_id=None,
            video_id=video.id,
            site=site_of(video.url) if site is None else site,
            url=video.url,
            title=video.title,
            priority=priority,
            duration_key=unknown if video.duration is None else video.duration,
            published_at=video.first_seen if video.published_at is None else video.published_at,
            first_page_only=False,
            asked=asked,
            options=options,
            now=now,
        )


def enqueue_info(db: Database, *, url: str, video: Video | None, options: JobOptions, now: float) -> Enqueued:
    """Queue what a person asks to know of a video, one of the library or any other.

    A job for the same address with the same options that does not run yet is returned instead.
    """
    with transaction(db):
        active = db.value(
            "SELECT id FROM jobs WHERE kind = 'info' AND url = ? AND options = ? AND state = 'queued'",
            (url, to_json(options.to_values())),
        )
        if active is not None:
            return Enqueued(active, created=False)
        return _insert(
            db,
            kind=JobKind.INFO,
            channel_id=video.channel_id if video is not None else None,
            tab_id=None,
            video_id=video.id if video is not None else None,
            site=site_of(url),
            url=url,
            title=video.title if video is not None else url,
            priority=Priority.ASKED,
            duration_key=0.0,
            published_at=now,
            first_page_only=False,
            asked=True,
            options=options,
            now=now,
        )


def enqueue_recording(
    db: Database, *, video: Video, options: JobOptions, now: float, asked: bool, due_at: float | None
) -> Enqueued:
    """Queue the recording of a broadcast, or let it wait until ``due_at``; an active one is returned.

    One that only files or compares what there is gets to know from where to record when it is done.
    """
    with transaction(db):
        active = db.value(
            f"SELECT id FROM jobs WHERE video_id = ? AND kind = 'recording' AND state IN {schema.ACTIVE}",
            (video.id,),
        )
        if active is not None:
            _hasten(db, active, Priority.ASKED if asked else Priority.NEWS, asked)
            record_afterwards(db, video.id, options)
            return Enqueued(active, created=False)
        made = _insert(
            db,
            kind=JobKind.RECORDING,
            channel_id=video.channel_id,
            tab_id=None,
            video_id=video.id,
            site=site_of(video.url),
            url=video.url,
            title=video.title,
            priority=Priority.ASKED if asked else Priority.NEWS,
            duration_key=0.0,
            published_at=now,
            first_page_only=False,
            asked=asked,
            options=options,
            now=now,
        )
        if due_at is not None and due_at > now:
            move(db, made.id, JobState.QUEUED, JobState.WAITING, **waiting(ITS_TIME, due_at))
        return made


def record_afterwards(db: Database, video_id: int, options: JobOptions) -> bool:
    """Have a broadcast recorded as soon as what an earlier recording left is filed; false if nothing is.

    A video has one active recording, and the one that only files, or compares, would stand in the way.
    """
    row = db.one(
        f"SELECT id FROM jobs WHERE video_id = ? AND kind = 'recording' AND state IN {schema.ACTIVE} "
        "AND (json_extract(options, '$.finish') OR json_extract(options, '$.compare'))",
        (video_id,),
    )
    if row is None or options.record is None:
        return False
    _add_options(db, row["id"], JobOptions(record=options.record))
    return True


def promote_due(db: Database, now: float) -> int:
    """Waiting jobs whose time has come are queued again; returns how many."""
    # Asked before every pass of the scheduler: look first, and take the write lock only when there is cause.
    due = next_due(db)
    if due is None or due > now:
        return 0
    with transaction(db):
        return db.execute(
            "UPDATE jobs INDEXED BY jobs_due SET state = 'queued', due_at = NULL, wait_reason = '', "
            "wait_subject = '' WHERE state = 'waiting' AND due_at <= ?",
            (now,),
        ).rowcount


def wake(db: Database, wait: Wait) -> int:
    """Queue the jobs that wait for this, whatever their time; returns how many."""
    with transaction(db):
        return db.execute(
            "UPDATE jobs SET state = 'queued', due_at = NULL, wait_reason = '', wait_subject = '' "
            "WHERE state = 'waiting' AND wait_reason = ? AND wait_subject = ?",
            (wait.reason.value, wait.subject),
        ).rowcount


def wake_class(db: Database, video_id: int, failure_class: str, now: float) -> int:
    """Let a video's waiting download that last failed with this class be due at ``now``; how many were."""
    with transaction(db):
        rows = db.all(
            "SELECT id FROM jobs WHERE video_id = ? AND kind = 'download' AND state = 'waiting' "
            "AND failure_class = ? AND due_at > ?",
            (video_id, str(failure_class), now),
        )
        for row in rows:
            db.execute("UPDATE jobs SET due_at = ? WHERE id = ?", (now, row["id"]))
            plan.schedule_for_job(db, row["id"], now, now)
    return len(rows)


def next_due(db: Database) -> float | None:
    """When the first waiting job becomes due."""
    due: float | None = db.value(
        "SELECT due_at FROM jobs INDEXED BY jobs_due WHERE state = 'waiting' AND due_at IS NOT NULL "
        "ORDER BY due_at LIMIT 1"
    )
    return due


def claim(db: Database, job_id: int, *, slot: int, now: float) -> Job | None:
    """Take a queued job for a slot: it runs, its attempt is open; ``None`` when another was first."""
    with transaction(db):
        job = read(db, job_id)
        if job is None or job.state is not JobState.QUEUED:
            return None
        move(
            db,
            job_id,
            JobState.QUEUED,
            JobState.RUNNING,
            attempt=job.attempt + 1,
            slot=slot,
            started_at=now,
            finished_at=None,
            stage="starting",
            cancel_requested=0,
        )
        mirror(db, job, JobState.RUNNING)
        attempts.open_attempt(
            db, job_id=job_id, video_id=job.video_id, number=job.attempt + 1, strategy=job.strategy, now=now
        )
        return read(db, job_id)


def set_process(
    db: Database, job_id: int, pid: int, group: int | None, *, started: float | None = None
) -> bool:
    """Note the process that runs a job, so that a successor can end it; false if the job does not run."""
    with transaction(db):
        return bool(
            db.execute(
                "UPDATE jobs SET pid = ?, process_group = ?, process_started = coalesce(?, process_started) "
                "WHERE id = ? AND state = 'running'",
                (pid, group, started, job_id),
            ).rowcount
        )


def set_priority(db: Database, ids: Sequence[int], priority: Priority) -> int:
    """Give jobs that do not run yet another class; returns how many that were."""
    changed = 0
    with transaction(db):
        for job_id in ids:
            changed += db.execute(
                f"UPDATE jobs SET priority = ?, rank = 0 WHERE id = ? AND state IN {schema.PENDING}",
                (int(priority), job_id),
            ).rowcount
    return changed


def to_top(db: Database, ids: Sequence[int]) -> int:
    """Put jobs before everything else, in the order given; returns how many could be."""
    with transaction(db):
        top: float = db.value("SELECT min(rank) FROM jobs WHERE rank < 0") or 0.0
        changed = 0
        for place, job_id in enumerate(ids):
            changed += db.execute(
                f"UPDATE jobs SET priority = ?, rank = ? WHERE id = ? AND state IN {schema.PENDING}",
                (int(Priority.ASKED), top - len(ids) + place, job_id),
            ).rowcount
    return changed


def set_options(db: Database, ids: Sequence[int], options: JobOptions) -> None:
    """Lay options over those of jobs, for their next attempt."""
    with transaction(db):
        for job_id in ids:
            _add_options(db, job_id, options)


def set_title(db: Database, job_id: int, title: str) -> None:
    """Call a job what its video turned out to be called."""
    with transaction(db):
        db.execute("UPDATE jobs SET title = ? WHERE id = ? AND title <> ?", (title, job_id, title))


def _insert(db: Database, *, options: JobOptions, **columns: Any) -> Enqueued:
    cursor = db.execute(
        _INSERT, {**columns, "kind": str(columns["kind"]), "options": to_json(options.to_values())}
    )
    assert cursor.lastrowid is not None
    job = read(db, cursor.lastrowid)
    assert job is not None
    mirror(db, job, JobState.QUEUED)
    plan.adopt(db, job, columns["now"])
    return Enqueued(job.id, created=True)


def _hasten(db: Database, job_id: int, priority: Priority, asked: bool) -> None:
    db.execute(
        "UPDATE jobs SET priority = min(priority, ?), asked = max(asked, ?) WHERE id = ?",
        (int(priority), asked, job_id),
    )


def _add_options(db: Database, job_id: int, options: JobOptions) -> None:
    job = read(db, job_id)
    assert job is not None
    db.execute(
        "UPDATE jobs SET options = ? WHERE id = ?", (to_json(options.over(job.options).to_values()), job_id)
    )
