"""The order in which jobs are shown is the one in which they run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import (
    NOW,
    add_channel,
    add_video,
    add_videos,
    entry,
    queue_job,
    run,
)
from tests.support.rows.library_queries import context_of
from ytui.core.holds import HoldCause
from ytui.core.models import JobState, Priority
from ytui.core.settings import Settings
from ytui.core.settings.tables import Order, Workers
from ytui.core.wait_reasons import ITS_TIME, for_hold
from ytui.engine.queue import turns
from ytui.engine.queue.explain import explain_job
from ytui.engine.queue.scheduler import Scheduler
from ytui.store import channels, jobs, sites
from ytui.store.jobs.turns import columns_in_turn, listed
from ytui.store.lists import jobs_query
from ytui.store.rows import SiteRow

SITES = ("a.org", "b.org", "c.org")


def fill(home: Home, count: int = 6) -> list[int]:
    """Three channels with jobs of several classes, of lengths that go criss-cross."""
    made = []
    for number, site in enumerate(SITES):
        channel = add_channel(home.db, f"C{number}", site=site)
        rows = add_videos(
            home.db,
            channel,
            *(
                entry(f"{site}{place}", duration=float(60 + place * 7 % 5 + number), published_at=NOW + place)
                for place in range(count)
            ),
        )
        for place, video in enumerate(rows):
            priority = Priority.NEWS if place == number else Priority.BACKLOG
            made.append(queue_job(home.db, video, priority, site=site).id)
    return made


def started(home: Home, settings: Settings) -> list[int]:
    """The jobs in the order in which the scheduler gives them to its one slot."""
    context = context_of(home)
    context.settings = settings
    scheduler, order = Scheduler(context), []
    while (handed := scheduler.next_job(1).job) is not None:
        order.append(handed.id)
        jobs.finish(home.db, handed.id, now=NOW)
    return order


def with_order(home: Home, order: Order) -> Settings:
    return replace(context_of(home).settings, workers=Workers(count=1, order=order))


@pytest.mark.parametrize("order", list(Order))
def test_what_is_shown_first_is_started_first(home: Home, order: Order) -> None:
    made = fill(home)
    jobs.to_top(home.db, [made[4]])
    settings = with_order(home, order)
    foreseen = turns.in_order(home.db, settings, NOW)
    assert sorted(foreseen) == sorted(made)
    assert foreseen[0] == made[4]
    for place, number in enumerate(foreseen, 1):
        job = jobs.by_id(home.db, number)
        assert job is not None
        assert turns.position(home.db, settings, job, NOW) == place
        assert explain_job(home.db, settings, job, NOW).position == place
    assert started(home, settings) == foreseen


def test_fairness_goes_on_with_the_next_holder(home: Home) -> None:
    made = fill(home)
    settings = with_order(home, Order.SHORTEST)
    foreseen = turns.in_order(home.db, settings, NOW)
    first = Scheduler(context_of(home)).next_job(1).job
    assert first is not None
    assert first.id == foreseen[0]
    jobs.finish(home.db, first.id, now=NOW)
    assert turns.in_order(home.db, settings, NOW) == foreseen[1:]
    assert started(home, settings) == foreseen[1:]
    assert len(foreseen) == len(made)


@pytest.mark.parametrize("order", list(Order))
def test_beyond_what_is_foreseen_the_list_goes_on_by_priority_and_order(
    home: Home, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr(turns, "FORESEEN", 4)
    made = fill(home)
    settings = with_order(home, order)
    whole = turns.in_order(home.db, settings, NOW)
    assert sorted(whole) == sorted(made)
    query = jobs_query.jobs(lambda: order, lambda db: turns.coming(db, settings, NOW))
    assert [row["id"] for row in query.page(home.db, 0, 100)] == whole
    assert [row["id"] for row in query.page(home.db, 3, 3)] == whole[3:6]
    for place, number in enumerate(whole):
        assert query.position(home.db, number) == place
        assert query.place(home.db, number, place) == place + 1
        job = jobs.by_id(home.db, number)
        assert job is not None
        assert turns.position(home.db, settings, job, NOW) == place + 1
    filtered = query.filtered("a.org3")
    assert isinstance(filtered, jobs_query.JobsQuery)
    (row,) = filtered.page(home.db, 0, 10)
    assert filtered.place(home.db, row["id"], 0) in (None, whole.index(row["id"]) + 1)


def test_what_cannot_start_now_is_not_foreseen(home: Home) -> None:
    made = fill(home, 2)
    channels.set_paused(home.db, 1, True)
    sites.save(home.db, SiteRow(SITES[1], "cooldown", NOW + 900, "429", 1, None, NOW, {}))
    settings = with_order(home, Order.SHORTEST)
    assert set(turns.coming(home.db, settings, NOW)) == set(made[4:])
    assert sorted(turns.in_order(home.db, settings, NOW)[2:]) == made[:4]


def test_what_waits_is_in_the_order_of_its_time_and_what_has_ended_last(home: Home) -> None:
    names = ("done", "late", "soon", "held", "queued", "runs")
    made = {name: queue_job(home.db, add_video(home.db, name)) for name in names}
    run(home.db, made["done"])
    jobs.finish(home.db, made["done"].id, now=NOW)
    run(home.db, made["runs"])
    for name, seconds in (("late", 500), ("soon", 50)):
        jobs.wait_until(home.db, [made[name].id], until=NOW + seconds, now=NOW, wait=ITS_TIME)
    run(home.db, made["held"])
    jobs.release(home.db, made["held"].id, now=NOW, wait=for_hold(HoldCause.JS_RUNTIME))
    wanted = [made[name].id for name in ("runs", "queued", "soon", "late", "held", "done")]
    query = jobs_query.jobs()
    assert [row["id"] for row in query.page(home.db, 0, 10)] == wanted
    assert [query.position(home.db, number) for number in wanted] == list(range(6))
    assert listed(home.db, [made["queued"].id]) == wanted
    assert listed(home.db, [], state=JobState.WAITING) == wanted[2:5]


@pytest.mark.parametrize("order", list(Order))
def test_no_page_of_the_queue_is_sorted(home: Home, order: Order) -> None:
    columns = ", ".join(columns_in_turn(order))
    where = "t.state = 'queued' AND t.id NOT IN (1, 2)"
    sql = f"SELECT t.id FROM jobs t WHERE ({where}) ORDER BY {columns} LIMIT 9"
    plan = [row[3] for row in home.db.all(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plan) == 1
    assert f"jobs_turn_{order.value}" in plan[0]
