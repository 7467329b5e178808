"""One of several things, chosen with the arrows or by its first letter's neighbours: ``j``, ``k``, enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from ytui.core.outside import clean


class _Choices(VerticalScroll, inherit_bindings=False, can_focus=False):
    """The choices; the arrows go through them also where they are more than there is room for."""


class ChooseScreen(ModalScreen[int | None], inherit_bindings=False):
    """Dismisses with the number of the choice, from 0; None if the person left."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Leave", show=False),
        Binding("up,k,shift+tab,left", "app.focus_previous", "Previous", show=False),
        Binding("down,j,tab,right", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[str], *, first: int = 0) -> None:
        """``first`` is the choice that has the keyboard."""
        super().__init__()
        self._title = title
        self._choices = choices
        self._first = first

    def compose(self) -> ComposeResult:
        """Title and choices."""
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            with _Choices(id="choices"):
                for number, words in enumerate(self._choices):
                    yield Button(Content(clean(words)), id=f"choice-{number}", compact=True)
            yield Static("enter chooses, esc changes nothing", id="hint")

    def on_mount(self) -> None:
        """Begin on the present one."""
        self.query_one(f"#choice-{self._first}", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        event.stop()
        self.dismiss(int((event.button.id or "").removeprefix("choice-")))

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
