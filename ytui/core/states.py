"""The legal transitions of jobs and videos, as tables."""

from __future__ import annotations

from collections.abc import Mapping

from ytui.core.models import JobState, PlanState, VideoState

JOB_TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.WAITING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {
            JobState.DONE,
            JobState.FAILED,
            JobState.CANCELLED,
            JobState.WAITING,
            JobState.QUEUED,
            JobState.INTERRUPTED,
        }
    ),
    JobState.WAITING: frozenset({JobState.QUEUED, JobState.CANCELLED, JobState.FAILED}),
    JobState.INTERRUPTED: frozenset({JobState.QUEUED, JobState.CANCELLED}),
    JobState.FAILED: frozenset({JobState.QUEUED}),
    JobState.CANCELLED: frozenset({JobState.QUEUED}),
    JobState.DONE: frozenset(),
}
"""From each state, the states a job may go to; retrying a finished job starts from failed or cancelled."""

ACTIVE_STATES = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.WAITING, JobState.INTERRUPTED})
"""A job in one of these still owes a result; a video or tab has at most one such job."""
ENDED_STATES = frozenset(JobState) - ACTIVE_STATES
"""A job in one of these is over: nothing more happens by itself."""
READY_STATES = ACTIVE_STATES - {JobState.WAITING}
"""A job in one of these runs, or may as soon as it is its turn."""
PENDING_STATES = frozenset({JobState.QUEUED, JobState.WAITING})
"""A job in one of these has not begun, and may be moved within the queue."""
RETRYABLE_STATES = frozenset({JobState.WAITING, JobState.FAILED, JobState.CANCELLED})
"""A job in one of these can be queued again by hand."""
UNRESOLVED_STATES = frozenset({PlanState.OPEN, PlanState.SCHEDULED, PlanState.HELD})
"""An item of the plan in one of these still asks for something."""
RESOLVED_STATES = frozenset({PlanState.RESOLVED, PlanState.DISMISSED})
"""An item in one of these is off the plan."""

VIDEO_TRANSITIONS: Mapping[VideoState, frozenset[VideoState]] = {
    VideoState.NEW: frozenset(
        {
            VideoState.QUEUED,
            VideoState.SKIPPED,
            VideoState.ARCHIVED,
            VideoState.REMOVED,
            VideoState.DOWNLOADED,
        }
    ),
    VideoState.QUEUED: frozenset(
        {VideoState.RUNNING, VideoState.NEW, VideoState.SKIPPED, VideoState.FAILED, VideoState.DOWNLOADED}
    ),
    VideoState.RUNNING: frozenset(
        {VideoState.DOWNLOADED, VideoState.FAILED, VideoState.QUEUED, VideoState.NEW, VideoState.SKIPPED}
    ),
    VideoState.DOWNLOADED: frozenset({VideoState.QUEUED, VideoState.REMOVED}),
    VideoState.FAILED: frozenset({VideoState.QUEUED, VideoState.NEW, VideoState.SKIPPED, VideoState.REMOVED}),
    VideoState.SKIPPED: frozenset(
        {VideoState.NEW, VideoState.QUEUED, VideoState.ARCHIVED, VideoState.REMOVED}
    ),
    VideoState.ARCHIVED: frozenset({VideoState.QUEUED, VideoState.NEW}),
    VideoState.REMOVED: frozenset({VideoState.QUEUED, VideoState.NEW}),
}
"""From each state, the states a video may go to; running and queued mirror its active download job."""


class IllegalTransition(ValueError):
    """A change of state that the tables do not allow: a mistake in the program, never of the person."""


def check_job(leaving: JobState, to: JobState) -> None:
    """Raise :class:`IllegalTransition` unless a job may go from ``leaving`` to ``to``."""
    if to not in JOB_TRANSITIONS[leaving]:
        raise IllegalTransition(f"a job cannot go from {leaving} to {to}")


def check_video(leaving: VideoState, to: VideoState) -> None:
    """Raise :class:`IllegalTransition` unless a video may go from ``leaving`` to ``to``."""
    if to not in VIDEO_TRANSITIONS[leaving]:
        raise IllegalTransition(f"a video cannot go from {leaving} to {to}")
