"""Forecast of what a wish costs: videos, bytes, requests of a site's budget, and until when.

Bytes come from durations and the rates learned from what was downloaded so far; where nothing was learned,
from usual ones. When it is done is the common estimate of the queue and of this together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ytui.core.eligibility import PAUSED
from ytui.core.estimate import SiteWork, budget_seconds, done_at, together
from ytui.core.filters import FilterFacts, judge
from ytui.core.formatting import format_duration, format_size, group_digits
from ytui.core.models import Priority, Tab
from ytui.core.protocol import ListingEntry
from ytui.core.settings import BacklogKind, Channel, KeepKind, Quality, Settings
from ytui.core.sites import site_of
from ytui.core.size_estimate import SHORT_DURATION, USUAL_DURATION
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.queue.conditions import disk_space
from ytui.engine.queue.estimates import Rates, pace_of, queue_work
from ytui.store import channels, statistics
from ytui.store.database import Database


@dataclass(frozen=True)
class Forecast:
    """What is to be expected; bytes, seconds, Unix time."""

    videos: int
    bytes: int
    free_bytes: int | None
    """Free space above the reserve; None while the disk cannot be asked."""
    requests: int
    site: str
    """The site whose budget takes longest."""
    budget_seconds: float
    """How long that site's budget takes to let these requests through."""
    done_at: float | None
    """None while the queue is paused, for nobody knows how long."""
    now: float
    at_least: bool = False
    """There is more than what is known yet."""
    unknown: int = 0
    """Of how many the length is not known, so that a usual one was taken."""

    @property
    def fits(self) -> bool:
        """Whether there is room for it."""
        return self.free_bytes is None or self.bytes <= self.free_bytes

    def words(self) -> str:
        """One line for a question: count, bytes of the free space, the site's budget, and until when."""
        least = "at least " if self.at_least else ""
        count = f"{least}{group_digits(self.videos)} {'video' if self.videos == 1 else 'videos'}"
        if not self.videos:
            return count
        if self.unknown:
            count += (
                f" ({'all' if self.unknown == self.videos else group_digits(self.unknown)} of unknown length)"
            )
        return f"{count}, {self.costs()}"

    def costs(self) -> str:
        """The same without the count."""
        free = f" of {format_size(self.free_bytes)} free" if self.free_bytes is not None else ""
        parts = [f"about {format_size(self.bytes)}{free}"]
        if self.site:
            name = "YouTube" if self.site == "youtube" else self.site
            parts.append(f"about {format_duration(self.budget_seconds)} of {name}'s budget")
        if self.done_at is None:
            return ", ".join([*parts, PAUSED.reason])
        return ", ".join([*parts, f"done about {_moment(self.done_at, self.now)}"])


def _moment(at: float, now: float) -> str:
    """A time of today, a weekday of this week, else a date; by the local calendar."""
    then, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    days = (then.date() - today.date()).days
    if days <= 0:
        return f"{then:%H:%M}"
    return f"{then:%A}" if days < 7 else f"{then:%Y-%m-%d}"


@dataclass(frozen=True)
class _Heap:
    """Videos of one site and quality."""

    site: str
    quality: Quality
    videos: int
    seconds: float
    """Playing time, what is unknown taken as usual."""
    unknown: int = 0
    """How many have no known length."""


def forecast_videos(
    db: Database,
    settings: Settings,
    video_ids: Iterable[int],
    now: float,
    *,
    asked: bool = True,
    queued: int = 0,
) -> Forecast:
    """What downloading these videos would take; those that are downloaded already count for nothing.

    ``asked``: a person asks for them, so that they go before what nobody asked for, and at any hour.
    ``queued``: how many of them are in the queue already, so that they are not waited for twice.
    """
    heaps = _heaps(db, settings, statistics.playing_times(db, video_ids))
    return _forecast(db, settings, heaps, now, asked=asked, queued=queued)


def forecast_channels(db: Database, settings: Settings, channel_ids: Iterable[int], now: float) -> Forecast:
    """What downloading all ``new`` videos of these channels would take."""
    heaps = _heaps(db, settings, statistics.playing_times_of_new(db, channel_ids))
    return _forecast(db, settings, heaps, now, asked=True)


