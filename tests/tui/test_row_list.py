"""Cursor, marks, ranges and filter of a list stay where they belong while rows come and go."""

from __future__ import annotations

from textual.widgets import Input

from tests.support.terminals.app_screen import elsewhere, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, insert
from tests.tui.conftest import MakeApp
from ytui.store.database import Store, transaction
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.widgets.row_list import RowList


async def test_marks_are_acted_on_and_what_a_filter_hides_is_not(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("a")
        await until(pilot, lambda: len(videos.selection) == 9)
        await pilot.press("slash", *"charge", "enter")
        await until(pilot, lambda: videos.total == 1)
        await until(pilot, lambda: "9 marked: only those shown count" in shown(app))
        await pilot.press("d")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 3") == "queued")
    assert value(store, "SELECT state FROM videos WHERE id = 9") == "new"
    assert value(store, "SELECT state FROM videos WHERE id = 6") == "skipped"


async def test_range_and_single_marks(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("space", "j", "v", "j", "j", "v")
        await until(pilot, lambda: videos.selection == {1, 3, 4, 5})
        await pilot.press("g", "space")
        assert videos.selection == {3, 4, 5}
        await pilot.press("A")
        assert videos.selection == set()


async def test_a_range_begins_at_its_item_when_rows_come_above(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("j", "j", "v")
        _more_videos(store, 50, newest_at=NOW + 100)
        await until(pilot, lambda: videos.total == 59)
        await pilot.press("j", "v")
        await until(pilot, lambda: videos.selection == {3, 4})


async def test_letters_never_fire_while_typing(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        before = value(store, "SELECT group_concat(state) FROM (SELECT state FROM jobs ORDER BY id)")
        await pilot.press("slash", *"qdxXrRoUuPpA", "space", "1")
        typed = app.focused
        assert isinstance(typed, Input)
        assert typed.value == "qdxXrRoUuPpA 1"
        assert isinstance(app.screen, MainScreen)
        after = value(store, "SELECT group_concat(state) FROM (SELECT state FROM jobs ORDER BY id)")
        assert after == before
        await pilot.press("escape")
        assert isinstance(app.focused, RowList)


async def test_filter_characters_stand_for_themselves(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("slash", *"%", "enter")
        await until(pilot, lambda: videos.total == 0)
        await until(pilot, lambda: "nothing matches" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: videos.total == 9)


async def test_the_cursor_stays_on_its_item_when_rows_come_above(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("j", "j")
        assert videos.cursor_row is not None
        assert videos.cursor_row.key == 3
        _more_videos(store, 50, newest_at=NOW + 100)
        await until(pilot, lambda: videos.total == 59)
        assert videos.cursor == 52
        assert videos.cursor_row.key == 3
        await until(pilot, lambda: "▸ + new        Charge" in shown(app))


async def test_a_cursor_nobody_moved_stays_with_what_is_newest(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        _more_videos(store, 5, newest_at=NOW + 100)
        await until(pilot, lambda: videos.total == 14)
        assert videos.cursor == 0


async def test_the_log_follows_its_end_until_the_cursor_leaves_it(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        log = await show(app, pilot, "5")
        assert log.cursor == 4
        with elsewhere(store) as db:
            insert(db, "journal", at=NOW, level="info", type="runtime", message="the sixth")
        await until(pilot, lambda: log.cursor == 5)
        await pilot.press("k", "k")
        with elsewhere(store) as db:
            insert(db, "journal", at=NOW, level="info", type="runtime", message="the seventh")
        await until(pilot, lambda: log.total == 7)
        assert log.cursor == 3


async def test_a_long_list_is_read_in_pages_and_reached_to_its_end(make_app: MakeApp, store: Store) -> None:
    _more_videos(store, 20_000, newest_at=NOW - 100 * 86_400)
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        assert videos.total == 20_009
        assert len(videos._window.rows) < 200
        await pilot.press("G")
        await until(pilot, lambda: videos.cursor == 20_008 and "Episode 20000" in shown(app))
        await pilot.press("ctrl+u", "k", "g")
        await until(pilot, lambda: "Spring" in shown(app))
        assert videos.cursor == 0


def _more_videos(store: Store, count: int, newest_at: float) -> None:
    with elsewhere(store) as db, transaction(db):
        for number in range(1, count + 1):
            insert(
                db,
                "videos",
                site="youtube",
                video_id=f"more{number}",
                url=f"https://y/{number}",
                title=f"Episode {number}",
                channel_id=1,
                published_at=newest_at - number / 1000,
                first_seen=NOW,
            )


async def test_rows_above_are_seen_again_when_a_filter_is_taken_off(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (60, 15)) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("j", "j", "j", "j")
        await until(pilot, lambda: videos.cursor == 4)
        await pilot.press("slash", *"charge", "enter")
        await until(pilot, lambda: videos.total == 1)
        await pilot.press("escape")
        await until(pilot, lambda: (videos.cursor, videos.scroll_y) == (4, 0))


async def test_a_title_without_room_is_whole_in_the_line_below(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("j", "j", "j")
        await until(pilot, lambda: "→ Primitive Technology · " in shown(app))
        await pilot.press("k")
        await until(pilot, lambda: "→ 1 of 3 kept" in shown(app))
        await show(app, pilot, "2")
        await pilot.press("j", "j", "j", "j")
        await until(pilot, lambda: "→ The Surprising Secret of Synchronization · Veritasium" in shown(app))
