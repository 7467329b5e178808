"""The app on a terminal of the tests' own: started, looked at, waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from tests.support.processes.waiting import PATIENCE
from ytui.store.database import Database, Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.widgets.detail_pane import DetailPane
from ytui.tui.widgets.row_list import RowList

SIZE = (80, 24)


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Let the app work until something is true; the app's own repaints are never hurried."""
    app = pilot.app
    assert isinstance(app, YtuiApp)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not true():
        assert asyncio.get_running_loop().time() < deadline, f"it never came:\n{shown(app)}"
        # To ask is to paint the screen: more often, it would be much of what is done.
        await asyncio.sleep(0.02)


async def opened(pilot: Pilot[None], kind: type[Screen[Any]]) -> None:
    """Wait until a screen of this kind is shown and all that it is composed of is there, too."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.screen.is_mounted)


@asynccontextmanager
async def running(app: YtuiApp, size: tuple[int, int] = SIZE) -> AsyncIterator[Pilot[None]]:
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: main(app).pane.rows.loaded)
        yield pilot


def works(app: YtuiApp) -> bool:
    """Whether anything is looked up or done; a command whose question is on the screen waits for a person."""
    waits = {"slots", "commands"} if isinstance(app.screen, AskScreen) else {"slots"}
    behind = any(pane.behind for pane in main(app).query(DetailPane))
    return behind or any(not worker.is_finished for worker in app.workers if worker.group not in waits)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until all that was looked up is on the screen, and has been given its place there."""
    app = pilot.app
    assert isinstance(app, YtuiApp)
    await until(pilot, lambda: not works(app))
    # What they found out is on the screen before anything is counted: how many rows there are shares out the
    # lines, and another size paints all of a pane.
    app.refresh_status()
    await pilot.pause()
    await pilot.pause()


def main(app: YtuiApp) -> MainScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def rows(app: YtuiApp) -> RowList:
    return main(app).pane.rows


def value(store: Store, sql: str) -> object:
    return store.db.value(sql)


@contextmanager
def elsewhere(store: Store) -> Iterator[Database]:
    """A connection as another thread or process has one: the app sees its commits."""
    database = Database(store.path)
    yield database
    database.close()


async def show(app: YtuiApp, pilot: Pilot[None], key: str) -> RowList:
    await pilot.press(key)
    await until(pilot, lambda: rows(app).loaded)
    return rows(app)


def shown(app: YtuiApp) -> str:
    """The text of the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
