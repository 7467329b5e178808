"""Selection of videos: what filters, backlog and retention let into the queue, shared ones too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ytui.core.failures.classes import FailureClass
from ytui.core.filters import IS_LIVE, judge
from ytui.core.job_options import JobOptions
from ytui.core.models import Priority, VideoReason, VideoState
from ytui.core.settings import BacklogKind, Channel, KeepKind, RecordLive, Settings
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import Stays, filter_facts_of, retained_by_count
from ytui.store import channels, jobs, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow
from ytui.store.rows import TabRow, Video
from ytui.store.tabs import ListPlace


def wanted_elsewhere(db: Database, settings: Settings, video: Video, now: float) -> bool:
    """Whether another channel that downloads lists this video, lets it pass and lets it stay."""
    for place in tabs.places_of(db, video.id):
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
    this tab knew before: it was left to the other channel then. ``first`` as in ``selection.queue_page``.
    """
    if video.state not in (VideoState.NEW, VideoState.SKIPPED) or video.why == VideoReason.CANCELLED:
        return None
    place = next(iter(tabs.places_of(db, video.id, tab.id)), None)
    if place is None or (place.known and not first) or not _wants(db, settings, place, video, now):
        return None
    tabs.move_video(db, video.id, tab.id, news=not first)
    return videos.by_id(db, video.id)


def _wants(db: Database, settings: Channel, place: ListPlace, video: Video, now: float) -> bool:
    if not settings.download or not judge(filter_facts_of(video), settings, now).passes:
        return False
    counts = settings.keep.kind is KeepKind.LAST and place.ordered
    return not counts or tabs.count_above(db, place) < settings.keep.count


LEFT_OUT = frozenset({VideoReason.BACKLOG, VideoReason.CANCELLED})
"""Reasons on ``new`` videos that only a person's wish overrides."""


def queue_page(
    db: Database,
    settings: Channel,
    seen: Sequence[Video],
    *,
    tab: TabRow,
    first: bool,
    now: float,
) -> int:
    """Judge the videos of one page, in listing order, and queue those that are wanted; how many were queued.

    ``first``: the tab's first listing is under way, so that ``backlog`` decides as well. What belongs to
    another channel is judged by that one, and taken over where it is left out there and wanted here.
    """
    room = _backlog_room(db, settings, tab, seen) if first else None
    own = tab.channel_id
    queued = 0
    with transaction(db):
        stays = retained_by_count(db, settings)
        for listed in seen:
            video = _broadcast_is_over(db, listed, now)
            old = first and not video.news and video.live_status != IS_LIVE
            if _is_anothers(video, own):
                taken = None if room == 0 else take_over(db, settings, video, tab=tab, first=first, now=now)
                if taken is not None:
                    queued += _queue(db, taken, Priority.BACKLOG if first else Priority.NEWS, now)
                room = _less(room) if taken is not None or (old and _counts(video, own)) else room
                continue
            if not _open_to_judgement(video):
                room = _less(room) if old and _counts(video, own) else room
                continue
            if not _passes(db, video, settings, stays, now):
                continue
            if old and room == 0:
                videos.set_why(db, video.id, VideoReason.BACKLOG)
                continue
            room = _less(room) if old else room
            # What is neither was left over while the channel was listed only: `run` or a person queues it.
            if settings.download and (old or video.news or _is_live_news(video)):
                queued += _queue(db, video, Priority.BACKLOG if old else Priority.NEWS, now, settings)
    return queued


def _is_anothers(video: Video, own: int) -> bool:
    return video.channel_id is not None and video.channel_id != own


def _counts(video: Video, own: int) -> bool:
    """Whether a video of a first listing is one of those that ``backlog`` lets pass."""
    if video.state is VideoState.NEW and _is_anothers(video, own):
        return False
    return video.state is not VideoState.SKIPPED and video.why != VideoReason.BACKLOG


def _less(room: int | None) -> int | None:
    return None if room is None else max(0, room - 1)


def queue_left(
    db: Database, settings: Channel, rows: Iterable[Video], now: float, *, asked: bool
) -> list[int]:
    """Queue what was left ``new`` and passes, with ``asked`` what ``backlog`` left out too; the jobs' ids."""
    queued = []
    stays = retained_by_count(db, settings)
    for video in rows:
        if video.why in LEFT_OUT and not asked:
            continue
        with transaction(db):
            if not _passes(db, video, settings, stays, now):
                continue
            priority = Priority.ASKED if asked else Priority.NEWS if video.news else Priority.BACKLOG
            made = jobs.enqueue_download(db, video=video, priority=priority, now=now, asked=asked)
        if made.created:
            queued.append(made.id)
    return queued


