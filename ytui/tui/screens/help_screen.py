"""Help: the keys that work where the person came from; typing narrows them down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ytui.tui.keys import Group, Pane, View, live, signs
from ytui.tui.screens.manual_screen import show_topics
from ytui.tui.text import fit
from ytui.tui.widgets.key_hints import KeyTable

KEYS_CELLS = 18


def help_content(view: View, pane: Pane | None, remapped: Mapping[str, str], wanted: str) -> Content:
    """Return the live keys in their groups, as far as key or words contain ``wanted``."""
    parts: list[str | tuple[str, str]] = []
    wanted = wanted.lower().strip()
    for group in Group:
        lines: list[str | tuple[str, str]] = []
        for action in live(view, pane):
            keys = signs(action, remapped)
            if action.group is group and wanted in f"{keys} {action.words} {action.name}".lower():
                lines += [(fit(f"  {keys}", KEYS_CELLS), "bold $accent"), f"{action.words}\n"]
        if lines:
            parts += [(f"{group.value}\n", "bold $dim"), *lines, "\n"]
    return Content.assemble(*parts) if parts else Content("no key does that here")


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """Help; ``esc`` closes."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "close", "Close", show=False),
        Binding("tab", "topics", "The manual", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("pagedown", "scroll(10)", "A page down", show=False),
        Binding("pageup", "scroll(-10)", "A page up", show=False),
    ]

    def __init__(self, view: View, pane: Pane | None, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._view = view
        self._pane = pane
        self._remapped = remapped

    def compose(self) -> ComposeResult:
        """A filter and the keys."""
        filter_input = Input(placeholder="type to filter, tab opens the manual, esc closes", classes="filter")
        filter_input.cursor_blink = False
        with Vertical(id="box"):
            place = f"{self._view.value}, {self._pane.value}" if self._pane else self._view.value
            yield Static(f"Keys that work here ({place})", id="title", markup=False)
            yield filter_input
            with VerticalScroll(id="keys", can_focus=False):
                yield KeyTable(self._content(""), KEYS_CELLS, id="table")

    def on_mount(self) -> None:
        """Typing filters at once."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is left."""
        event.stop()
        self.query_one(KeyTable).show(self._content(event.value))

    def _content(self, wanted: str) -> Content:
        return help_content(self._view, self._pane, self._remapped, wanted)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter closes too."""
        event.stop()
        self.dismiss()

    def action_close(self) -> None:
        """Close."""
        self.dismiss()

    def action_topics(self) -> None:
        """Show what else there is to read."""
        show_topics(self.app, ascii_only=self.app.has_class("ascii"))

    def action_scroll(self, lines: int) -> None:
        """Scroll the keys."""
        self.query_one("#keys", VerticalScroll).scroll_relative(y=lines, animate=False)
