"""Columns give way in their order as a list gets narrower, the empty ones first; names are always read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from tests.support.terminals.app_screen import elsewhere, main, rows, running, show, shown, until
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui.lists import columns, plan_list
from ytui.tui.lists.rows import ListSource, column_widths, filled_columns
from ytui.tui.lists.trash_list import trash
from ytui.tui.text import UNICODE

LISTS: list[Callable[[], ListSource]] = [
    lambda: columns.channels(UNICODE),
    lambda: columns.videos(UNICODE),
    lambda: columns.jobs(UNICODE),
    lambda: columns.log(UNICODE, lambda: NOW),
    lambda: plan_list.plan(UNICODE, lambda: NOW),
    lambda: plan_list.history(UNICODE),
    lambda: trash(UNICODE, lambda: 0.0),
]
NAMES = ("channel", "title", "message")
MIXED = "日本語の長い題名 👩‍👩‍👧 and עברית, which goes on for as long as no terminal is wide"


@pytest.mark.parametrize("make", LISTS)
@pytest.mark.parametrize("width", [38, 48, 58, 70, 78, 98, 118, 158, 198])
def test_names_are_read_at_every_width(make: Callable[[], ListSource], width: int) -> None:
    shown_columns = make().columns
    widths = column_widths(shown_columns, width)
    names = [cells for column, cells in zip(shown_columns, widths, strict=True) if column.flex and cells]
    assert min(names) >= 15
    shown_cells = [cells for cells in widths if cells]
    assert sum(shown_cells) + len(shown_cells) - 1 == width


@pytest.mark.parametrize("make", LISTS)
def test_a_column_that_was_given_up_does_not_come_back_with_less_room(make: Callable[[], ListSource]) -> None:
    shown_columns = make().columns
    before = set(range(len(shown_columns)))
    for width in range(200, 20, -1):
        widths = column_widths(shown_columns, width)
        now = {number for number, cells in enumerate(widths) if cells}
        assert now <= before, width
        before = now


def test_what_is_empty_leaves_its_room_to_the_names() -> None:
    shown_columns = columns.channels(UNICODE).columns
    widths = column_widths(shown_columns, 36, {0, 1})
    assert widths[:6] == [10, 25, 0, 0, 0, 0]
    assert column_widths(shown_columns, 36, {0, 1, 3})[:6] == [10, 20, 0, 4, 0, 0]


def test_a_heading_fills_no_column(store: Store) -> None:
    store.db.execute("UPDATE plan_items SET attempts = 0")
    page = plan_list.plan(UNICODE, lambda: NOW).page(store.db, 0, 9)
    assert filled_columns(page) == {0, 1, 2, 3, 5}


async def test_an_empty_column_comes_with_its_first_value_and_stays(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE videos SET duration = NULL")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await until(pilot, lambda: "title" in shown(app) and "length" not in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE videos SET duration = 61 WHERE id = 3")
        await until(pilot, lambda: "length" in shown(app) and "1:01" in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE videos SET duration = NULL, title = 'last' WHERE id = 3")
        await until(pilot, lambda: "last" in shown(app))
        assert "length" in shown(app)


async def test_the_column_that_is_sorted_by_is_shown_though_it_is_empty(
    make_app: MakeApp, store: Store
) -> None:
    store.db.execute("UPDATE videos SET duration = NULL")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await until(pilot, lambda: "length" not in shown(app))
        main(app).pane.show_source(main(app).pane.source.sorted_by(2, descending=False))
        await until(pilot, lambda: "length▴" in shown(app))


@pytest.mark.parametrize("width", [40, 50, 60, 72, 80, 100, 120, 160, 200])
async def test_every_line_is_whole_at_every_width(make_app: MakeApp, store: Store, width: int) -> None:
    store.db.execute("UPDATE videos SET title = ? || id", [MIXED])
    store.db.execute("UPDATE channels SET name = ? || id", [MIXED])
    app = make_app(store)
    async with running(app, (width, 24)) as pilot:
        for view in "12347":
            await show(app, pilot, view)
            await until(pilot, lambda: rows(app).loaded)
            lines = shown(app).splitlines()
            assert {cell_len(line) for line in lines} == {width}
        await show(app, pilot, "2")
        await until(pilot, lambda: "日本語の長い題名" in shown(app))
