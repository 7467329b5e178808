"""Help: the keys that work where the person came from (typing narrows them down), and the manual's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ytui.docs import Page, pages
from ytui.tui.keymap import keys_of, live, sign, signs
from ytui.tui.keys import Group, Pane, View
from ytui.tui.markdown import rendered
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.text import fit
from ytui.tui.widgets.key_hints import KeyTable

_TOPIC_CELLS = 17
_ALL = 1 << 20
"""More lines than any page has."""


def show_topics(app: App[None], *, ascii_only: bool, first: int = 0) -> None:
    """Let the person choose pages and read them until they leave; ``first`` is chosen to begin with."""
    manual = pages()

    def read(chosen: int | None) -> None:
        if chosen is not None:
            app.push_screen(
                PageScreen(manual[chosen], ascii_only=ascii_only),
                lambda _: show_topics(app, ascii_only=ascii_only, first=chosen),
            )

    choices = [f"{page.topic:<{_TOPIC_CELLS}}{page.title}" for page in manual]
    app.push_screen(ChooseScreen("The manual", choices, first=first), read)


class PageScreen(ModalScreen[None], inherit_bindings=False):
    """A page, as wide as the terminal allows; ``esc`` goes back to the topics."""

    CSS_PATH = "manual.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace,enter", "dismiss", "Close", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(15)", "A page down", show=False),
        Binding("pageup,ctrl+u", "scroll(-15)", "A page up", show=False),
        Binding("home,g", f"scroll({-_ALL})", "First line", show=False),
        Binding("end,G", f"scroll({_ALL})", "Last line", show=False),
    ]

    def __init__(self, page: Page, *, ascii_only: bool, at: tuple[str, str] | None = None) -> None:
        """``at``: a heading, and what a line below it begins with, which is then at the top."""
        super().__init__()
        self._page = page
        self._at = at
        self._ascii_only = ascii_only

    def compose(self) -> ComposeResult:
        """The page and a hint."""
        with Vertical(id="box"):
            with VerticalScroll(id="page", can_focus=False):
                yield Static(id="text")
            yield Static(f"ytui help {self._page.topic} · j k space g G move, esc goes back", id="hint")

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines at the width there is."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = self.query_one("#page").scrollable_content_region.width
        text = rendered(self._page.text, width, ascii_only=self._ascii_only)
        shown = Text.from_ansi(text)
        self.query_one("#text", Static).update(shown)
        if self._at is not None:
            self.call_after_refresh(self._go_to, line_of(shown.plain.splitlines(), *self._at))
            self._at = None

    def _go_to(self, line: int) -> None:
        self.query_one("#page", VerticalScroll).scroll_to(y=line, animate=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll the page."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=lines, animate=False)


def line_of(lines: Sequence[str], heading: str, begins: str) -> int:
    """Return the place of the line of a list below a heading that begins so; that of the heading, else 0."""
    below = next((n for n, line in enumerate(lines) if line.strip().partition(":")[0] == heading), 0)
    told = (n for n in range(below, len(lines)) if lines[n].strip(" •*").startswith(begins))
    return next(told, below)


KEYS_CELLS, FEW_KEYS_CELLS = 16, 11
"""Cells of the keys before their words; in a narrow help only the first of several has room there."""
NARROW_COLUMNS = 60
HINT = "type to filter, tab opens the manual, esc closes"


def help_content(
    view: View, pane: Pane | None, remapped: Mapping[str, str], wanted: str, *, cells: int = KEYS_CELLS
) -> Content:
    """Return the live keys in their groups, as far as key or words contain ``wanted``; what is done first."""
    parts: list[str | tuple[str, str]] = []
    wanted = wanted.lower().strip()
    for group in Group:
        lines: list[str | tuple[str, str]] = []
        for action in live(view, pane):
            keys = signs(action, remapped)
            if action.group is group and wanted in f"{keys} {action.words} {action.name}".lower():
                few = keys if len(keys) < cells - 2 else sign(keys_of(action, remapped)[0])
                lines += [(fit(f"  {few}", cells), "bold $accent"), f"{action.words}\n"]
        if lines:
            parts += [(f"{group.value}\n", "bold $dim"), *lines, "\n"]
    return Content.assemble(*parts) if parts else Content("no key does that here")


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """Help; ``esc`` closes."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", "Close", show=False),
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
        filter_input = Input(classes="filter")
        filter_input.cursor_blink = False
        with Vertical(id="box"):
            yield Static("", id="title", markup=False)
            yield filter_input
            with VerticalScroll(id="keys", can_focus=False):
                yield KeyTable(id="table")

    def on_mount(self) -> None:
        """Typing filters at once."""
        self.query_one(Input).focus()
        self._fit(self.app.size.width)

    def on_resize(self, event: events.Resize) -> None:
        """Another width has room for more words, or fewer; while it is laid out nothing can be changed."""
        self.call_after_refresh(self._fit, event.size.width)

    def _fit(self, width: int) -> None:
        narrow = width < NARROW_COLUMNS
        self.set_class(narrow, "narrow")
        place = f"{self._view.value}, {self._pane.value}" if self._pane else self._view.value
        title = f"Keys: {place}" if narrow else f"Keys that work here ({place})"
        self.query_one("#title", Static).update(title)
        line = self.query_one(Input)
        line.placeholder = "type to filter, tab: manual" if narrow else HINT
        self._show(line.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is left."""
        event.stop()
        self._show(event.value)

    def _show(self, wanted: str) -> None:
        cells = FEW_KEYS_CELLS if self.has_class("narrow") else KEYS_CELLS
        table = help_content(self._view, self._pane, self._remapped, wanted, cells=cells)
        self.query_one(KeyTable).show(table, cells)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter closes too."""
        event.stop()
        self.dismiss()

    def action_topics(self) -> None:
        """Show what else there is to read."""
        show_topics(self.app, ascii_only=self.app.has_class("ascii"))

    def action_scroll(self, lines: int) -> None:
        """Scroll the keys."""
        self.query_one("#keys", VerticalScroll).scroll_relative(y=lines, animate=False)
