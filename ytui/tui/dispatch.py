"""Dispatch of actions: from an action's name to what it does. Loaded after the first frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.command import CommandPalette
from textual.screen import Screen

from ytui.core.formatting import plural
from ytui.store.database import Database
from ytui.tui.actions.inspect import Inspector
from ytui.tui.actions.job_actions import COMMANDS
from ytui.tui.actions.prompts import Prompts
from ytui.tui.actions.upgrade_action import UpgradeAction
from ytui.tui.context import AppContext
from ytui.tui.keys import BY_NAME, MOVES, View, elsewhere
from ytui.tui.screens.help_screen import HelpScreen
from ytui.tui.screens.job_log_screen import JobLogScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.screens.search_screen import SearchScreen
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.widgets.log_pane import LogPane
from ytui.tui.widgets.plan_pane import PlanPane

Actions = dict[str, Callable[[], Awaitable[None] | None]]


def screen_actions(
    context: AppContext, inspector: Inspector, prompts: Prompts, upgrading: UpgradeAction
) -> Actions:
    """Return what is done by an action's name."""
    app, main, navigator = context.app, context.main, context.navigator
    return {
        "mark": lambda: main.pane.rows.toggle_mark(),
        "mark_range": lambda: main.pane.rows.mark_range(),
        "mark_all": lambda: main.pane.rows.mark_all(),
        "mark_none": lambda: main.pane.rows.set_marks(set()),
        "filter": lambda: _filter(context),
        "search": lambda: _push(app, SearchScreen(context.store, context.glyphs, context.remapped)),
        "next_match": lambda: _find(context, forward=True),
        "previous_match": lambda: _find(context, forward=False),
        "sort": prompts.sort,
        "fold": lambda: main.pane.rows.fold(True),
        "unfold": lambda: main.pane.rows.fold(False),
        "history": lambda: _history(main),
        "next_pane": main.next_pane,
        "open": inspector.open,
        "job_log": inspector.find_log,
        "why": inspector.why,
        "copy": prompts.copy,
        "add": inspector.add,
        "edit": inspector.edit,
        "cookies": prompts.cookies,
        "wait_until": prompts.wait_until,
        "save_plan": prompts.save_plan,
        "named_plans": prompts.named_plans,
        "export": prompts.export,
        "undo": context.runner.undo,
        "back": lambda: navigator.page.back() if navigator.page else None,
        "fewer_workers": lambda: _change_workers(context, -1),
        "more_workers": lambda: _change_workers(context, 1),
        "mouse": lambda: _mouse(context),
        "help": lambda: _push(
            app, HelpScreen(navigator.view or View.DASHBOARD, navigator.dashboard_pane, context.remapped)
        ),
        "upgrade": upgrading.ask,
        "suspend": context.lifecycle.suspend,
        "quit": context.quit_prompt.quit,
        "quit_now": context.quit_prompt.quit,
        "palette": lambda: _push(
            app, CommandPalette(placeholder="what is to be done", id="--command-palette")
        ),
    }


def _filter(context: AppContext) -> None:
    page = context.navigator.page
    (page if isinstance(page, JobLogScreen) else context.main.pane).open_filter()


def _find(context: AppContext, *, forward: bool) -> None:
    page = context.navigator.page
    searched = page if isinstance(page, JobLogScreen) else context.main.pane
    if isinstance(searched, JobLogScreen | LogPane):
        searched.find(forward=forward)


def _history(main: MainScreen) -> None:
    if isinstance(main.pane, PlanPane):
        main.pane.toggle_history()


def _push(app: App[Any], screen: Screen[Any]) -> None:
    app.push_screen(screen)


def _change_workers(context: AppContext, change: int) -> None:
    engine = context.host.engine
    if engine is None:
        return

    def change_in_thread(db: Database) -> str:
        before = engine.workers
        engine.set_workers(before + change)
        words = plural(engine.workers, "worker")
        if engine.workers == before:
            words += f": there cannot be {'more' if change > 0 else 'fewer'}"
        return words

    context.runner.tell(change_in_thread)


def _mouse(context: AppContext) -> None:
    driver, main = context.app.driver, context.main
    if isinstance(driver, TerminalDriver):
        main.mouse_on = driver.mouse
        driver.switch_mouse(not main.mouse_on)
    main.mouse_on = not main.mouse_on
    context.app.notify("mouse on" if main.mouse_on else "mouse off: the terminal selects text", markup=False)


class Dispatcher:
    """Does an action of the key table by its name."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        upgrading = UpgradeAction(context)
        upgrading.check_age()
        self.actions = screen_actions(context, Inspector(context), Prompts(context), upgrading)

    async def do(self, name: str) -> None:
        """Do it; what takes long begins in a thread."""
        navigator = self._context.navigator
        if words := elsewhere(BY_NAME[name], navigator.dashboard_pane):
            self._context.app.tell(words)
        elif name in COMMANDS:
            if (target := navigator.target()) is not None:
                self._context.runner.run(name, target)
        elif name in MOVES:
            if navigator.page is not None:
                mover = navigator.page.mover
                mover.move_by(MOVES[name](mover.page_rows()))
        elif name.startswith("show_"):
            await navigator.show_view(View(name.removeprefix("show_")))
        else:
            done = self.actions[name]()
            if done is not None:
                await done
