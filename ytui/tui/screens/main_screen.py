"""Main screen with its views: header, one view at a time, footer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ytui.core.settings import Settings
from ytui.engine.live_status import StatusSnapshot
from ytui.store.database import Store
from ytui.tui.keys import Pane, View
from ytui.tui.lists import acting
from ytui.tui.lists.acting import Here
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.text import ASCII, Glyphs
from ytui.tui.widgets.channel_place import ChannelPlace, TabLine
from ytui.tui.widgets.dashboard import Dashboard
from ytui.tui.widgets.header import Banner, HeaderCounts, ProgressLine, StatusLine
from ytui.tui.widgets.key_hints import KeyFooter
from ytui.tui.widgets.list_pane import ListPane
from ytui.tui.widgets.row_list import RowList
from ytui.tui.widgets.view_lists import ViewLists
from ytui.tui.widgets.workers_pane import WorkersPane
from ytui.tui.worker_lines import SpeedHistory

if TYPE_CHECKING:
    from ytui.tui.widgets.statistics_pane import StatisticsPane

LEAST_COLUMNS, LEAST_ROWS = 40, 15
"""Below this one line says that it is too small."""
WIDE_COLUMNS = 80
"""From here channels and workers stand side by side."""
DETAILS_COLUMNS, VAST_COLUMNS = 120, 160
"""From the one on details stand beside the lists, from the other on beside the dashboard's channels, too."""
STACKED_COLUMNS, STACKED_ROWS = 60, 20
"""From here they stand above each other; with less, as on a phone, one pane is shown alone."""
ORDER = (View.DASHBOARD, View.VIDEOS, View.JOBS, View.PLAN, View.LOG, View.STATISTICS, View.TRASH)


