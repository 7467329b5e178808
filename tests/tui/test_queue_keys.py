"""Keys for the order of the queue, for keeping, unsubscribing, sorting and searching; and taking back."""

from __future__ import annotations

from tests.support.rows import factories
from tests.support.terminals.app_screen import elsewhere, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, StandInEngine, insert, quiet_board
from tests.tui.conftest import MakeApp
from ytui.core.models import JobKind, Stage
from ytui.engine.live_status import SlotState, SlotView
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.text import UNICODE
from ytui.tui.worker_lines import worker_lines


async def test_sooner_later_and_to_the_top_and_back(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    priority = "SELECT priority FROM jobs WHERE id = 5"
    async with running(app) as pilot:
        await show(app, pilot, "3")
        await pilot.press("j", "j", "j", "plus")
        await until(pilot, lambda: value(store, priority) == 1)
        await pilot.press("minus")
        await until(pilot, lambda: value(store, priority) == 2)
        await pilot.press("t")
        await until(pilot, lambda: value(store, "SELECT rank < 0 FROM jobs WHERE id = 5"))
        for before in (2, 1, 2):
            await pilot.press("z")
            await until(pilot, lambda before=before: value(store, priority) == before)  # type: ignore[misc]
        assert value(store, "SELECT rank FROM jobs WHERE id = 5") == 0


async def test_a_cancelled_job_and_a_download_are_taken_back(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "3")
        await pilot.press("j", "j", "j", "x")
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 5") == "cancelled")
        await until(pilot, lambda: "1 job cancelled" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 5") == "queued")
        await show(app, pilot, "2")
        await pilot.press("j", "j", "d")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 3") == "queued")
        await until(pilot, lambda: "1 download queued" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 3") == "new")


async def test_what_is_live_is_recorded_and_that_is_taken_back(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    kinds = (
        "SELECT group_concat(kind) FROM "
        "(SELECT kind FROM jobs WHERE video_id = 3 AND state = 'queued' ORDER BY kind)"
    )
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("j", "j", "ctrl+r")
        await until(pilot, lambda: "nothing here is live, or will be" in shown(app))
        store.db.execute("UPDATE videos SET live_status = 'is_live' WHERE id = 3")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Record 1 broadcast" in shown(app))
        await pilot.click("#answer-other")
        await until(pilot, lambda: value(store, kinds) == "download,recording")
        options = (
            "SELECT json_extract(options, '$.record') FROM jobs WHERE video_id = 3 AND kind = 'recording'"
        )
        assert value(store, options) == "from_start"
        await until(pilot, lambda: "1 broadcast to be recorded" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: value(store, kinds) is None)


async def test_a_video_that_is_there_is_said_to_be_there(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE videos SET state = 'downloaded' WHERE id = 3")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("j", "j", "d")
        await until(pilot, lambda: "1 video downloaded already" in shown(app))


async def test_pauses_are_taken_back(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 2") == 1)
        await until(pilot, lambda: "1 channel paused" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 2") == 0)


async def test_keep_marks_a_video_for_good(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("K")
        await until(pilot, lambda: value(store, "SELECT keep FROM videos WHERE id = 1") == 1)
        await until(pilot, lambda: "→ kept for good · Blender Studio" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "for good, whatever the retention says" in shown(app))
        await pilot.press("escape")
        await pilot.press("K")
        await until(pilot, lambda: value(store, "SELECT keep FROM videos WHERE id = 1") == 0)


async def test_delete_asks_and_then_unsubscribes(make_app: MakeApp, store: Store, places: Places) -> None:
    url = "https://www.youtube.com/@channel2"
    places.config_file.write_text(places.config_file.read_text() + f'\n[[channels]]\nurl = "{url}"\n')
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("delete")
        await until(pilot, lambda: "Unsubscribe from 3Blue1Brown?" in shown(app))
        assert app.focused is not None
        assert app.focused.id == "safe"
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(store, "SELECT subscribed FROM channels WHERE id = 2") == 0)
    assert url not in places.config_file.read_text()
    assert value(store, "SELECT count(*) FROM videos WHERE channel_id = 2") == 2


async def test_sorting_keeps_cursor_and_marks(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("j", "space")
        assert videos.selection == {2}
        assert videos.key == 3
        await pilot.press("O", "j", "enter")
        await until(pilot, lambda: "title▴" in shown(app))
        await until(pilot, lambda: videos.cursor_row is not None and videos.cursor_row.key == 3)
        assert videos.selection == {2}
        await pilot.press("O", "enter")
        await until(pilot, lambda: "title▾" in shown(app))
        assert videos.key == 3


async def test_an_order_that_has_no_room_for_its_column_is_said_largest_first(
    make_app: MakeApp, store: Store
) -> None:
    store.db.execute("UPDATE videos SET size = 5000000 WHERE id = 2")
    store.db.execute("UPDATE videos SET size = 9000000 WHERE id = 4")
    app = make_app(store)
    async with running(app, (60, 24)) as pilot:
        videos = await show(app, pilot, "2")
        assert "size" not in shown(app)
        # Behind it stand the columns that are shown only where they are asked for.
        await pilot.press("O", "k", "k", "k", "k", "enter")
        await until(pilot, lambda: "by size▾" in shown(app))
        await pilot.press("g")
        await until(pilot, lambda: videos.key == 4 and "9.0 MB" in shown(app))
        await pilot.press("O", "enter")
        await until(pilot, lambda: "by size▴" in shown(app))
        await pilot.press("1")
        # Above the channels no names of columns stand at all.
        await pilot.press("O", *"jjj", "enter")
        await until(pilot, lambda: "by failed▾" in shown(app))


async def test_what_a_list_is_sorted_by_is_shown_where_there_is_room(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE videos SET size = 9000000 WHERE id = 4")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        assert "size" not in shown(app)
        await pilot.press("O", "k", "k", "k", "k", "enter")
        await until(pilot, lambda: "size▾" in shown(app) and "9.0 MB" in shown(app))
        assert "by size" not in shown(app)


async def test_escape_from_a_filter_goes_back_to_the_place(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("j", "j", "j", "slash", *"state:downloaded", "enter")
        await until(pilot, lambda: videos.total == 1 and videos.key == 2)
        await pilot.press("escape")
        await until(pilot, lambda: videos.total == 9 and videos.key == 4 and videos.cursor == 3)


async def test_the_log_is_searched_up_and_down_and_says_what_is_new(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        log = await show(app, pilot, "5")
        await until(pilot, lambda: log.key == 5)
        await pilot.press("slash", *"members", "enter")
        await until(pilot, lambda: log.key == 3)
        assert log.total == 5
        with elsewhere(store) as db:
            insert(db, "journal", at=NOW, level="info", type="runtime", message="more of members")
        await until(pilot, lambda: "1 new below" in shown(app))
        await pilot.press("n")
        await until(pilot, lambda: log.key == 6)
        await pilot.press("n")
        await until(pilot, lambda: log.key == 3)
        await pilot.press("N")
        await until(pilot, lambda: log.key == 6)
        await pilot.press("slash", "ctrl+u", *"nowhere", "enter")
        await until(pilot, lambda: "not found: “nowhere”" in shown(app))
        await pilot.press("slash", "ctrl+u", *"level:error", "enter")
        await until(pilot, lambda: log.total == 1)


async def test_the_header_says_what_a_busy_site_has_left(make_app: MakeApp, store: Store) -> None:
    data = '{"per_minute": 41.0, "left_minute": 12.0, "left_hour": 843.0}'
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL, data = ?", [data])
    app = make_app(store)
    async with running(app, (140, 40)) as pilot:
        await until(pilot, lambda: "youtube ok 41/min, 843 left this hour" in shown(app))


async def test_the_banner_says_that_the_line_is_down(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL")
    store.db.execute("UPDATE jobs SET wait_reason = 'line', wait_subject = '' WHERE id = 6")
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "the line is down: nothing is charged" in shown(app))


async def test_a_queue_that_is_held_says_why(make_app: MakeApp, store: Store, engine: StandInEngine) -> None:
    engine.live_status.set_queue(
        engine.live_status.snapshot(NOW).queue.__class__(held="library not mounted: /mnt")
    )
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "the queue is held: library not mounted: /mnt" in shown(app))


def test_a_worker_in_line_for_a_permit_says_so_with_a_countdown() -> None:
    view = SlotView(
        1, SlotState.RUNNING, 1, JobKind.FETCH, "Spring", stage=Stage.LISTING, waiting_for="youtube budget",
        waiting_until=NOW + 100,
    )  # fmt: skip
    for height in (1, 2):
        text = "".join(piece for piece, _ in worker_lines(view, 70, height, UNICODE, NOW)[0])
        assert "waits in 2 min: youtube budget" in text


async def test_the_mouse_goes_off_and_on(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("m")
        await until(pilot, lambda: "mouse off: the terminal selects text" in shown(app))
        assert not app.main.mouse_on
        await pilot.press("m")
        await until(pilot, lambda: "mouse on" in shown(app))


async def test_the_line_of_progress_says_what_waits(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.live_status = quiet_board()
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "3 running" in shown(app))
        assert "nothing in the queue" not in shown(app)
        with elsewhere(store) as db:
            db.execute("UPDATE jobs SET state = 'done' WHERE state IN ('running', 'queued')")
        await until(pilot, lambda: "1 job waits for another time" in shown(app))
        with elsewhere(store) as db:
            for name in "xyz":
                factories.hits(db, factories.run(db, factories.queue_job(db, factories.add_video(db, name))))
        words = "3 jobs wait for a JavaScript runtime, 1 for another time"
        await until(pilot, lambda: words in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE jobs SET state = 'done' WHERE state = 'waiting'")
        await until(pilot, lambda: "nothing in the queue" in shown(app))
