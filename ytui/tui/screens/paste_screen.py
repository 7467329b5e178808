"""Paste screen: many addresses at once, told in one line before they are added."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from ytui.config import ConfigError
from ytui.core.sanitize import clean
from ytui.tui.undo import Result
from ytui.tui.widgets.form_fields import PasteActions

LOOK_AFTER = 0.2
"""Seconds of rest after which a text is looked through."""
KEYS = "ctrl+s: add and download them all   esc: back"


class PasteScreen(ModalScreen[Result | None], inherit_bindings=False):
    """Dismisses with what was done; None if the person left."""

    CSS_PATH = "paste.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+s", "add", "Add them all", show=False, priority=True),
    ]

    class Looked(Message):
        """A text was looked through."""

        def __init__(self, text: str, words: str) -> None:
            super().__init__()
            self.text, self.words = text, words

    class Added(Message):
        """It was added, or was not."""

        def __init__(self, done: Result | None, wrong: str = "") -> None:
            super().__init__()
            self.done, self.wrong = done, wrong

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
        self._in_thread(lambda: self.Looked(text, self._actions.look(text)))

    def on_paste_screen_looked(self, event: Looked) -> None:
        """Show it."""
        if event.text == self.query_one(TextArea).text:
            self._say(event.words, "$success")

    def action_add(self) -> None:
        """Add them all."""
        if not self._adding:
            self._adding = True
            self._in_thread(partial(self._add, self.query_one(TextArea).text))

    def _add(self, text: str) -> Added:
        try:
            return self.Added(self._actions.add(text))
        except (ConfigError, OSError, ValueError) as error:
            return self.Added(None, str(error))

    def on_paste_screen_added(self, event: Added) -> None:
        """Close, or say why not."""
        self._adding = False
        if event.done is None:
            self._say(event.wrong, "$error")
        else:
            self.dismiss(event.done)

    def action_leave(self) -> None:
        """Add nothing."""
        self.dismiss(None)

    def _say(self, words: str, style: str) -> None:
        self.query_one("#said", Static).update(Content.styled(clean(words), style))

    def _in_thread(self, find: Callable[[], Message]) -> None:
        def run() -> None:
            self.post_message(find())

        self.app.run_worker(run, name="paste", group="paste", thread=True, exit_on_error=False)
