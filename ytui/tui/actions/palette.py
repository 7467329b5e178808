"""Palette: every action with its key, those that work here first, and the themes, as results of the jump."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ytui.tui.actions.theme_actions import take_theme
from ytui.tui.context import AppContext
from ytui.tui.keymap import call, live, signs
from ytui.tui.keys import ACTIONS, MAIN, Action, View
from ytui.tui.lists.jump_results import JumpKind, JumpResult
from ytui.tui.lists.rows import Cell, Tone
from ytui.tui.theme import THEMES


def action_results(context: AppContext) -> Iterator[JumpResult]:
    """Return what can be done where keys act now, then what can be done in other views."""
    navigator = context.navigator
    view = navigator.view
    live_here = live(view, navigator.dashboard_pane) if view is not None else []
    for action in live_here:
        if action.name != "palette":
            run = partial(context.app.run_action, call(action), context.app)
            yield _result(action, signs(action, context.remapped), run)
    for action in ACTIONS:
        places = [place for place in View if place in action.views & MAIN]
        if action not in live_here and places:
            keys = f"{signs(action, context.remapped)} in {places[0]}".strip()
            yield _result(action, keys, partial(_show, context, action, places[0]))


def _result(action: Action, keys: str, run: Callable[[], object]) -> JumpResult:
    return JumpResult(
        JumpKind.ACTION, action.words, Cell(keys, Tone.BUSY), run=run, also=f"{action.name} {action.short}"
    )


async def _show(context: AppContext, action: Action, place: View) -> None:
    """Go where the action works; it is not done to a row that nobody has seen."""
    await context.navigator.show_view(place)
    way = signs(action, context.remapped)
    context.app.notify(f"{way}: {action.words}" if way else action.words, markup=False)


def theme_results(context: AppContext) -> Iterator[JumpResult]:
    """Return each theme, and what chooses it."""
    for name, (_, words) in THEMES.items():
        now = Cell("now" if name == context.app.theme else "", Tone.GOOD)
        yield JumpResult(JumpKind.THEME, f"Theme: {words}", now, run=partial(take_theme, context, name))
