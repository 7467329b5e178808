"""The parts of a broadcast that were recorded, once the whole is there: they give way to it, or stay.

Sites cut and mute what was live. So a job of its own measures the files before any of them goes.
"""

from __future__ import annotations

from ytui.core.amounts import span
from ytui.core.job_options import JobOptions
from ytui.core.messages import Compared, Measured
from ytui.core.models import VideoState
from ytui.store import jobs, journal, recordings, removals
from ytui.store.database import Database
from ytui.store.rows import Job, Video

NOT_COMPARED = Compared(Measured(), ())
"""Where nothing could be measured: all parts stay."""
_ROUNDED = 1.5
"""Seconds by which two files of one broadcast may differ: their last frames need not agree."""
_OVERLAP = 30.0
"""Seconds that a part may have again of the one before: a live playlist still holds what was just shown."""
_PAUSES = 5.0, 0.01
"""So many seconds of silence, or such a share of what was recorded, are no sign of a muted whole."""


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


def give_way(db: Database, job: Job, video: Video, compared: Compared, now: float) -> None:
    """Put the parts of a downloaded video aside; a whole that is shorter, lower or muted replaces nothing.

    ``video`` is as it is stored now. Runs in the transaction that ends the job.
    """
    parts = recordings.of_video(db, video.id)
    why = why_kept(compared, len(parts))
    if not why:
        removals.put_aside(db, video.id, [part.path for part in parts], f"parts-{video.id}-{job.id}", now)
        recordings.set_replaced(db, [part.id for part in parts], now)
        journal.write_for(db, job, video, "its recorded parts have given way to it", at=now)
        return
    journal.write_for(db, job, video, f"the parts that were recorded stay: {why}", at=now, level="warning")


def why_kept(compared: Compared, parts: int) -> str:
    """Why so many parts stay beside their whole, in words; empty where that has all that they have."""
    whole = compared.whole
    lengths = [part.seconds for part in compared.parts if part.seconds is not None]
    if whole.seconds is None or not lengths or len(lengths) != parts:
        return "it cannot be told whether the whole is as long"
    recorded = sum(lengths)
    if max(max(lengths), recorded - _OVERLAP * (parts - 1)) > whole.seconds + _ROUNDED:
        return f"{span(recorded)} were recorded, the whole has {span(whole.seconds)}"
    side = max(part.side or 0 for part in compared.parts)
    if (whole.side or 0) < side:
        return f"they are of {side}p, the whole is of {whole.side or 0}p"
    silences = [part.silent for part in compared.parts if part.silent is not None]
    if whole.silent is None or len(silences) != parts:
        return "it cannot be told whether the whole has its sound"
    least, share = _PAUSES
    if whole.silent > sum(silences) + max(least, share * recorded):
        return f"the whole is silent for {span(whole.silent)}, they are for {span(sum(silences))}"
    return ""
