"""Statistics view, the sixth: figures from the store as bars, which are looked at rather than read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll

from ytui.core.formatting import format_size, format_speed, group_digits
from ytui.core.lower_quality import TITLES
from ytui.core.models import VideoState
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.engine.figures import last_midnights, read_sites
from ytui.engine.live_status import StatusSnapshot
from ytui.store import offers, statistics, videos
from ytui.store.database import Database, Store
from ytui.store.statistics import ChannelSize, FailureFigures
from ytui.tui.background import read_in_thread
from ytui.tui.lists.columns import STATE_TONES
from ytui.tui.lists.rows import Tone
from ytui.tui.text import Glyphs
from ytui.tui.widgets.list_pane import PaneTitle
from ytui.tui.widgets.statistics_charts import BarLine, BarLines, Bars, FailureLines
from ytui.tui.worker_lines import SpeedHistory

DAYS = 30
MOST_SITES = 6


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


READ_EVERY = 5.0
"""Seconds at least between two reads: a busy library commits several times a second."""


class StatisticsPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Plots and lines; read when it is shown and while it is shown after commits."""

    DEFAULT_CSS = """
    StatisticsPane { height: 1fr; scrollbar-size-vertical: 1; }
    StatisticsPane Horizontal { height: auto; }
    StatisticsPane Horizontal > Vertical { height: auto; width: 1fr; }
    StatisticsPane Bars { height: 6; }
    StatisticsPane BarLines, StatisticsPane FailureLines { height: auto; }
    """

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        clock: Callable[[], float],
        speeds: SpeedHistory,
        glyphs: Glyphs,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._store = store
        self._settings = settings
        self._clock = clock
        self._speeds = speeds
        self._glyphs = glyphs
        self._read_at = 0.0
        self._busy = False
        self._again = False
        self.loaded = False
        self._speed_plot = Bars(glyphs, words=format_speed)
        self._days_plot = Bars(glyphs, words=lambda number: f"{number:.0f}", whole=True)
        self._sizes = BarLines(glyphs, empty="nothing downloaded yet")
        self._sites = BarLines(glyphs, empty="no request yet")
        self._lower = BarLines(glyphs, empty="")
        self._lower_title = PaneTitle("Lower than offered", glyphs)
        self._lower_title.display = self._lower.display = False
        self._failures = FailureLines(glyphs)

    def compose(self) -> ComposeResult:
        """Two plots on top, three tables below."""
        with Horizontal():
            yield from self._part("Speed, last hour", self._speed_plot)
            yield from self._part("Downloads a day, 30 days", self._days_plot)
        with Horizontal():
            yield from self._part("Size by channel", self._sizes)
            with Vertical():
                # The table of failures is the only one that grows: last, so that it hides nothing.
                yield PaneTitle("Requests left today", self._glyphs)
                yield self._sites
                yield self._lower_title
                yield self._lower
                yield PaneTitle("Failures: now, healed after tries", self._glyphs)
                yield self._failures

    def _part(self, title: str, *widgets: Bars | BarLines) -> ComposeResult:
        with Vertical():
            yield PaneTitle(title, self._glyphs)
            yield from widgets

    def watch_has_focus(self, has_focus: bool) -> None:
        """Leave the stylesheet alone: no rule asks who has the keyboard."""

    def reload(self) -> None:
        """Read again, at once or when the last read is long enough ago."""
        since = time.monotonic() - self._read_at
        if self._busy or self._again:
            return
        if self.loaded and since < READ_EVERY:
            self._again = True
            self.set_timer(READ_EVERY - since, self._reload_later)
            return
        self._busy = True
        self._read_at = time.monotonic()
        settings, now = self._settings(), self._clock()
        read_in_thread(
            self, lambda: read_statistics(self._store.db, settings, now), self._show, name="statistics"
        )

    def _reload_later(self) -> None:
        self._again = False
        if self.display:
            self.reload()

    def _show(self, found: Statistics | None) -> None:
        self._busy = False
        self.show_speeds()
        if found is None:
            return
        self.loaded = True
        self._days_plot.show(tuple(map(float, found.days)), (found.first_day, found.today))
        self._sizes.show(found.sizes)
        self._sites.show(found.sites)
        # Where nothing is, nothing need be said of it.
        self._lower_title.display = self._lower.display = bool(found.lower)
        self._lower.show(found.lower)
        self._failures.show(found.failures)

    def show_board(self, snapshot: StatusSnapshot) -> None:
        """Follow the speed while something runs; an idle screen sends nothing."""
        if self.display and snapshot.queue.running:
            self.show_speeds()

    def show_speeds(self) -> None:
        """Show the last hour's speeds as they stand."""
        self._speed_plot.show(self._speeds.minutes(), ("60 min ago", "now"))

    def move_by(self, rows: int) -> None:
        """Scroll."""
        self.scroll_relative(y=rows, animate=False)

    def page_rows(self) -> int:
        """How many lines are visible."""
        return max(1, self.size.height)
