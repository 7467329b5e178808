"""Several channels edited as one, and what all of them inherit: only what was changed is written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.rows.filed_videos import arrived
from tests.support.terminals.app_screen import opened, running, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_channel_form import typed
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui import config
from ytui.engine.commands.channel_commands import sync_channels
from ytui.paths import Places
from ytui.store import channels
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.screens.shared_form_screen import SharedFormScreen
from ytui.tui.widgets.form_controls import Choice, Choices

FILE = """
[defaults]
quality = "720p"
extras = ["nfo"]

# the first
[[channels]]
url = "https://example.org/Arts"
quality = "480p"   # small
title = "art"
keep = "last 90"

[[channels]]
url = "https://example.org/Birds"
keep = "last 90"

[[channels]]
url = "https://example.org/Cars"
extras = ["metadata", "subtitles"]
keep = "last 90"
"""


@pytest.fixture
def three(empty_store: Store, places: Places, make_app: MakeApp, engine: StandInEngine) -> YtuiApp:
    """An application with three channels, of which one is paused."""
    places.config_file.write_text(places.config_file.read_text() + FILE)
    settings = config.load(places.config_file).settings
    sync_channels(empty_store.db, settings, NOW)
    channels.set_paused(empty_store.db, 2, True)
    app = make_app(empty_store)
    engine.settings = settings
    return app


def data(places: Places) -> dict[str, Any]:
    return tomllib.loads(places.config_file.read_text())


async def ready(app: YtuiApp, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: app.host.engine is not None and "Cars" in shown(app))


async def edit_all(app: YtuiApp, pilot: Pilot[None]) -> None:
    await ready(app, pilot)
    await pilot.press("a")
    await until(pilot, lambda: "3 marked" in shown(app))
    await pilot.press("e")
    await opened(pilot, SharedFormScreen)


async def test_only_what_was_changed_is_written_to_all_at_once(
    three: YtuiApp, empty_store: Store, places: Places
) -> None:
    before = places.config_file.read_text()
    async with running(three, (120, 40)) as pilot:
        await edit_all(three, pilot)
        assert "Edit 3 channels" in shown(three)
        assert typed(three, "title").value == "(several)"
        assert typed(three, "keep").value == "last 90"
        assert not three.screen.query("#in-name, #in-url")
        quality = three.screen.query_one("#in-quality", Choice)
        assert quality.value == "(several)"
        quality.focus()
        await pilot.press("right", "right", "right")
        typed(three, "max_duration").value = "2 h"
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
        await until(pilot, lambda: "3 channels changed" in shown(three))
        after = places.config_file.read_text()
        wanted = before.replace('"480p"   # small', '"1440p"   # small')
        assert wanted != before
        found = data(places)["channels"]
        assert [each["quality"] for each in found] == ["1440p"] * 3
        assert [each["max_duration"] for each in found] == ["2 h"] * 3
        assert [each.get("title") for each in found] == ["art", None, None]
        assert [each.get("extras") for each in found] == [None, None, ["metadata", "subtitles"]]
        assert "# the first" in after
        assert '"1440p"   # small' in after
        assert value(empty_store, "SELECT count(*) FROM channels WHERE paused") == 1
        await pilot.press("z")
        await until(pilot, lambda: places.config_file.read_text() == before)


async def test_a_changed_file_is_undone_as_far_as_it_was_changed_here(three: YtuiApp, places: Places) -> None:
    async with running(three, (120, 40)) as pilot:
        await edit_all(three, pilot)
        typed(three, "title").value = "new"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "3 channels changed" in shown(three))
        places.config_file.write_text(places.config_file.read_text() + "# by hand\n")
        await pilot.press("z")
        await until(pilot, lambda: "are as they were" in shown(three))
    assert [each.get("title") for each in data(places)["channels"]] == ["art", None, None]
    assert places.config_file.read_text().endswith("# by hand\n")


async def test_emptied_fields_fall_back_to_what_is_inherited(three: YtuiApp, places: Places) -> None:
    async with running(three, (120, 40)) as pilot:
        await edit_all(three, pilot)
        three.screen.query_one("#in-quality", Choice).focus()
        await pilot.press("delete")
        three.screen.query_one("#in-extras", Choices).focus()
        await pilot.press("delete")
        typed(three, "title").value = ""
        assert "< 720p > inherited" in shown(three)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "2 channels changed" in shown(three))
    keys = [sorted(each) for each in data(places)["channels"]]
    assert keys == [["keep", "url"]] * 3


async def test_what_is_wrong_is_said_and_nothing_is_written(three: YtuiApp, places: Places) -> None:
    before = places.config_file.read_text()
    async with running(three, (120, 40)) as pilot:
        await edit_all(three, pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nothing was changed" in shown(three))
        await opened(pilot, MainScreen)
        await edit_all(three, pilot)
        await opened(pilot, SharedFormScreen)
        typed(three, "after").value = "soon"
        await until(pilot, lambda: "must be a date such as" in shown(three))
        await pilot.press("ctrl+s")
        assert three.focused is typed(three, "after")
        typed(three, "after").value = "2024-01-01"
        text = before.replace('title = "art"', 'title = "art"\nafter = 2020-01-01')
        places.config_file.write_text(text)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is 2020-01-01 in config.toml by" in shown(three))
        assert places.config_file.read_text() == text
        await pilot.press("escape")
        await opened(pilot, AskScreen)


async def test_one_marked_row_is_that_channel_wherever_the_cursor_is(three: YtuiApp) -> None:
    async with running(three, (120, 40)) as pilot:
        await ready(three, pilot)
        await pilot.press("space", "j", "e")
        await opened(pilot, ChannelFormScreen)
        assert typed(three, "url").value == "https://example.org/Arts"


async def test_a_keep_for_many_asks_for_all_of_them(
    three: YtuiApp, empty_store: Store, places: Places
) -> None:
    root = config.load(places.config_file).settings.library.path
    cars = channels.by_name(empty_store.db, "Cars")
    assert cars is not None
    arrived(empty_store.db, root, cars, 3)
    async with running(three, (120, 40)) as pilot:
        await edit_all(three, pilot)
        typed(three, "keep").value = "last 1"
        await pilot.press("ctrl+s")
        await opened(pilot, AskScreen)
        await until(pilot, lambda: "Cars is to keep the last 1 now: 2 videos" in shown(three))
        await pilot.press("enter")
        await opened(pilot, MainScreen)
    # Where a rule takes nothing it is in force at once.
    rules = "SELECT group_concat(keep_kind || keep_count) FROM channels"
    assert value(empty_store, rules) == "last1,last1,last90"


async def open_defaults(app: YtuiApp, pilot: Pilot[None]) -> None:
    await ready(app, pilot)
    await app.run_action("do('edit_defaults')")
    await opened(pilot, SharedFormScreen)


async def test_what_is_inherited_is_edited_and_asked_about(
    three: YtuiApp, empty_store: Store, places: Places, engine: StandInEngine
) -> None:
    text = places.config_file.read_text().replace('keep = "last 90"\n', "")
    places.config_file.write_text(text)
    settings = config.load(places.config_file).settings
    sync_channels(empty_store.db, settings, NOW)
    birds = channels.by_name(empty_store.db, "Birds")
    assert birds is not None
    arrived(empty_store.db, settings.library.path, birds, 3)
    engine.settings = settings
    async with running(three, (120, 40)) as pilot:
        await open_defaults(three, pilot)
        assert "What every channel inherits" in shown(three)
        assert three.screen.query_one("#in-quality", Choice).value == "720p"
        typed(three, "keep").value = "last 2"
        await pilot.press("ctrl+s")
        await opened(pilot, AskScreen)
        await until(pilot, lambda: "is to keep the last 2 now" in shown(three))
        await pilot.press("escape")
        await until(pilot, lambda: "saved; 3 channels inherit it" in shown(three))
        assert data(places)["defaults"] == {"quality": "720p", "extras": ["nfo"], "keep": "last 2"}
        await pilot.press("z")
        await until(pilot, lambda: places.config_file.read_text() == text)


async def test_a_channel_shows_what_it_inherits_and_can_fall_back(three: YtuiApp, places: Places) -> None:
    async with running(three, (120, 40)) as pilot:
        await ready(three, pilot)
        await pilot.press("j", "e")
        await opened(pilot, ChannelFormScreen)
        assert "< 720p > inherited" in shown(three)
        quality = three.screen.query_one("#in-quality", Choice)
        quality.focus()
        await pilot.press("right", "left")
        assert quality.value is None, "what is inherited anyway is not written"
        await pilot.press("right", "ctrl+s")
        await opened(pilot, MainScreen)
    assert data(places)["channels"][1]["quality"] == "480p"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [("a", "e"), ("j", "e")], ids=["several", "inherits"])
def test_form(
    three: YtuiApp, snap_compare: SnapCompare, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    assert snap_compare(three, terminal_size=size, run_before=at_rest(*keys, words="esc: leave"))
