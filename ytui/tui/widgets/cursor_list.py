"""Cursor list: items under each other with a cursor that keys and the mouse move; how rows are painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from ytui.tui.lists.rows import Column, Row, Tone
from ytui.tui.text import Glyphs, fit

WHEEL = 3
"""Items that a notch of the mouse's wheel moves the cursor by."""


class CursorScroll(ScrollView, inherit_bindings=False):
    """Keeps the item under the cursor in view; what an item is, and how it is painted, others know."""

    LINES = 1
    """Lines of an item."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0

    def move_to(self, index: int) -> None:
        """Move the cursor to an item, the nearest there is."""
        raise NotImplementedError

    def move_by(self, items: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + items)

    @property
    def visible_size(self) -> Size:
        """The size of what is visible of the items; while they are hidden, of what was and will be again."""
        return self.outer_size.region.shrink(self.styles.gutter).shrink(self.scrollbar_gutter).size

    def page_rows(self) -> int:
        """How many items are visible."""
        return max(1, self.visible_size.height // self.LINES)

    def bring_into_view(self) -> None:
        """Scroll as far as it takes to see the whole item under the cursor."""
        first, top = self.cursor * self.LINES, round(self.scroll_y)
        height = max(self.LINES, self.visible_size.height)
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif first + self.LINES > top + height:
            self.scroll_to(y=first + self.LINES - height, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """The mouse may move the cursor too."""
        self.move_to((round(self.scroll_y) + event.y) // self.LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor too: a list that follows its end then stops doing so."""
        event.stop().prevent_default()
        self.move_by(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor too."""
        event.stop().prevent_default()
        self.move_by(WHEEL)


MARGIN = 2
"""Cells before the first column: the cursor's sign and the mark's."""
StyleOf = Callable[[Tone], Style]


class RowStyles:
    """The style of each tone in a widget, plain, marked or under the cursor; remembered for its theme.

    Without the keyboard a list has its cursor ``away``.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known: dict[tuple[Tone, bool, bool, bool], Style] = {}

    def forget(self) -> None:
        """The theme has changed."""
        self._known.clear()

    def of(self, tone: Tone, *, at_cursor: bool = False, away: bool = False, marked: bool = False) -> Style:
        """Return the style of a piece of a row."""
        style = self._known.get((tone, at_cursor, away, marked))
        if style is None:
            style = self._widget.rich_style + self._part(f"tone--{tone.value}")
            if marked:
                style += self._part("row--marked")
            if at_cursor:
                style += self._part("row--cursor-away" if away else "row--cursor")
            self._known[tone, at_cursor, away, marked] = style
        return style

    def _part(self, name: str) -> Style:
        return self._widget.get_component_rich_style(name, partial=True)


def row_segments(
    row: Row,
    columns: Sequence[Column],
    widths: Sequence[int],
    width: int,
    glyphs: Glyphs,
    style: StyleOf,
    *,
    sign: str,
    marked: bool,
) -> list[Segment]:
    """Return a row's line of about ``width`` cells; the caller cuts or fills what is missing.

    ``widths`` are those of its columns; a heading has the whole line.
    """
    segments = [
        Segment(sign, style(Tone.STRONG)),
        Segment(glyphs.mark if marked else " ", style(Tone.WARN)),
    ]
    cells = _heading(row, width - MARGIN, glyphs) if row.heading else _cells(row, columns, widths, glyphs)
    for number, (text, tone) in enumerate(cells):
        if number:
            segments.append(Segment(" ", style(Tone.PLAIN)))
        segments.append(Segment(text, style(tone)))
    return segments


def _cells(
    row: Row, columns: Sequence[Column], widths: Sequence[int], glyphs: Glyphs
) -> list[tuple[str, Tone]]:
    return [
        (fit(cell.text, cells, right=column.right, ellipsis=glyphs.ellipsis), cell.tone)
        for column, cell, cells in zip(columns, row.cells, widths, strict=True)
        if cells
    ]


def _heading(row: Row, width: int, glyphs: Glyphs) -> list[tuple[str, Tone]]:
    pieces = []
    for number, cell in enumerate(row.cells):
        text = f" {cell.text}" if number else cell.text
        if cell_len(text) > width:
            text = fit(text, max(0, width), ellipsis=glyphs.ellipsis)
        pieces.append((text, cell.tone))
        width -= cell_len(text) + 1
    return pieces