def reselect_videos(db: Database, channel: ChannelRow, settings: Channel, now: float) -> None:
    """A channel's filters changed: judge its ``new``, ``queued`` and ``skipped`` videos again."""
    stays = retained_by_count(db, settings)
    for video in videos.of_channel_in_states(db, channel.id, [VideoState.SKIPPED], limit=None):
        with transaction(db):
            passes = stays(video) and judge(filter_facts_of(video), settings, now).passes
            if passes and videos.set_state(db, video.id, VideoState.NEW, expect=[VideoState.SKIPPED]):
                fresh = videos.by_id(db, video.id)
                if fresh is not None and settings.download:
                    _queue(db, fresh, Priority.NEWS if fresh.news else Priority.BACKLOG, now)
    for video in videos.of_channel_in_states(db, channel.id, [VideoState.NEW], limit=None):
        with transaction(db):
            _passes(db, video, settings, stays, now)
    for job in jobs.queued_of_channel(db, channel.id):
        found = videos.by_id(db, job.video_id) if job.video_id and not job.asked else None
        if found is None:
            continue
        judgement = judge(filter_facts_of(found), settings, now)
        if not (judgement.passes and stays(found)):
            why = VideoReason.KEEP if judgement.passes else judgement.rule
            with transaction(db):
                if jobs.cancel(db, job.id, now):
                    videos.set_state(db, found.id, VideoState.SKIPPED, expect=[VideoState.NEW], why=why)


def _open_to_judgement(video: Video) -> bool:
    return video.state is VideoState.NEW and video.why in ("", VideoReason.LIVE_NOW)


def _is_live_news(video: Video) -> bool:
    """What a first listing showed live is news when it is over; where it is recorded, at once."""
    return video.why == VideoReason.LIVE_NOW or video.live_status == IS_LIVE


def _broadcast_is_over(db: Database, video: Video, now: float) -> Video:
    """What waited for the end of a broadcast that its list does not show as live any more, as it is now.

    Its job is due at once; what an older version gave up when it met it live is ``new`` again.
    """
    if video.live_status == IS_LIVE:
        return video
    if video.state is VideoState.QUEUED:
        jobs.wake_class(db, video.id, FailureClass.LIVE_NOW, now)
    elif video.state is VideoState.SKIPPED and video.why == VideoReason.LIVE_NOW:
        videos.set_state(db, video.id, VideoState.NEW, expect=[VideoState.SKIPPED], why=VideoReason.LIVE_NOW)
        return videos.by_id(db, video.id) or video
    return video


def _passes(db: Database, video: Video, settings: Channel, stays: Stays, now: float) -> bool:
    judgement = judge(filter_facts_of(video), settings, now)
    if judgement.passes:
        if not stays(video):
            videos.set_state(db, video.id, VideoState.SKIPPED, expect=[VideoState.NEW], why=VideoReason.KEEP)
            return False
        return True
    if judgement.rule == VideoReason.LIVE_NOW:
        videos.set_why(db, video.id, VideoReason.LIVE_NOW)
    else:
        videos.set_state(db, video.id, VideoState.SKIPPED, expect=[VideoState.NEW], why=judgement.rule)
    return False


def _queue(
    db: Database, video: Video, priority: Priority, now: float, settings: Channel | None = None
) -> int:
    created = jobs.enqueue_download(db, video=video, priority=priority, now=now).created
    if settings is not None and video.live_status == IS_LIVE and settings.record_live is not RecordLive.NO:
        # At once, and not when a worker is free that finds it live.
        jobs.enqueue_recording(
            db,
            video=video,
            options=JobOptions(record=settings.record_live),
            now=now,
            asked=False,
            due_at=None,
        )
    return int(created)


def _backlog_room(db: Database, settings: Channel, tab: TabRow, page: Sequence[Video]) -> int | None:
    """How many of a tab's first listing ``backlog`` lets pass still, this page not counted; None for all."""
    if settings.backlog.kind is BacklogKind.ALL:
        return None
    if settings.backlog.kind is BacklogKind.NONE:
        return 0
    on_page = sum(not video.news and _counts(video, tab.channel_id) for video in page)
    return max(0, settings.backlog.count - (tabs.taken_from_backlog(db, tab.id) - on_page))
