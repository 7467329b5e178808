"""Key hints: the footer with the keys that work here, and the table of keys in the help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from ytui.tui.keymap import call, keys_of, live, sign
from ytui.tui.keys import BY_NAME, MAIN, Pane, View
from ytui.tui.lists.acting import Here, can_act

COLUMN_CELLS, COLUMN_GAP, MOST_COLUMNS = 48, 3, 3
"""The table stands in columns from so many cells each on."""


class KeyTable(Widget):
    """Groups of lines whose first cells are the keys, in columns where there is room."""

    DEFAULT_CSS = "KeyTable { width: 1fr; height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table = Content("")
        self._keys = 0

    def show(self, table: Content, keys: int) -> None:
        """Show these keys."""
        if (table, keys) != (self._table, self._keys):
            self._table, self._keys = table, keys
            self.clear_cached_dimensions()
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines it has in so many cells."""
        return len(in_columns(self._table, self._keys, width).split("\n", allow_blank=True))

    def render(self) -> Content:
        """Paint the lines, broken at the width there is."""
        return in_columns(self._table, self._keys, self.size.width)


def in_columns(table: Content, keys: int, width: int) -> Content:
    """Return ``table`` in the columns there is room for, about as long as each other; groups stay whole."""
    count = min(MOST_COLUMNS, (width + COLUMN_GAP) // (COLUMN_CELLS + COLUMN_GAP))
    if count < 2:
        return hanging(table, keys, width)
    cells = (width - COLUMN_GAP * (count - 1)) // count
    groups = [hanging(group, keys, cells).split("\n") for group in table.rstrip("\n").split("\n\n")]
    longest = sum(len(group) + 1 for group in groups)
    packed = (_packed(groups, height) for height in range(max(map(len, groups)), longest + 1))
    columns = next(found for found in packed if len(found) <= count)
    lines = []
    for parts in zip_longest(*columns, fillvalue=Content("")):
        padded = [part.pad_right(cells + COLUMN_GAP - part.cell_length) for part in parts]
        lines.append(Content("").join(padded).rstrip())
    return Content("\n").join(lines)


def _packed(groups: Sequence[list[Content]], height: int) -> list[list[Content]]:
    """Return the groups in columns of ``height`` lines at most, an empty line between two of them."""
    columns: list[list[Content]] = [[]]
    for group in groups:
        if columns[-1] and len(columns[-1]) + 1 + len(group) > height:
            columns.append([])
        columns[-1] += [*([Content("")] if columns[-1] else []), *group]
    return columns


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
ON_A_PHONE = ("back", "next_pane", "help")
"""The same where the line is short: there one pane is shown, and another one is a key away."""
SHORT_CELLS = 60
Entry = tuple[str, str, str]
"""Name, key and word of an action."""


class KeyFooter(Widget):
    """As many keys as there is room for of those that can act here; always those for help and for leaving."""

    DEFAULT_CSS = "KeyFooter { height: 1; text-wrap: nowrap; dock: bottom; }"

    def __init__(self, view: View, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._view = view
        self._pane: Pane | None = None
        self._here: Here | None = None
        self._remapped = remapped
        self._shown: list[Entry] = []
        self._places: list[tuple[int, int, str]] = []

    def show(self, view: View, pane: Pane | None, here: Here | None = None) -> None:
        """Show the keys of a view, of the dashboard those of one pane; ``here``: what they could act on."""
        self._view, self._pane, self._here = view, pane, here
        if self.items() != self._shown:
            self.refresh()

    def items(self) -> list[Entry]:
        """Return what is shown, in order."""
        always = ALWAYS if self.size.width >= SHORT_CELLS else ON_A_PHONE
        entries = [
            (action.name, sign(keys[0]), action.short_in.get(self._view, action.short))
            for action in live(self._view, self._pane)
            if action.short and self._acts(action.name) and (keys := keys_of(action, self._remapped))
        ]
        room = self.size.width - 1
        room -= sum(entry_cells(entry) for entry in entries if entry[0] in always)
        shown = []
        for entry in entries:
            if entry[0] in always:
                shown.append(entry)
            elif entry_cells(entry) <= room:
                room -= entry_cells(entry)
                shown.append(entry)
        return shown

    def _acts(self, name: str) -> bool:
        if name == "back":
            return self._view not in MAIN - {View.CHANNEL}
        return self._here is None or can_act(name, self._here)

    def render(self) -> Content:
        """Paint the line and remember where each word is, for the mouse."""
        parts: list[tuple[str, str] | str] = [" "]
        x = 1
        self._places, self._shown = [], self.items()
        for name, key, word in self._shown:
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


def entry_cells(entry: Entry) -> int:
    """Return the cells that a key and its word take, with the gap after them."""
    return cell_len(entry[1]) + 1 + cell_len(entry[2]) + 2
