"""Command palette: every action with its key, those that work here first; and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ytui.tui.actions.theme_actions import take_theme
from ytui.tui.context import AppContext, context_of
from ytui.tui.keymap import call, live, signs
from ytui.tui.keys import ACTIONS, MAIN, Action, View
from ytui.tui.theme import THEMES


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
                way = signs(action, context.remapped)
                words = f"{action.words}  ({way})" if way else action.words
                yield words, partial(self.app.run_action, call(action), self.app), action.name
        for action in ACTIONS:
            places = [place for place in View if place in action.views & MAIN]
            if action not in live_here and places:
                way = signs(action, context.remapped)
                words = f"{action.words}  ({way} in {places[0]})".replace("( ", "(")
                yield words, partial(self._show, action, places[0]), action.name
        for words, choose in theme_commands(context):
            yield words, choose, ""

    async def _show(self, action: Action, place: View) -> None:
        """Go where the action works; it is not done to a row that nobody has seen."""
        context = context_of(self.app)
        await context.navigator.show_view(place)
        way = signs(action, context.remapped)
        self.app.notify(f"{way}: {action.words}" if way else action.words, markup=False)


def theme_commands(context: AppContext) -> Iterator[tuple[str, Callable[[], object]]]:
    """Return the words of each theme, and what chooses it."""
    for name, (_, words) in THEMES.items():
        now = "  (now)" if name == context.app.theme else ""
        yield f"Theme: {words}{now}", partial(take_theme, context, name)
