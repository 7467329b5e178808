"""Themes in the command palette: chosen there, and kept in ``config.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ytui import config
from ytui.tui.command_runner import Told
from ytui.tui.theme import THEMES

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

HELP = "Theme"


class ThemeProvider(Provider):
    """Finds themes by their words."""

    async def discover(self) -> Hits:
        """All of them, after the actions."""
        for name, words in self._named():
            yield DiscoveryHit(words, partial(self._choose, name), help=HELP)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for name, words in self._named():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), partial(self._choose, name), help=HELP)

    def _named(self) -> Iterator[tuple[str, str]]:
        for name, (_, words) in THEMES.items():
            now = "  (now)" if name == self.app.theme else ""
            yield name, f"Theme: {words}{now}"

    def _choose(self, name: str) -> None:
        cast("YtuiApp", self.app).choose_theme(name)


def keep_theme(config_file: Path, name: str) -> Told:
    """Write the theme to the configuration, and what to tell; blocks."""
    try:
        config.set_value(config_file, "screen.theme", name)
    except (config.ConfigError, OSError) as error:
        return Told(f"the theme is not kept: {error}", wrong=True)
    return Told(f"theme {name}, kept in {config_file.name}")
