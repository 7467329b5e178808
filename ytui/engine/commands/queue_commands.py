"""Commands about the queue, as rows in the store: they work with or without a holder beside them.

Whoever holds the library sees the rows within a second and acts; in the holder itself call ``Engine.wake``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ytui.core.channel_address import uploads_list
from ytui.core.failures.classes import FailureClass
from ytui.core.fetch_schedule import START
from ytui.core.filters import IS_LIVE
from ytui.core.holds import start_probe
from ytui.core.job_options import JobOptions
from ytui.core.models import Priority, Strategy, Tab, VideoState
from ytui.core.settings import CHANNEL_TABS, RecordLive, Settings
from ytui.core.sites import site_of, youtube_video_id
from ytui.core.urls import listings, normalise_url, video_address
from ytui.engine.channels import feeds, selection
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.maintenance.missing_files import is_missing
from ytui.store import channels, holds, jobs, key_values, offers, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel, TabRow, Video
from ytui.store.trash import TrashReason


def find_video(db: Database, text: str) -> Video | None:
    """The library's video that is meant, by its site's id, any spelling of its address, or our number."""
    text = text.strip()
    found = videos.find(db, text)
    address = video_address(text)
    if found is None and address is not None:
        found = videos.find(db, youtube_video_id(address) or address)
    return found


def fetch_channels(
    db: Database,
    settings: Settings,
    ids: Sequence[int] | None,
    now: float,
    *,
    asked: bool = True,
    due_only: bool = False,
) -> list[int]:
    """Queue a fetch of every wanted tab of these channels (None: all unpaused ones); the jobs' ids.

    A tab that was never walked to its end is listed in two passes, page one first. With ``due_only`` a
    channel's feed may be asked first, by the fetch of one tab that stands for all.
    """
    rows = channels.due(db, now) if due_only else _chosen(db, ids)
    queued = []
    for channel in rows:
        with transaction(db):
            queued += _fetch_channel(db, settings, channel, now, asked, due_only)
    return queued


def _chosen(db: Database, ids: Sequence[int] | None) -> list[Channel]:
    if ids is None:
        return [channel for channel in channels.subscribed(db) if not channel.paused]
    return [channel for number in ids if (channel := channels.by_id(db, number)) is not None]


def _fetch_channel(
    db: Database, settings: Settings, channel: Channel, now: float, asked: bool, due: bool
) -> list[int]:
    rows = _tabs_to_list(db, settings, channel, now)
    wants = settings_of(settings, channel)
    by_feed = due and not asked and feeds.may_stand_in(db, channel, wants, rows, now)
    made = [_list_tab(db, channel, row, now, asked) for row in (rows[:1] if by_feed else rows)]
    if by_feed:
        jobs.set_options(db, made, JobOptions(feed=True))
    # What is asked for now is not due again by itself; a fetch that ends sets the time anew.
    channels.set_next_fetch(db, channel.id, now + (wants.every or channel.every or START))
    return made


def list_tabs(db: Database, settings: Settings, channel: Channel, now: float, *, asked: bool) -> list[int]:
    """Queue the listing of each wanted tab of a channel, of those that it has; the jobs' ids."""
    return [_list_tab(db, channel, row, now, asked) for row in _tabs_to_list(db, settings, channel, now)]


def list_uploads(db: Database, settings: Settings, channel: Channel, now: float, *, asked: bool) -> None:
    """Queue the list of all uploads of a channel that turned out to have no tabs."""
    for row in _tabs_to_list(db, settings, channel, now):
        if row.tab == Tab.LIST and row.url != channel.url:
            _list_tab(db, channel, row, now, asked)


def _tabs_to_list(db: Database, settings: Settings, channel: Channel, now: float) -> list[TabRow]:
    wanted_tabs = listings(channel.url, settings_of(settings, channel).tabs)
    rows = [tabs.ensure_tab(db, channel.id, tab, url) for tab, url in wanted_tabs]
    there = [row for row in rows if row.empty_until is None or row.empty_until <= now]
    uploads = uploads_list(channel.url, channel.channel_id)
    if there or uploads is None or {Tab(row.tab) for row in rows} != set(CHANNEL_TABS):
        return there
    # A channel without tabs, such as those that YouTube makes by itself for a musician.
    row = tabs.ensure_tab(db, channel.id, Tab.LIST, uploads)
    return [row] if row.empty_until is None or row.empty_until <= now else []


def _list_tab(db: Database, channel: Channel, row: TabRow, now: float, asked: bool) -> int:
    return jobs.enqueue_fetch(
        db,
        channel_id=channel.id,
        tab_id=row.id,
        url=row.url,
        title=f"{channel.name} / {row.tab}",
        site=channel.site,
        priority=Priority.ASKED if asked else Priority.NEWS,
        now=now,
        asked=asked,
        first_page_only=not row.complete,
    ).id


