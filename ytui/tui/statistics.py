"""What the statistics view shows: figures from the store, and the speed of the last hour from the board."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ytui.core.amounts import grouped, size
from ytui.core.budget import SiteBudget
from ytui.core.settings import Settings
from ytui.store import sites, statistics
from ytui.store.database import Database
from ytui.store.statistics import ChannelSize, FailureFigures
from ytui.tui.lists import STATE_TONES
from ytui.tui.rows import Tone
from ytui.tui.text import clean

MINUTES, DAYS = 60, 30
MOST_SITES = 6


class SpeedHistory:
    """The mean speed of each of the last 60 minutes, in bytes a second; kept in memory alone."""

    def __init__(self) -> None:
        self._sums: deque[tuple[float, int]] = deque([(0.0, 0)] * MINUTES, MINUTES)
        self._minute: int | None = None

    def add(self, at: float, speed: float) -> None:
        """Take note of the speed at a Unix time; minutes that nobody looked at had none."""
        minute = int(at // 60)
        if self._minute is not None:
            self._sums.extend([(0.0, 0)] * min(MINUTES, max(0, minute - self._minute)))
        self._minute = minute if self._minute is None else max(minute, self._minute)
        total, looks = self._sums[-1]
        self._sums[-1] = (total + speed, looks + 1)

    def minutes(self) -> tuple[float, ...]:
        """The means, the present minute last."""
        return tuple(total / looks if looks else 0.0 for total, looks in self._sums)


@dataclass(frozen=True)
class BarLine:
    """A label, a part of a whole as a bar, and the figure in words."""

    label: str
    fraction: float
    words: str
    tone: Tone = Tone.BUSY


@dataclass(frozen=True)
class Statistics:
    """Everything that is read from the store, harmless and ready to be painted."""

    days: tuple[int, ...] = ()
    """Downloads of each of the last 30 days, today last."""
    today: str = ""
    first_day: str = ""
    sizes: tuple[BarLine, ...] = ()
    sites: tuple[BarLine, ...] = ()
    failures: tuple[FailureFigures, ...] = ()


def read_statistics(db: Database, settings: Settings, now: float) -> Statistics:
    """Read all of it; runs in a thread."""
    midnights = last_midnights(now, DAYS)
    days = statistics.downloads_between(db, [*midnights, now + 1])
    return Statistics(
        days=tuple(days),
        today=f"{datetime.fromtimestamp(now):%m-%d}",
        first_day=f"{datetime.fromtimestamp(midnights[0]):%m-%d}",
        sizes=_sizes(statistics.largest_channels(db)),
        sites=_sites(db, settings, now),
        failures=tuple(statistics.failures(db)),
    )


def last_midnights(now: float, days: int) -> list[float]:
    """The beginnings of the last ``days`` local days, today's last; a day may have 23 or 25 hours."""
    today = datetime.fromtimestamp(now).date()
    return [
        datetime.combine(today - timedelta(days=back), time()).timestamp() for back in range(days - 1, -1, -1)
    ]


def _sizes(channels: list[ChannelSize]) -> tuple[BarLine, ...]:
    largest = max((channel.bytes for channel in channels), default=1)
    return tuple(
        BarLine(clean(channel.name), channel.bytes / largest, size(channel.bytes)) for channel in channels
    )


def _sites(db: Database, settings: Settings, now: float) -> tuple[BarLine, ...]:
    """What is left of each site's day."""
    lines = []
    for row in sites.all_sites(db)[:MOST_SITES]:
        limits = settings.limits.for_site(row.site)
        _, _, day = SiteBudget.load(limits, row.data, now).left(now)
        state = "" if row.state == "ok" else f"{row.state}, "
        tone = Tone.BUSY if row.state == "ok" else STATE_TONES.get(row.state, Tone.WARN)
        lines.append(BarLine(clean(row.site), day / limits.requests_per_day, f"{state}{grouped(day)}", tone))
    return tuple(lines)