def forecast_listing(
    db: Database,
    settings: Settings,
    channel: Channel,
    entries: Sequence[ListingEntry],
    now: float,
    *,
    more: bool,
    other_tabs: bool = False,
) -> Forecast:
    """What a channel that is not there yet would bring, from the entries seen of it.

    ``more``: the list goes on after these; ``other_tabs``: these are of one tab alone. Where that may bring
    more than was seen, the figures are the least that comes.
    """
    return forecast_pages(db, settings, channel, [(entries, more)], now, other_tabs=other_tabs)


def forecast_pages(
    db: Database,
    settings: Settings,
    channel: Channel,
    pages: Sequence[tuple[Sequence[ListingEntry], bool]],
    now: float,
    *,
    other_tabs: bool = False,
) -> Forecast:
    """The same from the first pages of several tabs: the entries of each, and whether its list goes on."""
    room = _room(channel)
    open_ended = other_tabs and channel.download and room != 0
    taken: list[ListingEntry] = []
    for entries, more in pages if channel.download else []:
        wanted = [entry for entry in entries if judge(_subject(entry), channel, now).passes]
        open_ended = open_ended or (more and (room is None or len(wanted) < room))
        taken += wanted if room is None else wanted[:room]
    seconds = sum(
        entry.duration or (SHORT_DURATION if "/shorts/" in entry.url else USUAL_DURATION) for entry in taken
    )
    unknown = sum(not entry.duration for entry in taken)
    heaps = [_Heap(site_of(channel.url), channel.quality, len(taken), seconds, unknown)] if taken else []
    return _forecast(db, settings, heaps, now, asked=False, at_least=open_ended)


def _room(channel: Channel) -> int | None:
    """How many videos of a first listing are taken at most; None for no bound."""
    rooms = []
    if channel.backlog.kind is not BacklogKind.ALL:
        rooms.append(channel.backlog.count if channel.backlog.kind is BacklogKind.NEWEST else 0)
    if channel.keep.kind is KeepKind.LAST:
        rooms.append(channel.keep.count)
    return min(rooms, default=None)


def _subject(entry: ListingEntry) -> FilterFacts:
    tab = Tab.SHORTS if "/shorts/" in entry.url else None
    return FilterFacts.of(entry, tab, exact=entry.published_exact)


def _heaps(db: Database, settings: Settings, times: Iterable[statistics.PlayingTime]) -> list[_Heap]:
    heaps = []
    for time in times:
        channel = channels.by_id(db, time.channel_id) if time.channel_id else None
        quality = settings_of(settings, channel).quality
        # A video's own column names its extractor; budgets and jobs go by the address.
        heaps.append(_Heap(site_of(time.url), quality, time.videos, time.seconds, time.unknown))
    return heaps


def _forecast(
    db: Database,
    settings: Settings,
    heaps: Sequence[_Heap],
    now: float,
    *,
    asked: bool,
    at_least: bool = False,
    queued: int = 0,
) -> Forecast:
    rates = Rates.read(db)
    wish = together(SiteWork(heap.site, heap.videos, heap.seconds * rates.of(heap.quality)) for heap in heaps)
    # What is as urgent goes through the same budget, before or between.
    ahead = queue_work(db, settings, Priority.ASKED if asked else max(Priority))
    before = [_less(work, queued) for work in ahead.values() if work.site in wish]
    pace = pace_of(db, settings, wish, now, asked=asked)
    waits = {
        name: budget_seconds(pace.sites[name], work.downloads * pace.requests_each)
        for name, work in wish.items()
    }
    slowest = max(waits, key=lambda name: waits[name], default="")
    videos = sum(work.downloads for work in wish.values())
    return Forecast(
        videos=videos,
        bytes=int(sum(work.bytes for work in wish.values())),
        free_bytes=_free(settings),
        requests=round(videos * pace.requests_each),
        site=slowest,
        budget_seconds=waits.get(slowest, 0.0),
        done_at=done_at([*before, *wish.values()], pace),
        now=now,
        at_least=at_least,
        unknown=sum(heap.unknown for heap in heaps),
    )


def _less(work: SiteWork, queued: int) -> SiteWork:
    """The work without so many of its downloads."""
    left = max(0, work.downloads - queued)
    share = left / work.downloads if work.downloads else 1.0
    return SiteWork(work.site, left, work.bytes * share)


def _free(settings: Settings) -> int | None:
    path = settings.library.path
    while not path.exists() and path != path.parent:
        path = path.parent
    space = disk_space(path)
    return None if space is None else max(0, space[0] - settings.library.reserve_bytes(space[1]))
