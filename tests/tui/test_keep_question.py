"""A changed ``keep`` asks before it takes anything: in the form, and from the plan; both are taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.rows.factories import add_channel
from tests.support.rows.filed_videos import arrived, check_trash
from tests.support.terminals.app_screen import opened, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_channel_form import typed
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui import config
from ytui.core.settings import Settings
from ytui.engine.commands.channel_commands import sync_channels
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen

REMOVED = "SELECT count(*) FROM videos WHERE state = 'removed'"
RULE = "SELECT keep_kind || ' ' || keep_count FROM channels WHERE id = 1"


@pytest.fixture
def films(empty_store: Store, places: Places, make_app: MakeApp, engine: StandInEngine) -> YtuiApp:
    """An application whose one channel has four videos and keeps all of them."""
    text = places.config_file.read_text() + '\n[[channels]]\nurl = "https://example.org/Films"\n'
    places.config_file.write_text(text)
    settings = config.load(places.config_file).settings
    channel = add_channel(empty_store.db)
    sync_channels(empty_store.db, settings, NOW)
    arrived(empty_store.db, settings.library.path, channel, 4)
    app = make_app(empty_store)
    engine.settings = settings
    return app


@pytest.fixture
def changed(films: YtuiApp, empty_store: Store, places: Places, engine: StandInEngine) -> YtuiApp:
    """The same, and somebody wrote another rule into the file."""
    places.config_file.write_text(places.config_file.read_text() + 'keep = "last 1"\n')
    engine.settings = config.load(places.config_file).settings
    sync_channels(empty_store.db, engine.settings, NOW)
    return films


def files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.library.path.glob("Films/*.mp4"))


async def test_the_form_asks_and_leaving_them_is_the_default(
    films: YtuiApp, empty_store: Store, engine: StandInEngine
) -> None:
    async with running(films) as pilot:
        await until(pilot, lambda: films.host.engine is not None and "Films" in shown(films))
        await pilot.press("e")
        await opened(pilot, ChannelFormScreen)
        typed(films, "keep").value = "last 2"
        await until(pilot, lambda: "by the new keep 2 videos of 2 B" in shown(films))
        await pilot.press("ctrl+s")
        await opened(pilot, AskScreen)
        await until(pilot, lambda: "Films is to keep the last 2 now: 2 videos of 2 B" in shown(films))
        assert films.focused is not None
        assert films.focused.id == "safe"
        await pilot.press("enter")
        await opened(pilot, MainScreen)
        assert value(empty_store, RULE) == "all 0"
        assert len(files(engine.settings)) == 4
        assert value(empty_store, "SELECT count(*) FROM plan_items WHERE state = 'open'") == 1


async def test_the_plan_asks_again_and_what_went_is_taken_back(
    changed: YtuiApp, empty_store: Store, engine: StandInEngine
) -> None:
    async with running(changed) as pilot:
        await show(changed, pilot, "4")
        await pilot.press("K")
        await opened(pilot, AskScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: "3 videos in the trash" in shown(changed))
        assert files(engine.settings) == ["v3.mp4"]
        assert value(empty_store, RULE) == "last 1"
        await pilot.press("z")
        await until(pilot, lambda: value(empty_store, RULE) == "all 0")
        assert len(files(engine.settings)) == 4
        assert value(empty_store, RULE) == "all 0"
        await pilot.press("K")
        await until(pilot, lambda: isinstance(changed.screen, AskScreen))
        await pilot.click("#answer-other")
        await until(pilot, lambda: "3 videos kept for good" in shown(changed))
        assert value(empty_store, RULE) == "last 1"
        assert value(empty_store, "SELECT sum(keep) FROM videos") == 3
        assert value(empty_store, REMOVED) == 0
        await pilot.press("z")
        await until(pilot, lambda: value(empty_store, RULE) == "all 0")
        assert value(empty_store, "SELECT sum(keep) FROM videos") == 0
    check_trash(empty_store.db, engine.settings.library.path)


async def test_a_dismissed_question_comes_back_with_undo(changed: YtuiApp, empty_store: Store) -> None:
    state = "SELECT state FROM plan_items"
    async with running(changed) as pilot:
        await show(changed, pilot, "4")
        await pilot.press("j", "D")
        await opened(pilot, AskScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(empty_store, state) == "dismissed")
        await until(pilot, lambda: "z brings it back" in shown(changed))
        await pilot.press("z")
        await until(pilot, lambda: value(empty_store, state) == "open")
        await pilot.press("j", "r")
        await until(pilot, lambda: "nothing here to retry" in shown(changed))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [("4", "j"), ("4", "j", "K")], ids=["item", "question"])
def test_pictures(
    snap_compare: SnapCompare,
    changed: YtuiApp,
    engine: StandInEngine,
    keys: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    engine.settings = replace(engine.settings, screen=Settings().screen)
    assert snap_compare(changed, terminal_size=size, run_before=at_rest(*keys, words="keep the last 1"))
