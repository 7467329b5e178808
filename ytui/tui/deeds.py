"""What the keys of the table do on the screen itself; what they do to the store is in ``commands.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ytui.tui.asking import Asking
from ytui.tui.closer import Closer
from ytui.tui.command_runner import CommandRunner
from ytui.tui.driver import TerminalDriver
from ytui.tui.keys import View
from ytui.tui.screens.main import MainScreen
from ytui.tui.widgets.log_pane import LogPane
from ytui.tui.widgets.plan_pane import PlanPane

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

Deeds = dict[str, Callable[[], Awaitable[None] | None]]


def screen_deeds(
    app: YtuiApp, main: MainScreen, closer: Closer, asking: Asking, runner: CommandRunner
) -> Deeds:
    """Return what is done by an action's name."""
    return {
        "mark": lambda: main.pane.rows.toggle_mark(),
        "mark_range": lambda: main.pane.rows.mark_range(),
        "mark_all": lambda: main.pane.rows.mark_all(),
        "mark_none": lambda: main.pane.rows.set_marks(set()),
        "filter": lambda: main.pane.open_filter(),
        "search": lambda: _search(main),
        "next_match": lambda: _find(main, forward=True),
        "previous_match": lambda: _find(main, forward=False),
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
        "undo": runner.undo,
        "mouse": lambda: _mouse(app),
    }


async def _search(main: MainScreen) -> None:
    await main.show_view(View.VIDEOS)
    main.pane.open_filter()


def _find(main: MainScreen, *, forward: bool) -> None:
    if isinstance(main.pane, LogPane):
        main.pane.find(forward=forward)


def _history(main: MainScreen) -> None:
    if isinstance(main.pane, PlanPane):
        main.pane.toggle_history()


def _mouse(app: YtuiApp) -> None:
    driver = app.driver
    if isinstance(driver, TerminalDriver):
        app.mouse_on = driver.mouse
        driver.switch_mouse(not app.mouse_on)
    app.mouse_on = not app.mouse_on
    app.notify("mouse on" if app.mouse_on else "mouse off: the terminal selects text", markup=False)
