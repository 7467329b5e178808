"""Menu: one line a choice, with a letter that holds while the menu is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from ytui.core.sanitize import clean
from ytui.tui.widgets.key_hints import hanging

LETTER_CELLS = 4
AROUND_ROWS = 6
"""Rows of the box beside its choices: border, title and hint."""
KEPT_LETTERS = frozenset("jkq.")
"""No choice has one of these: they move and close."""


@dataclass(frozen=True)
class MenuEntry:
    """A choice: what it is called in the answer, its letter, and what it does."""

    name: str
    letter: str
    words: str


class MenuScreen(ModalScreen[str | None], inherit_bindings=False):
    """Dismisses with the name of the choice; None if the person left."""

    CSS_PATH = "menu.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,full_stop,q,backspace", "dismiss", "Leave", show=False),
        Binding("j,tab", "move(1)", "Down", show=False),
        Binding("k,shift+tab", "move(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, entries: Sequence[MenuEntry]) -> None:
        super().__init__()
        self._title = title
        self._entries = entries
        self._list = OptionList(*(entry.words for entry in entries), id="entries", compact=True, markup=False)

    def compose(self) -> ComposeResult:
        """Title, choices, how to choose."""
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            yield self._list
            yield Static("its letter or enter does it, esc closes", id="hint")

    def on_mount(self) -> None:
        """The keyboard is the list's."""
        self._list.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines at the width there is, and keep title and hint in view."""
        self._list.styles.max_height = max(1, event.size.height - AROUND_ROWS)
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = self._list.scrollable_content_region.width
        for number, entry in enumerate(self._entries):
            line = Content.assemble(
                (f" {entry.letter}".ljust(LETTER_CELLS), "bold $accent"), clean(entry.words)
            )
            self._list.replace_option_prompt_at_index(number, hanging(line, LETTER_CELLS, width))

    def on_key(self, event: events.Key) -> None:
        """A letter chooses."""
        for entry in self._entries:
            if event.character == entry.letter:
                event.stop()
                self.dismiss(entry.name)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter and the mouse choose, too."""
        event.stop()
        self.dismiss(self._entries[event.option_index].name)

    def action_move(self, rows: int) -> None:
        """Move to the next choice, or to the one before."""
        if rows > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()
