"""The filter of every list: it says its words, does what they ask, and says what is wrong with one."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.terminals.app_screen import main, rows, running, show, shown, until
from tests.tui.conftest import MakeApp
from tests.tui.test_statistics import lower
from ytui.store.database import Store
from ytui.tui.lists import columns, plan_list
from ytui.tui.text import UNICODE


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("state:downloaded", {2}),
        ("-state:downloaded -state:failed -state:running", {3, 6, 7, 9}),
        ("-gravity state:running", {1}),
        ('-"neural network" channel:3blue', {9}),
        ("after:2026-11-18 before:2026-11-19", {2, 3}),
        ("<5min", {3, 9}),
        (">20min -state:failed", set()),
        ("-why:members state:skipped", set()),
        ("lower:any", {2}),
        ("lower:token", {2}),
        ("lower:sabr", set()),
        ("-lower:any state:downloaded", set()),
    ],
)
def test_videos(store: Store, typed: str, found: set[int]) -> None:
    lower(store.db)
    source = columns.videos(UNICODE).filtered(typed)
    assert set(source.keys(store.db)) == found
    assert source.count(store.db) == len(found)
    assert {row.key for row in source.page(store.db, 0, 50)} == found


def test_the_other_lists(store: Store) -> None:
    def keys(source: object, typed: str) -> list[int]:
        return sorted(source.filtered(typed).keys(store.db))  # type: ignore[attr-defined]

    assert keys(columns.jobs(UNICODE), "class:members_only -kind:fetch") == [4]
    assert keys(columns.jobs(UNICODE), "-class:members_only -state:running -state:queued") == [6, 7]
    store.db.execute("UPDATE jobs SET cancel_requested = 1 WHERE id = 3")
    assert keys(columns.jobs(UNICODE), "state:cancelling") == [3]
    assert keys(columns.channels(UNICODE), "state:paused") == [5]
    assert keys(columns.channels(UNICODE), "state:fetching") == [2]
    assert keys(columns.channels(UNICODE), "before:2026-11-19 -state:paused") == [3, 6]
    assert keys(columns.log(UNICODE, lambda: 0.0), "-level:info after:2026") == [3, 4]
    plan = plan_list.plan(UNICODE, lambda: 0.0)
    assert keys(plan, 'state:"needs you"') == [1]
    assert keys(plan, "-group:access") == [2]
    assert keys(plan, "class:network -surprising") == [2]


async def test_every_line_says_its_words_and_what_is_wrong(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (100, 30)) as pilot:
        for view, hint in (
            ("2", "state: channel: after:2024-01 -not"),
            ("3", "kind:"),
            ("4", "class:"),
            ("5", "search; channel: level:"),
        ):
            await show(app, pilot, view)
            await pilot.press("slash")
            line = main(app).pane.query_one(Input)
            await until(pilot, lambda line=line: line.has_focus)  # type: ignore[misc]
            assert all(word in line.placeholder for word in hint.split())
            line.value = "colour:red"
            await until(pilot, lambda: "there is no colour: here" in shown(app))
            await pilot.press("escape")
            await until(pilot, lambda: "there is no colour:" not in shown(app))
        await show(app, pilot, "2")
        await pilot.press("slash")
        line = main(app).pane.query_one(Input)
        line.value = "state:faild"
        await until(pilot, lambda: "no state has “faild”: there is" in shown(app))
        line.value = "lower:sabbr"
        await until(pilot, lambda: "no lower has “sabbr”: there is any, challenge, processing" in shown(app))
        line.value = "-state:failed"
        await until(pilot, lambda: "no state has" not in shown(app) and rows(app).total == 7)


async def test_an_empty_list_says_that_its_filter_leaves_nothing(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("slash", *"zzz", "enter")
        await until(pilot, lambda: "nothing matches" in shown(app))
        assert "esc takes the filter off" in shown(app)
        assert "fetch a channel with u" not in shown(app)
