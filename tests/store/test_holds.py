"""A hold in SQLite: jobs that wait for it, its one item, and whatever is done to one of them or to all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rows.factories import (
    AGAIN,
    BREAKER,
    NO_JS,
    NO_RUNTIME,
    NOW,
    PRIVATE,
    USER,
    add_channel,
    add_old_channel,
    add_videos,
    entry,
    get_job,
    get_video,
    hits,
    queue_job,
    run,
)
from tests.support.rows.factories import fail as fails
from tests.support.rows.invariants import check
from ytui.core.holds import HoldCause, HoldKey
from ytui.core.models import JobState, PlanState, VideoState
from ytui.store import holds, jobs, migrations, plan, schema
from ytui.store.database import Database, Store
from ytui.store.jobs.undo import restore_rows, snapshot_of
from ytui.store.rows import Hold, Job, PlanItem


def the_hold(db: Database, key: HoldKey = NO_RUNTIME) -> Hold:
    found = holds.by_key(db, key)
    assert found is not None
    return found


def the_item(db: Database) -> PlanItem:
    (item,) = plan.list_items(db)
    return item


@pytest.fixture
def held(db: Database) -> list[Job]:
    """Three jobs that wait for one hold."""
    rows = add_videos(db, add_channel(db), *(entry(name) for name in "abc"))
    found = [queue_job(db, row) for row in rows]
    for job in found:
        hits(db, run(db, job))
    return [get_job(db, job.id) for job in found]


def test_many_jobs_are_one_item_and_none_is_charged(db: Database, held: list[Job]) -> None:
    assert {(job.state, job.charged, job.hold_id) for job in held} == {(JobState.WAITING, 0, the_hold(db).id)}
    item = the_item(db)
    assert (item.title, item.waiting, item.attempts) == (
        "waits for a JavaScript runtime: none is installed",
        3,
        3,
    )
    assert item.name.endswith("; 3 videos wait")
    assert (item.state, item.next_at, item.remedy) == (PlanState.OPEN, NOW + 600, "Install one")
    assert plan.needs_user_count(db) == 1
    assert the_hold(db).breaker == BREAKER
    check(db)


def test_an_item_of_a_job_s_own_makes_room_for_the_hold_s(db: Database, held: list[Job]) -> None:
    other = queue_job(db, add_videos(db, add_channel(db, "Others"), entry("d"))[0])
    fails(db, run(db, other), plan=AGAIN)
    assert len(plan.list_items(db)) == 2
    jobs.retry(db, [other.id], now=NOW)
    hits(db, run(db, other))
    assert (the_item(db).waiting, len(plan.list_items(db))) == (4, 1)
    check(db)


def test_the_item_moves_on_when_its_job_leaves_and_goes_with_the_last(db: Database, held: list[Job]) -> None:
    for number, job in enumerate(held, 1):
        assert the_item(db).job_id == job.id
        jobs.cancel(db, job.id, NOW + number)
        assert the_hold(db).waiting == 3 - number
    assert len(plan.list_items(db)) == 0
    assert holds.in_force(db) == []
    assert get_job(db, held[0].id).hold_id is None
    check(db)


def test_released_all_go_on_and_the_item_is_resolved(db: Database, held: list[Job]) -> None:
    number = the_item(db).id
    assert holds.release(db, the_hold(db), NOW + 9) == 3
    assert {get_job(db, job.id).state for job in held} == {JobState.QUEUED}
    found = plan.by_id(db, number)
    assert found is not None
    assert (found.state, found.waiting) == (PlanState.RESOLVED, 0)
    assert holds.in_force(db) == []
    check(db)


def test_a_probe_is_one_of_them_and_comes_back_if_it_hits_it_again(db: Database, held: list[Job]) -> None:
    assert holds.queue_probe(db, the_hold(db), held[0].id)
    assert not holds.queue_probe(db, the_hold(db), held[0].id)
    assert (the_hold(db).waiting, the_hold(db).probe_job, the_item(db).waiting) == (2, held[0].id, 2)
    hits(db, run(db, held[0]))
    assert (the_hold(db).waiting, the_item(db).waiting, len(plan.list_items(db))) == (3, 3, 1)
    check(db)


def test_the_last_one_that_fails_of_its_own_has_an_item_of_its_own(db: Database, held: list[Job]) -> None:
    jobs.request_cancel(db, [job.id for job in held[1:]], NOW)
    assert holds.queue_probe(db, the_hold(db), held[0].id)
    fails(db, run(db, held[0]), plan=AGAIN)
    item = the_item(db)
    assert (item.hold_id, item.title, item.job_id) == (None, held[0].title, held[0].id)
    check(db)


def test_dismissed_it_takes_all_that_waits_along_and_is_undone_whole(db: Database, held: list[Job]) -> None:
    numbers = holds.jobs_of_items(db, [the_item(db).id])
    assert numbers == [job.id for job in held]
    before = snapshot_of(db, numbers)
    assert plan.dismiss(db, [the_item(db).id], NOW) == 1
    assert {get_job(db, job.id).state for job in held} == {JobState.CANCELLED}
    assert {get_video(db, job.video_id or 0).state for job in held} == {VideoState.NEW}
    assert len(plan.list_items(db)) == 0
    check(db)
    restore_rows(db, before, snapshot_of(db, numbers), NOW + 1)
    assert (the_item(db).waiting, the_hold(db).waiting) == (3, 3)
    check(db)


def test_one_that_an_undo_brings_back_after_the_release_is_looked_at_again(
    db: Database, held: list[Job]
) -> None:
    before = snapshot_of(db, [held[0].id])
    jobs.cancel(db, held[0].id, NOW)
    after = snapshot_of(db, [held[0].id])
    holds.release(db, the_hold(db), NOW + 5)
    restore_rows(db, before, after, NOW + 9)
    hold = the_hold(db)
    assert (hold.waiting, hold.next_probe, hold.fingerprint) == (1, NOW + 5, "")
    check(db)


def test_what_an_undo_leaves_beside_is_put_right(db: Database, held: list[Job]) -> None:
    numbers = [job.id for job in held]
    before = snapshot_of(db, numbers)
    plan.dismiss(db, [the_item(db).id], NOW)
    after = snapshot_of(db, numbers)
    other = queue_job(db, add_videos(db, add_channel(db, "Others"), entry("d"))[0])
    hits(db, run(db, other))
    restore_rows(db, before, after, NOW + 1)
    assert len(plan.list_items(db)) == 2
    holds.drop_unused(db, NOW + 2)
    assert the_item(db).waiting == 4


def test_a_probe_that_will_not_run_makes_room_for_another(db: Database, held: list[Job]) -> None:
    assert holds.queue_probe(db, the_hold(db), held[0].id)
    holds.drop_unused(db, NOW)
    assert the_hold(db).probe_job == held[0].id
    jobs.cancel(db, held[0].id, NOW)
    holds.drop_unused(db, NOW)
    assert (the_hold(db).probe_job, the_hold(db).next_probe) == (None, NOW + 600)


def test_each_hold_of_a_selection_has_one_probe(db: Database, held: list[Job]) -> None:
    rows = add_videos(db, add_channel(db, "Others"), entry("d"), entry("e"))
    there, free = (queue_job(db, row) for row in rows)
    other = hits(db, run(db, there), HoldKey(HoldCause.JS_RUNTIME, "b.org"))
    chosen = [*(job.id for job in held), there.id, free.id]
    assert holds.first_of_each(db, chosen) == ({the_hold(db).id: held[0].id, other.id: there.id}, [free.id])
    assert [row.id for row in holds.of_jobs(db, chosen)] == [the_hold(db).id, other.id]


def test_what_failed_for_want_of_a_runtime_before_there_were_holds_waits_in_one(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.up_to(12))
        patch.setattr(schema, "VERSION", 12)
        store = Store.open(tmp_path / "ytui.db")
    rows = add_videos(store.db, add_old_channel(store.db), *(entry(name) for name in "abcd"))
    for row, failure in zip(rows, [NO_JS, NO_JS, NO_JS, PRIVATE], strict=True):
        fails(store.db, run(store.db, queue_job(store.db, row)), failure, USER)
    assert len(plan.list_items(store.db)) == 4
    store.close_all()
    store = Store.open(tmp_path / "ytui.db")
    db = store.db
    check(db)
    hold = the_hold(db, HoldKey(HoldCause.JS_RUNTIME, "youtube"))
    assert (hold.waiting, hold.breaker.next_probe) == (3, None)
    assert [(item.title, item.failure_class, item.waiting) for item in plan.list_items(db)] == [
        ("waits for a JavaScript runtime", "js_runtime", 3),
        ("title d", "private", 0),
    ]
    assert [get_video(db, row.id).state for row in rows] == [VideoState.QUEUED] * 3 + [VideoState.FAILED]
    assert holds.release(db, hold, NOW) == 3
    check(db)
    assert [item.failure_class for item in plan.list_items(db)] == ["private"]
    store.close_all()
