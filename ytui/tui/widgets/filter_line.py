"""Filter line: what a list shows is typed here; the arrows bring earlier filters, tab those with a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from ytui.store.database import Store
from ytui.store.lists import filter_history
from ytui.tui.background import read_in_thread

_LAST_WORD = re.compile(r"@[\w-]*$")


class FilterLine(Input):
    """A line that knows what was typed into it before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier", "Earlier filter", show=False),
        Binding("down", "later", "Later filter", show=False),
        Binding("tab", "named", "Named filter", show=False),
    ]

    def __init__(self, hint: str, store: Store, name: str) -> None:
        """``name`` is that of the list in the history."""
        super().__init__(placeholder=hint, select_on_focus=False, classes="filter")
        self.cursor_blink = False
        self.named: Callable[[], Mapping[str, str]] = dict
        """The filters that have a name, by it."""
        self._store = store
        self._name_of_list = name
        self._earlier: Sequence[str] = ()
        self._at = 0
        """How far back what stands here is; 0 is what was typed."""
        self._typed = ""

    def recall(self) -> None:
        """Read what was typed before."""
        self._at = 0
        read_in_thread(
            self,
            lambda: filter_history.earlier(self._store.db, self._name_of_list),
            self._take,
            name="history",
        )

    def _take(self, earlier: Sequence[str] | None) -> None:
        self._earlier = earlier or ()

    def remember(self, text: str) -> None:
        """Keep a filter that was used, for later and for the next start."""
        self._at = 0
        self._earlier = [text, *(each for each in self._earlier if each != text)]
        note = partial(filter_history.note, name=self._name_of_list, text=text)
        read_in_thread(self, lambda: note(self._store.db), lambda _: None, name="history")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is nothing later, and no filter has a name, the keys do what they do elsewhere."""
        if action == "later":
            return self._at > 0
        return bool(self.named()) if action == "named" else super().check_action(action, parameters)

    def action_earlier(self) -> None:
        """Show what was typed before this."""
        if self._at < len(self._earlier):
            self._typed = self._typed if self._at else self.value
            self._go(self._at + 1)

    def action_later(self) -> None:
        """Show what was typed after this; at last what stood here."""
        self._go(self._at - 1)

    def _go(self, at: int) -> None:
        self._at = at
        self._put(self._earlier[at - 1] if at else self._typed)

    def action_named(self) -> None:
        """Complete the name that is begun, or go on to the next one."""
        names = sorted(self.named())
        match = _LAST_WORD.search(self.value)
        begun = match[0][1:] if match is not None else ""
        before = self.value[: match.start()] if match is not None else self.value
        if begun in names:
            name = names[(names.index(begun) + 1) % len(names)]
        else:
            name = next((each for each in names if each.startswith(begun)), names[0])
        self._put(f"{before}{' ' if before and not before.endswith(' ') else ''}@{name}")

    def _put(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)
