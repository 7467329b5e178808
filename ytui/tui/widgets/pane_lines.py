"""Lines around a list: the names of its columns above the rows, a few words about one of them below."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from ytui.tui.lists.rows import ListSource
from ytui.tui.text import Glyphs, fit, shorten
from ytui.tui.widgets.cursor_list import MARGIN
from ytui.tui.widgets.row_list import RowList


class PaneNote(Widget):
    """A few words about the row under the cursor."""

    DEFAULT_CSS = "PaneNote { height: 1; text-wrap: nowrap; }"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._note = ""

    def show(self, note: str) -> None:
        """Show this note."""
        if note != self._note:
            self._note = note
            self.refresh()

    def render(self) -> Content:
        """Paint the note in what room there is; what does not fit its last line is cut off there."""
        if not self._note:
            return Content("")
        room, most = max(1, self.size.width - 4), max(1, self.size.height)
        lines = [str(line).rstrip() for line in Content(self._note).wrap(room)] if most > 1 else [self._note]
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        text = "\n    ".join(shorten(line, room, self._glyphs.ellipsis) for line in lines)
        return Content.assemble("  ", (f"{self._glyphs.arrow} ", "$accent"), (text, "$dim"))


class ColumnNames(Widget):
    """The line above the rows."""

    DEFAULT_CSS = "ColumnNames { height: 1; color: $dim; text-wrap: nowrap; }"

    def __init__(self, rows: RowList, glyphs: Glyphs) -> None:
        super().__init__()
        self._rows = rows
        self._glyphs = glyphs
        self._shown: tuple[ListSource, list[int]] | None = None

    def show(self) -> None:
        """Show the columns as the rows have them by now; nothing is painted if these are the same."""
        if self._shown is not None and (self._rows.source, self._rows.widths()) != self._shown:
            self.refresh()

    def render(self) -> Content:
        """Paint each name over its column, with a sign at the one that is sorted by."""
        source, widths = self._shown = self._rows.source, self._rows.widths()
        sign = self._glyphs.state("descending" if source.descending else "ascending")
        names = [
            fit(column.title + (sign if number == source.sort else ""), cells, right=column.right)
            for number, (column, cells) in enumerate(zip(source.columns, widths, strict=True))
            if cells
        ]
        return Content(" " * MARGIN + " ".join(names))
