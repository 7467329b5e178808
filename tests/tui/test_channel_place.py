"""A channel is a place: its lists a tab each, its page a key away, and the way back to its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminals.app_screen import (
    elsewhere,
    main,
    opened,
    rows,
    running,
    settled,
    shown,
    until,
    value,
)
from tests.support.terminals.stand_in_engine import NOW, StandInEngine, insert
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.core.settings import Channel, Quality, Settings
from ytui.core.settings.tables import Library
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.keys import View
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.details_screen import DetailsScreen
from ytui.tui.screens.dialogs import AskScreen

BLENDER, TO_BLENDER = 1, ("j", "j")
"""A channel's number, and the keys from the first row to its own."""


def titles(app: YtuiApp) -> list[str]:
    column = [column.title for column in rows(app).source.columns].index("title")
    return [row.cells[column].text for row, _, _ in rows(app)._visible() if row is not None]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_enter_opens_its_videos_and_esc_goes_back_to_the_same_row(
    make_app: MakeApp, store: Store, size: tuple[int, int]
) -> None:
    app = make_app(store)
    async with running(app, size) as pilot:
        await pilot.press("slash", *"e", "enter", "space", "j")
        await settled(pilot)
        before = rows(app)
        key, marked = before.key, set(before.selection)
        assert key is not None
        await pilot.press("enter")
        await until(pilot, lambda: app.navigator.view is View.CHANNEL and rows(app).loaded)
        assert main(app).channel == key
        await pilot.press("escape")
        await until(pilot, lambda: app.navigator.view is View.DASHBOARD)
        assert rows(app) is before
        assert (before.key, before.selection) == (key, marked)
        assert main(app).pane.filtered


async def test_only_what_is_its_own_is_listed_and_the_lists_keep_their_rows(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press(*TO_BLENDER, "enter")
        await until(pilot, lambda: "Videos 3" in shown(app))
        await settled(pilot)
        assert titles(app) == ["Spring — Blender Open Movie", "Sintel", "Charge"]
        await pilot.press("j", "tab")
        await until(pilot, lambda: app.navigator.view is View.JOBS and rows(app).loaded)
        assert titles(app) == ["Spring — Blender Open Movie", "Sintel"]
        await pilot.press("tab")
        await until(pilot, lambda: app.navigator.view is View.PLAN and "nothing is wrong" in shown(app))
        await pilot.press("tab")
        await until(pilot, lambda: app.navigator.view is View.LOG and "downloaded Sintel" in shown(app))
        assert rows(app).total == 1
        await pilot.press("tab")
        assert app.navigator.view is View.CHANNEL
        row = rows(app).cursor_row
        assert row is not None
        assert row.cells[1].text == "Sintel"
        await pilot.press("enter")
        await opened(pilot, DetailsScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.navigator.view is View.DASHBOARD)
        await pilot.press("enter")
        assert rows(app).cursor == 1, "it is opened as it was left"


async def test_another_channel_begins_at_its_first_row(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press(*TO_BLENDER, "enter", "j", "space", "escape", "escape", "g", "enter")
        await until(pilot, lambda: "neural network" in shown(app))
        await settled(pilot)
        assert rows(app).cursor == 0
        assert not rows(app).selection
        assert "Blender" not in shown(app)


async def test_a_view_opened_from_it_goes_back_to_the_dashboard(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("enter", "3")
        await until(pilot, lambda: main(app).channel is None and "Jobs · 7" in shown(app))
        await pilot.press("escape")
        assert app.navigator.view is View.DASHBOARD


async def test_delete_deletes_no_file_there(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press(*TO_BLENDER, "enter", "j", "delete")
        await settled(pilot)
        assert not isinstance(app.screen, AskScreen)
        await pilot.press("full_stop", "D")
        await opened(pilot, AskScreen)
        await until(pilot, lambda: "Delete “Sintel" in shown(app) or "Delete Sintel" in shown(app))


async def test_keys_of_videos_act_on_the_row_and_those_of_channels_on_the_channel(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press(*TO_BLENDER, "enter")
        await until(pilot, lambda: rows(app).loaded)
        await pilot.press("G", "d")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 3") == "queued")
        await pilot.press("K")
        await until(pilot, lambda: value(store, "SELECT keep FROM videos WHERE id = 3") == 1)
        await pilot.press("p")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 1") == 1)
        await pilot.press("u")
        fetches = "SELECT count(*) FROM jobs WHERE kind = 'fetch' AND channel_id = 1"
        await until(pilot, lambda: value(store, fetches) or "fetching 1 channel" in shown(app))


async def test_e_edits_the_channel_whose_lists_these_are(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    url = "https://www.youtube.com/@channel1"
    engine.settings = Settings(channels=(Channel(url=url),))
    async with running(app) as pilot:
        await pilot.press(*TO_BLENDER, "enter", "e")
        await opened(pilot, ChannelFormScreen)
        await until(pilot, lambda: url in shown(app))


@pytest.mark.parametrize(
    "keys", [(*TO_BLENDER, "I"), (*TO_BLENDER, "enter", "tab", "tab", "I"), ("3", "j", "j", "I")]
)
async def test_its_page_is_a_key_away(
    make_app: MakeApp, store: Store, engine: StandInEngine, keys: tuple[str, ...]
) -> None:
    app = make_app(store)
    channel = Channel(url="https://www.youtube.com/@channel1", quality=Quality.P720)
    engine.settings = Settings(channels=(channel,))
    async with running(app, (100, 60)) as pilot:
        await pilot.press(*keys)
        await opened(pilot, DetailsScreen)
        await until(pilot, lambda: "quality       720p" in shown(app))
        text = shown(app)
        for words in ("next fetch    2026-11-22", "88 MB in 1 video", "/Blender Studio", "backlog       all"):
            assert words in text
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_what_another_channel_owns_comes_after_its_own(make_app: MakeApp, store: Store) -> None:
    insert(store.db, "also_listed", channel_id=BLENDER, video_id=7)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press(*TO_BLENDER, "enter")
        await until(pilot, lambda: "Videos 4" in shown(app))
        await settled(pilot)
        assert titles(app)[-1] == "But what is a neural network?"
        with elsewhere(store) as db:
            insert(db, "videos", site="y", video_id="x", url="u", title="Fresh", channel_id=BLENDER,
                   first_seen=NOW, published_at=NOW)  # fmt: skip
        await until(pilot, lambda: "Videos 5" in shown(app) and "Fresh" in titles(app)[0])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "words"),
    [((), "Videos 3"), (("tab",), "Jobs 1"), (("tab", "tab", "h"), "history"), (("I",), "Settings")],
    ids=["videos", "jobs", "plan", "page"],
)
def test_pictures(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    store: Store,
    engine: StandInEngine,
    keys: tuple[str, ...],
    words: str,
    size: tuple[int, int],
) -> None:
    app = make_app(store)
    channel = Channel(url="https://www.youtube.com/@channel1", quality=Quality.P720)
    engine.settings = Settings(channels=(channel,), library=Library(path=Path("/srv/videos")))
    run = at_rest(*TO_BLENDER, "enter", *keys, words=words)
    assert snap_compare(app, terminal_size=size, run_before=run)
