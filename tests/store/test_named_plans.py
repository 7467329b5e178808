"""Named plans: made of items, added to, shown with what is left, forgotten without their items."""

from __future__ import annotations

from tests.support.rows.factories import NOW, PRIVATE, USER, add_video, fail, queue_job, run
from ytui.core.models import PlanState
from ytui.store import jobs, named_plans, plan
from ytui.store.database import Database
from ytui.store.rows import PlanItem


def item(db: Database, name: str) -> PlanItem:
    job = run(db, queue_job(db, add_video(db, name)))
    made = fail(db, job, PRIVATE, USER)
    assert isinstance(made, PlanItem)
    return made


def test_a_plan_is_made_of_items_and_added_to(db: Database) -> None:
    first, second, third = (item(db, name) for name in "abc")
    made = named_plans.create(db, "Holiday", [second.id, first.id, first.id, 999], NOW)
    assert (made.name, made.created_at, made.items, made.unresolved) == ("Holiday", NOW, 2, 2)
    assert [found.id for found in named_plans.items(db, made.id)] == [first.id, second.id]
    more = named_plans.create(db, "Holiday", [second.id, third.id], NOW + 60)
    assert (more.id, more.created_at, more.items) == (made.id, NOW, 3)


def test_an_item_may_be_in_several_and_plans_are_listed_by_name(db: Database) -> None:
    shared = item(db, "a")
    for name in ("beta", "Alpha", "empty; DROP TABLE plans"):
        named_plans.create(db, name, [] if name.startswith("empty") else [shared.id], NOW)
    assert [(found.name, found.items) for found in named_plans.all_plans(db)] == [
        ("Alpha", 1),
        ("beta", 1),
        ("empty; DROP TABLE plans", 0),
    ]
    assert named_plans.by_name(db, "alpha") is None


def test_what_is_resolved_or_dismissed_stays_and_is_not_counted_as_left(db: Database) -> None:
    arrives, dismissed, stays = (item(db, name) for name in "abc")
    made = named_plans.create(db, "p", [arrives.id, dismissed.id, stays.id], NOW)
    plan.dismiss(db, [dismissed.id], NOW)
    jobs.retry(db, [arrives.job_id], now=NOW)
    assert jobs.claim(db, arrives.job_id, slot=1, now=NOW)
    jobs.finish(db, arrives.job_id, now=NOW)
    found = named_plans.by_name(db, "p")
    assert found is not None
    assert (found.items, found.unresolved) == (3, 1)
    states = [kept.state for kept in named_plans.items(db, made.id)]
    assert states == [PlanState.RESOLVED, PlanState.DISMISSED, PlanState.OPEN]


def test_a_forgotten_plan_leaves_its_items(db: Database) -> None:
    kept = item(db, "a")
    made = named_plans.create(db, "p", [kept.id], NOW)
    named_plans.create(db, "other", [kept.id], NOW)
    named_plans.delete(db, made.id)
    assert [found.name for found in named_plans.all_plans(db)] == ["other"]
    assert named_plans.items(db, made.id) == []
    assert plan.by_id(db, kept.id) == kept
