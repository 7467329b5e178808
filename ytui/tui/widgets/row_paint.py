"""Row painting: signs, cells in their columns, or a heading, as styled segments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.widget import Widget

from ytui.tui.lists.rows import Column, Row, Tone, column_widths
from ytui.tui.text import Glyphs, fit

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
    width: int,
    glyphs: Glyphs,
    style: StyleOf,
    *,
    sign: str,
    marked: bool,
) -> list[Segment]:
    """Return a row's line of about ``width`` cells; the caller cuts or fills what is missing."""
    segments = [
        Segment(sign, style(Tone.STRONG)),
        Segment(glyphs.mark if marked else " ", style(Tone.WARN)),
    ]
    cells = _heading(row, width - MARGIN, glyphs) if row.heading else _cells(row, columns, width, glyphs)
    for number, (text, tone) in enumerate(cells):
        if number:
            segments.append(Segment(" ", style(Tone.PLAIN)))
        segments.append(Segment(text, style(tone)))
    return segments


def _cells(row: Row, columns: Sequence[Column], width: int, glyphs: Glyphs) -> list[tuple[str, Tone]]:
    return [
        (fit(cell.text, cells, right=column.right, ellipsis=glyphs.ellipsis), cell.tone)
        for column, cell, cells in zip(
            columns, row.cells, column_widths(columns, width - MARGIN), strict=True
        )
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
