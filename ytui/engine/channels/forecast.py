"""Forecast of what a wish costs: videos, bytes, requests of a site's budget, and until when.

Bytes come from durations and the rates learned from what was downloaded so far; where nothing was learned,
from usual ones. Time is the longer of what the site's budget and what the line lets through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ytui.core.filters import FilterFacts, judge
from ytui.core.formatting import format_duration, format_size, group_digits
from ytui.core.models import Tab
from ytui.core.protocol import ListingEntry
from ytui.core.request_budget import DAY, HOUR, MINUTE, SiteBudget
from ytui.core.settings import BacklogKind, Channel, KeepKind, Quality, Settings
from ytui.core.sites import site_of
from ytui.core.size_estimate import SHORT_DURATION, USUAL_DURATION, bytes_a_second
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.queue.conditions import disk_space
from ytui.store import channels, jobs, sites, statistics
from ytui.store.database import Database

USUAL_REQUESTS = 4.0
"""Requests of one download, until some were counted."""
ENOUGH_VIDEOS = 3
"""Files of one height before its rate counts as learned."""
AUDIO_RATE = 16_000.0
"""Bytes a second of sound alone, until some was downloaded."""
MINUTES_OF_A_DAY = 1440


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
    done_at: float
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
    db: Database, settings: Settings, video_ids: Iterable[int], now: float, *, queued: int = 0
) -> Forecast:
    """What downloading these videos would take; those that are downloaded already count for nothing.

    ``queued``: how many of them are in the queue already, so that they are not waited for twice.
    """
    heaps = _heaps(db, settings, statistics.playing_times(db, video_ids))
    return _forecast(db, settings, heaps, now, queued=queued)


def forecast_channels(db: Database, settings: Settings, channel_ids: Iterable[int], now: float) -> Forecast:
    """What downloading all ``new`` videos of these channels would take."""
    heaps = _heaps(db, settings, statistics.playing_times_of_new(db, channel_ids))
    return _forecast(db, settings, heaps, now)


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
    return _forecast(db, settings, heaps, now, at_least=open_ended)


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
    at_least: bool = False,
    queued: int = 0,
) -> Forecast:
    rates = {rate.height: rate.rate for rate in statistics.learned_rates(db) if rate.videos >= ENOUGH_VIDEOS}
    learned = statistics.learned_job(db)
    each = max(1.0, learned.requests or USUAL_REQUESTS)
    needed: dict[str, float] = {}
    for heap in heaps:
        needed[heap.site] = needed.get(heap.site, 0.0) + heap.videos * each
    waits = {name: _budget_seconds(db, settings, name, requests, now) for name, requests in needed.items()}
    # What is queued already goes through the same budget, before or between.
    ends = [
        _budget_seconds(
            db, settings, name, requests + max(0, jobs.queued_downloads(db, name) - queued) * each, now
        )
        for name, requests in needed.items()
    ]
    slowest = max(waits, key=lambda name: waits[name], default="")
    total = int(sum(heap.seconds * _rate(heap.quality, rates) for heap in heaps))
    transfer = _transfer_seconds(settings, total, learned.throughput)
    took = max([*ends, transfer], default=0.0) / _open_share(settings)
    return Forecast(
        videos=sum(heap.videos for heap in heaps),
        bytes=total,
        free_bytes=_free(settings),
        requests=round(sum(needed.values())),
        site=slowest,
        budget_seconds=waits.get(slowest, 0.0),
        done_at=now + took,
        now=now,
        at_least=at_least,
        unknown=sum(heap.unknown for heap in heaps),
    )


def _rate(quality: Quality, learned: dict[int | None, float]) -> float:
    """Bytes a second of playing time to expect of a quality."""
    if quality is Quality.AUDIO:
        return learned.get(None, AUDIO_RATE)
    heights = [height for height in learned if height is not None]
    if quality is Quality.BEST and heights:
        return learned[max(heights)]
    if quality.height in learned:
        return learned[quality.height]
    return float(bytes_a_second(quality.height))


def _budget_seconds(db: Database, settings: Settings, site: str, requests: float, now: float) -> float:
    """How long the site's budget takes to let this many requests through, as fast as it goes now."""
    limits = settings.limits.for_site(site)
    row = sites.get(db, site)
    budget = SiteBudget.load(limits, row.data if row is not None else {}, now)
    a_second = min(
        budget.per_minute(now) / MINUTE,
        limits.requests_per_hour / HOUR,
        max(1, limits.requests_per_day - limits.reserve) / DAY,
    )
    return requests / a_second


def _transfer_seconds(settings: Settings, total: int, throughput: float | None) -> float:
    rates = [settings.limits.bandwidth] if settings.limits.bandwidth else []
    if throughput:
        rates.append(int(max(1.0, throughput * settings.workers.count)))
    return total / min(rates) if rates else 0.0


def _open_share(settings: Settings) -> float:
    """The part of a day in which work may run."""
    if not settings.limits.hours:
        return 1.0
    return sum(map(settings.limits.open_at, range(MINUTES_OF_A_DAY))) / MINUTES_OF_A_DAY


def _free(settings: Settings) -> int | None:
    path = settings.library.path
    while not path.exists() and path != path.parent:
        path = path.parent
    space = disk_space(path)
    return None if space is None else max(0, space[0] - settings.library.reserve_bytes(space[1]))
