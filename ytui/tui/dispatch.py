"""Dispatch of actions: from the row of the table to what it names. Loaded after the first frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import cast

from ytui.tui.actions.upgrade_action import UpgradeAction
from ytui.tui.command_runner import Resolve
from ytui.tui.context import AppContext
from ytui.tui.keymap import elsewhere
from ytui.tui.keys import ACTIONS, BY_NAME, Action
from ytui.tui.lists.rows import Target

Run = Callable[..., Awaitable[None] | None]


def load(entry: str) -> Callable[..., object]:
    """Return what an entry point names: ``module:function`` or ``module:Class.method`` of ``tui/actions``."""
    module, _, path = entry.partition(":")
    found: object = import_module(f"ytui.tui.actions.{module}")
    for name in path.split("."):
        found = getattr(found, name)
    return cast("Callable[..., object]", found)


# All of it now, in the thread that loads this: the first key waits for nothing.
COMMANDS = {action.name: cast("Resolve", load(action.command)) for action in ACTIONS if action.command}
ENTRIES = {action.name: cast("Run", load(action.run)) for action in ACTIONS if ":" in action.run}


class Dispatcher:
    """Does an action of the key table."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._owners: dict[str, object] = {}
        self.runs = {action.name: self._run(action) for action in ACTIONS if action.run}
        cast("UpgradeAction", self._owners["upgrade_action:UpgradeAction"]).check_age()

    def _run(self, action: Action) -> Run:
        if action.name in ENTRIES:
            return partial(ENTRIES[action.name], self._first(action.run))
        # Followed anew each time: it may lead over the pane that is shown.
        method = attrgetter(action.run)
        method(self._context)
        return lambda *args: method(self._context)(*args)

    def _first(self, entry: str) -> object:
        """Return what is called with: the context, or for a method the one object that is made with it."""
        owner, _, method = entry.partition(".")
        if not method:
            return self._context
        if owner not in self._owners:
            self._owners[owner] = load(owner)(self._context)
        return self._owners[owner]

    async def do(self, name: str) -> None:
        """Do it; what takes long begins in a thread."""
        action, navigator = BY_NAME[name], self._context.navigator
        if words := elsewhere(action, navigator.dashboard_pane):
            self._context.app.tell(words)
        elif action.run:
            done = self.runs[name](*action.args)
            if done is not None:
                await done
        elif (target := self._target(action)) is not None:
            self._context.runner.run(COMMANDS[name], target)

    def _target(self, action: Action) -> Target | None:
        navigator = self._context.navigator
        return navigator.channel_target() if action.of_channel else navigator.target()
