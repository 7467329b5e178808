"""A hold in the plan view: one row for all that wait, and keys that act on the whole of it."""

from __future__ import annotations

import pytest

from tests.support.rows import factories
from tests.support.rows.failures import reopen
from tests.support.terminals.app_screen import running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.store import holds
from ytui.store.database import Store

WAITING = "SELECT count(*) FROM jobs WHERE state = 'waiting' AND hold_id IS NOT NULL"


@pytest.fixture
def held(store: Store) -> Store:
    """A library with three videos that wait for a runtime."""
    reopen(store)
    db = store.db
    rows = factories.add_videos(
        db, factories.add_channel(db, "Held"), *(factories.entry(name) for name in "xyz")
    )
    for row in rows:
        factories.hits(db, factories.run(db, factories.queue_job(db, row)))
    db.execute("UPDATE plan_items SET state = 'dismissed' WHERE hold_id IS NULL")
    (hold,) = holds.in_force(db)
    holds.postpone_probe(db, hold.id, NOW + 600)
    return store


@pytest.mark.parametrize("key", ["r", "b"])
async def test_one_is_let_try_and_z_takes_it_back(make_app: MakeApp, held: Store, key: str) -> None:
    app = make_app(held)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "3 videos wait" in shown(app))
        await pilot.press("j", key)
        await until(pilot, lambda: "1 job queued again; 2 others wait for how that goes" in shown(app))
        assert value(held, WAITING) == 2
        await pilot.press("z")
        await until(pilot, lambda: value(held, WAITING) == 3)


async def test_dismissed_it_takes_all_along_and_comes_back_whole(make_app: MakeApp, held: Store) -> None:
    app = make_app(held)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "3 videos wait" in shown(app))
        await pilot.press("j", "D")
        await until(pilot, lambda: "3 videos that wait are given up with it" in " ".join(shown(app).split()))
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(held, WAITING) == 0)
        await pilot.press("z")
        await until(pilot, lambda: value(held, WAITING) == 3 and "3 videos wait" in shown(app))


async def test_put_off_it_tries_later_and_z_brings_the_time_back(make_app: MakeApp, held: Store) -> None:
    before = value(held, "SELECT next_probe FROM holds")
    app = make_app(held)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "3 videos wait" in shown(app))
        await pilot.press("j", "w")
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.press(*"2h", "enter")
        await until(pilot, lambda: value(held, "SELECT next_probe FROM holds") != before)
        assert value(held, WAITING) == 3
        await pilot.press("z")
        await until(pilot, lambda: value(held, "SELECT next_probe FROM holds") == before)


@pytest.mark.parametrize("size", SIZES)
def test_a_hold_in_the_plan(
    snap_compare: SnapCompare, make_app: MakeApp, held: Store, size: tuple[int, int]
) -> None:
    keys = ("4", "j")
    assert snap_compare(
        make_app(held), terminal_size=size, run_before=at_rest(*keys, words="one tries in 10")
    )
