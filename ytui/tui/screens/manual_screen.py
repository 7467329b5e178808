"""The manual in the application: the list of topics, and one page to read."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ytui.docs import Page, pages
from ytui.tui.markdown import rendered
from ytui.tui.screens.dialogs import ChooseScreen

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
        Binding("escape,q,backspace,enter", "close", "Close", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(15)", "A page down", show=False),
        Binding("pageup,ctrl+u", "scroll(-15)", "A page up", show=False),
        Binding("home,g", f"scroll({-_ALL})", "First line", show=False),
        Binding("end,G", f"scroll({_ALL})", "Last line", show=False),
    ]

    def __init__(self, page: Page, *, ascii_only: bool) -> None:
        super().__init__()
        self._page = page
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
        self.query_one("#text", Static).update(Text.from_ansi(text))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll the page."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=lines, animate=False)
