"""Deleting asks, goes into the trash and is taken back; the trash brings back, or deletes for good."""

from __future__ import annotations

import pytest

from tests.support.rows.factories import add_channel
from tests.support.rows.filed_videos import NOW, arrived, check_trash
from tests.support.terminals.app_screen import opened, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui import config
from ytui.engine.commands import queue_commands
from ytui.engine.maintenance import trash
from ytui.paths import Places
from ytui.store import videos
from ytui.store.database import Store
from ytui.store.trash import TrashReason
from ytui.tui.app import YtuiApp
from ytui.tui.screens.details_screen import DetailsScreen
from ytui.tui.screens.dialogs import AskScreen

STATES = "SELECT group_concat(state || ' ' || why) FROM (SELECT * FROM videos ORDER BY id)"
ENTRIES = "SELECT count(*) FROM trash"


@pytest.fixture
def films(empty_store: Store, places: Places, make_app: MakeApp, engine: StandInEngine) -> YtuiApp:
    """An application with three videos in its library, v2 the newest."""
    settings = config.load(places.config_file).settings
    arrived(empty_store.db, settings.library.path, add_channel(empty_store.db), 3)
    app = make_app(empty_store, clock=lambda: NOW)
    engine.settings = settings
    return app


@pytest.fixture
def thrown_away(films: YtuiApp, empty_store: Store, engine: StandInEngine) -> YtuiApp:
    """The same with two of them in the trash."""
    db, settings = empty_store.db, engine.settings
    library = settings.library.path
    for number, reason in ((1, TrashReason.RETENTION), (2, TrashReason.NEVER_AGAIN)):
        trash.take_out(db, library, videos.by_ids(db, [number]), reason, NOW - number)
    trash.settle(db, library, settings, NOW)
    return films


async def test_delete_asks_and_is_taken_back(
    films: YtuiApp, empty_store: Store, engine: StandInEngine
) -> None:
    async with running(films) as pilot:
        await show(films, pilot, "2")
        await pilot.press("delete")
        await opened(pilot, AskScreen)
        assert films.focused is not None
        assert films.focused.id == "safe"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(films.screen, AskScreen))
        assert value(empty_store, ENTRIES) == 0
        await pilot.press("delete")
        await opened(pilot, AskScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(empty_store, STATES) == "downloaded ,downloaded ,removed deleted")
        await until(pilot, lambda: "1 video in the trash" in shown(films))
        await pilot.press("z")
        await until(pilot, lambda: value(empty_store, STATES) == "downloaded ,downloaded ,downloaded ")
        await pilot.press("a", "delete")
        await opened(pilot, AskScreen)
        await pilot.click("#answer-other")
        never = ",".join(["removed never again"] * 3)
        await until(pilot, lambda: value(empty_store, STATES) == never)
        await until(pilot, lambda: "3 videos in the trash" in shown(films))
        await pilot.press("delete")
        await until(pilot, lambda: "no file here to delete" in shown(films))
    check_trash(empty_store.db, engine.settings.library.path)
    # Among many it is left out, alone it is a wish.
    db, settings = empty_store.db, engine.settings
    assert queue_commands.download_videos(db, settings, [1, 2, 3], NOW) == []
    assert len(queue_commands.download_videos(db, settings, [1], NOW)) == 1


async def test_the_trash_brings_back_and_deletes_for_good(
    thrown_away: YtuiApp, empty_store: Store, engine: StandInEngine
) -> None:
    async with running(thrown_away) as pilot:
        await show(thrown_away, pilot, "7")
        await pilot.press("enter")
        await opened(pilot, DetailsScreen)
        await pilot.press("escape", "r")
        await until(pilot, lambda: "1 video restored" in shown(thrown_away))
        assert value(empty_store, "SELECT state FROM videos WHERE id = 1") == "downloaded"
        await pilot.press("delete")
        await opened(pilot, AskScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(empty_store, ENTRIES) == 0)
        await until(pilot, lambda: "1 video deleted for good" in shown(thrown_away))
        await pilot.press("z")
        await until(pilot, lambda: "what is deleted for good cannot be" in shown(thrown_away))
        await pilot.press("delete")
        await until(pilot, lambda: "the trash is empty" in shown(thrown_away))
    check_trash(empty_store.db, engine.settings.library.path)


async def test_all_of_the_trash_can_be_deleted_at_once(thrown_away: YtuiApp, empty_store: Store) -> None:
    async with running(thrown_away) as pilot:
        await show(thrown_away, pilot, "7")
        await pilot.press("delete")
        await opened(pilot, AskScreen)
        await pilot.click("#answer-other")
        await until(pilot, lambda: value(empty_store, ENTRIES) == 0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "words"),
    [(("7",), "never again"), (("7", "delete"), "empty the trash"), (("2", "delete"), "Delete “title v2”")],
    ids=["trash", "for-good", "delete"],
)
def test_pictures(
    snap_compare: SnapCompare, thrown_away: YtuiApp, keys: tuple[str, ...], words: str, size: tuple[int, int]
) -> None:
    assert snap_compare(thrown_away, terminal_size=size, run_before=at_rest(*keys, words=words))
