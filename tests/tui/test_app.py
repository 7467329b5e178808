"""Keys in, rows in SQLite out; what is on the screen is what is in the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeApp
from tests.tui.stand_in import HOSTILE, NOW, StandInEngine, insert, many_board, quiet_board
from ytui.core.settings import Settings
from ytui.engine.board import SlotState
from ytui.store.database import Database, Store, transaction
from ytui.tui.app import YtuiApp
from ytui.tui.keys import View
from ytui.tui.screens.ask import AskScreen
from ytui.tui.screens.details import DetailsScreen
from ytui.tui.screens.help import HelpScreen
from ytui.tui.screens.main import MainScreen
from ytui.tui.theme import THEMES, choose_theme
from ytui.tui.widgets.row_list import RowList
from ytui.tui.widgets.workers import WorkersPane

SIZE = (80, 24)
PATIENCE = 20.0
"""Seconds until a test gives up."""


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Let the app work until something is true; the app's own repaints are never hurried."""
    app = pilot.app
    assert isinstance(app, YtuiApp)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not true():
        assert asyncio.get_running_loop().time() < deadline, f"it never came:\n{shown(app)}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running(app: YtuiApp, size: tuple[int, int] = SIZE) -> AsyncIterator[Pilot[None]]:
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: main(app).pane.rows.loaded)
        yield pilot


def main(app: YtuiApp) -> MainScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def rows(app: YtuiApp) -> RowList:
    return main(app).pane.rows


def value(store: Store, sql: str) -> object:
    return store.db.value(sql)


@contextmanager
def elsewhere(store: Store) -> Iterator[Database]:
    """A connection as another thread or process has one: the app sees its commits."""
    database = Database(store.path)
    yield database
    database.close()


async def show(app: YtuiApp, pilot: Pilot[None], key: str) -> RowList:
    await pilot.press(key)
    await until(pilot, lambda: rows(app).loaded)
    return rows(app)


