"""Recorded parts of a broadcast, beside the whole: measured, and put aside where that has all they have.

Sites cut and mute what was live. So a job of its own measures the files before any of them goes.
"""

from __future__ import annotations

from collections.abc import Sequence

from ytui.core.job_options import JobOptions
from ytui.core.models import VideoState
from ytui.core.part_comparison import why_kept
from ytui.core.protocol import Compared, Measured
from ytui.store import jobs, journal, pending_deletes, recordings
from ytui.store.database import Database
from ytui.store.recordings import Recording
from ytui.store.rows import Job, Video

NOT_COMPARED = Compared(Measured(), ())
"""Where nothing could be measured: all parts stay."""


def queue_comparison(db: Database, video: Video, now: float) -> None:
    """Have the parts of a downloaded video measured beside it; while it is recorded still, its end does."""
    if video.state is VideoState.DOWNLOADED and recordings.of_video(db, video.id):
        jobs.enqueue_recording(
            db, video=video, options=JobOptions(compare=True), now=now, asked=True, due_at=None
        )


def compared_files(db: Database, video: Video) -> tuple[str, ...]:
    """The whole and then its parts, relative to the library; none where one of the two is gone meanwhile."""
    parts = recordings.of_video(db, video.id)
    return (video.path, *(part.path for part in parts)) if video.path is not None and parts else ()


def remove_superseded_parts(db: Database, job: Job, video: Video, compared: Compared, now: float) -> None:
    """Put the parts of a downloaded video aside; a whole that is shorter, lower or muted replaces nothing.

    ``video`` is as it is stored now. Runs in the transaction that ends the job.
    """
    parts = recordings.of_video(db, video.id)
    why = why_kept(compared, positions_of(parts, video.release_at))
    if not why:
        pending_deletes.put_aside(
            db, video.id, [part.path for part in parts], f"parts-{video.id}-{job.id}", now
        )
        recordings.set_replaced(db, [part.id for part in parts], now)
        journal.write_for(db, job, video, "its recorded parts have given way to it", at=now)
        return
    journal.write_for(db, job, video, f"the parts that were recorded stay: {why}", at=now, level="warning")


def positions_of(parts: Sequence[Recording], began: float | None) -> list[float | None]:
    """Where in its broadcast each part begins, in seconds; None where nobody knows.

    ``began`` is Unix time. One from the start begins where the one before from the start ended.
    """
    found: list[float | None] = []
    from_start = 0.0
    for part in parts:
        if part.from_start:
            found.append(from_start)
            from_start += part.seconds or 0.0
        else:
            found.append(None if began is None else part.started_at - began)
    return found
