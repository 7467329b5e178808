"""Many channels taken out of the file by hand: the question comes by itself, and again from the plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.terminals.app_screen import opened, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui import config
from ytui.core.settings import Settings
from ytui.engine.channels import removal
from ytui.engine.commands.channel_commands import add_channels, sync_channels
from ytui.engine.live_status import QueueView
from ytui.paths import Places
from ytui.store import channel_removals
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen

SUBSCRIBED = "SELECT count(*) FROM channels WHERE subscribed"
PAUSED = "SELECT count(*) FROM channels WHERE paused"
CANCELLED = "SELECT count(*) FROM jobs WHERE state = 'cancelled'"


@pytest.fixture
def missing(empty_store: Store, places: Places, make_app: MakeApp, engine: StandInEngine) -> YtuiApp:
    """An application of twenty channels, of which somebody has just taken fifteen out of the file."""
    db = empty_store.db
    urls = [{"url": f"https://example.org/Films{number}"} for number in range(20)]
    add_channels(db, places, urls, NOW)
    text = places.config_file.read_text().split("\n[[channels]]")
    places.config_file.write_text("\n[[channels]]".join(text[:6]))
    loaded = config.load(places.config_file)
    sync_channels(
        db,
        loaded.settings,
        NOW,
        goes=lambda gone: gone if removal.decide(db, loaded, gone, NOW) is None else (),
        by_hand=True,
    )
    app = make_app(empty_store)
    engine.settings = replace(loaded.settings, screen=Settings().screen)
    engine.live_status.set_queue(QueueView(missing=tuple(sorted(channel_removals.missing(db).paused))))
    return app


def told(app: YtuiApp) -> str:
    return " ".join(note.message for note in app._notifications)


async def test_it_comes_by_itself_and_keeping_them_is_the_default(
    missing: YtuiApp, empty_store: Store
) -> None:
    async with running(missing) as pilot:
        await opened(pilot, AskScreen)
        await until(pilot, lambda: "15 channels are missing" in shown(missing))
        assert missing.focused is not None
        assert missing.focused.id == "safe"
        assert value(empty_store, PAUSED) == 15
        await pilot.press("enter")
        await until(pilot, lambda: value(empty_store, PAUSED) == 0)
        await opened(pilot, MainScreen)
        assert value(empty_store, SUBSCRIBED) == 20
        assert value(empty_store, "SELECT state FROM plan_items") == "open"


async def test_answered_from_the_plan_they_go_and_come_back_with_their_jobs(
    missing: YtuiApp, empty_store: Store
) -> None:
    async with running(missing) as pilot:
        await opened(pilot, AskScreen)
        await pilot.press("escape")
        await until(pilot, lambda: value(empty_store, PAUSED) == 0)
        await show(missing, pilot, "4")
        await pilot.press("j", "K")
        await opened(pilot, AskScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(empty_store, SUBSCRIBED) == 5)
        assert value(empty_store, "SELECT state FROM plan_items") == "resolved"
        assert value(empty_store, CANCELLED) == 15
        await until(pilot, lambda: "unsubscribed from 15 channels" in told(missing))
        await pilot.press("z")
        await until(pilot, lambda: value(empty_store, SUBSCRIBED) == 20)
        assert value(empty_store, CANCELLED) == 0
        await until(
            pilot, lambda: "15 channels back, and asked about again; 15 jobs put back" in told(missing)
        )


async def test_it_does_not_come_while_something_is_typed(missing: YtuiApp, engine: StandInEngine) -> None:
    asked = engine.live_status.snapshot(0).queue
    engine.live_status.set_queue(QueueView())
    async with running(missing) as pilot:
        await show(missing, pilot, "2")
        await pilot.press("slash", "a")
        engine.live_status.set_queue(asked)
        missing.refresh_status()
        await pilot.pause()
        assert isinstance(missing.screen, MainScreen)
        await pilot.press("escape")
        missing.refresh_status()
        await opened(pilot, AskScreen)


@pytest.mark.parametrize("size", SIZES)
def test_pictures(snap_compare: SnapCompare, missing: YtuiApp, size: tuple[int, int]) -> None:
    words = "15 channels are missing"
    assert snap_compare(missing, terminal_size=size, run_before=at_rest(words=words))
