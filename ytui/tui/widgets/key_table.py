"""Keys and what they do, in two columns: words that need more than a line go on below themselves."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widgets import Static


class KeyTable(Static):
    """Lines whose first ``keys`` cells are the keys."""

    def __init__(self, table: Content, keys: int, *, id: str | None = None) -> None:
        super().__init__(table, id=id)
        self._table = table
        self._keys = keys

    def show(self, table: Content) -> None:
        """Show other keys."""
        self._table = table
        self.update(hanging(table, self._keys, self.size.width))

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines anew."""
        self.show(self._table)


def hanging(table: Content, keys: int, width: int) -> Content:
    """Return ``table`` in lines of ``width`` cells at most, broken within its second column."""
    lines: list[Content] = []
    for line in table.split("\n"):
        if line.cell_length <= width or width <= keys:
            lines.append(line)
            continue
        first, *more = line[keys:].wrap(width - keys)
        lines.append(line[:keys] + first)
        lines += [Content(" " * keys) + words for words in more]
    return Content("\n").join(lines)
