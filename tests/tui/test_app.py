"""Keys in, rows in SQLite out; what is on the screen is what is in the store."""

from __future__ import annotations

import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.widgets import Input

from tests.support.terminals.app_screen import (
    elsewhere,
    main,
    opened,
    running,
    settled,
    show,
    shown,
    until,
    value,
)
from tests.support.terminals.stand_in_engine import StandInEngine, many_board, quiet_board
from tests.tui.conftest import MakeApp
from ytui.core.settings import Settings
from ytui.engine.live_status import READ_AGAIN, QueueView, SlotState
from ytui.store.database import Store
from ytui.tui.actions.palette import action_results
from ytui.tui.keys import BY_NAME, View
from ytui.tui.screens.details_screen import DetailsScreen
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.help_screen import HelpScreen
from ytui.tui.screens.jump_screen import JumpScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.widgets.workers_pane import WorkersPane

# --- the dashboard


async def test_dashboard_shows_channels_workers_and_log(make_app: MakeApp, store: Store) -> None:
    wanted = (
        "3 running", "1 queued", "1 needs you", "youtube cooldown until 14:55",
        "fetch 9/14", "download 118/640", "18 %", "2 h 10 min left",
        "fetching 3Blue1Brown", "✗ failed", "‖ paused", "+ new", "✗1", "cancelling…",
        "72 %", "3.1 MB/s", "12 s left", "attempt 1", "page 2, 14 new", "1 waiting: youtube is cool",
        "1 idle: youtube allows 3 at once", "members only:", "u fetch", "? help", "q quit",
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
    engine.live_status = quiet_board()
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: len(engine.slots) == 5)
        await settled(pilot)
        painted: list[object] = []
        assert app._driver is not None
        app._driver.write = lambda data: painted.append(data)  # type: ignore[method-assign]
        for _ in range(5):
            app.refresh_status()
            await pilot.pause()
        assert painted == []


async def test_only_the_cells_that_changed_are_painted(
    make_app: MakeApp, store: Store, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app))
        await settled(pilot)
        pane = main(app)._dashboard.workers_pane
        regions: list[Region] = []
        repaint = pane.refresh

        def seen(*parts: Region, **how: bool) -> WorkersPane:
            regions.extend(parts)
            return repaint(*parts, **how)

        monkeypatch.setattr(pane, "refresh", seen)
        engine.live_status.update(1, fraction=0.73)
        app.refresh_status()
        await until(pilot, lambda: "73 %" in shown(app))
        # A digit, and half a cell of the bar.
        assert [(region.width, region.height) for region in regions] == [(1, 1)] * 2


async def test_a_change_of_view_is_painted_once(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(store)
    width, height = 120, 40
    painted: list[int] = []

    def seen(screen: object, update: object) -> None:
        if isinstance(update, ChopsUpdate):
            painted.append(sum(end - start for _, start, end in update.spans))
        elif isinstance(update, LayoutUpdate):
            painted.append(width * height)

    async with running(app, (width, height)) as pilot:
        for key in "241":
            await show(app, pilot, key)
            await settled(pilot)
        monkeypatch.setattr(app, "_display", seen)
        for key in "241":
            painted.clear()
            # The hidden ones are told of the workers too.
            app.refresh_status()
            await show(app, pilot, key)
            await settled(pilot)
            assert width * height <= sum(painted) < 1.5 * width * height, (key, painted)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15)])
async def test_sixteen_workers_can_be_reached_and_cancelled(
    make_app: MakeApp, store: Store, engine: StandInEngine, size: tuple[int, int]
) -> None:
    engine.live_status = many_board(16)
    app = make_app(store)
    async with running(app, size) as pilot:
        if size[0] < 80:
            # One pane at a time.
            await pilot.press("tab")
        await until(pilot, lambda: "Episode 1" in shown(app))
        room = main(app)._dashboard.workers_pane.page_rows
        await until(pilot, lambda: (f"{16 - room()} hidden" in shown(app)) == (room() < 16))
        await pilot.press(*(["tab"] if size[0] >= 80 else []), "G")
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
        await opened(pilot, AskScreen)
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
        assert app.navigator.view is View.PLAN
        await pilot.press("escape")
        await until(pilot, lambda: app.navigator.view is View.DASHBOARD)
        await pilot.press("escape", "backspace")
        assert app.is_running


@pytest.mark.parametrize(
    ("view", "words"), [("1", "Listings"), ("2", "vid00001"), ("3", "priority"), ("5", "Log line")]
)
async def test_details_of_every_kind(make_app: MakeApp, store: Store, view: str, words: str) -> None:
    app = make_app(store)
    async with running(app, (100, 60)) as pilot:
        await show(app, pilot, view)
        await pilot.press("I" if view == "1" else "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailsScreen) and words in shown(app))


async def test_job_log_and_why(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "i")
        await until(pilot, lambda: "failed: Only members" in shown(app))
        await pilot.press("L")
        await until(pilot, lambda: app.navigator.view is View.JOB_LOG)
        await until(pilot, lambda: "Downloading webpage" in shown(app))


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
        await opened(pilot, HelpScreen)
        await pilot.press(*"worker")
        await until(pilot, lambda: "One worker more" in shown(app) and "Half a page" not in shown(app))
        await pilot.press("escape")
        await opened(pilot, MainScreen)


async def test_the_palette_does_what_the_key_does(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon")
        await opened(pilot, JumpScreen)
        assert not app.screen.query_one(Input).cursor_blink, "it would be sent twice a second"
        # Enter waits for what is found, however fast it follows.
        await pilot.press(*"Work plan", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1 and main(app).view is View.PLAN)


async def test_every_action_is_in_the_palette_and_one_of_another_view_only_leads_there(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        words = {result.name for result in action_results(app.context)}
        assert {action.words for action in BY_NAME.values()} - words == {BY_NAME["palette"].words}
        await pilot.press("colon", *"Dismiss from")
        await until(pilot, lambda: "D in plan" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.navigator.view is View.PLAN and "D: Dismiss" in shown(app))
    assert value(store, "SELECT count(*) FROM plan_items WHERE state = 'dismissed'") == 0


async def test_a_views_key_leads_there_from_a_details_screen_too(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("enter")
        await opened(pilot, DetailsScreen)
        await pilot.press("4")
        await until(pilot, lambda: app.navigator.view is View.PLAN and app.screen is app.main)


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
        engine.live_status.update(3, state=SlotState.IDLE, job=None)
        await until(pilot, lambda: "cancelling…" not in shown(app))


async def test_a_mistake_that_was_told_at_the_start_is_not_told_twice(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.problem = "config.toml line 5: no"
    app = make_app(store, notices=(f"/home/me: {engine.problem}",))
    told: list[str] = []
    notify = app.notify
    app.notify = lambda message, **how: (told.append(message), notify(message, **how))  # type: ignore[method-assign,assignment,func-returns-value]
    async with running(app) as pilot:
        await until(pilot, lambda: "config.toml line 5" in shown(app))
        app.refresh_status()
        engine.problem = "config.toml line 6: no"
        app.refresh_status()
        await until(pilot, lambda: "line 6" in shown(app))
        engine.live_status.set_queue(QueueView(mistake="config.toml line 6: no; the last good settings stay"))
        app.refresh_status()
        await until(pilot, lambda: "the last good settings stay" in str(main(app)._banner.render()))
        engine.problem = ""
        engine.live_status.set_queue(QueueView())
        app.refresh_status()
        await until(pilot, lambda: "last good" not in str(main(app)._banner.render()))
    assert told == ["/home/me: config.toml line 5: no", "config.toml line 6: no", READ_AGAIN]
