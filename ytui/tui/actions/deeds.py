"""What the keys of the table do on the screen itself; what they do to the store is in ``commands.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette
from textual.screen import Screen

from ytui.core.amounts import count
from ytui.tui.actions.asking import Asking
from ytui.tui.actions.closer import Closer
from ytui.tui.actions.command_runner import Told
from ytui.tui.keys import View
from ytui.tui.screens.help import HelpScreen
from ytui.tui.screens.job_log import JobLogScreen
from ytui.tui.screens.main import MainScreen
from ytui.tui.screens.search import SearchScreen
from ytui.tui.surroundings import Surroundings
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.widgets.log_pane import LogPane
from ytui.tui.widgets.plan_pane import PlanPane

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

Deeds = dict[str, Callable[[], Awaitable[None] | None]]


def screen_deeds(here: Surroundings, closer: Closer, asking: Asking) -> Deeds:
    """Return what is done by an action's name."""
    app, main = here.app, here.app.main
    return {
        "mark": lambda: main.pane.rows.toggle_mark(),
        "mark_range": lambda: main.pane.rows.mark_range(),
        "mark_all": lambda: main.pane.rows.mark_all(),
        "mark_none": lambda: main.pane.rows.set_marks(set()),
        "filter": lambda: _filter(app),
        "search": lambda: _push(app, SearchScreen(here.store, here.glyphs, app.remapped)),
        "next_match": lambda: _find(app, forward=True),
        "previous_match": lambda: _find(app, forward=False),
        "sort": asking.sort,
        "fold": lambda: main.pane.rows.fold(True),
        "unfold": lambda: main.pane.rows.fold(False),
        "history": lambda: _history(main),
        "next_pane": main.next_pane,
        "open": closer.open,
        "job_log": closer.find_log,
        "why": closer.why,
        "copy": asking.copy,
        "add": closer.add,
        "edit": closer.edit,
        "cookies": asking.cookies,
        "wait_until": asking.wait_until,
        "save_plan": asking.save_plan,
        "named_plans": asking.named_plans,
        "export": asking.export,
        "undo": here.runner.undo,
        "back": lambda: app.page.back() if app.page else None,
        "fewer_workers": lambda: _change_workers(here, -1),
        "more_workers": lambda: _change_workers(here, 1),
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


def _change_workers(here: Surroundings, change: int) -> None:
    engine = here.app.engine
    if engine is None:
        return

    def change_in_thread() -> Told:
        before = engine.workers
        engine.set_workers(before + change)
        words = count(engine.workers, "worker")
        if engine.workers == before:
            words += f": there cannot be {'more' if change > 0 else 'fewer'}"
        return Told(words)

    here.runner.tell(change_in_thread)


def _mouse(app: YtuiApp) -> None:
    driver = app.driver
    if isinstance(driver, TerminalDriver):
        app.mouse_on = driver.mouse
        driver.switch_mouse(not app.mouse_on)
    app.mouse_on = not app.mouse_on
    app.notify("mouse on" if app.mouse_on else "mouse off: the terminal selects text", markup=False)
