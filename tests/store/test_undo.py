"""A change of the queue that is taken back leaves the rows as they were, and what has gone on since alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.rows import factories
from tests.support.rows.factories import NOW, add_channel, add_videos, entry, fail, queue_job, run
from tests.support.rows.invariants import check
from ytui.core.models import JobState, PlanState, Priority, Strategy, VideoState
from ytui.store import jobs, plan, videos
from ytui.store.database import Database
from ytui.store.jobs.undo import RowSnapshot, UndoResult, active_downloads, restore_rows, snapshot_of
from ytui.store.rows import Job

LATER = NOW + 500


@pytest.fixture
def ids(db: Database) -> list[int]:
    """Jobs that are queued, at the top, waiting for another try, failed for good, cancelled."""
    rows = add_videos(db, add_channel(db), *(entry(name) for name in "abcde"))
    queued, top, waiting, failed, cancelled = (queue_job(db, row) for row in rows)
    jobs.to_top(db, [top.id])
    fail(db, run(db, waiting))
    fail(db, run(db, failed), factories.PRIVATE, factories.USER, reference="E-0002")
    jobs.cancel(db, cancelled.id, NOW)
    return [queued.id, top.id, waiting.id, failed.id, cancelled.id]


def everything(db: Database) -> list[list[tuple[object, ...]]]:
    tables = ("jobs", "plan_items", "videos")
    return [[tuple(row) for row in db.all(f"SELECT * FROM {table} ORDER BY id")] for table in tables]


def items_of(db: Database, ids: list[int]) -> list[int]:
    return [item.id for number in ids if (item := plan.of_job(db, number)) is not None]


CHANGES: dict[str, Callable[[Database, list[int]], object]] = {
    "retry": lambda db, ids: jobs.retry(db, ids, now=LATER, strategy=Strategy.LOWER_QUALITY),
    "wait": lambda db, ids: jobs.wait_until(db, ids, until=LATER + 9, now=LATER),
    "cancel": lambda db, ids: jobs.request_cancel(db, ids, LATER),
    "dismiss": lambda db, ids: plan.dismiss(db, items_of(db, ids), LATER),
    "top": lambda db, ids: jobs.to_top(db, ids),
    "priority": lambda db, ids: jobs.set_priority(db, ids, Priority.NEWS),
}


@pytest.mark.parametrize("name", CHANGES)
def test_taken_back_it_never_happened(db: Database, ids: list[int], name: str) -> None:
    was, before = everything(db), snapshot_of(db, ids)
    CHANGES[name](db, ids)
    after = snapshot_of(db, ids)
    assert everything(db) != was
    done = restore_rows(db, before, after, LATER + 1)
    assert done == UndoResult(jobs=len(ids))
    assert everything(db) == was
    check(db)


def test_a_download_of_what_failed_and_of_what_waits_is_taken_back(db: Database, ids: list[int]) -> None:
    (skipped,) = add_videos(db, add_channel(db, "More"), entry("s"))
    videos.set_state(db, skipped.id, VideoState.SKIPPED, expect=[VideoState.NEW], why="members only")
    wanted = [skipped.id, *(job.video_id for number in ids if (job := jobs.by_id(db, number)))]
    numbers = [number for number in wanted if number is not None]
    was = everything(db)[1:]
    before = snapshot_of(db, active_downloads(db, numbers), numbers)
    made = [
        jobs.enqueue_download(db, video=video, priority=Priority.ASKED, now=LATER, asked=True).id
        for video in videos.by_ids(db, numbers)
    ]
    after = snapshot_of(db, made, numbers)
    assert restore_rows(db, before, after, LATER + 1) == UndoResult(jobs=3, cancelled=3)
    assert everything(db)[1:] == was
    assert jobs.by_id(db, ids[0]) == _as_before(before, ids[0], db)
    check(db)


def _as_before(before: RowSnapshot, number: int, db: Database) -> Job | None:
    job = jobs.by_id(db, number)
    assert job is not None
    assert (job.priority, job.asked) == (before.jobs[number]["priority"], bool(before.jobs[number]["asked"]))
    return job


def test_what_went_on_since_is_left_alone(db: Database, ids: list[int]) -> None:
    before = snapshot_of(db, ids)
    jobs.retry(db, ids, now=LATER)
    after = snapshot_of(db, ids)
    taken, cancelled = ids[2], ids[3]
    assert jobs.claim(db, taken, slot=1, now=LATER)
    jobs.cancel(db, cancelled, LATER)
    assert restore_rows(db, before, after, LATER + 1) == UndoResult(jobs=3, gone_on=2)
    assert factories.get_job(db, taken).state is JobState.RUNNING
    assert factories.get_job(db, cancelled).state is JobState.CANCELLED
    check(db)


def test_a_job_whose_video_has_another_one_stays_cancelled(db: Database) -> None:
    (video,) = add_videos(db, add_channel(db), entry("a"))
    job = queue_job(db, video)
    before = snapshot_of(db, [job.id])
    jobs.request_cancel(db, [job.id], LATER)
    after = snapshot_of(db, [job.id])
    queue_job(db, factories.get_video(db, video.id))
    assert restore_rows(db, before, after, LATER + 1) == UndoResult(gone_on=1)
    check(db)


def test_one_that_ran_is_queued_again_once_it_is_gone(db: Database) -> None:
    (video,) = add_videos(db, add_channel(db), entry("a"))
    job = run(db, queue_job(db, video))
    before = snapshot_of(db, [job.id])
    jobs.request_cancel(db, [job.id], LATER)
    after = snapshot_of(db, [job.id])
    assert restore_rows(db, before, after, LATER) == UndoResult(ending=1)
    jobs.cancel(db, job.id, LATER)
    assert restore_rows(db, before, after, LATER) == UndoResult(again=1)
    assert factories.get_job(db, job.id).state is JobState.QUEUED
    check(db)


def test_a_dismissed_item_is_open_again_as_it_was(db: Database, ids: list[int]) -> None:
    (waiting,) = items_of(db, [ids[2]])
    before = snapshot_of(db, [ids[2]])
    plan.dismiss(db, [waiting], LATER)
    restore_rows(db, before, snapshot_of(db, [ids[2]]), LATER)
    item = plan.by_id(db, waiting)
    assert item is not None
    assert (item.state, item.next_at) == (PlanState.SCHEDULED, NOW + 60)
    assert factories.get_job(db, ids[2]).state is JobState.WAITING
