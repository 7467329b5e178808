"""Command palette: every action with its key, those that work here first; and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ytui import config
from ytui.tui.context import AppContext, context_of
from ytui.tui.keys import ACTIONS, MAIN, Action, View, call, live, signs
from ytui.tui.theme import THEMES, choose_theme
from ytui.tui.undo import Result


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
        context, view = context_of(self.app), getattr(self.screen, "view", None)
        if not isinstance(view, View):
            return
        live_here = live(view, context.navigator.dashboard_pane)
        for action in live_here:
            if action.name != "palette":
                words = f"{action.words}  ({signs(action, context.remapped)})"
                yield words, partial(self.app.run_action, call(action), self.app), action.name
        for action in ACTIONS:
            places = [place for place in View if place in action.views & MAIN]
            if action not in live_here and places:
                words = f"{action.words}  ({signs(action, context.remapped)} in {places[0]})"
                yield words, partial(self._show, action, places[0]), action.name
        for words, choose in theme_commands(context):
            yield words, choose, ""

    async def _show(self, action: Action, place: View) -> None:
        """Go where the action works; it is not done to a row that nobody has seen."""
        context = context_of(self.app)
        await context.navigator.show_view(place)
        self.app.notify(f"{signs(action, context.remapped)}: {action.words}", markup=False)


def theme_commands(context: AppContext) -> Iterator[tuple[str, Callable[[], object]]]:
    """Return the words of each theme, and what chooses it."""
    for name, (_, words) in THEMES.items():
        now = "  (now)" if name == context.app.theme else ""
        yield f"Theme: {words}{now}", partial(take_theme, context, name)


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
