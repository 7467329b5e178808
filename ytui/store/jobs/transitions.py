"""State transitions of a job, and how its video follows; always part of a caller's transaction."""

from __future__ import annotations

from typing import Any

from ytui.core.models import JobKind, JobState, VideoReason, VideoState
from ytui.core.states import check_job, check_video
from ytui.core.wait_reasons import Wait
from ytui.store.database import Database
from ytui.store.rows import JOB, Job

NOT_WAITING: dict[str, Any] = {"due_at": None, "wait_reason": "", "wait_subject": ""}
"""Columns of a job that does not wait."""
PROCESS_GONE: dict[str, Any] = {"slot": None, "pid": None, "process_group": None, "process_started": None}
"""Columns of a job that no process works on."""


def waiting(wait: Wait, due_at: float | None) -> dict[str, Any]:
    """Columns of a job that waits for this, until ``due_at`` at most."""
    return {"due_at": due_at, "wait_reason": wait.reason.value, "wait_subject": wait.subject}


def read(db: Database, job_id: int) -> Job | None:
    """The job of an id."""
    row = db.one(f"SELECT {JOB.sql} FROM jobs WHERE id = ?", (job_id,))
    return None if row is None else JOB.read(row)


def move(db: Database, job_id: int, leaving: JobState, to: JobState, **columns: Any) -> bool:
    """Move a job from one state to another and set ``columns`` beside; false if it is elsewhere by now."""
    check_job(leaving, to)
    assignments = "".join(f", {name} = :{name}" for name in columns)
    cursor = db.execute(
        f"UPDATE jobs SET state = :to{assignments} WHERE id = :job AND state = :leaving",
        {**columns, "to": str(to), "job": job_id, "leaving": str(leaving)},
    )
    return cursor.rowcount == 1


def mirror(db: Database, job: Job, to: JobState) -> None:
    """Let the video of a download job follow it; one whose file is there is never less than downloaded."""
    if job.kind is not JobKind.DOWNLOAD or job.video_id is None:
        return
    row = db.one("SELECT state, path FROM videos WHERE id = ?", (job.video_id,))
    state = VideoState(row["state"])
    target = _following(to, has_file=row["path"] is not None)
    if state is not target:
        check_video(state, target)
        # A cancelled video is `new` again, but only a person queues it again.
        why = VideoReason.CANCELLED if to is JobState.CANCELLED and target is VideoState.NEW else ""
        db.execute("UPDATE videos SET state = ?, why = ? WHERE id = ?", (str(target), why, job.video_id))


def _following(to: JobState, *, has_file: bool) -> VideoState:
    if to is JobState.RUNNING:
        return VideoState.RUNNING
    if to in (JobState.QUEUED, JobState.WAITING, JobState.INTERRUPTED):
        return VideoState.QUEUED
    if has_file:
        return VideoState.DOWNLOADED
    return VideoState.FAILED if to is JobState.FAILED else VideoState.NEW
