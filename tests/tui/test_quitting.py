"""Leaving with a key: at once where nothing runs, else after a question."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.support.terminals.app_screen import opened, running, shown, until
from tests.support.terminals.stand_in_engine import NOW, StandInEngine, quiet_board
from tests.tui.conftest import MakeApp
from ytui.core.models import JobKind
from ytui.engine.live_status import SlotState, SlotView
from ytui.engine.ownership.outlook import Outlook
from ytui.store.database import Store
from ytui.tui.lifecycle import outlook_words
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen


async def test_q_with_nothing_running_leaves_at_once(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.live_status = quiet_board()
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: len(engine.slots) == 5)
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    assert engine.stopped.is_set()


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting_while_jobs_run_asks_and_stays_unless_told(
    make_app: MakeApp, store: Store, engine: StandInEngine, key: str
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app))
        await pilot.press(key)
        await until(pilot, lambda: "3 jobs running. Quit?" in shown(app))
        await pilot.press("ctrl+c")
        assert len(app.screen_stack) == 2
        await pilot.press("enter")
        await opened(pilot, MainScreen)
        assert not engine.stopped.is_set()
        await pilot.press(key)
        await opened(pilot, AskScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: not app.is_running)
    assert engine.stopped.is_set()


async def test_ctrl_c_asks_while_typing_too(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app))
        await pilot.press("slash", "a", "ctrl+c")
        await opened(pilot, AskScreen)


async def test_an_app_that_ends_otherwise_still_stops_its_engine(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: len(engine.slots) == 5)
        app.exit()
    assert engine.stopped.is_set()


async def test_an_app_that_ends_while_a_form_opens_ends_without_a_mistake(
    make_app: MakeApp, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        app.simulate_key("o")
        while not isinstance(app.screen, ChannelFormScreen):
            await asyncio.sleep(0)
        app.exit(return_code=143)
    assert app.return_code == 143
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


async def test_the_question_says_so_when_everything_has_ended_meanwhile(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app))
        await pilot.press("q")
        await until(pilot, lambda: "3 jobs running. Quit?" in shown(app))
        engine.live_status.put(SlotView(1))
        await until(pilot, lambda: "2 jobs running. Quit?" in shown(app))
        engine.live_status.put(SlotView(2))
        engine.live_status.put(SlotView(3))
        await until(pilot, lambda: "Nothing runs any more. Quit?" in shown(app))
        assert app.focused is not None
        assert app.focused.id == "safe"


async def test_a_worker_that_is_to_stop_still_has_a_job_to_ask_about(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.live_status = quiet_board()
    engine.live_status.put(SlotView(1, SlotState.STOPPING, 1, JobKind.DOWNLOAD, "Spring"))
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "stopping" in shown(app) and "1 running" in shown(app))
        await pilot.press("q")
        await until(pilot, lambda: "1 job running. Quit?" in shown(app))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (Outlook(), "it ends with what is queued."),
        (Outlook(next=NOW), "it ends with what is queued; what is due 2026-11-21 14:14 is not done."),
        (Outlook(until=NOW), "it goes on until 2026-11-21 14:14 at least."),
        (Outlook(until=NOW, endless=True), "it goes on and does not end, channels are fetched every day."),
        (Outlook(until=NOW, paused=True), "the queue is paused, so nothing happens until it is resumed."),
    ],
)
def test_the_question_says_until_when_the_queue_goes_on_alone(ahead: Outlook, words: str) -> None:
    assert outlook_words(ahead) == f"Left running: {words}"
