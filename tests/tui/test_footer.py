"""The footer shows what can act now: on the row under the cursor, on an empty list, on a phone."""

from __future__ import annotations

import pytest

from tests.support.rows.failures import many_failures, reopen
from tests.support.terminals.app_screen import elsewhere, main, rows, running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine, quiet_board
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.keys import ACTIONS
from ytui.tui.lists import acting
from ytui.tui.lists.acting import Here, can_act
from ytui.tui.lists.rows import RowKind


def footer(app: YtuiApp) -> str:
    return shown(app).splitlines()[-1].rstrip()


async def test_an_empty_library_is_told_to_add_first(
    make_app: MakeApp, empty_store: Store, engine: StandInEngine
) -> None:
    engine.live_status = quiet_board()
    app = make_app(empty_store)
    async with running(app) as pilot:
        await until(pilot, lambda: footer(app).startswith(" o add"))
        assert footer(app).split() == ["o", "add", "tab", "next", ".", "menu", "?", "help", "q", "quit"]
        await pilot.press("2")
        await until(
            pilot, lambda: footer(app).split() == ["tab", "next", ".", "menu", "?", "help", "q", "quit"]
        )


async def test_a_video_has_the_keys_that_its_state_allows(make_app: MakeApp, store: Store) -> None:
    reopen(store)
    app = make_app(store)
    async with running(app, (160, 40)) as pilot:
        await show(app, pilot, "2")
        by_state: dict[str, str] = {}
        for _ in range(rows(app).total):
            row = rows(app).cursor_row
            assert row is not None
            by_state.setdefault(row.cells[0].text.split()[1], footer(app))
            await pilot.press("j")
            await until(pilot, lambda row=row: rows(app).cursor_row != row or row.key == 9)  # type: ignore[misc]
        assert "d download" in by_state["new"]
        assert "r retry" not in by_state["new"]
        assert "x cancel" not in by_state["new"]
        assert "r retry" in by_state["failed"]
        assert "c cookies" in by_state["failed"]
        assert "x cancel" in by_state["running"]
        assert "d download" not in by_state["running"]
        assert "d download" not in by_state["downloaded"]
        assert "b probe" not in by_state["failed"]


async def test_a_paused_queue_says_first_how_it_goes_on(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "u fetch" in footer(app))
        assert "go on" not in footer(app)
        await pilot.press("P")
        await until(pilot, lambda: "Pause the whole queue?" in shown(app))
        await pilot.press("y")
        await until(pilot, lambda: footer(app).startswith(" P go on"))


async def test_marked_rows_may_be_any(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (160, 40)) as pilot:
        await show(app, pilot, "2")
        await pilot.press("j", "j")
        await until(pilot, lambda: "r retry" not in footer(app) and "d download" in footer(app))
        await pilot.press("space")
        await until(pilot, lambda: "r retry" in footer(app) and "x cancel" in footer(app))


async def test_a_group_of_the_plan_has_the_keys_of_groups(make_app: MakeApp, store: Store) -> None:
    many_failures(store.db, 3)
    app = make_app(store)
    async with running(app, (160, 40)) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "left fold" in footer(app))
        assert "R retry all" in footer(app)
        assert "D dismiss" in footer(app)
        assert "r retry" not in footer(app).replace("R retry", "")
        await pilot.press("j")
        await until(pilot, lambda: "r retry" in footer(app) and "left fold" not in footer(app))
        assert "K answer" not in footer(app)


async def test_undo_and_probe_come_when_they_can_act(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (160, 40)) as pilot:
        # The site is in cooldown.
        await until(pilot, lambda: "b probe" in footer(app))
        assert "z undo" not in footer(app)
        await pilot.press("p")
        await until(pilot, lambda: "z undo" in footer(app))
        with elsewhere(store) as db:
            db.execute("UPDATE sites SET state = 'ok', until = NULL")
        await until(pilot, lambda: "b probe" not in footer(app))


async def test_a_worker_that_rests_has_no_job_to_cancel(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "x cancel" in footer(app))
        await pilot.press("G")
        await until(pilot, lambda: "x cancel" not in footer(app))
        assert main(app)._dashboard.workers_pane.job is None


def test_every_word_of_the_table_is_an_action() -> None:
    names = {action.name for action in ACTIONS}
    assert {name for wanted in acting._WANTED.values() for name in wanted} <= names
    assert acting._OF_ROWS | set(acting._AROUND) <= names


@pytest.mark.parametrize("kind", list(RowKind))
def test_without_a_row_no_command_of_rows_is_offered(kind: RowKind) -> None:
    nothing = Here(kind, None)
    for action in ACTIONS:
        if action.command and not action.of_channel:
            assert not can_act(action.name, nothing)
    assert can_act("add", nothing)
    assert can_act("help", nothing)
