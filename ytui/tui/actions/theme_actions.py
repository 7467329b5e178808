"""Theme actions: the colours are chosen, taken at once, and kept in the configuration."""

from __future__ import annotations

from pathlib import Path

from ytui import config
from ytui.tui.context import AppContext
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.theme import THEMES, choose_theme
from ytui.tui.undo import Result


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
    context.runner.tell(lambda db: keep_theme(context.places.config_file, name))


def keep_theme(config_file: Path, name: str) -> Result:
    """Write the theme to the configuration, and what to tell; blocks."""
    try:
        config.set_value(config_file, "screen.theme", name)
    except (config.ConfigError, OSError) as error:
        return Result(f"the theme is not kept: {error}", wrong=True)
    return Result(f"theme {name}, kept in {config_file.name}")
