"""Inputs of estimates, gathered in one place: what is queued, how large it is, and how fast it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ytui.core.estimate import Pace, SitePace, SiteWork, done_at, together
from ytui.core.models import Priority
from ytui.core.request_budget import DAY, HOUR, MINUTE, Requester, SiteBudget
from ytui.core.settings import Quality, Settings
from ytui.core.size_estimate import bytes_a_second
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.sites.site_states import COOLDOWN
from ytui.store import channels, key_values, sites, statistics
from ytui.store.database import Database
from ytui.store.jobs.queue_work import hours_bind, queued_work, running_work
from ytui.store.rows import SiteRow

USUAL_REQUESTS = 4.0
"""Requests of one download, until some were counted."""
ENOUGH_VIDEOS = 3
"""Files of one height before its rate counts as learned."""
AUDIO_RATE = 16_000.0
"""Bytes a second of sound alone, until some was downloaded."""
LONG_WAIT = MINUTE
"""Seconds; a budget that has no request for longer rests, and is not only slow."""


@dataclass(frozen=True)
class Rates:
    """Bytes a second of playing time by height (None: sound alone), as far as they were learned."""

    learned: Mapping[int | None, float]

    @classmethod
    def read(cls, db: Database) -> Rates:
        """What the newest downloads teach."""
        rates = statistics.learned_rates(db)
        return cls({rate.height: rate.rate for rate in rates if rate.videos >= ENOUGH_VIDEOS})

    def of(self, quality: Quality) -> float:
        """What to expect of a quality."""
        if quality is Quality.AUDIO:
            return self.learned.get(None, AUDIO_RATE)
        heights = [height for height in self.learned if height is not None]
        if quality is Quality.BEST and heights:
            return self.learned[max(heights)]
        if quality.height in self.learned:
            return self.learned[quality.height]
        return float(bytes_a_second(quality.height))


def queue_work(db: Database, settings: Settings, least: Priority = Priority.OLDER) -> dict[str, SiteWork]:
    """The downloads that run, and those that are queued with this priority or a more urgent one; by site."""
    rates, qualities = Rates.read(db), _qualities(db, settings)

    def rate(channel_id: int | None) -> float:
        return rates.of(qualities.get(channel_id, qualities[None]))

    queued = [
        SiteWork(heap.site, heap.downloads, heap.seconds * rate(heap.channel_id))
        for heap in queued_work(db, least)
    ]
    # What runs has asked its site already, all but for the media.
    running = [
        SiteWork(job.site, 0, (job.total_bytes or job.seconds * rate(job.channel_id)) - job.done_bytes)
        for job in running_work(db)
    ]
    return together([*queued, *(SiteWork(job.site, 0, max(0.0, job.bytes)) for job in running)])


def _qualities(db: Database, settings: Settings) -> dict[int | None, Quality]:
    """The quality wanted of each channel; None stands for single videos, and for what is listed no more."""
    wanted = settings.by_url
    found: dict[int | None, Quality] = {None: settings_of(settings, None).quality}
    found.update((row.id, wanted[row.url].quality) for row in channels.subscribed(db) if row.url in wanted)
    return found


def pace_of(db: Database, settings: Settings, names: Iterable[str], now: float, *, asked: bool) -> Pace:
    """How fast work at these sites goes now; ``asked``: a person asked for it, so that no hours bind it."""
    learned = statistics.learned_job(db)
    rows = {row.site: row for row in sites.all_sites(db)}
    limits = settings.limits
    return Pace(
        now=now,
        workers=settings.workers.count,
        sites={name: _site_pace(settings, name, rows.get(name), now, asked) for name in names},
        requests_each=max(1.0, learned.requests or USUAL_REQUESTS),
        throughput=learned.throughput,
        bandwidth=limits.bandwidth,
        open_at=limits.open_at if limits.hours and not asked else None,
        paused=key_values.is_paused(db),
    )


def _site_pace(settings: Settings, name: str, row: SiteRow | None, now: float, asked: bool) -> SitePace:
    limits = settings.limits.for_site(name)
    budget = SiteBudget.load(limits, row.data if row is not None else {}, now)
    wait = budget.wait(Requester(asked), now)
    rests = [now + wait] if wait > LONG_WAIT else []
    if row is not None and row.state == COOLDOWN and row.until is not None and row.until > now:
        rests.append(row.until)
    return SitePace(
        requests=min(
            budget.per_minute(now) / MINUTE,
            limits.requests_per_hour / HOUR,
            max(1, limits.requests_per_day - limits.reserve) / DAY,
        ),
        concurrency=limits.concurrency,
        rests_until=max(rests, default=None),
    )


def queue_done_at(db: Database, settings: Settings, now: float) -> float | None:
    """When all is there that is queued or runs (Unix seconds); None where nobody can know.

    That is while the queue is paused, and until a download has taught how fast they are.
    """
    works = queue_work(db, settings)
    asked = not (settings.limits.hours and hours_bind(db))
    pace = pace_of(db, settings, works, now, asked=asked)
    return done_at(works.values(), pace) if works and pace.throughput else None
