"""Statistics view, the sixth: bars that a person would rather look at than read."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message

from ytui.core.formatting import format_speed
from ytui.core.settings import Settings
from ytui.engine.live_status import StatusSnapshot
from ytui.store.database import Store
from ytui.tui.statistics_data import Statistics, read_statistics
from ytui.tui.text import Glyphs
from ytui.tui.widgets.list_pane import PaneTitle
from ytui.tui.widgets.statistics_charts import BarLines, Bars, FailureLines
from ytui.tui.worker_lines import SpeedHistory

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

    class Read(Message):
        """The figures were read; None where that failed."""

        def __init__(self, statistics: Statistics | None) -> None:
            super().__init__()
            self.statistics = statistics

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
        read = partial(self._read_in_thread, self._settings(), self._clock())
        self.app.run_worker(read, name="statistics", group="rows", thread=True, exit_on_error=False)

    def _reload_later(self) -> None:
        self._again = False
        if self.display:
            self.reload()

    def _read_in_thread(self, settings: Settings, now: float) -> None:
        found: Statistics | None = None
        try:
            found = read_statistics(self._store.db, settings, now)
        finally:
            self.post_message(self.Read(found))

    def on_statistics_pane_read(self, event: Read) -> None:
        """Show the figures."""
        self._busy = False
        self.show_speeds()
        if event.statistics is None:
            return
        found = event.statistics
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
