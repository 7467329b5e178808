"""The parts of a broadcast that were recorded, once the whole is there: they give way to it, or stay."""

from __future__ import annotations

from collections.abc import Sequence

from ytui.core.amounts import span
from ytui.store import journal, recordings, removals
from ytui.store.database import Database
from ytui.store.recordings import Recording
from ytui.store.rows import Job, Video

_ROUNDED = 2.0
"""Seconds by which a site's length may differ from what was recorded."""


def give_way(db: Database, job: Job, video: Video, now: float) -> None:
    """Put the parts of a downloaded video aside; a whole that is shorter or lower replaces nothing.

    ``video`` is as it is stored now. Runs in the transaction that ends the job.
    """
    parts = recordings.of_video(db, video.id)
    if not parts:
        return
    better = _why_kept(parts, video)
    if not better:
        removals.put_aside(db, video.id, [part.path for part in parts], f"parts-{video.id}-{job.id}", now)
        recordings.set_replaced(db, [part.id for part in parts], now)
    words = (
        f"the parts that were recorded stay: {better}"
        if better
        else "its recorded parts have given way to it"
    )
    journal.write(
        db,
        at=now,
        level="warning" if better else "info",
        type="report",
        message=f"{video.title}: {words}",
        job_id=job.id,
        channel_id=video.channel_id,
        video_id=video.id,
    )


def _why_kept(parts: Sequence[Recording], whole: Video) -> str:
    lengths = [part.seconds for part in parts if part.seconds is not None]
    lasts = whole.duration
    if lasts is None or len(lengths) < len(parts):
        return "nobody knows whether the whole is as long"
    recorded = sum(lengths)
    if recorded > lasts + _ROUNDED:
        return f"{span(recorded)} were recorded, the site offers {span(lasts)}"
    height = max((part.height or 0 for part in parts), default=0)
    if whole.height is not None and whole.height < height:
        return f"they are of {height}p, the site offers {whole.height}p"
    return ""
