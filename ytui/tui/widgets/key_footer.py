"""The last line: the keys that work here, made from the one table."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widget import Widget

from ytui.tui.keys import BY_NAME, MAIN, Pane, View, keys_of, live, sign

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
            if action.short and (action.name != "back" or self._view not in MAIN):
                entries.append((action.name, sign(keys_of(action, self._remapped)[0]), action.short))
        room = self.size.width - 1
        room -= sum(_cells(entry) for entry in entries if entry[0] in ALWAYS)
        shown = []
        for entry in entries:
            if entry[0] in ALWAYS:
                shown.append(entry)
            elif _cells(entry) <= room:
                room -= _cells(entry)
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
                await self.app.run_action(f"do('{BY_NAME[name].name}')", self.app)


def _cells(entry: tuple[str, str, str]) -> int:
    return cell_len(entry[1]) + 1 + cell_len(entry[2]) + 2
