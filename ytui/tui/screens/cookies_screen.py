"""Cookies dialog: a path or the pasted text, checked at once, then for whom they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from ytui.core.formatting import format_time, plural
from ytui.core.sanitize import clean
from ytui.engine.cookie_files import HOW_TO, CookieFile, CookieFileError
from ytui.tui.background import read_in_thread
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.widgets.letter_button import LetterButton, letters_for, press_by_letter
from ytui.tui.widgets.path_input import PathInput


@dataclass(frozen=True)
class Scope:
    """For whom cookies may be: its button, and what is asked before it is taken (nothing, if empty)."""

    name: str
    words: str
    question: str = ""
    yes: str = ""
    """The word on the button that answers the question."""


class PasteInput(PathInput):
    """A line that keeps all of a pasted text, of which it shows only that it is there."""

    pasted = ""

    def _on_paste(self, event: events.Paste) -> None:
        if "\n" in event.text or "\t" in event.text:
            self.pasted = event.text
            self.value = f"({plural(len(event.text.splitlines()), 'pasted line')})"
            event.stop()
            event.prevent_default()

    @property
    def given(self) -> str:
        """The pasted text, else the line."""
        return self.pasted if self.pasted and self.value.startswith("(") else self.value


CHECKS = "tab completes the path, enter checks them"


class CookiesScreen(ModalScreen[tuple[str, Path] | None], inherit_bindings=False):
    """Dismisses with the scope's name and the stored file; None if the person left."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("tab,down", "app.focus_next", "Next", show=False),
        Binding("shift+tab,up", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, take_in: Callable[[str], CookieFile], scopes: Sequence[Scope]) -> None:
        """``take_in`` checks and stores, in a thread."""
        super().__init__()
        self._take_in = take_in
        self._scopes = scopes
        self._given: CookieFile | None = None
        self._input = PasteInput(
            placeholder="path of a cookies.txt, or paste its text", select_on_focus=False
        )
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        """Line, verdict, scopes, how to get such a file."""
        with Vertical(id="box"):
            yield Static("Cookies", id="title")
            yield self._input
            yield Static(CHECKS, id="check")
            with Vertical(id="scopes"):
                letters = letters_for([scope.words for scope in self._scopes], "")
                for scope, letter in zip(self._scopes, letters, strict=True):
                    yield LetterButton(scope.words, letter, id=f"scope-{scope.name}")
            yield Static(Content(HOW_TO), id="hint")

    def on_mount(self) -> None:
        """For whom they are is asked once they are checked."""
        self.query_one("#scopes").display = False
        self._input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said is of what stood there before, and so were the cookies."""
        event.stop()
        self._forget()
        self.query_one("#scopes").display = False
        self.query_one("#check", Static).update(CHECKS)

    def on_path_input_ways(self, event: PathInput.Ways) -> None:
        """Say how the path may go on."""
        event.stop()
        self.query_one("#check", Static).update(Content.styled(clean(event.words), "$dim"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Check, in a thread: a path may lie on a disk that does not answer."""
        event.stop()
        text = self._input.given
        show = partial(self._show, text)
        read_in_thread(self, partial(self._check, text), show, name="cookies", group="commands")

    def _check(self, text: str) -> CookieFile | str:
        """The cookie file that was given, or why it is none."""
        try:
            return self._take_in(text)
        except (CookieFileError, OSError) as error:
            return str(error)

    def _show(self, text: str, checked: CookieFile | str | None) -> None:
        """Say what they are, and ask for whom."""
        given = checked if isinstance(checked, CookieFile) else None
        if self._given is not None and (given is None or given.path != self._given.path):
            self._forget()
        self._given = given
        if text != self._input.given:
            # Something else stands there by now.
            self._forget()
            return
        self.query_one("#scopes").display = given is not None
        if given is None:
            words, style = str(checked or ""), "$error"
        else:
            ends = f", the last one ends {format_time(given.expires)}" if given.expires else ""
            words, style = f"{plural(given.cookies, 'cookie')}{ends}. Use them for:", "$success"
            self.query(Button).first().focus()
        self.query_one("#check", Static).update(Content.styled(clean(words), style))

    def on_key(self, event: events.Key) -> None:
        """A letter chooses, once the line does not take it."""
        if self.query_one("#scopes").display:
            press_by_letter(self, event)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer, after asking again where many would be changed."""
        event.stop()
        scope = next(scope for scope in self._scopes if event.button.id == f"scope-{scope.name}")
        if not scope.question:
            self._answer(scope)
            return

        def answered(name: str | None) -> None:
            if name is not None:
                self._answer(scope)

        prompts = AskScreen(clean(scope.question), [(scope.name, clean(scope.yes))], "not for all of them")
        self.app.push_screen(prompts, answered)

    def _answer(self, scope: Scope) -> None:
        if self._given is not None:
            self.dismiss((scope.name, self._given.path))

    def action_leave(self) -> None:
        """Change nothing, and keep nothing."""
        self._forget()
        self.dismiss(None)

    def _forget(self) -> None:
        """Keep nothing of what was checked."""
        if self._given is not None:
            self._given.path.unlink(missing_ok=True)
            self._given = None
