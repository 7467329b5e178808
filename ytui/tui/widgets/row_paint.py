"""One line of a list as segments: signs, cells in their columns, or a heading over the whole width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from ytui.tui.rows import Column, Row, Tone, column_widths
from ytui.tui.text import Glyphs, fit

MARGIN = 2
"""Cells before the first column: the cursor's sign and the mark's."""
StyleOf = Callable[[Tone], Style]


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
