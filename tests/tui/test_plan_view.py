"""The work plan on the screen: groups, and what is known of an item."""

from __future__ import annotations

from tests.support.rows.failures import many_failures
from tests.support.terminals.app_screen import elsewhere, rows, running, show, shown, until
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_statistics import lower
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.lists import plan_list
from ytui.tui.text import UNICODE
from ytui.tui.widgets.detail_pane import DetailLines


async def test_groups_say_what_to_do_and_the_pane_below_what_happened(
    make_app: MakeApp, store: Store
) -> None:
    store.db.execute(
        "UPDATE attempts SET status = 403, host = 'www.youtube.com', bytes = 1200000 WHERE job_id = 4"
    )
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "▾ members only  1  needs you" in shown(app))
        await pilot.press("j")
        await until(pilot, lambda: "needs you  Set cookies of an account" in shown(app))
        text = shown(app)
        assert "10 s  members only  HTTP 403 www.youtube.com  1.2 MB  Join" in text
        assert "c cookies" in text
        await pilot.press("j", "j")
        await until(pilot, lambda: "waits for nothing but time: in 15 min, 2026-11-21 14:29" in shown(app))


async def test_the_title_counts_what_is_lower_than_offered(make_app: MakeApp, store: Store) -> None:
    lower(store.db)
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "lower than offered: 1 no PO token" in shown(app))
        await pilot.press("h")
        await until(pilot, lambda: "history" in shown(app) and "lower than" not in shown(app))


