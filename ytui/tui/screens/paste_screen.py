"""Paste screen: many addresses at once, told in one line before they are added."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from ytui.config import ConfigError
from ytui.core.sanitize import clean
from ytui.tui.background import read_in_thread
from ytui.tui.undo import Result
from ytui.tui.widgets.form_fields import PasteActions

LOOK_AFTER = 0.2
"""Seconds of rest after which a text is looked through."""
KEYS = "ctrl+s: add and download them all   esc: back"


class PasteScreen(ModalScreen[Result | None], inherit_bindings=False):
    """Dismisses with what was done; None if the person left."""

    CSS_PATH = "paste.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave", show=False, priority=True),
        Binding("ctrl+s", "add", "Add them all", show=False, priority=True),
    ]

    def __init__(self, actions: PasteActions, text: str) -> None:
        """``text`` is what was pasted so far; more may follow."""
        super().__init__()
        self._actions = actions
        self._text = text
        self._timer: Timer | None = None
        self._adding = False

    def compose(self) -> ComposeResult:
        """The text, which can be mended, what it is, the keys."""
        with Vertical(id="box"):
            yield Static("Add many", id="title")
            yield TextArea(self._text, id="text", compact=True)
            yield Static("", id="said", markup=False)
            yield Static(KEYS, id="advice", markup=False)

    def on_mount(self) -> None:
        """The end of the text: what is pasted in pieces goes on there."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.focus()
        area.move_cursor(area.document.end)
        self._look_soon()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Say what it is, once the typing rests."""
        event.stop()
        self._look_soon()

    def _look_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        text = self.query_one(TextArea).text
        self._timer = self.set_timer(LOOK_AFTER, partial(self._look, text))

    def _look(self, text: str) -> None:
        def show(words: str | None) -> None:
            if words is not None and text == self.query_one(TextArea).text:
                self._say(words, "$success")

        read_in_thread(self, partial(self._actions.look, text), show, name="paste", group="paste")

    def action_add(self) -> None:
        """Add them all."""
        if not self._adding:
            self._adding = True
            add = partial(self._add, self.query_one(TextArea).text)
            read_in_thread(self, add, self._close_or_refuse, name="paste", group="paste")

    def _add(self, text: str) -> Result | str:
        """What was done, or why nothing was."""
        try:
            return self._actions.add(text)
        except (ConfigError, OSError, ValueError) as error:
            return str(error)

    def _close_or_refuse(self, added: Result | str | None) -> None:
        self._adding = False
        if isinstance(added, Result):
            self.dismiss(added)
        elif added is not None:
            self._say(added, "$error")

    def _say(self, words: str, style: str) -> None:
        self.query_one("#said", Static).update(Content.styled(clean(words), style))
