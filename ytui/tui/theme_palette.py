"""Themes in the command palette: chosen there, and kept in ``config.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ytui import config
from ytui.tui.actions.command_runner import Told
from ytui.tui.theme import THEMES

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp


def theme_commands(app: YtuiApp) -> Iterator[tuple[str, Callable[[], object]]]:
    """Return the words of each theme, and what chooses it."""
    for name, (_, words) in THEMES.items():
        now = "  (now)" if name == app.theme else ""
        yield f"Theme: {words}{now}", partial(app.choose_theme, name)


def keep_theme(config_file: Path, name: str) -> Told:
    """Write the theme to the configuration, and what to tell; blocks."""
    try:
        config.set_value(config_file, "screen.theme", name)
    except (config.ConfigError, OSError) as error:
        return Told(f"the theme is not kept: {error}", wrong=True)
    return Told(f"theme {name}, kept in {config_file.name}")
