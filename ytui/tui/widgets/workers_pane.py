"""Workers view: one pane each, what it does, how far and how fast; changed cells are painted."""

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
from ytui.tui.worker_lines import NO_HISTORY, Line, WorkerHistory, worker_lines

MOST_LINES = 4
"""Lines a worker has where there is room: three that say something, and one that sets it apart."""


class WorkersPane(Widget, can_focus=True, inherit_bindings=False):
    """The workers under each other, as many lines each as there is room for (1 to 4)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES, "row--cursor"}

    class Changed(Message):
        """More or fewer of them are hidden."""

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self.hidden = 0
        """How many workers there is no room for."""
        self._slots: tuple[SlotView, ...] = ()
        self._lines: list[tuple[Line, bool]] = []
        self._histories: dict[int, WorkerHistory] = {}
        self._top = 0
        self._now = 0.0
        self.cursor = 0

    @property
    def job(self) -> int | None:
        """The job of the worker under the cursor."""
        return self._slots[self.cursor].job if self.cursor < len(self._slots) else None

    def take(self, slots: tuple[SlotView, ...], now: float) -> None:
        """Have these workers from now on; nothing is painted yet."""
        self._slots, self._now = slots, now
        self._histories = {
            view.slot: self._histories.get(view.slot, NO_HISTORY).after(view, now) for view in slots
        }
        self.cursor = max(0, min(self.cursor, len(slots) - 1))

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
        """Move the cursor to a worker."""
        self.cursor = max(0, min(index, len(self._slots) - 1))
        self.show()

    def page_rows(self) -> int:
        """How many workers are visible."""
        return max(1, self.outer_size.height // self._lines_each())

    def lines_wanted(self, room: int) -> int:
        """Return how many of the lines there are room for the workers would use."""
        return len(self._slots) * _lines_each(room, len(self._slots))

    def _lines_each(self) -> int:
        return _lines_each(self.outer_size.height, len(self._slots))

    def _build(self) -> list[tuple[Line, bool]]:
        # Its size when it is hidden is that which it had: it has no border, so this is all of it.
        (width, height), each = self.outer_size, self._lines_each()
        shown = max(1, height // each)
        hidden = max(0, len(self._slots) - shown) if height else 0
        if hidden != self.hidden:
            self.hidden = hidden
            self.post_message(self.Changed())
        self._top = max(0, min(self._top, self.cursor, len(self._slots) - shown))
        self._top = max(self._top, self.cursor - shown + 1)
        lines: list[tuple[Line, bool]] = []
        for number, view in enumerate(self._slots[self._top : self._top + shown], self._top):
            at_cursor = self.has_focus and number == self.cursor
            history = self._histories.get(view.slot, NO_HISTORY)
            texts = worker_lines(view, width - 1, each, self._glyphs, self._now, history)
            for index, line in enumerate(texts):
                sign = self._glyphs.cursor if at_cursor and index == 0 else " "
                lines.append(([(sign, Tone.STRONG), *line], at_cursor and index < min(each, MOST_LINES - 1)))
        return lines[:height]

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
        self.move_to(self._top + event.y // self._lines_each())

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


def _lines_each(room: int, workers: int) -> int:
    return max(1, min(MOST_LINES, room // max(1, workers)))


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
