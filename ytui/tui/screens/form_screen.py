"""Form screen: a title, fields that scroll where they do not fit, what is said below them; saved, or left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ytui.config import ConfigError
from ytui.core.sanitize import clean
from ytui.tui.background import Answer, read_in_thread
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.text import Glyphs
from ytui.tui.undo import Result
from ytui.tui.widgets.form_controls import ChannelFields, Choice
from ytui.tui.widgets.form_fields import URL, ChangedMeanwhile, problems_of
from ytui.tui.widgets.path_input import PathInput

AROUND = 3
"""Lines of the frame and the title."""


class FormScreen(ModalScreen[Result | None], inherit_bindings=False):
    """Dismisses with what was done after it was saved; None if the person left."""

    CSS_PATH = "form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("enter", "submit", "Save", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
        Binding("tab,down", "app.focus_next", "Next", show=False),
        Binding("shift+tab,up", "app.focus_previous", "Previous", show=False),
    ]

    # Where the whole form does not fit it scrolls, and what is said below it stays in sight.
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-roomy")]

    def __init__(self, title: str, fields: ChannelFields, glyphs: Glyphs, advice: str) -> None:
        super().__init__()
        self._title = title
        self._fields = fields
        self._glyphs = glyphs
        self._advice = advice
        self._saving = False

    def compose(self) -> ComposeResult:
        """The title, the fields, what they mean, the keys."""
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            yield self._fields
            yield Static("", id="forecast", markup=False)
            yield Static(self._advice, id="advice", markup=False)

    # --- checked as it is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is wrong with it."""
        event.stop()
        self.check_fields()

    def on_path_input_ways(self, event: PathInput.Ways) -> None:
        """Say how the path may go on."""
        event.stop()
        self.app.notify(clean(event.words), markup=False)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The same after another choice."""
        event.stop()
        self.check_fields()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a text is enter anywhere."""
        event.stop()
        self.action_submit()

    def check_fields(self) -> None:
        """Say what is wrong with the fields."""
        raise NotImplementedError

    def show_forecast(self, words: str) -> None:
        """Say below the fields what saving them would do."""
        line = self.query_one("#forecast", Static)
        line.update(f"{self._glyphs.arrow} {clean(words)}")
        line.set_class(bool(words), "said")
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """The fields scroll where there is no room for all; what is said below them stays."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        below = self.query_one("#forecast").outer_size.height + self.query_one("#advice").outer_size.height
        self._fields.styles.max_height = max(1, self.size.height - AROUND - below)

    # --- saved or left

    def action_submit(self) -> None:
        """Enter saves."""
        self.action_save()

    def action_save(self) -> None:
        """Save, if all is well."""
        raise NotImplementedError

    def save_in_thread(self, save: Callable[[], Result]) -> None:
        """Close with what was done, or say what is wrong and stay."""
        if not self._saving:
            self._saving = True
            self.in_thread(partial(_saved, save), self._close_or_refuse)

    def _close_or_refuse(self, saved: Result | dict[str, str] | None) -> None:
        self._saving = False
        if isinstance(saved, Result):
            self.dismiss(saved)
        elif saved:
            self.refuse(saved)

    def refuse(self, wrong: Mapping[str, str]) -> None:
        """Say what is wrong, and go to the first field that is."""
        self._fields.say(wrong)
        self._fields.focus_at(next(iter(wrong)))

    def action_leave(self) -> None:
        """Change nothing; what was typed is thrown away only after a question."""
        if not self._fields.changed:
            self.dismiss(None)
            return
        answers = [("leave", "throw it away")]
        self.app.push_screen(AskScreen("Throw away what you typed?", answers, "stay"), self._answered_leave)

    def _answered_leave(self, answer: str | None) -> None:
        if answer == "leave":
            self.dismiss(None)

    def in_thread(self, find: Callable[[], Answer], show: Callable[[Answer | None], None]) -> None:
        """Find something out in a thread, and show it if the form is still there."""
        read_in_thread(self, find, show, name="form", group="form")


def _saved(save: Callable[[], Result]) -> Result | dict[str, str]:
    """What was done, or what is wrong by field."""
    try:
        return save()
    except ConfigError as error:
        return problems_of(error)
    except ChangedMeanwhile as error:
        return {error.key: str(error)}
    except (OSError, LookupError, ValueError) as error:
        return {URL: str(error)}