class MainScreen(Screen[None], inherit_bindings=False):
    """Header, view, footer. The views other than the dashboard are made when they are first asked for."""

    # What Textual finds first is a filter that is not closed yet: a key typed early would land in it.
    AUTO_FOCUS = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        store: Store,
        glyphs: Glyphs,
        remapped: Mapping[str, str],
        title: str,
        *,
        settings: Callable[[], Settings],
        clock: Callable[[], float],
        logs: Path,
        can_undo: Callable[[], bool],
    ) -> None:
        """``logs``: the folder of the jobs' own logs; ``can_undo``: whether a change can be taken back."""
        super().__init__()
        self._can_undo = can_undo
        self._settings = settings
        self._columns = settings().screen.columns
        self._clock = clock
        self.mouse_on = True
        """Whether the mouse is the application's; else the terminal selects text with it."""
        self._shown = self._left = View.DASHBOARD
        self._store = store
        self._glyphs = glyphs
        self._status = StatusLine(title, glyphs)
        self._progress = ProgressLine(glyphs)
        self._banner = Banner(glyphs, remapped)
        self._remapped = remapped
        self._details_set = self._details_on = settings().screen.details
        self._view_lists = ViewLists(store, glyphs, remapped, settings, clock, logs)
        details = self._view_lists.details()
        self._dashboard = Dashboard(
            store, glyphs, clock, self._columns.channels, details, id="view-dashboard"
        )
        for pane in self._dashboard.panes:
            pane.name_filters(self._view_lists.named_filters)
        self._lists: dict[View, ListPane] = {}
        self._place: ChannelPlace | None = None
        """The channel that was opened last, with its lists as they were left."""
        self._speeds = SpeedHistory()
        self._statistics: StatisticsPane | None = None
        self._footer = KeyFooter(self.view, remapped)
        self._around: frozenset[str] = frozenset()
        """What is so of the library, as far as keys ask for it."""
        self._typed_into: Widget | None = None

    def compose(self) -> ComposeResult:
        """All of it, and the line for a terminal that is too small."""
        yield self._status
        yield self._progress
        yield self._banner
        with Vertical(id="views"):
            yield self._dashboard
        yield self._footer
        yield Static("", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Begin on the channels."""
        self._dashboard.focus_first()
        self.refresh_rows()

    def on_resize(self, event: events.Resize) -> None:
        """Choose between two columns, one, and a line that says so."""
        width, height = event.size
        small = width < LEAST_COLUMNS or height < LEAST_ROWS
        if small and not self.has_class("small"):
            # What is hidden loses the keyboard: a filter that is half typed is to go on with it.
            self._typed_into = self.focused
        elif self.has_class("small") and not small and self._typed_into is not None:
            self.call_after_refresh(self._typed_into.focus)
        self.set_class(small, "small")
        narrow, low = width < WIDE_COLUMNS, height < STACKED_ROWS
        single = width < STACKED_COLUMNS or (narrow and low)
        self.set_class(narrow, "narrow")
        self.set_class(single, "single")
        self.set_class(width >= 110, "wide")
        self.set_class(low, "low")
        self._dashboard.fit_panes(single=single, low=low)
        self.set_class(height >= 32, "tall")
        self._place_details(width)
        if small:
            by = "x" if self._glyphs is ASCII else "×"
            words = f"too small: ytui needs {LEAST_COLUMNS}{by}{LEAST_ROWS}, this is {width}{by}{height}"
            self.query_one("#too-small", Static).update(words)

    def watch_focused(self) -> None:
        """Have all of the screen painted once: with the layout if there is one, not after it once more."""
        self._compositor._dirty_regions.add(self._compositor.size.region)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        whole = self._compositor.size.region in self._compositor._dirty_regions
        changed = {*self._dirty_widgets}
        super()._refresh_layout(size, scroll)
        if whole:
            # What of it was hidden is painted by now, and would be again with its next change.
            for widget in changed:
                widget._exchange_repaint_regions()

    # --- what is shown

    @property
    def view(self) -> View:
        """What is shown as far as keys are concerned."""
        return self._here.view if self._here is not None else self._shown

    @property
    def channel(self) -> int | None:
        """The channel whose place is shown."""
        return self._here.channel if self._here is not None else None

    @property
    def _here(self) -> ChannelPlace | None:
        return self._place if self._shown is View.CHANNEL else None

    @property
    def _list(self) -> ListPane | None:
        """The one list that is shown; None on the dashboard and beside the statistics."""
        return self._here.pane if self._here is not None else self._lists.get(self._shown)

    @property
    def pane(self) -> ListPane:
        """The list that keys act on."""
        return self._list or self._dashboard.pane

    @property
    def mover(self) -> RowList | WorkersPane | StatisticsPane:
        """What the keys for moving move."""
        if self.view is View.STATISTICS and self._statistics is not None:
            return self._statistics
        return self._list.rows if self._list is not None else self._dashboard.mover

    @property
    def dashboard_pane(self) -> Pane | None:
        """The pane of the dashboard that has the keyboard; None in another view."""
        return self._dashboard.pane_here if self.view is View.DASHBOARD else None

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that has the keyboard now."""
        self._show_keys()

    def on_descendant_blur(self) -> None:
        """A click on nothing leaves the keyboard to the channels."""
        self._show_keys()

    def on_row_list_changed(self) -> None:
        """Show the keys of the row under the cursor."""
        self._show_keys()

    def on_workers_pane_changed(self) -> None:
        """Show the keys of the worker under the cursor."""
        self._show_keys()

    def _show_keys(self) -> None:
        around = self._around | {acting.CHANGED} if self._can_undo() else self._around
        if self.view is View.STATISTICS:
            here = Here(RowKind.CHANNEL, None, around=around)
        else:
            here = (self._list or self._dashboard).here(around)
        self._footer.show(self.view, self.dashboard_pane, here)

    def target(self, *, single: bool = False) -> Target:
        """Return what a key acts on; ``single``: the row under the cursor, whatever is marked."""
        if self.view is View.STATISTICS:
            # The rows that are behind it are not meant.
            return Target(RowKind.CHANNEL, ())
        return (self._list or self._dashboard).target(single=single)

    def show_board(self, summary: HeaderCounts, snapshot: StatusSnapshot) -> None:
        """Show a snapshot; each part paints only what differs."""
        self._follow_settings()
        self._status.show(summary, snapshot.queue)
        self._progress.show(summary, snapshot.queue)
        self._banner.show(summary, snapshot.queue, self._clock())
        self._dashboard.show(snapshot)
        self._look_at_columns()
        jobs = {acting.JOBS} if summary.running or summary.queued or summary.waiting else set()
        closed = {acting.CLOSED} if any(site.state != "ok" for site in summary.sites) else set()
        paused = {acting.PAUSED} if snapshot.queue.paused or summary.paused else set()
        if (around := frozenset(jobs | closed | paused)) != self._around:
            self._around = around
            self._show_keys()
        self._speeds.add(snapshot.taken_at, snapshot.queue.speed)
        if self._statistics is not None:
            self._statistics.show_board(snapshot)

    def _look_at_columns(self) -> None:
        """Show other columns where the configuration names others than before."""
        columns = self._settings().screen.columns
        if columns != self._columns:
            self._columns = columns
            place = self._place.panes if self._place is not None else ()
            for pane in (self._dashboard.channels, *self._lists.values(), *place):
                if pane.source.chosen:
                    pane.show_columns(getattr(columns, pane.columns_key))

    def _follow_settings(self) -> None:
        """Show or hide the details when the configuration says something else than it did."""
        wanted = self._settings().screen.details
        if wanted is not self._details_set:
            self._details_set = wanted
            self.show_details(wanted)

    @property
    def details_on(self) -> bool:
        """Whether details stand beside the lists where there is room for them."""
        return self._details_on

    def show_details(self, on: bool) -> None:
        """Show details beside the lists where there is room for them, or nowhere."""
        self._details_on = on
        self._place_details(self.size.width)

    def _place_details(self, width: int) -> None:
        self.set_class(self._details_on and width >= DETAILS_COLUMNS, "details")
        self.set_class(self._details_on and width >= VAST_COLUMNS, "vast")

    def tick(self, now: float) -> None:
        """Let the countdowns that are visible go on."""
        if self._list is not None:
            self._list.tick(now)

    def refresh_rows(self) -> None:
        """Read what is visible again."""
        if self.view is View.STATISTICS and self._statistics is not None:
            self._statistics.reload()
            return
        if self._here is not None:
            self._here.reload()
            return
        panes = [self._list] if self._list is not None else self._dashboard.panes
        for pane in panes:
            pane.rows.reload()

    async def open_channel(self, channel: int) -> None:
        """Open a channel; the one that was opened last is as it was left."""
        if self._place is None or self._place.channel != channel:
            former, make = self._place, partial(self._view_lists.make, channel=channel)
            self._place = ChannelPlace(channel, self._store, self._glyphs, self._remapped, make)
            await self.query_one("#views").mount(self._place)
            if former is not None:
                former.display = False
                former.remove()
        else:
            await self._place.show_tab(View.VIDEOS)
        if self._shown is not View.CHANNEL:
            self._left = self._shown
        self._show(View.CHANNEL)

    async def show_view(self, view: View) -> None:
        """Change to a view; that of a channel is opened at the one under the cursor of the channels."""
        if view is View.CHANNEL:
            channel = self._dashboard.channels.rows.key
            if self._here is None and channel is not None and channel >= 0:
                await self.open_channel(channel)
            return
        if view is View.STATISTICS:
            await self._open_statistics()
        elif view is not View.DASHBOARD and view not in self._lists:
            self._lists[view] = self._view_lists.make(view)
            await self.query_one("#views").mount(self._lists[view])
        self._show(view)

    def _show(self, view: View) -> None:
        """Show a view that is there."""
        self._shown = view
        others = {View.DASHBOARD: self._dashboard, View.STATISTICS: self._statistics}
        for other, widget in {**others, View.CHANNEL: self._place, **self._lists}.items():
            if widget is not None:
                widget.display = other is view
        self._show_keys()
        if view is View.DASHBOARD:
            self._dashboard.show_workers()
            self._dashboard.focus_first()
        elif view is View.STATISTICS and self._statistics is not None:
            self._statistics.focus()
        else:
            self.pane.focus_rows()
        self.refresh_rows()

    async def _open_statistics(self) -> None:
        if self._statistics is None:
            # Imported here: the plotting library is not paid for by the first frame.
            from ytui.tui.widgets.statistics_pane import StatisticsPane

            self._statistics = StatisticsPane(
                self._store,
                self._settings,
                self._clock,
                self._speeds,
                self._glyphs,
                id="view-statistics",
            )
            await self.query_one("#views").mount(self._statistics)

    async def next_pane(self) -> None:
        """Go to the next pane of the dashboard, to the next list of a channel, or to the next view."""
        if self._here is not None:
            await self._here.next_tab()
            self._footer.show(self.view, None)
            return
        if self.view is View.DASHBOARD:
            if not self._dashboard.focus_next():
                self._dashboard.focus_first()
            return
        await self.show_view(ORDER[(ORDER.index(self.view) + 1) % len(ORDER)])

    async def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        """Go to the list of the channel that was clicked on."""
        event.stop()
        if self._here is not None:
            await self._here.show_tab(event.tab)
            self._footer.show(self.view, None)

    async def back(self) -> None:
        """Take off the range, the filter, the marks; then go back, at last to the dashboard."""
        pane = self.pane
        if self.view is View.STATISTICS:
            await self.show_view(View.DASHBOARD)
        elif pane.rows.choosing_range:
            pane.rows.set_marks(pane.rows.selection)
        elif pane.filtered:
            pane.close_filter()
        elif pane.rows.selection:
            pane.rows.set_marks(set())
        elif self._here is not None:
            await self.show_view(self._left)
        elif self.view is not View.DASHBOARD:
            await self.show_view(View.DASHBOARD)
        else:
            self._dashboard.focus_first()
