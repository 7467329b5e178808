"""Keymap: which key does an action, with the remapped ones in view, and what of the table works where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textual.binding import Binding
from textual.keys import _character_to_key

from ytui.tui.keys import ACTIONS, BY_NAME, CHANNELS, Action, Pane, View

_SIGNS = {
    "slash": "/",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "number_sign": "#",
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "escape": "esc",
    "pagedown": "page down",
    "pageup": "page up",
    "down": "down",
    "up": "up",
}


def call(action: Action) -> str:
    """Return an action as Textual's bindings and ``run_action`` call it."""
    return f"do('{action.name}')"


def bindings(actions: Iterable[Action] = ACTIONS) -> list[Binding]:
    """Return Textual's bindings for the table; an action's name is its id, by which keys are remapped.

    Those without a key are left out, for Textual knows no binding of nothing: ``own_keys`` has theirs.
    """
    return [
        Binding(
            ",".join(action.keys),
            call(action),
            action.words,
            id=action.name,
            priority=action.priority,
        )
        for action in actions
        if action.keys
    ]


def own_keys(remapped: Mapping[str, str]) -> Iterator[tuple[str, Action]]:
    """Return the keys that ``screen.keys`` gives to actions that have none of their own."""
    for action in ACTIONS:
        if not action.keys:
            for key in keys_of(action, remapped):
                yield _character_to_key(key) if len(key) == 1 else key, action


def keys_of(action: Action, remapped: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys in force for an action; ``remapped`` is ``screen.keys`` of the configuration."""
    text = remapped.get(action.name)
    return tuple(key.strip() for key in text.split(",")) if text else action.keys


def sign(key: str) -> str:
    """Return a key as a person writes it: ``/`` for ``slash``."""
    return _SIGNS.get(key, key)


def signs(action: Action, remapped: Mapping[str, str]) -> str:
    """Return an action's keys as a person writes them, separated by blanks; without any, its way by the menu.

    Nothing for what the palette alone reaches.
    """
    keys = keys_of(action, remapped)
    return by_menu(action, remapped) if not keys else " ".join(sign(key) for key in keys)


def by_menu(action: Action, remapped: Mapping[str, str]) -> str:
    """Return what is typed to do an action through the menu; nothing for one that is not in it."""
    return f"{sign(keys_of(BY_NAME['menu'], remapped)[0])} {action.menu}" if action.menu else ""


def live(view: View, pane: Pane | None = None) -> list[Action]:
    """Return what works in a view, and in one pane of the dashboard, in the table's order."""
    return [action for action in ACTIONS if view in action.views and (pane is None or pane in action.panes)]


def menu_of(view: View, pane: Pane | None) -> list[Action]:
    """Return what the menu of a view has, in the table's order."""
    return [action for action in live(view, pane) if action.menu]


def elsewhere(action: Action, pane: Pane | None) -> str:
    """Return what a key says in a pane in which it does not act; nothing where it does."""
    if pane is None or pane in action.panes:
        return ""
    nothing = "no channel here" if action.panes == CHANNELS else "nothing here"
    return f"{nothing}: this key is for rows of the {' and the '.join(_names(action.panes))}"


def unknown_actions(remapped: Mapping[str, str]) -> list[str]:
    """Return the names in ``screen.keys`` that are no action."""
    return sorted(set(remapped) - set(BY_NAME))


def clashes(remapped: Mapping[str, str]) -> list[str]:
    """Return a sentence for every key, and every letter of the menu, that two actions of one view share."""
    found = []
    for index, first in enumerate(ACTIONS):
        for second in ACTIONS[index + 1 :]:
            if first.views & second.views:
                shared = set(keys_of(first, remapped)) & set(keys_of(second, remapped))
                ways = [sign(key) for key in sorted(shared)]
                if first.menu and first.menu == second.menu:
                    ways.append(by_menu(first, remapped))
                found += [f"{way} is both {first.name} and {second.name}" for way in ways]
    return found


def problems(remapped: Mapping[str, str]) -> list[str]:
    """Return a sentence for everything that is wrong with ``[screen.keys]`` of the configuration."""
    found = [f"there is no action {name!r}" for name in unknown_actions(remapped)]
    return [f"screen.keys: {words}" for words in found + clashes(remapped)]


def _names(panes: frozenset[Pane]) -> list[str]:
    return [pane.value for pane in Pane if pane in panes]