def shown(app: YtuiApp) -> str:
    """The text of the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


# --- the dashboard


async def test_dashboard_shows_channels_workers_and_log(make_app: MakeApp, store: Store) -> None:
    wanted = (
        "3 running", "1 queued", "1 need you", "youtube cooldown until 14:55",
        "fetch 9/14", "download 118/640", "18 %", "2 h 10 min left",
        "fetching 3Blue1Brown", "✗ failed", "‖ paused", "+ new", "✗1", "cancelling…",
        "72 %", "3.1 MB/s", "12 s left", "try 1", "page 2, 14 new", "waiting until 14:55",
        "youtube allows 3 at once", "members only:", "u fetch", "? help", "q quit",
    )  # fmt: skip
    app = make_app(store)
    async with running(app) as pilot:
        for words in wanted:
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]


async def test_a_change_of_another_process_is_seen(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        with elsewhere(store) as db:
            db.execute("UPDATE channels SET name = 'Renamed Studio' WHERE id = 1")
        await until(pilot, lambda: "Renamed" in shown(app))


async def test_an_idle_screen_paints_nothing(make_app: MakeApp, store: Store, engine: StandInEngine) -> None:
    engine.board = quiet_board()
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: len(engine.slots) == 5)
        await until(
            pilot, lambda: all(worker.is_finished for worker in app.workers if worker.group != "slots")
        )
        painted: list[object] = []
        assert app._driver is not None
        app._driver.write = lambda data: painted.append(data)  # type: ignore[method-assign]
        for _ in range(5):
            app.look()
            await pilot.pause()
        assert painted == []


async def test_only_the_cells_that_changed_are_painted(
    make_app: MakeApp, store: Store, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app))
        pane = main(app)._dashboard.workers_pane
        regions: list[Region] = []
        repaint = pane.refresh

        def seen(*parts: Region, **how: bool) -> WorkersPane:
            regions.extend(parts)
            return repaint(*parts, **how)

        monkeypatch.setattr(pane, "refresh", seen)
        engine.board.update(1, fraction=0.73)
        app.look()
        await until(pilot, lambda: "73 %" in shown(app))
        assert [(region.width, region.height) for region in regions] == [(1, 1)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15)])
async def test_sixteen_workers_can_be_reached_and_cancelled(
    make_app: MakeApp, store: Store, engine: StandInEngine, size: tuple[int, int]
) -> None:
    engine.board = many_board(16)
    app = make_app(store)
    async with running(app, size) as pilot:
        await until(pilot, lambda: "Episode 1" in shown(app))
        await pilot.press("tab", "G")
        await until(pilot, lambda: "Episode 16" in shown(app))
        await pilot.press("g", "x")
        await until(pilot, lambda: value(store, "SELECT cancel_requested FROM jobs WHERE id = 1"))


# --- keys and rows


async def test_u_fetches_the_channel_under_the_cursor(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("j", "j", "u")
        await until(
            pilot, lambda: value(store, "SELECT count(*) FROM jobs WHERE channel_id = 1 AND kind = 'fetch'")
        )
        await until(pilot, lambda: engine.woken)


async def test_capital_u_asks_first_and_then_fetches_what_is_due(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("U")
        await until(pilot, lambda: "Fetch 1 due channel?" in shown(app))
        assert app.focused is not None
        assert app.focused.id == "safe"
        await pilot.press("tab", "enter")
        await until(pilot, lambda: value(store, "SELECT count(*) FROM jobs WHERE channel_id = 4"))
        await pilot.press("U")
        await until(pilot, lambda: "Fetch all 5 channels?" in shown(app))
        await pilot.press("escape")
        assert value(store, "SELECT count(*) FROM jobs WHERE channel_id = 1 AND kind = 'fetch'") == 0


async def test_d_downloads_a_video_and_all_new_ones_of_a_channel(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("d")  # 3Blue1Brown has one new video
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 9") == "queued")
        await show(app, pilot, "2")
        await pilot.press("j", "j", "d")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 3") == "queued")


async def test_x_cancels_a_waiting_job_at_once_and_asks_a_running_one(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "3")
        await pilot.press("x")
        await until(pilot, lambda: value(store, "SELECT cancel_requested FROM jobs WHERE id = 3"))
        assert value(store, "SELECT state FROM jobs WHERE id = 3") == "running"
        await until(pilot, lambda: "cancelling" in shown(app))
        await pilot.press("j", "j", "j", "x")
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 5") == "cancelled")


async def test_capital_x_says_how_many_and_the_safe_answer_changes_nothing(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("X")
        await until(pilot, lambda: "Cancel 5 jobs, 3 of them running?" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, AskScreen))
        assert value(store, "SELECT count(*) FROM jobs WHERE cancel_requested OR state = 'cancelled'") == 0
        await pilot.press("X")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(store, "SELECT count(*) FROM jobs WHERE state = 'cancelled'") == 2)
        assert value(store, "SELECT count(*) FROM jobs WHERE cancel_requested AND state = 'running'") == 3


async def test_p_pauses_a_channel_and_capital_p_the_queue(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 2") == 1)
        await pilot.press("p")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 2") == 0)
        await pilot.press("P")
        await until(pilot, lambda: "Pause the whole queue? 1 job queued; 3 running" in shown(app))
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(store, "SELECT value FROM facts WHERE key = 'paused'") == "1")
        await until(pilot, lambda: "queue paused" in shown(app))


async def test_fewer_and_more_workers(make_app: MakeApp, store: Store, engine: StandInEngine) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: sorted(engine.slots) == [1, 2, 3, 4, 5])
        await pilot.press(">")
        await until(pilot, lambda: sorted(engine.slots) == [1, 2, 3, 4, 5, 6])
        await pilot.press("<", "<")
        await until(pilot, lambda: engine.workers == 4)


# --- marks, filter, cursor


async def test_marks_are_acted_on_and_what_a_filter_hides_is_not(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("a")
        await until(pilot, lambda: len(videos.marks) == 9)
        await pilot.press("slash", *"charge", "enter")
        await until(pilot, lambda: videos.total == 1)
        await pilot.press("d")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 3") == "queued")
    assert value(store, "SELECT state FROM videos WHERE id = 9") == "new"
    assert value(store, "SELECT state FROM videos WHERE id = 6") == "skipped"


async def test_range_and_single_marks(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("space", "j", "v", "j", "j", "v")
        await until(pilot, lambda: videos.marks == {1, 3, 4, 5})
        await pilot.press("g", "space")
        assert videos.marks == {3, 4, 5}
        await pilot.press("A")
        assert videos.marks == set()


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
        assert len(videos._rows) < 200
        await pilot.press("G")
        await until(pilot, lambda: videos.cursor_row is not None)
        assert videos.cursor == 20_008
        assert "Episode 20000" in shown(app)
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


# --- looking closer, going back, leaving


async def test_enter_shows_attempts_and_log_and_escape_goes_back(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (100, 60)) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "enter")
        await until(pilot, lambda: "End of its log" in shown(app))
        text = shown(app)
        for words in ("members only", "Set cookies", "E-43AA", "Join this channel to get access", "HTTP 403"):
            assert words in text
        await pilot.press("escape")
        assert isinstance(app.screen, MainScreen)
        assert app.view is View.PLAN
        await pilot.press("escape")
        await until(pilot, lambda: app.view is View.DASHBOARD)
        await pilot.press("escape", "backspace")
        assert app.is_running


@pytest.mark.parametrize(
    ("view", "words"), [("1", "Listings"), ("2", "vid00001"), ("3", "priority"), ("5", "Log line")]
)
async def test_details_of_every_kind(make_app: MakeApp, store: Store, view: str, words: str) -> None:
    app = make_app(store)
    async with running(app, (100, 60)) as pilot:
        await show(app, pilot, view)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailsScreen) and words in shown(app))


async def test_job_log_and_why(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "i")
        await until(pilot, lambda: "failed: Only members" in shown(app))
        await pilot.press("L")
        await until(pilot, lambda: "Downloading webpage" in shown(app))
        assert app.view is View.JOB_LOG


async def test_acting_on_a_details_screen(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "enter", "r")
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 4") == "queued")


async def test_help_lists_what_works_here(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press(*"worker")
        await until(pilot, lambda: "One worker more" in shown(app) and "Half a page" not in shown(app))
        await pilot.press("escape")
        assert isinstance(app.screen, MainScreen)


async def test_the_palette_does_what_the_key_does(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon")
        await pilot.press(*"Work plan")
        await until(pilot, lambda: "Work plan  (4)" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1 and main(app).view is View.PLAN)


async def test_a_remapped_key_works_and_the_footer_says_so(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, keys={"pause": "f6", "show_plan": "f4,9", "nonsense": "y"})
    async with running(app) as pilot:
        await until(pilot, lambda: "there is no action 'nonsense'" in shown(app))
        await pilot.press("f6")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 2") == 1)
        await pilot.press("9")
        assert main(app).view is View.PLAN


async def test_tab_goes_through_panes_and_views(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        seen = []
        for _ in range(4):
            seen.append(type(app.focused).__name__)
            await pilot.press("tab")
        assert seen == ["RowList", "WorkersPane", "RowList", "RowList"]
        await pilot.press("2", "tab")
        assert main(app).view is View.JOBS


async def test_q_with_nothing_running_leaves_at_once(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.board = quiet_board()
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
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert not engine.stopped.is_set()
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: not app.is_running)
    assert engine.stopped.is_set()


async def test_ctrl_c_asks_while_typing_too(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app))
        await pilot.press("slash", "a", "ctrl+c")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))


async def test_an_app_that_ends_otherwise_still_stops_its_engine(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: len(engine.slots) == 5)
        app.exit()
    assert engine.stopped.is_set()


# --- hostile text, small terminals, poor terminals


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (2, 1)])
async def test_no_size_and_no_text_brings_it_down(
    make_app: MakeApp, store: Store, engine: StandInEngine, size: tuple[int, int]
) -> None:
    engine.board.update(1, title=HOSTILE, channel=HOSTILE, detail=HOSTILE)
    engine.board.update(4, waiting_for=HOSTILE)
    engine.problem = HOSTILE
    app = make_app(store, notices=(HOSTILE,))
    async with app.run_test(size=size, notifications=True) as pilot:
        for view in "12345":
            await pilot.press(view, "G", "enter")
            assert "\x1b" not in shown(app)
            assert "\u202e" not in shown(app)
            await pilot.press("escape")
        await pilot.press("question_mark", "escape", "X", "escape", "o", "escape", "colon", "escape")
        await pilot.resize_terminal(100, 30)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert app.is_running


async def test_below_60_by_15_one_line_says_so(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with app.run_test(size=(59, 20)) as pilot:
        await until(pilot, lambda: "too small: ytui needs 60×15, this is 59×20" in shown(app))
        await pilot.resize_terminal(60, 15)
        await until(pilot, lambda: "too small" not in shown(app) and "Workers" in shown(app))


async def test_ascii_where_the_locale_is_not_utf_8(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    store.db.execute("UPDATE channels SET name = 'plain ' || id")
    store.db.execute("DELETE FROM journal WHERE id IN (3, 4)")
    engine.board.update(1, title="plain")
    app = make_app(store, encoding="ISO-8859-1")
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app) and "downloaded Sintel" in shown(app))
        unknown = {character for character in shown(app) if not character.isascii()}
    assert unknown == set()


async def test_ansi_theme_where_colorterm_is_not_set(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, environ={})
    async with running(app):
        assert app.current_theme.ansi


def test_our_own_theme_where_the_terminal_promises_all_colours() -> None:
    known = {name: theme for name, (theme, _) in THEMES.items()}
    assert choose_theme(None, known, {"COLORTERM": "truecolor"}) == "ytui"


async def test_a_worker_that_fails_is_told_and_ends_nothing(
    make_app: MakeApp, store: Store, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(settings: Settings) -> None:
        raise OSError("the disk [/b] is gone")

    app = make_app(store)
    monkeypatch.setattr(engine, "wake", lambda: broken(engine.settings))
    async with running(app) as pilot:
        await until(pilot, lambda: engine.slots)
        await pilot.press("p")
        await until(pilot, lambda: "the disk [/b] is gone" in shown(app))
        assert app.is_running


async def test_a_job_says_cancelling_until_it_is_gone(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "⊘ cancelling…" in shown(app))
        engine.board.update(3, state=SlotState.IDLE, job=None)
        await until(pilot, lambda: "cancelling…" not in shown(app))
