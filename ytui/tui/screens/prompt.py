"""A question that is answered by typing a line; what is typed is judged as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ytui.core.outside import clean

Check = Callable[[str], str]
"""What is said of a line; ``ValueError`` says why it will not do."""


class PromptScreen(ModalScreen[str | None], inherit_bindings=False):
    """Dismisses with a line that passed its check; None if the person left."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, title: str, placeholder: str, check: Check, *, text: str = "") -> None:
        """``text`` stands in the line at first."""
        super().__init__()
        self._title = title
        self._check = check
        self._input = Input(text, placeholder=placeholder, select_on_focus=False)
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        """Title, line, what is thought of it."""
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            yield self._input
            yield Static("", id="check")
            yield Static("enter does it, esc changes nothing", id="hint")

    def on_mount(self) -> None:
        """The keyboard is the line's."""
        self._input.focus()
        self._judge(self._input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is thought of it."""
        event.stop()
        self._judge(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, if it will do."""
        event.stop()
        if self._judge(event.value):
            self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _judge(self, text: str) -> bool:
        try:
            words, style, good = self._check(text.strip()), "$success", True
        except ValueError as error:
            # What is expected stands in an empty line already.
            words, style, good = str(error) if text.strip() else "", "$error", False
        self.query_one("#check", Static).update(Content.styled(clean(words), style))
        return good
