"""The table of keys, from the application's table of actions."""

from __future__ import annotations

from ytui.tui.keymap import by_menu, sign
from ytui.tui.keys import ACTIONS, ALL, ALL_PANES, Action, Group, Pane, View


def key_table() -> str:
    """Return every action with its keys, in the order of the help's headings."""
    lines = ["| key | action | does | where |", "|---|---|---|---|"]
    for group in Group:
        for action in ACTIONS:
            if action.group is group:
                ways = [sign(key) for key in action.keys] + [by_menu(action, {})] * bool(action.menu)
                keys = " ".join(f"`{way}`" for way in ways)
                lines.append(f"| {keys} | `{action.name}` | {action.words} | {_where(action)} |")
    return "\n".join(lines)


def _where(action: Action) -> str:
    if action.views == ALL:
        return "everywhere"
    names = " and ".join(pane.value for pane in Pane if pane in action.panes)
    panes = "" if action.panes == ALL_PANES else f" ({names})"
    places = [view.value + panes * (view is View.DASHBOARD) for view in View if view in action.views]
    return ", ".join(places)
