"""Workers view: what each that works does, how far and how fast; those that rest are one line."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ytui.engine.live_status import SlotView
from ytui.tui.lists.rows import TONE_CLASSES, Tone
from ytui.tui.text import Glyphs
from ytui.tui.worker_lines import (
    NO_HISTORY,
    Line,
    WorkerHistory,
    is_resting,
    resting_groups,
    resting_line,
    worker_lines,
)

MOST_LINES = 4
"""Lines a worker has where there is room: three that say something, and one that sets it apart."""


class WorkersPane(Widget, can_focus=True, inherit_bindings=False):
    """The workers under each other: one to four lines each, as there is room, and one for those that rest.

    The cursor goes from one to the next, and stays with its worker while others come and go.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES, "row--cursor"}

    class Changed(Message):
        """More or fewer of them are hidden, or the cursor is on another job."""

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self.hidden = 0
        """How many workers there is no room for."""
        self._items: list[tuple[SlotView, ...]] = []
        """Those that work one by one, then those that rest for the same reason."""
        self._lines: list[tuple[Line, bool]] = []
        self._places: list[int] = []
        """The item of each line."""
        self._histories: dict[int, WorkerHistory] = {}
        self._top = 0
        self._now = 0.0
        self._slot: int | None = None
        """The worker under the cursor."""
        self._told: tuple[int, int | None] = (0, None)
        """What others have heard of it."""
        self.cursor = 0

    @property
    def job(self) -> int | None:
        """The job of the worker under the cursor."""
        item = self._items[self.cursor] if self.cursor < len(self._items) else ()
        return item[0].job if len(item) == 1 else None

    def take(self, slots: tuple[SlotView, ...], now: float) -> None:
        """Have these workers from now on; nothing is painted yet."""
        self._now = now
        self._histories = {
            view.slot: self._histories.get(view.slot, NO_HISTORY).after(view, now) for view in slots
        }
        alone = [(view,) for view in slots]
        resting = resting_groups(view for view in slots if self._rests((view,)))
        self._items = [*(item for item in alone if not self._rests(item)), *resting]
        slots_of = [[view.slot for view in item] for item in self._items]
        here = next((number for number, found in enumerate(slots_of) if self._slot in found), self.cursor)
        self._go_to(here)

    def show(self) -> None:
        """Show the workers; only what differs is painted."""
        old, self._lines = self._lines, self._build()
        if len(old) != len(self._lines):
            self.refresh()
            return
        regions = [
            Region(*span_, 1)
            for y, (before, after) in enumerate(zip(old, self._lines, strict=True))
            for span_ in _changed(before, after, y)
        ]
        if regions:
            self.refresh(*regions)

    def move_by(self, rows: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + rows)

    def move_to(self, index: int) -> None:
        """Move the cursor to a worker, or to those that rest."""
        self._go_to(index)
        self.show()

    def _go_to(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self._items) - 1))
        self._slot = self._items[self.cursor][0].slot if self._items else None

    def page_rows(self) -> int:
        """How many workers are visible."""
        height = self.outer_size.height
        return max(1, len(self._visible(self._heights(height), height)))

    def lines_wanted(self, room: int) -> int:
        """Return how many of the lines there are room for the workers would use."""
        return sum(self._heights(room))

    def _heights(self, room: int) -> list[int]:
        """Return the lines of each item: those that rest have one, the others share what is left."""
        working = sum(not self._rests(item) for item in self._items)
        each = (room - (len(self._items) - working)) // max(1, working)
        each = max(1, min(MOST_LINES, each))
        return [1 if self._rests(item) else each for item in self._items]

    def _rests(self, item: tuple[SlotView, ...]) -> bool:
        return is_resting(item[0]) and self._histories[item[0].slot].has_settled(self._now)

    def _build(self) -> list[tuple[Line, bool]]:
        # Its size when it is hidden is that which it had: it has no border, so this is all of it.
        width, height = self.outer_size
        heights = self._heights(height)
        shown = self._visible(heights, height)
        hidden = sum(len(item) for n, item in enumerate(self._items) if n not in shown) if height else 0
        self.hidden = hidden
        if (hidden, self.job) != self._told:
            self._told = (hidden, self.job)
            self.post_message(self.Changed())
        lines: list[tuple[Line, bool]] = []
        self._places = []
        for number in shown:
            at_cursor = self.has_focus and number == self.cursor
            for index, line in enumerate(self._lines_of(self._items[number], width - 1, heights[number])):
                sign = self._glyphs.cursor if at_cursor and index == 0 else " "
                lit = at_cursor and index < min(heights[number], MOST_LINES - 1)
                lines.append(([(sign, Tone.STRONG), *line], lit))
                self._places.append(number)
        return lines[:height]

    def _visible(self, heights: list[int], height: int) -> range:
        """Return the items that there is room for, the one under the cursor among them."""
        top = min(self._top, self.cursor)
        while top < self.cursor and sum(heights[top : self.cursor + 1]) > height:
            top += 1
        while top and sum(heights[top - 1 :]) <= height:
            top -= 1
        self._top = end = top
        while end < len(heights) and (end == top or sum(heights[top : end + 1]) <= height):
            end += 1
        return range(top, end)

    def _lines_of(self, item: tuple[SlotView, ...], width: int, height: int) -> list[Line]:
        if self._rests(item):
            return [resting_line(item, width, self._glyphs, self._now)]
        history = self._histories.get(item[0].slot, NO_HISTORY)
        return worker_lines(item[0], width, height, self._glyphs, self._now, history)

    def on_resize(self, event: events.Resize) -> None:
        """Another size has other lines."""
        self.show()

    def on_focus(self, event: events.Focus) -> None:
        """Show the cursor."""
        self.show()

    def on_blur(self, event: events.Blur) -> None:
        """Hide the cursor."""
        self.show()

    def on_click(self, event: events.Click) -> None:
        """The mouse may move the cursor too."""
        if event.y < len(self._places):
            self.move_to(self._places[event.y])

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        base = self.rich_style
        if y >= len(self._lines):
            return Strip.blank(self.size.width, base)
        line, at_cursor = self._lines[y]
        segments = [Segment(text, self._style(base, tone, at_cursor)) for text, tone in line]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _style(self, base: Style, tone: Tone, at_cursor: bool) -> Style:
        style = base + self.get_component_rich_style(f"tone--{tone.value}", partial=True)
        return style + self.get_component_rich_style("row--cursor", partial=True) if at_cursor else style


def _changed(before: tuple[Line, bool], after: tuple[Line, bool], y: int) -> list[tuple[int, int, int]]:
    """Return the span of cells (x, y, width) in which two lines differ, if they do."""
    if before == after:
        return []
    old, new = _cells(before), _cells(after)
    length = max(len(old), len(new))
    old += [None] * (length - len(old))
    new += [None] * (length - len(new))
    differing = [x for x in range(length) if old[x] != new[x]]
    return [(differing[0], y, differing[-1] - differing[0] + 1)] if differing else []


def _cells(line: tuple[Line, bool]) -> list[tuple[str, Tone, bool] | None]:
    pieces, at_cursor = line
    return [
        (character, tone, at_cursor)
        for text, tone in pieces
        for character in text
        # A combining mark changes the cell before it; both are in the span that is painted again.
        for _ in range(max(1, cell_len(character)))
    ]