async def test_the_list_gets_its_lines_first_and_sentences_are_never_cut_off(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    reason = "Only members of the channel may watch this, said at such a length that it needs two lines."
    store.db.execute("UPDATE plan_items SET reason = ?, evidence = ? WHERE id = 1", [reason, "word " * 99])
    log = "12:00:00 Traceback:\n12:00:01   File code.py\n12:00:02 ERROR: Join this channel\n"
    (places.job_logs_dir / "4.log").write_text(log)
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await until(pilot, lambda: plan.total == 4)
        await pilot.press("j")
        await until(pilot, lambda: "ERROR: Join this channel" in shown(app))
        assert reason in " ".join(shown(app).split())
        assert "code.py" not in shown(app)
        assert "E-7F3K  word word" in shown(app)
        assert sum("word word" in line for line in shown(app).splitlines()) == 2
        # Four rows, and all that is left below them.
        await until(
            pilot,
            lambda: (
                (plan.size.height, app.query_one("PlanPane DetailLines", DetailLines).size.height) == (4, 13)
            ),
        )
        with elsewhere(store) as db:
            many_failures(db, 30)
        await until(pilot, lambda: plan.total == 35)
        await until(pilot, lambda: app.query_one("PlanPane DetailLines", DetailLines).size.height == 6)


async def test_a_group_folds_and_opens(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await until(pilot, lambda: plan.total == 4)
        await pilot.press("enter")
        await until(pilot, lambda: plan.total == 3)
        assert plan.cursor == 0
        await pilot.press("right")
        await until(pilot, lambda: plan.total == 4)
        await pilot.press("left", "space")
        await until(pilot, lambda: plan.total == 3 and plan.selection == {1})


async def test_countdowns_tick_by_the_minute_and_paint_nothing_between(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    now = [NOW]
    app = make_app(store, clock=lambda: now[0])
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "in 15 min" in shown(app))
        # The first look finds everything changed.
        rows(app).tick(NOW)
        now[0] = NOW + 30
        assert not rows(app).tick(now[0])
        now[0] = NOW + 61
        await until(pilot, lambda: "in 14 min" in shown(app))
        now[0] = NOW + 845
        await until(pilot, lambda: "in 55 s" in shown(app))


async def test_the_title_counts_items_and_not_their_headings(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "Work plan · 2 ─" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: rows(app).total == 3)
        assert "Work plan · 2 ─" in shown(app)


async def test_what_is_tried_now_does_not_wait(make_app: MakeApp, store: Store) -> None:
    many_failures(store.db, 2)
    store.db.execute("UPDATE plan_items SET state = 'scheduled', next_at = job_id + ?", [NOW - 100])
    store.db.execute("UPDATE jobs SET state = 'running' WHERE id IN (6, 100)")
    app = make_app(store)
    async with running(app, (120, 30)) as pilot:
        await show(app, pilot, "4")
        await until(pilot, lambda: "▾ network timeout  1  tried now" in shown(app))
        assert "▾ server error  2  waits for nothing but time, next in 1 s" in shown(app)
        plan = rows(app)
        await pilot.press("G", "k", "k")
        await until(pilot, lambda: "1 is being tried now" in shown(app) and plan.cursor == 4)
        assert "1 waits for its time" in shown(app)


async def test_what_is_due_and_did_not_start_does_not_wait_for_time(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE plan_items SET state = 'scheduled', next_at = ? WHERE job_id = 6", [NOW - 60])
    app = make_app(store)
    async with running(app, (110, 30)) as pilot:
        await show(app, pilot, "4")
        await until(
            pilot, lambda: "▾ network timeout  1  the next is due, it waits for its turn" in shown(app)
        )
        await pilot.press("G", "k")
        await until(pilot, lambda: "the next is due, it waits for its turn" in shown(app))
        await pilot.press("j")
        await until(pilot, lambda: "due since 2026-11-21 14:13, waits for its turn" in shown(app))
        assert "nothing but time" not in shown(app)


def test_a_held_item_that_probes_its_site_is_counted_once(store: Store) -> None:
    many_failures(store.db, 2)
    store.db.execute("UPDATE plan_items SET state = 'held' WHERE job_id >= 100")
    store.db.execute("UPDATE jobs SET state = 'running' WHERE id = 100")
    plan = plan_list.plan(UNICODE, lambda: NOW)
    (group,) = (group for group in plan.groups(store.db) if group.name == "server_error")
    assert (group.count, group.held, group.tried, group.yours) == (2, 1, 1, 0)
    (group,) = plan.filtered("101").groups(store.db)
    assert (group.count, group.held, group.tried) == (1, 1, 0)


async def test_the_history_begins_at_its_first_row_and_the_plan_is_left_as_it_was(
    make_app: MakeApp, store: Store
) -> None:
    many_failures(store.db, 9)
    store.db.execute("UPDATE plan_items SET state = 'resolved', resolved_at = job_id WHERE job_id > 103")
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await until(pilot, lambda: plan.total == 9)
        await pilot.press("j", "j", "j")
        await until(pilot, lambda: plan.cursor == 3)
        key = plan.key
        await pilot.press("h")
        await until(pilot, lambda: plan.total == 5 and plan.cursor == 0)
        await pilot.press("j", "j", "h")
        await until(pilot, lambda: plan.total == 9 and (plan.cursor, plan.key) == (3, key))


async def test_a_long_plan_begins_folded_and_stays_as_it_was_left(make_app: MakeApp, store: Store) -> None:
    many_failures(store.db, 70)
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await until(pilot, lambda: plan.total == 3)
        assert "Work plan · 72 ─" in shown(app)
        assert "▸ server error  70" in shown(app)
        # To a group, open it, and through it to the next.
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: plan.cursor == 1)
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: plan.cursor == 2)
        await pilot.press("left_curly_bracket", "left_curly_bracket")
        await until(pilot, lambda: plan.cursor == 0)
        await pilot.press("enter")
        await until(pilot, lambda: plan.total == 4)
        with elsewhere(store) as db:
            db.execute("UPDATE plan_items SET attempts = 9")
        app.refresh_status()
        await pilot.press("j")
        await until(pilot, lambda: plan.cursor == 1 and plan.key == 1)
        # A filter shows what it finds, and afterwards all is as before.
        await pilot.press("slash", *"Lost 10", "enter")
        await until(pilot, lambda: "filter “Lost 10”" in shown(app) and plan.total == 12)
        await pilot.press("escape")
        await until(pilot, lambda: plan.total == 4)
        await pilot.press("h")
        await until(pilot, lambda: "history" in shown(app))
        await pilot.press("h")
        await until(pilot, lambda: plan.total == 4)
        # From an item to its own group, which is folded away under it.
        await pilot.press("G", "left_curly_bracket", "left_curly_bracket", "j")
        await until(pilot, lambda: plan.key == 1)
        await pilot.press("left")
        await until(pilot, lambda: plan.total == 3 and plan.cursor == 0)


async def test_all_groups_are_folded_and_opened_at_once(make_app: MakeApp, store: Store) -> None:
    many_failures(store.db, 9)
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await until(pilot, lambda: plan.total == 14)
        await pilot.press("colon", *"Fold all groups")
        await until(pilot, lambda: "Fold all groups away" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: plan.total == 3)
        plan.fold_all()
        await until(pilot, lambda: plan.total == 14)
