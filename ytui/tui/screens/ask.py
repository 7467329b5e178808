"""A question before something that a person may regret; the safe answer has the keyboard."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class AskScreen(ModalScreen[str | None], inherit_bindings=False):
    """Dismisses with the chosen answer's name; None for the safe one."""

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q,backspace", "stay", "Stay", show=False),
        Binding("left,h,shift+tab,up,k", "app.focus_previous", "Previous", show=False),
        Binding("right,l,tab,down,j", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, question: str, answers: list[tuple[str, str]], safe: str) -> None:
        """``answers`` are (name, word); ``safe`` is the word on the button that changes nothing."""
        super().__init__()
        self._question = question
        self._answers = answers
        self._safe = safe

    def compose(self) -> ComposeResult:
        """The question, the safe button, the others."""
        with Vertical(id="box"):
            yield Static(self._question, id="question", markup=False)
            with Horizontal(id="answers"):
                yield Button(self._safe, id="safe", compact=True)
                for name, word in self._answers:
                    yield Button(word, id=f"answer-{name}", compact=True, classes="dangerous")
            yield Static("enter chooses, esc changes nothing", id="hint")

    def on_mount(self) -> None:
        """The safe answer first."""
        self.query_one("#safe", Button).focus()

    def ask(self, question: str) -> None:
        """Put the question in other words, because what it speaks of has changed."""
        if question != self._question:
            self._question = question
            if self.is_mounted:
                self.query_one("#question", Static).update(question)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        event.stop()
        name = (event.button.id or "").removeprefix("answer-")
        self.dismiss(None if name == "safe" else name)

    def action_stay(self) -> None:
        """The safe answer."""
        self.dismiss(None)
