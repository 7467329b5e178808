"""Key hints: the footer with the keys that work here, and the table of keys in the help."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from ytui.tui.keymap import call, keys_of, live, sign
from ytui.tui.keys import BY_NAME, MAIN, Pane, View


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


ALWAYS = ("back", "help", "quit")
"""Shown whatever the width: from the help the other keys are found."""


class KeyFooter(Widget):
    """As many live keys as there is room for, always with those for help and for leaving."""

    DEFAULT_CSS = "KeyFooter { height: 1; text-wrap: nowrap; dock: bottom; }"

    def __init__(self, view: View, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._view = view
        self._pane: Pane | None = None
        self._remapped = remapped
        self._places: list[tuple[int, int, str]] = []

    def show(self, view: View, pane: Pane | None) -> None:
        """Show the keys of a view; of the dashboard those of one pane."""
        if (view, pane) != (self._view, self._pane):
            self._view, self._pane = view, pane
            self.refresh()

    def items(self) -> list[tuple[str, str, str]]:
        """Return name, key and word of what is shown, in order."""
        entries = []
        for action in live(self._view, self._pane):
            keys = keys_of(action, self._remapped)
            word = action.short_in.get(self._view, action.short)
            if word and keys and (action.name != "back" or self._view not in MAIN - {View.CHANNEL}):
                entries.append((action.name, sign(keys[0]), word))
        room = self.size.width - 1
        room -= sum(entry_cells(entry) for entry in entries if entry[0] in ALWAYS)
        shown = []
        for entry in entries:
            if entry[0] in ALWAYS:
                shown.append(entry)
            elif entry_cells(entry) <= room:
                room -= entry_cells(entry)
                shown.append(entry)
        return shown

    def render(self) -> Content:
        """Paint the line and remember where each word is, for the mouse."""
        parts: list[tuple[str, str] | str] = [" "]
        x = 1
        self._places = []
        for name, key, word in self.items():
            end = x + cell_len(key) + 1 + cell_len(word)
            self._places.append((x, end, name))
            parts += [(key, "bold $accent"), " ", (word, "$dim"), "  "]
            x = end + 2
        return Content.assemble(*parts)

    async def on_click(self, event: events.Click) -> None:
        """A click on a word does what its key does."""
        for start, end, name in self._places:
            if start <= event.x < end:
                await self.app.run_action(call(BY_NAME[name]), self.app)


def entry_cells(entry: tuple[str, str, str]) -> int:
    """Return the cells that a key and its word take, with the gap after them."""
    return cell_len(entry[1]) + 1 + cell_len(entry[2]) + 2
