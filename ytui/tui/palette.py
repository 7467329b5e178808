"""The command palette: every action that works here, with its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ytui.tui.keys import Action, View, live, signs


class ActionProvider(Provider):
    """Finds actions by their words, names and keys."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action, words, run in self._commands():
            yield DiscoveryHit(words, run, help=action.group.value)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action, words, run in self._commands():
            score = matcher.match(f"{words} {action.name}")
            if score > 0:
                yield Hit(score, matcher.highlight(words), run, help=action.group.value)

    def _commands(self) -> list[tuple[Action, str, Callable[[], object]]]:
        view = getattr(self.screen, "view", None)
        if not isinstance(view, View):
            return []
        remapped: Mapping[str, str] = getattr(self.app, "remapped", {})
        return [
            (
                action,
                f"{action.words}  ({signs(action, remapped)})",
                partial(self.app.run_action, f"do('{action.name}')", self.app),
            )
            for action in live(view)
            if action.name != "palette"
        ]
