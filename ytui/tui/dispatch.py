"""Dispatch of actions: from an action's name to what it does. Loaded after the first frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette
from textual.screen import Screen

from ytui.core.formatting import plural
from ytui.tui.actions.command_runner import Notice
from ytui.tui.actions.inspect import Inspector
from ytui.tui.actions.job_actions import COMMANDS
from ytui.tui.actions.prompts import Prompts
from ytui.tui.context import AppContext
from ytui.tui.keys import BY_NAME, MOVES, View, elsewhere
from ytui.tui.screens.help_screen import HelpScreen
from ytui.tui.screens.job_log_screen import JobLogScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.screens.search_screen import SearchScreen
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.widgets.log_pane import LogPane
from ytui.tui.widgets.plan_pane import PlanPane

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

Actions = dict[str, Callable[[], Awaitable[None] | None]]


def screen_actions(context: AppContext, inspector: Inspector, prompts: Prompts) -> Actions:
    """Return what is done by an action's name."""
    app, main = context.app, context.app.main
    return {
        "mark": lambda: main.pane.rows.toggle_mark(),
        "mark_range": lambda: main.pane.rows.mark_range(),
        "mark_all": lambda: main.pane.rows.mark_all(),
        "mark_none": lambda: main.pane.rows.set_marks(set()),
        "filter": lambda: _filter(app),
        "search": lambda: _push(app, SearchScreen(context.store, context.glyphs, app.remapped)),
        "next_match": lambda: _find(app, forward=True),
        "previous_match": lambda: _find(app, forward=False),
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
        "back": lambda: app.page.back() if app.page else None,
        "fewer_workers": lambda: _change_workers(context, -1),
        "more_workers": lambda: _change_workers(context, 1),
        "mouse": lambda: _mouse(app),
        "help": lambda: _push(app, HelpScreen(app.view or View.DASHBOARD, app.dashboard_pane, app.remapped)),
        "palette": lambda: _push(
            app, CommandPalette(placeholder="what is to be done", id="--command-palette")
        ),
    }


def _filter(app: YtuiApp) -> None:
    (app.page if isinstance(app.page, JobLogScreen) else app.main.pane).open_filter()


def _find(app: YtuiApp, *, forward: bool) -> None:
    searched = app.page if isinstance(app.page, JobLogScreen) else app.main.pane
    if isinstance(searched, JobLogScreen | LogPane):
        searched.find(forward=forward)


def _history(main: MainScreen) -> None:
    if isinstance(main.pane, PlanPane):
        main.pane.toggle_history()


def _push(app: YtuiApp, screen: Screen[Any]) -> None:
    app.push_screen(screen)


def _change_workers(context: AppContext, change: int) -> None:
    engine = context.app.engine
    if engine is None:
        return

    def change_in_thread() -> Notice:
        before = engine.workers
        engine.set_workers(before + change)
        words = plural(engine.workers, "worker")
        if engine.workers == before:
            words += f": there cannot be {'more' if change > 0 else 'fewer'}"
        return Notice(words)

    context.runner.tell(change_in_thread)


def _mouse(app: YtuiApp) -> None:
    driver = app.driver
    if isinstance(driver, TerminalDriver):
        app.mouse_on = driver.mouse
        driver.switch_mouse(not app.mouse_on)
    app.mouse_on = not app.mouse_on
    app.notify("mouse on" if app.mouse_on else "mouse off: the terminal selects text", markup=False)


class Dispatcher:
    """Does an action of the key table by its name; ``app_actions`` are those of the application itself."""

    def __init__(
        self, context: AppContext, app_actions: Mapping[str, Callable[[], Awaitable[None] | None]]
    ) -> None:
        self._context = context
        self._inspector = Inspector(context)
        self.actions = {**screen_actions(context, self._inspector, Prompts(context)), **app_actions}
        self.show_log: Callable[[int | None], None] = self._inspector.show_log

    async def do(self, name: str) -> None:
        """Do it; what takes long begins in a thread."""
        app = self._context.app
        if words := elsewhere(BY_NAME[name], app.dashboard_pane):
            app.tell(words)
        elif name in COMMANDS:
            if app.page is not None:
                self._context.runner.run(name, app.page.target())
        elif name in MOVES:
            if app.page is not None:
                mover = app.page.mover
                mover.move_by(MOVES[name](mover.page_rows()))
        elif name.startswith("show_"):
            await app.show_view(View(name.removeprefix("show_")))
        else:
            done = self.actions[name]()
            if done is not None:
                await done
