"""Leaving the form for a channel, and what is changed while it is open: by hand, or by other keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from textual.pilot import Pilot

from tests.support.terminals.app_screen import elsewhere, opened, rows, running, shown, until, value
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_channel_form import MINE, URL, channels_written, open_form, typed
from ytui import config
from ytui.core.settings import Backlog, BacklogKind, Settings
from ytui.engine.commands.channel_commands import sync_channels
from ytui.paths import Places
from ytui.store import channels
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.widgets.form_controls import Choice


async def test_what_is_written_under_the_form_is_read(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await open_form(app, pilot)
        with elsewhere(store) as db:
            db.execute("UPDATE channels SET name = '0 Renamed' WHERE id = 2")
        await until(pilot, lambda: "0 Renamed" in str(rows(app).cursor_row))


async def test_escape_asks_before_it_throws_away_what_was_typed(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await open_form(app, pilot, URL)
        await pilot.press("escape")
        await until(pilot, lambda: "Throw away what you typed?" in shown(app))
        assert app.focused is not None
        assert app.focused.id == "safe"
        await pilot.press("enter")
        await opened(pilot, ChannelFormScreen)
        assert typed(app, "url").value == URL
        await pilot.press("escape", "right", "enter")
        await opened(pilot, MainScreen)
        assert channels_written(places) == []


@pytest.fixture
def mine(store: Store, places: Places) -> Settings:
    places.config_file.write_text(places.config_file.read_text() + MINE)
    settings = config.load(places.config_file).settings
    sync_channels(store.db, settings, 0.0)
    return settings


async def edit_form(app: YtuiApp, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: app.host.engine is not None and "Blender Studio" in shown(app))
    await pilot.press("e")
    await opened(pilot, ChannelFormScreen)


async def test_what_was_changed_by_hand_meanwhile_is_merged_or_refused(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine, mine: Settings
) -> None:
    app = make_app(store)
    engine.settings = mine
    async with running(app, (120, 40)) as pilot:
        await edit_form(app, pilot)
        text = places.config_file.read_text()
        places.config_file.write_text(
            text.replace("keep =", 'quality = "720p"\nkeep =').replace("2024-01-01", "2020-02-02")
        )
        typed(app, "title").value = "film"
        typed(app, "after").value = "2022-01-01"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is 2020-02-02 in config.toml by" in shown(app))
        assert app.focused is typed(app, "after")
        assert "title" not in channels_written(places)[0]
        typed(app, "after").value = "2024-01-01"
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
    (written,) = channels_written(places)
    assert written == {
        "url": "https://www.youtube.com/@channel1", "name": "Blender Studio", "keep": "last 50",
        "quality": "720p", "title": "film", "after": date(2020, 2, 2),
    }  # fmt: skip


async def test_a_changed_backlog_says_what_it_brings_before_it_is_saved(
    make_app: MakeApp, store: Store, engine: StandInEngine, mine: Settings
) -> None:
    store.db.execute("UPDATE videos SET why = 'backlog' WHERE id = 3")
    store.db.execute("INSERT INTO tabs (id, channel_id, tab, url) VALUES (9, 1, 'videos', 'u')")
    store.db.execute("INSERT INTO entries (tab_id, video_id, position, walk) VALUES (9, 3, 0, 1)")
    app = make_app(store)
    engine.settings = Settings(
        channels=(replace(mine.channels[0], after=None, backlog=Backlog(BacklogKind.NONE)),)
    )
    async with running(app) as pilot:
        await edit_form(app, pilot)
        typed(app, "backlog").value = "newest 5"
        await until(pilot, lambda: "queues 1 more; then waiting: 1 video, about" in shown(app))
        typed(app, "backlog").value = "none"
        await until(pilot, lambda: "queues" not in shown(app))


async def test_cookies_must_be_there_and_the_name_is_taken_over(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine, mine: Settings
) -> None:
    app = make_app(store)
    engine.settings = mine
    async with running(app, (120, 40)) as pilot:
        await edit_form(app, pilot)
        typed(app, "cookies").value = "/nowhere/cookies.txt"
        await until(pilot, lambda: "must be a file that is there" in shown(app))
        typed(app, "cookies").value = str(places.config_file)
        typed(app, "name").value = "Films of Blender"
        typed(app, "every").value = "6 h"
        app.screen.query_one("#in-live", Choice).focus()
        await pilot.press("right", "ctrl+s")
        await opened(pilot, MainScreen)
        await until(
            pilot, lambda: value(store, "SELECT name FROM channels WHERE id = 1") == "Films of Blender"
        )
    (written,) = channels_written(places)
    assert (written["every"], written["live"], written["cookies"]) == ("6 h", False, str(places.config_file))


async def test_another_name_and_another_address_are_taken_back_with_all_that_is_known(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine, mine: Settings
) -> None:
    store.db.execute("UPDATE channels SET name = 'Old name' WHERE id = 1")
    settings = Settings(channels=(replace(mine.channels[0], name=None),))
    places.config_file.write_text(places.config_file.read_text().replace('name = "Blender Studio"\n', ""))
    held = store.db.value("SELECT count(*) FROM videos WHERE channel_id = 1 AND state = 'downloaded'")
    assert held
    app = make_app(store)
    engine.settings = settings
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.host.engine is not None and "Old name" in shown(app))
        await pilot.press("e")
        await opened(pilot, ChannelFormScreen)
        typed(app, "url").value = "https://www.youtube.com/@mended"
        typed(app, "name").value = "New name"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "in the folder" in shown(app))
        row = channels.by_id(store.db, 1)
        assert row is not None
        assert (row.name, row.url) == ("New name", "https://www.youtube.com/@mended")
        await pilot.press("z")
        await until(pilot, lambda: "Old name" in shown(app) and _named(store) == "Old name")
    row = channels.by_id(store.db, 1)
    assert row is not None
    assert (row.name, row.url, row.subscribed) == ("Old name", "https://www.youtube.com/@channel1", True)
    assert "name" not in channels_written(places)[0]


def _named(store: Store) -> str:
    row = channels.by_id(store.db, 1)
    return "" if row is None else row.name
