"""Screen actions: what keys do on the screen itself, without a question and without a change of rows."""

from __future__ import annotations

from collections.abc import Callable

from ytui.core.formatting import plural
from ytui.store.database import Database
from ytui.tui.context import AppContext
from ytui.tui.keymap import call, menu_of
from ytui.tui.keys import BY_NAME, View
from ytui.tui.lists.channel_groups import TagSource, by_tag
from ytui.tui.screens.help_screen import HelpScreen
from ytui.tui.screens.job_log_screen import JobLogScreen
from ytui.tui.screens.menu_screen import MenuEntry, MenuScreen
from ytui.tui.screens.search_screen import SearchScreen
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.widgets.log_pane import LogPane
from ytui.tui.widgets.plan_pane import PlanPane


def move(context: AppContext, rows: Callable[[int], int]) -> None:
    """Move the cursor by so many rows, by the rows of a page."""
    if (page := context.navigator.page) is not None:
        page.mover.move_by(rows(page.mover.page_rows()))


async def back(context: AppContext) -> None:
    """Take off what is set on the page, or leave it."""
    if (page := context.navigator.page) is not None:
        await page.back()


def open_filter(context: AppContext) -> None:
    """Open the line of the filter; in a log that of the search."""
    page = context.navigator.page
    (page if isinstance(page, JobLogScreen) else context.main.pane).open_filter()


def open_search(context: AppContext) -> None:
    """Open the full-text search."""
    context.app.push_screen(SearchScreen(context.store, context.glyphs, context.remapped))


def find(context: AppContext, forward: bool) -> None:
    """Go to the next match in a log, or to the previous one."""
    page = context.navigator.page
    searched = page if isinstance(page, JobLogScreen) else context.main.pane
    if isinstance(searched, JobLogScreen | LogPane):
        searched.find(forward=forward)


def toggle_history(context: AppContext) -> None:
    """Show what was resolved or dismissed, or the plan again."""
    if isinstance(context.main.pane, PlanPane):
        context.main.pane.toggle_history()


def change_workers(context: AppContext, change: int) -> None:
    """Have so many workers more, or fewer."""
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


def toggle_tag_groups(context: AppContext) -> None:
    """Show the channels under their tags, or without groups."""
    pane = context.main.pane
    source = pane.source
    if isinstance(source, TagSource):
        pane.show_source(source.plain())
        context.app.tell("channels without groups")
    else:
        pane.show_source(by_tag(source, context.glyphs))
        context.app.tell("channels by their first tag")


def switch_mouse(context: AppContext) -> None:
    """Take the mouse, or leave it to the terminal."""
    driver, main = context.app.driver, context.main
    if isinstance(driver, TerminalDriver):
        main.mouse_on = driver.mouse
        driver.switch_mouse(not main.mouse_on)
    main.mouse_on = not main.mouse_on
    context.app.notify("mouse on" if main.mouse_on else "mouse off: the terminal selects text", markup=False)


def show_help(context: AppContext) -> None:
    """Show the keys that work here."""
    navigator = context.navigator
    context.app.push_screen(
        HelpScreen(navigator.view or View.DASHBOARD, navigator.dashboard_pane, context.remapped)
    )


def show_menu(context: AppContext) -> None:
    """Show what has a letter in the menu of this view, and do what is chosen."""
    view, pane = context.navigator.view, context.navigator.dashboard_pane
    if view is None:
        return

    async def chosen(name: str | None) -> None:
        if name is not None:
            await context.app.run_action(call(BY_NAME[name]), context.app)

    entries = [MenuEntry(action.name, action.menu, action.words) for action in menu_of(view, pane)]
    place = f"{view.value}, {pane.value}" if pane else view.value
    context.app.push_screen(MenuScreen(f"What else can be done here ({place})", entries), chosen)
