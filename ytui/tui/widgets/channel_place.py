"""Place of a channel: its videos, jobs, plan items and log lines, a tab each below a line that names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ytui.core.formatting import group_digits
from ytui.core.sanitize import clean
from ytui.store.database import Store
from ytui.store.lists.channel_queries import ChannelCounts, counts_of
from ytui.tui.background import read_in_thread
from ytui.tui.keymap import keys_of, sign
from ytui.tui.keys import BY_NAME, View
from ytui.tui.text import Glyphs, shorten
from ytui.tui.widgets.list_pane import ListPane

TABS = {View.VIDEOS: "Videos", View.JOBS: "Jobs", View.PLAN: "Work plan", View.LOG: "Log"}
"""The lists of a place, by the view of all channels that each is a part of, in their order."""
LEAST_NAME = 12
"""Cells that the channel's name is given before the hint of the keys."""
HINTS = ("next_pane", "channel_page", "back")


class TabLine(Widget):
    """The channel's name and the tabs with their numbers; a click on one goes there."""

    DEFAULT_CSS = "TabLine { height: 1; text-wrap: nowrap; }"

    @dataclass
    class Chosen(Message):
        """A tab was clicked on."""

        tab: View

    def __init__(self, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._remapped = remapped
        self._shown: tuple[ChannelCounts | None, View, bool] = (None, View.VIDEOS, False)
        self._places: list[tuple[int, int, View]] = []

    def show(self, counts: ChannelCounts | None, tab: View, *, gone: bool = False) -> None:
        """Show these numbers, None while they are not read, and which tab this is."""
        if (counts, tab, gone) != self._shown:
            self._shown = counts, tab, gone
            self.refresh()

    def render(self) -> Content:
        """Paint the line and remember where each tab is, for the mouse."""
        counts, here, gone = self._shown
        tabs = [(tab, f"{word} {number}".rstrip()) for tab, word, number in _numbered(counts)]
        width = self.size.width - 1
        room = width - sum(cell_len(words) + 3 for _, words in tabs)
        name = "this channel is gone" if gone else clean(counts.name) if counts else ""
        hint = self._hint()
        if cell_len(hint) + max(LEAST_NAME, cell_len(name)) + 2 > room:
            hint = ""
        name = shorten(name, room - len(hint), self._glyphs.ellipsis)
        parts: list[tuple[str, str] | str] = [" ", (name, "bold $accent")]
        x = 1 + cell_len(name)
        self._places = []
        for tab, words in tabs:
            sign_here = self._glyphs.cursor if tab is here else " "
            parts += [f"  {sign_here}", (words, "bold" if tab is here else "$dim")]
            x += 3
            self._places.append((x, x + cell_len(words), tab))
            x += cell_len(words)
        gap = " " * max(0, width + 1 - x - cell_len(hint) - 1)
        return Content.assemble(*parts, gap, (hint, "$dim")) if hint else Content.assemble(*parts)

    def _hint(self) -> str:
        actions = [BY_NAME[name] for name in HINTS]
        words = zip(actions, ("next", "page", "back"), strict=True)
        return "  ".join(f"{sign(keys_of(action, self._remapped)[0])} {word}" for action, word in words)

    def on_click(self, event: events.Click) -> None:
        """Go to the tab that was clicked on."""
        for start, end, tab in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(tab))


def _numbered(counts: ChannelCounts | None) -> list[tuple[View, str, str]]:
    known = {} if counts is None else {
        View.VIDEOS: counts.videos, View.JOBS: counts.jobs, View.PLAN: counts.failures
    }  # fmt: skip
    numbers = {tab: group_digits(known[tab]) if known.get(tab) else "" for tab in TABS}
    if numbers[View.JOBS]:
        # Its list has those that have ended, too.
        numbers[View.JOBS] += " active"
    return [(tab, word, numbers[tab]) for tab, word in TABS.items()]


class ChannelPlace(Vertical):
    """One channel's lists; each keeps its cursor, marks and filter while another one is looked at."""

    # Its widgets cover all of it.
    BLANK = True

    def __init__(
        self,
        channel: int,
        store: Store,
        glyphs: Glyphs,
        remapped: Mapping[str, str],
        make: Callable[[View], ListPane],
    ) -> None:
        """``make`` returns the channel's part of a view's list."""
        super().__init__()
        self.channel = channel
        self._store = store
        self._make = make
        self._tab_line = TabLine(glyphs, remapped)
        self._tab = View.VIDEOS
        self._panes = {View.VIDEOS: make(View.VIDEOS)}
        self._counts: ChannelCounts | None = None
        self._reading = False

    def compose(self) -> ComposeResult:
        """The line, and the first list; the others are made when they are asked for."""
        yield self._tab_line
        yield self._panes[self._tab]

    @property
    def view(self) -> View:
        """What is shown as far as keys are concerned.

        Of the videos a view of its own: `delete` unsubscribes where one came from, and must not delete here.
        """
        return View.CHANNEL if self._tab is View.VIDEOS else self._tab

    @property
    def pane(self) -> ListPane:
        """The list that is shown."""
        return self._panes[self._tab]

    @property
    def panes(self) -> list[ListPane]:
        """The lists that were made."""
        return list(self._panes.values())

    async def next_tab(self) -> None:
        """Go to the next list, after the last one to the first."""
        tabs = list(TABS)
        await self.show_tab(tabs[(tabs.index(self._tab) + 1) % len(tabs)])

    async def show_tab(self, tab: View) -> None:
        """Go to one of the lists."""
        if tab not in self._panes:
            self._panes[tab] = self._make(tab)
            await self.mount(self._panes[tab])
        self._tab = tab
        for other, pane in self._panes.items():
            pane.display = other is tab
        self._tab_line.show(self._counts, tab)
        self.pane.focus_rows()
        self.reload()

    def reload(self) -> None:
        """Read the list and the numbers again."""
        self.pane.rows.reload()
        if not self._reading:
            self._reading = True
            read_in_thread(self, partial(self._read), self._show_counts, name="channel")

    def _read(self) -> tuple[ChannelCounts | None]:
        return (counts_of(self._store.db, self.channel),)

    def _show_counts(self, read: tuple[ChannelCounts | None] | None) -> None:
        """Show what was read; None where it could not be."""
        self._reading = False
        if read is not None:
            self._counts = read[0]
            self._tab_line.show(self._counts, self._tab, gone=self._counts is None)
