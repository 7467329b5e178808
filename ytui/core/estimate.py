"""Estimate of when work is done: budgets of the sites, the line, the hours, pauses and cooldowns together.

The one place where this is reckoned: header, forecasts, the question on quitting, the card after an absence
and the commands ask it alike, so that they never say two things of one queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

MINUTES_OF_A_DAY = 1440


@dataclass(frozen=True)
class SiteWork:
    """Downloads of one site that are to come; bytes as far as they are known."""

    site: str
    downloads: int
    bytes: float

    def __add__(self, other: SiteWork) -> SiteWork:
        """The two of one site together."""
        return SiteWork(self.site, self.downloads + other.downloads, self.bytes + other.bytes)


@dataclass(frozen=True)
class SitePace:
    """How fast one site may be asked: requests a second, jobs at once, and until when it rests."""

    requests: float
    concurrency: int
    rests_until: float | None = None


@dataclass(frozen=True)
class Pace:
    """How fast work goes, and what stands in its way; times in Unix seconds."""

    now: float
    workers: int
    sites: Mapping[str, SitePace] = field(default_factory=dict)
    requests_each: float = 1.0
    """Of one download."""
    throughput: float | None = None
    """Bytes a second of one worker, all that a download takes included; None until one has taught it."""
    bandwidth: float | None = None
    """Bytes a second of all workers together, at most."""
    open_at: Callable[[int], bool] | None = None
    """Whether work may run at a minute of the local day; None where it always may."""
    paused: bool = False


def together(works: Iterable[SiteWork]) -> dict[str, SiteWork]:
    """Work by site."""
    sums: dict[str, SiteWork] = {}
    for work in works:
        known = sums.get(work.site)
        sums[work.site] = work if known is None else known + work
    return sums


def budget_seconds(site: SitePace, requests: float) -> float:
    """How long a site's budget takes to let so many requests through, as fast as it goes now."""
    return requests / site.requests


def done_at(works: Iterable[SiteWork], pace: Pace) -> float | None:
    """When all of it is done (Unix seconds); None while the queue is paused, for nobody knows how long."""
    if pace.paused:
        return None
    sums = together(works)
    whole = _on_the_line(sum(work.bytes for work in sums.values()), pace, pace.workers)
    ends = [within_hours(pace.open_at, pace.now, whole)]
    for work in sums.values():
        site = pace.sites[work.site]
        asked = budget_seconds(site, work.downloads * pace.requests_each)
        came = _on_the_line(work.bytes, pace, min(pace.workers, site.concurrency))
        begins = max(pace.now, site.rests_until or pace.now)
        ends.append(within_hours(pace.open_at, begins, max(asked, came)))
    return max(ends) if sums else pace.now


def _on_the_line(size: float, pace: Pace, at_once: int) -> float:
    rates = [pace.throughput * max(1, at_once)] if pace.throughput else []
    rates += [pace.bandwidth] if pace.bandwidth else []
    return size / max(1.0, min(rates)) if rates else 0.0


def within_hours(open_at: Callable[[int], bool] | None, now: float, seconds: float) -> float:
    """When so many seconds of work are over that runs in its hours alone; by the local clock of today."""
    if open_at is None or not seconds:
        return now + seconds
    opens = [open_at(minute) for minute in range(MINUTES_OF_A_DAY)]
    a_day = 60.0 * sum(opens)
    if not a_day:
        return now + seconds
    clock = datetime.fromtimestamp(now)
    minute = clock.hour * 60 + clock.minute
    days, left = divmod(seconds, a_day)
    if days and not left:
        days, left = days - 1, a_day
    at = now + days * MINUTES_OF_A_DAY * 60
    ahead = 60.0 - clock.second - clock.microsecond / 1e6
    while True:
        if opens[minute]:
            if left <= ahead:
                return at + left
            left -= ahead
        at, minute, ahead = at + ahead, (minute + 1) % MINUTES_OF_A_DAY, 60.0
