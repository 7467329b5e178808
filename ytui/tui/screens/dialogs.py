"""Dialogs: a question with buttons, a choice from a list, a line to type, and a text to copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from ytui.core.sanitize import clean, clean_lines
from ytui.tui.widgets.letter_button import LetterButton, letters_for, press_by_letter
from ytui.tui.widgets.path_input import PathInput

MOST_CELLS, AROUND_CELLS = 76, 8
"""Cells of the box of a question at most, and of its frame."""
KEPT_LETTERS = "ynqd"
"""No answer's own: yes, no, leaving; and the key that asks most often: twice in a row it answers nothing."""


class AskScreen(ModalScreen[str | None], inherit_bindings=False):
    """Dismisses with the chosen answer's name; None for the safe one.

    Every answer has a letter of its own; ``y`` is always the first of them, ``n`` the safe one.
    """

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q,backspace", "dismiss", "Stay", show=False),
        Binding("y", "dismiss_first", "The first answer", show=False),
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
            letters = letters_for([word for _, word in self._answers], KEPT_LETTERS)
            [safe] = letters_for([self._safe], {*KEPT_LETTERS, *letters} - {"n"})
            with Horizontal(id="answers"):
                yield LetterButton(self._safe, safe, id="safe")
                for (name, word), letter in zip(self._answers, letters, strict=True):
                    yield LetterButton(word, letter, id=f"answer-{name}", classes="dangerous")
            yield Static("a letter or enter chooses, esc changes nothing", id="hint")

    def on_mount(self) -> None:
        """The safe answer first."""
        self.query_one("#safe", Button).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Answers that have no room beside each other stand below each other."""
        buttons = self.query(LetterButton)
        room = min(event.size.width, MOST_CELLS) - AROUND_CELLS
        self.set_class(sum(button.cells for button in buttons) > room, "stacked")
        self.set_class(event.size.width < MOST_CELLS, "narrow")

    def on_key(self, event: events.Key) -> None:
        """A letter answers."""
        press_by_letter(self, event)

    def action_dismiss_first(self) -> None:
        """Give the first answer."""
        self.dismiss(self._answers[0][0])

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


class _Choices(VerticalScroll, inherit_bindings=False, can_focus=False):
    """The choices; the arrows go through them also where they are more than there is room for."""


class ChooseScreen(ModalScreen[int | None], inherit_bindings=False):
    """Dismisses with the number of the choice, from 0; None if the person left."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "dismiss", "Leave", show=False),
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
                letters = letters_for(self._choices, "jkq")
                for number, (words, letter) in enumerate(zip(self._choices, letters, strict=True)):
                    yield LetterButton(words, letter, id=f"choice-{number}")
            yield Static("a letter or enter chooses, esc changes nothing", id="hint")

    def on_mount(self) -> None:
        """Begin on the present one."""
        self.query_one(f"#choice-{self._first}", Button).focus()

    def on_key(self, event: events.Key) -> None:
        """A letter chooses."""
        press_by_letter(self, event)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        event.stop()
        self.dismiss(int((event.button.id or "").removeprefix("choice-")))


HINT = "enter does it, esc changes nothing"
Check = Callable[[str], str]
"""What is said of a line; ``ValueError`` says why it will not do."""


class PromptScreen(ModalScreen[str | None], inherit_bindings=False):
    """Dismisses with a line that passed its check; None if the person left."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Leave", show=False)]

    def __init__(
        self, title: str, placeholder: str, check: Check, *, text: str = "", is_path: bool = False
    ) -> None:
        """``text`` stands in the line at first; tab completes it if it ``is_path``."""
        super().__init__()
        self._title = title
        self._check = check
        self._input = (PathInput if is_path else Input)(text, placeholder=placeholder, select_on_focus=False)
        self._input.cursor_blink = False
        self._hint = "tab completes, enter does it, esc changes nothing" if is_path else HINT

    def compose(self) -> ComposeResult:
        """Title, line, what is thought of it."""
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            yield self._input
            yield Static("", id="check")
            yield Static(self._hint, id="hint")

    def on_mount(self) -> None:
        """The keyboard is the line's."""
        self._input.focus()
        self._judge(self._input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is thought of it."""
        event.stop()
        self._judge(event.value)

    def on_path_input_ways(self, event: PathInput.Ways) -> None:
        """Say how the path may go on."""
        event.stop()
        self.query_one("#check", Static).update(Content.styled(clean(event.words), "$dim"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, if it will do."""
        event.stop()
        if self._judge(event.value):
            self.dismiss(event.value.strip())

    def _judge(self, text: str) -> bool:
        try:
            words, style, good = self._check(text.strip()), "$success", True
        except ValueError as error:
            # What is expected stands in an empty line already.
            words, style, good = str(error) if text.strip() else "", "$error", False
        self.query_one("#check", Static).update(Content.styled(clean(words), style))
        return good


class TextScreen(ModalScreen[None], inherit_bindings=False):
    """Shows it; ``esc`` closes."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,y,backspace", "dismiss", "Close", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space", "scroll(10)", "A page down", show=False),
        Binding("pageup", "scroll(-10)", "A page up", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Title and text."""
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            with VerticalScroll(id="page", can_focus=False):
                yield Static(Content("\n".join(clean_lines(self._text))), id="text")
            yield Static(
                "sent to the terminal's clipboard; select it here if yours takes none · esc", id="hint"
            )

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=lines, animate=False)
