"""Command palette: every action with its key, those that work here first; and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ytui import config
from ytui.tui.actions.command_runner import Notice
from ytui.tui.keys import ACTIONS, MAIN, Action, View, live, signs
from ytui.tui.theme import THEMES

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp


class ActionProvider(Provider):
    """Finds actions by their words, names and keys."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for words, run, _ in self._commands():
            yield DiscoveryHit(words, run)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for words, run, name in self._commands():
            score = matcher.match(f"{words} {name}")
            if score > 0:
                yield Hit(score, matcher.highlight(words), run)

    def _commands(self) -> Iterator[tuple[str, Callable[[], object], str]]:
        app, view = cast("YtuiApp", self.app), getattr(self.screen, "view", None)
        if not isinstance(view, View):
            return
        here = live(view, app.dashboard_pane)
        for action in here:
            if action.name != "palette":
                words = f"{action.words}  ({signs(action, app.remapped)})"
                yield words, partial(app.run_action, f"do('{action.name}')", app), action.name
        for action in ACTIONS:
            places = [place for place in View if place in action.views & MAIN]
            if action not in here and places:
                words = f"{action.words}  ({signs(action, app.remapped)} in {places[0]})"
                yield words, partial(self._show, action, places[0]), action.name
        for words, choose in theme_commands(app):
            yield words, choose, ""

    async def _show(self, action: Action, place: View) -> None:
        """Go where the action works; it is not done to a row that nobody has seen."""
        app = cast("YtuiApp", self.app)
        await app.show_view(place)
        app.notify(f"{signs(action, app.remapped)}: {action.words}", markup=False)


def theme_commands(app: YtuiApp) -> Iterator[tuple[str, Callable[[], object]]]:
    """Return the words of each theme, and what chooses it."""
    for name, (_, words) in THEMES.items():
        now = "  (now)" if name == app.theme else ""
        yield f"Theme: {words}{now}", partial(app.choose_theme, name)


def keep_theme(config_file: Path, name: str) -> Notice:
    """Write the theme to the configuration, and what to tell; blocks."""
    try:
        config.set_value(config_file, "screen.theme", name)
    except (config.ConfigError, OSError) as error:
        return Notice(f"the theme is not kept: {error}", wrong=True)
    return Notice(f"theme {name}, kept in {config_file.name}")