def download_videos(
    db: Database,
    settings: Settings,
    video_ids: Iterable[int],
    now: float,
    *,
    quality: str | None = None,
    output: str | None = None,
    metadata_only: bool = False,
    record: str | None = None,
) -> list[int]:
    """Queue these videos because a person asked for them, filters or not; the jobs' ids.

    What is in the library already is queued only if it is lower than offered, or with options of its own; a
    file that somebody deleted is in the library no more. What was deleted never to come again is queued only
    where it is asked for alone.
    """
    options = JobOptions(
        quality=quality,
        output=output,
        metadata_only=metadata_only,
        record=None if record is None else RecordLive(record),
    )
    made = []
    wanted_ids = list(video_ids)
    for number in wanted_ids:
        video = videos.by_id(db, number)
        if video is None or (len(wanted_ids) > 1 and _never_again(video)):
            continue
        wanted = options
        if video.state is VideoState.DOWNLOADED and not replace(options, record=None):
            if not _brings_more(db, settings, video):
                continue
            wanted = JobOptions(again=True)
        made.append(_ask_for(db, video, now, wanted))
        if record is not None:
            _record(db, video, record, now)
    return made


def _never_again(video: Video) -> bool:
    return video.state is VideoState.REMOVED and video.why == TrashReason.NEVER_AGAIN


def _brings_more(db: Database, settings: Settings, video: Video) -> bool:
    """Whether fetching again what was downloaded may bring anything."""
    return offers.is_lower(db, video.id) or is_missing(db, settings.library.path, video)


def _record(db: Database, video: Video, mode: str, now: float) -> None:
    """Begin at once to record what is known to be live; its waiting download looks again."""
    if video.live_status == IS_LIVE and mode != RecordLive.NO:
        jobs.enqueue_recording(
            db, video=video, options=JobOptions(record=RecordLive(mode)), now=now, asked=True, due_at=None
        )
    jobs.wake_class(db, video.id, FailureClass.LIVE_NOW, now)


def _ask_for(db: Database, video: Video, now: float, options: JobOptions) -> int:
    with transaction(db):
        finished = jobs.last_download(db, video.id)
        if finished is not None and video.state is VideoState.FAILED and not options:
            jobs.retry(db, [finished.id], now=now, strategy=Strategy.AS_BEFORE)
            return finished.id
        return jobs.enqueue_download(
            db, video=video, priority=Priority.ASKED, now=now, asked=True, options=options
        ).id


def download_channels(db: Database, settings: Settings, channel_ids: Iterable[int], now: float) -> list[int]:
    """Queue all ``new`` videos of these channels that pass, what ``backlog`` left out included."""
    made = []
    for number in channel_ids:
        made += queue_new(db, settings, number, now, asked=True)
    return made


def queue_new(db: Database, settings: Settings, channel_id: int, now: float, *, asked: bool) -> list[int]:
    """Queue a channel's ``new`` videos that pass; only by a person's wish those that ``backlog`` left out."""
    channel = channels.by_id(db, channel_id)
    rows = videos.of_channel_in_states(db, channel_id, [VideoState.NEW], limit=None)
    return selection.queue_left(db, settings_of(settings, channel), rows, now, asked=asked)


def download_urls(
    db: Database,
    settings: Settings,
    urls_or_ids: Sequence[str],
    now: float,
    *,
    quality: str | None = None,
    output: str | None = None,
    metadata_only: bool = False,
    record: str | None = None,
) -> list[int]:
    """Queue single videos by address, by our id or YouTube's; ``ValueError`` names what is neither."""
    numbers = [_video_for(db, text, now) for text in urls_or_ids]
    return download_videos(
        db, settings, numbers, now, quality=quality, output=output, metadata_only=metadata_only, record=record
    )


def _video_for(db: Database, text: str, now: float) -> int:
    known = find_video(db, text)
    if known is not None:
        return known.id
    # What YouTube has no video at may still be one that yt-dlp knows: it says so itself.
    url = video_address(text) or normalise_url(text)
    own_id = youtube_video_id(url)
    site = "youtube" if own_id else site_of(url)
    return videos.add_single(db, site=site, video_id=own_id or url, url=url, title=url, now=now)


def retry_jobs(
    db: Database, job_ids: Iterable[int], now: float, *, strategy: Strategy = Strategy.AS_BEFORE
) -> int:
    """Queue finished or waiting jobs again, with their options and history; how many were.

    They go ahead of what nobody asked for. One whose video has another active job is left alone. Of those
    that wait for the same hold one tries, as its probe: the others go on with it, or need not try. Another
    strategy is a way around the hold, for all of them.
    """
    ids = list(job_ids)
    with transaction(db):
        probes: dict[int, int] = {}
        if strategy is Strategy.AS_BEFORE:
            probes, ids = holds.first_of_each(db, ids)
        queued = jobs.retry(db, [*ids, *probes.values()], now=now, strategy=strategy)
        for number, job in probes.items():
            row = holds.by_id(db, number)
            if row is not None:
                holds.save_breaker(db, number, start_probe(row.breaker, job))
    return queued


def set_paused(db: Database, paused: bool, now: float) -> None:
    """Pause or resume the whole queue; kept until it is changed, across restarts."""
    key_values.put(db, key_values.PAUSED, "1" if paused else "0")


def pause_channels(db: Database, ids: Iterable[int], paused: bool) -> None:
    """Pause or resume channels: a paused one is fetched and downloaded only when asked for."""
    with transaction(db):
        for number in ids:
            channels.set_paused(db, number, paused)
