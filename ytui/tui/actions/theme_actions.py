"""Look of the screen: theme and details are changed at once, and kept in the configuration."""

from __future__ import annotations

from pathlib import Path

from ytui.tui.context import AppContext
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.theme import THEMES, choose_theme
from ytui.tui.undo import Result, write_setting


def ask_theme(context: AppContext) -> None:
    """Let the person choose the colours."""
    names = list(THEMES)

    def chosen(choice: int | None) -> None:
        if choice is not None:
            take_theme(context, names[choice])

    now = context.app.theme
    first = names.index(now) if now in names else 0
    words = [words for _, words in THEMES.values()]
    context.app.push_screen(ChooseScreen("Theme", words, first=first), chosen)


def take_theme(context: AppContext, name: str) -> None:
    """Take a theme, and keep it in the configuration."""
    app = context.app
    app.theme = choose_theme(name, app.available_themes, context.environ, no_color=app.no_color)
    context.runner.tell(lambda db: _keep(context.places.config_file, "theme", name, f"theme {name}"))


def switch_details(context: AppContext) -> None:
    """Show details beside the lists, or nothing, and keep that in the configuration."""
    on = not context.main.details_on
    context.main.show_details(on)
    words = "details beside the lists, from 120 columns on" if on else "no details beside the lists"
    context.runner.tell(lambda db: _keep(context.places.config_file, "details", on, words))


def _keep(config_file: Path, key: str, value: object, words: str) -> Result:
    return write_setting(config_file, f"screen.{key}", value, words, f"{words}, but it is not kept")
