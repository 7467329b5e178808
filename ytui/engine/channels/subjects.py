"""A stored video as the filters see it."""

from __future__ import annotations

from ytui.core.filters import Subject
from ytui.core.models import Tab
from ytui.store.rows import Video


def subject_of(video: Video) -> Subject:
    """What the filters need to know of a stored video."""
    return Subject(
        title=video.title,
        tab=Tab(video.tab) if video.tab else None,
        duration=video.duration,
        published_at=video.published_at,
        published_exact=video.published_exact,
        live_status=video.live_status,
        availability=video.availability,
    )
