"""A video that several channels list. It belongs to the one that brought it, and another may want it."""

from __future__ import annotations

from ytui.core.filters import judge
from ytui.core.models import VideoState
from ytui.core.settings import Channel, KeepKind, Settings
from ytui.engine.channels.settings import settings_of
from ytui.engine.channels.subjects import subject_of
from ytui.store import channels, ranks, tabs, videos
from ytui.store.database import Database
from ytui.store.jobs.transitions import CANCELLED
from ytui.store.ranks import Place
from ytui.store.rows import TabRow, Video


def wanted_elsewhere(db: Database, settings: Settings, video: Video, now: float) -> bool:
    """Whether another channel that downloads lists this video, lets it pass and lets it stay."""
    for place in ranks.places_of(db, video.id):
        if place.channel_id != video.channel_id:
            wants = settings_of(settings, channels.by_id(db, place.channel_id))
            if _wants(db, wants, place, video, now):
                return True
    return False


def take_over(
    db: Database, settings: Channel, video: Video, *, tab: TabRow, first: bool, now: float
) -> Video | None:
    """Let a video that waits for nobody at its own channel belong to the one whose tab lists it and wants it.

    Its own has left it out, or subscribed to it is no more. What a person cancelled stays, and so does what
    this tab knew before: it was left to the other channel then. ``first`` as in ``wanted.queue_page``.
    """
    if video.state not in (VideoState.NEW, VideoState.SKIPPED) or video.why == CANCELLED:
        return None
    place = next(iter(ranks.places_of(db, video.id, tab.id)), None)
    if place is None or (place.known and not first) or not _wants(db, settings, place, video, now):
        return None
    tabs.move_video(db, video.id, tab.id, news=not first)
    return videos.by_id(db, video.id)


def _wants(db: Database, settings: Channel, place: Place, video: Video, now: float) -> bool:
    if not settings.download or not judge(subject_of(video), settings, now).passes:
        return False
    counts = settings.keep.kind is KeepKind.LAST and place.ordered
    return not counts or ranks.above(db, place) < settings.keep.count
