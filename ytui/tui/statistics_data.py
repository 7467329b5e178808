"""Statistics data: figures from the store, as the view draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ytui.core.formatting import format_size, group_digits
from ytui.core.lower_quality import TITLES
from ytui.core.models import VideoState
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.engine.figures import last_midnights, read_sites
from ytui.store import offers, statistics, videos
from ytui.store.database import Database
from ytui.store.statistics import ChannelSize, FailureFigures
from ytui.tui.lists.columns import STATE_TONES
from ytui.tui.lists.rows import Tone

DAYS = 30
MOST_SITES = 6


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
    lower: tuple[BarLine, ...] = ()
    """What arrived lower than offered, by cause."""


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
        lower=_lower(db),
    )


def _lower(db: Database) -> tuple[BarLine, ...]:
    """What arrived lower than its site offers it, by cause, as parts of all that arrived."""
    found = offers.lower_counts(db)
    arrived = max(1, videos.counts(db)[VideoState.DOWNLOADED], *found.values()) if found else 1
    return tuple(
        BarLine(title, found[cause] / arrived, group_digits(found[cause]), Tone.WARN)
        for cause, title in TITLES.items()
        if cause in found
    )


def _sizes(channels: list[ChannelSize]) -> tuple[BarLine, ...]:
    largest = max((channel.bytes for channel in channels), default=1)
    return tuple(
        BarLine(clean(channel.name), channel.bytes / largest, format_size(channel.bytes))
        for channel in channels
    )


def _sites(db: Database, settings: Settings, now: float) -> tuple[BarLine, ...]:
    """What is left of each site's day."""
    lines = []
    for found in read_sites(db, settings, now)[:MOST_SITES]:
        day = found.left[2]
        state = "" if found.state == "ok" else f"{found.state}, "
        tone = Tone.BUSY if found.state == "ok" else STATE_TONES.get(found.state, Tone.WARN)
        of_day = day / settings.limits.for_site(found.site).requests_per_day
        lines.append(BarLine(clean(found.site), of_day, f"{state}{group_digits(day)}", tone))
    return tuple(lines)
