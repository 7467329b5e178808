"""Channels under their tags: in the list of the dashboard, and typed into the form."""

from __future__ import annotations

import pytest

from tests.support.terminals.app_screen import opened, rows, running, shown, until
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_channel_form import channels_written, typed
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui import config
from ytui.engine.commands.channel_commands import sync_channels
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.screens.shared_form_screen import SharedFormScreen

FILE = "".join(
    f'\n[[channels]]\nurl = "https://example.org/{name}"\ntags = {tags}\n'
    for name, tags in (("Arts", '["music", "art"]'), ("Birds", "[]"), ("Cars", '["music"]'))
)


@pytest.fixture
def tagged(empty_store: Store, places: Places, make_app: MakeApp, engine: StandInEngine) -> YtuiApp:
    """An application with three channels, two of them with a tag."""
    places.config_file.write_text(places.config_file.read_text() + FILE)
    settings = config.load(places.config_file).settings
    sync_channels(empty_store.db, settings, NOW)
    app = make_app(empty_store)
    engine.settings = settings
    return app


async def test_a_whole_tag_is_folded_marked_and_edited(tagged: YtuiApp, places: Places) -> None:
    async with running(tagged, (120, 40)) as pilot:
        await until(pilot, lambda: tagged.host.engine is not None and "Cars" in shown(tagged))
        await pilot.press("full_stop", "g")
        await until(pilot, lambda: "without a tag" in shown(tagged) and rows(tagged).total == 5)
        await pilot.press("g", "left")
        await until(pilot, lambda: rows(tagged).total == 3 and "Cars" not in shown(tagged))
        await pilot.press("right")
        await until(pilot, lambda: rows(tagged).total == 5)
        await pilot.press("g", "space")
        await until(pilot, lambda: "2 marked" in shown(tagged))
        await pilot.press("e")
        await opened(pilot, SharedFormScreen)
        assert typed(tagged, "tags").value == "(several)"
        typed(tagged, "tags").value = "Loud,  music"
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
        await until(pilot, lambda: "loud" in shown(tagged))
        found = [each["tags"] for each in channels_written(places)]
        assert found == [["Loud", "music"], [], ["Loud", "music"]]
        await pilot.press("full_stop", "g")
        await until(pilot, lambda: rows(tagged).total == 3)


async def test_the_filter_knows_tags(tagged: YtuiApp) -> None:
    async with running(tagged, (120, 40)) as pilot:
        await until(pilot, lambda: tagged.host.engine is not None and "Cars" in shown(tagged))
        await pilot.press("slash", *"tag:art", "enter")
        await until(pilot, lambda: rows(tagged).total == 1 and "Arts" in shown(tagged))


@pytest.mark.parametrize("size", SIZES)
def test_groups(tagged: YtuiApp, snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    steps = at_rest("full_stop", "g", "g", words="without a tag")
    assert snap_compare(tagged, terminal_size=size, run_before=steps)
