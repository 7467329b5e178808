"""Jobs: the queue's order and its indexes, and what each end of an attempt writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.support.rows import factories, invariants
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, PlanState, Priority, Strategy, VideoState
from ytui.core.settings.tables import Order
from ytui.core.states import IllegalTransition
from ytui.core.wait_reasons import ROOM, for_site
from ytui.store import attempts, channels, jobs, journal, plan, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.jobs.queries import head_query


@pytest.mark.parametrize("order", Order)
def test_every_head_is_one_step_along_an_index(db: Database, order: Order) -> None:
    steps = [row["detail"] for row in db.all("EXPLAIN QUERY PLAN " + head_query(order), ("[]",))]
    walked = [step for step in steps if step.startswith("SEARCH jobs")]
    assert len(walked) == 2
    assert all(
        step.startswith(f"SEARCH jobs USING INDEX jobs_{order} (kind=? AND priority=? AND channel_id=?")
        for step in walked
    )
    assert "SEARCH j USING INTEGER PRIMARY KEY (rowid=?)" in steps


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda db: jobs.promote_due(db, 5.0), "jobs_due"),
        (jobs.next_due, "jobs_due"),
        (lambda db: jobs.to_top(db, []), "jobs_top"),
        (lambda db: jobs.list(db, states=[JobState.FAILED]), "jobs_state"),
        (lambda db: jobs.list(db, states=[JobState.FAILED, JobState.DONE]), "jobs_state"),
        (jobs.cancel_requests, "jobs_state"),
        (lambda db: videos.page(db, limit=5), "videos_list"),
        (lambda db: videos.page(db, states=[VideoState.NEW]), "videos_state"),
        (videos.known_paths_exist, "videos_with_file"),
        (lambda db: tabs.known_ids(db, 1), "entries_newest"),
        (lambda db: attempts.by_reference(db, "E-1"), "attempts_reference"),
        (lambda db: journal.tail(db, job_id=1), "journal_job"),
    ],
)
def test_the_frequent_questions_are_read_from_an_index(
    db: Database, ask: Callable[[Database], object], index: str
) -> None:
    asked: list[str] = []
    db.connection.set_trace_callback(asked.append)
    ask(db)
    db.connection.set_trace_callback(None)
    queries = [query for query in asked if query.startswith(("SELECT", "UPDATE"))]
    steps = [row["detail"] for query in queries for row in db.all("EXPLAIN QUERY PLAN " + query)]
    assert any(index in step for step in steps), steps
    # Of the removals and the trash only the first row is asked for.
    harmless = (index, "subquery", "removals", "trash")
    assert not [step for step in steps if step.startswith("SCAN") and not any(w in step for w in harmless)]


def test_heads_are_the_first_of_each_group_in_each_order(db: Database) -> None:
    one, two = factories.add_channel(db, "One"), factories.add_channel(db, "Two", site="vimeo")
    entries = [
        factories.entry("long", duration=900.0, published_at=30.0),
        factories.entry("short", duration=50.0, published_at=20.0),
        factories.entry("unknown", published_at=10.0),
    ]
    for channel in (one, two):
        own = [
            replace(entry, video_id=f"{entry.video_id}{channel.id}", title=f"{entry.title}{channel.id}")
            for entry in entries
        ]
        for video in factories.add_videos(db, channel, *own):
            factories.queue_job(db, video, Priority.NEWS if video.video_id == "long2" else Priority.BACKLOG)
    factories.queue_job(db, factories.add_video(db, "single"), Priority.ASKED)

    def titles(order: Order) -> list[str]:
        found = [factories.get_job(db, head.id) for head in jobs.heads(db, order=order)]
        return [job.title.removeprefix("title ") for job in found]

    assert titles(Order.SHORTEST) == ["A film", "long2", "short1", "short2"]
    assert titles(Order.NEWEST) == ["A film", "long2", "long1", "short2"]
    assert titles(Order.OLDEST) == ["A film", "long2", "unknown1", "unknown2"]
    assert jobs.heads(db, kinds=[JobKind.FETCH]) == []


def test_heads_of_a_thousand_channels_are_one_question(db: Database) -> None:
    with transaction(db):
        for number in range(1000):
            channel = factories.add_channel(db, f"c{number}")
            for video in factories.add_videos(
                db, channel, factories.entry(f"a{number}"), factories.entry(f"b{number}")
            ):
                factories.queue_job(db, video)
    asked: list[str] = []
    db.connection.set_trace_callback(asked.append)
    found = jobs.heads(db, order=Order.NEWEST)
    db.connection.set_trace_callback(None)
    assert len(found) == 1000
    assert len({job.channel_id for job in found}) == 1000
    assert len(asked) == 1


def test_to_the_top_comes_before_what_was_put_there_earlier(db: Database) -> None:
    ids = [factories.queue_job(db, factories.add_video(db, f"v{n}")).id for n in range(5)]
    assert jobs.to_top(db, ids[3:]) == 2
    assert jobs.to_top(db, [ids[1]]) == 1
    order = []
    for _ in range(3):
        head = min(jobs.heads(db), key=lambda job: job.priority)
        order.append(head.id)
        factories.run(db, factories.get_job(db, head.id))
    assert order == [ids[1], ids[3], ids[4]]
    assert jobs.set_priority(db, [ids[0], ids[1]], Priority.NEWS) == 1
    assert factories.get_job(db, ids[0]).priority is Priority.NEWS


def test_a_fetch_is_queued_once_and_made_as_urgent_as_asked(db: Database) -> None:
    channel = factories.add_channel(db)
    tab = factories.add_tab(db, channel)

    def fetch(priority: Priority, **values: Any) -> Any:
        return jobs.enqueue_fetch(
            db,
            channel_id=channel.id,
            tab_id=tab.id,
            url=tab.url,
            title="Films / videos",
            site="youtube",
            priority=priority,
            now=factories.NOW,
            **values,
        )

    first = fetch(Priority.OLDER, first_page_only=True)
    assert first.created
    assert channels.all_channels(db)[0].active is JobState.QUEUED
    again = fetch(Priority.ASKED, asked=True)
    assert (again.id, again.created) == (first.id, False)
    job = factories.get_job(db, first.id)
    assert (job.priority, job.asked, job.first_page_only) == (Priority.ASKED, True, False)
    factories.run(db, job)
    assert channels.all_channels(db)[0].active is JobState.RUNNING
    jobs.finish(db, first.id, now=factories.NOW)
    assert channels.all_channels(db)[0].active is None
    assert fetch(Priority.NEWS).created


def test_a_failure_that_heals_is_one_story(db: Database) -> None:
    video = factories.add_video(db)
    job = factories.run(db, factories.queue_job(db, video))
    item = factories.fail(db, job, now=factories.NOW + 5, bytes=77, requests=3, versions={"yt-dlp": "1"})
    waiting = factories.get_job(db, job.id)
    assert (waiting.state, waiting.due_at, waiting.charged) == (JobState.WAITING, factories.NOW + 60, 1)
    assert (waiting.failure_class, waiting.reference) == ("network_timeout", "E-0001")
    assert waiting.strategy is Strategy.FRESH_EXTRACTION
    assert (waiting.slot, waiting.finished_at) == (None, None)
    assert (item.state, item.attempts, item.group_name) == (PlanState.SCHEDULED, 1, "network")
    assert item.versions == {"yt-dlp": "1"}
    assert factories.get_video(db, video.id).state is VideoState.QUEUED
    assert plan.needs_user_count(db) == 0

    assert jobs.next_due(db) == factories.NOW + 60
    assert jobs.promote_due(db, factories.NOW + 59) == 0
    assert jobs.promote_due(db, factories.NOW + 60) == 1
    factories.fail(db, factories.run(db, factories.get_job(db, job.id)), reference="E-0002")
    again = plan.by_reference(db, "E-0001")
    assert again is not None
    assert (again.id, again.attempts, again.reference) == (item.id, 2, "E-0002")

    jobs.promote_due(db, factories.NOW + 60)
    factories.run(db, factories.get_job(db, job.id))
    with transaction(db):
        videos.set_downloaded(
            db,
            video.id,
            path="a.mp4",
            size=10,
            files=["a.mp4"],
            format_id="18",
            height=360,
            now=factories.NOW,
        )
        assert jobs.finish(db, job.id, now=factories.NOW, bytes=10, requests=2)
    done = factories.get_job(db, job.id)
    assert (done.state, done.failure_class, done.percent) == (JobState.DONE, None, 100.0)
    found = plan.by_id(db, item.id)
    assert found is not None
    assert found.state is PlanState.RESOLVED
    told = attempts.of_job(db, job.id)
    assert [(a.number, a.outcome, a.reference) for a in told] == [
        (1, "failed", "E-0001"),
        (2, "failed", "E-0002"),
        (3, "done", None),
    ]
    assert "timed out" in told[0].message
    assert (told[0].bytes, told[0].requests, told[0].charged) == (77, 3, True)
    assert told[0].evidence["message"] == told[0].message
    assert attempts.of_video(db, video.id) == told
    assert not jobs.finish(db, job.id, now=factories.NOW)
    invariants.check(db)


def test_history_counts_for_the_next_plan(db: Database) -> None:
    job = factories.queue_job(db, factories.add_video(db))
    for number, failure in enumerate([factories.PRIVATE, factories.TIMEOUT, factories.TIMEOUT]):
        factories.fail(db, factories.run(db, factories.get_job(db, job.id)), failure, reference=f"E-{number}")
        jobs.promote_due(db, factories.NOW + 60)
    factories.run(db, job)
    history = attempts.history(db, job.id, "network_timeout")
    assert (history.attempts_charged, history.of_class, history.fresh_tried) == (3, 2, 3)
    assert not history.lowered
    factories.fail(db, job, factories.PRIVATE, factories.USER)
    assert jobs.retry(db, [job.id], now=factories.NOW, strategy=Strategy.LOWER_QUALITY, quality="480p") == 1
    factories.run(db, job)
    history = attempts.history(db, job.id, "private")
    assert (history.attempts_charged, history.of_class, history.fresh_tried) == (0, 0, 0)
    assert history.lowered
    assert factories.get_job(db, job.id).options == JobOptions(quality="480p")


def test_pushback_holds_the_job_uncharged_until_the_site_is_free(db: Database) -> None:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    item = factories.fail(db, job, factories.BOT, factories.HOLD)
    held = factories.get_job(db, job.id)
    assert (held.state, held.charged, held.wait) == (JobState.WAITING, 0, for_site("youtube"))
    assert item.state is PlanState.HELD
    assert jobs.wake(db, ROOM) == 0
    assert jobs.wake(db, for_site("vimeo")) == 0
    assert jobs.wake(db, for_site("youtube")) == 1
    assert factories.get_job(db, job.id).state is JobState.QUEUED
    factories.fail(db, factories.run(db, job), factories.TIMEOUT, factories.HOLD_QUEUE)
    assert factories.get_job(db, job.id).wait == ROOM
    assert jobs.next_due(db) == factories.NOW + 90


def test_what_needs_the_user_is_counted_and_dismissed(db: Database) -> None:
    first = factories.run(db, factories.queue_job(db, factories.add_video(db, "one")))
    second = factories.run(db, factories.queue_job(db, factories.add_video(db, "two")))
    item = factories.fail(db, first, factories.PRIVATE, factories.USER)
    factories.fail(db, second, factories.PRIVATE, factories.NEVER, reference="E-0002")
    assert factories.get_job(db, first.id).state is JobState.FAILED
    assert factories.get_video(db, 1).state is VideoState.FAILED
    assert plan.needs_user_count(db) == 1
    assert plan.counts(db) == {"private": {PlanState.OPEN: 2}}
    assert [found.job_id for found in plan.list_items(db, failure_class="private")] == [first.id, second.id]
    assert len(plan.list_items(db)) == 2
    assert plan.list_items(db, limit=1, offset=1)[0].job_id == second.id
    assert plan.dismiss(db, [item.id, 999], factories.NOW) == 1
    assert plan.needs_user_count(db) == 0
    assert len(plan.list_items(db, states=[PlanState.DISMISSED])) == 1


def test_dismissing_what_waits_stops_it(db: Database) -> None:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    item = factories.fail(db, job)
    plan.dismiss(db, [item.id], factories.NOW)
    assert factories.get_job(db, job.id).state is JobState.FAILED
    assert factories.get_video(db, 1).state is VideoState.FAILED
    assert jobs.promote_due(db, factories.NOW + 1e6) == 0


def test_a_new_job_for_the_same_video_takes_the_item_over(db: Database) -> None:
    video = factories.add_video(db)
    item = factories.fail(
        db, factories.run(db, factories.queue_job(db, video)), factories.PRIVATE, factories.USER
    )
    job = factories.queue_job(db, video, Priority.ASKED, asked=True)
    taken = plan.of_job(db, job.id)
    assert taken is not None
    assert (taken.id, taken.state) == (item.id, PlanState.SCHEDULED)
    factories.run(db, job)
    jobs.finish(db, job.id, now=factories.NOW)
    assert len(plan.list_items(db)) == 0
    assert len(plan.list_items(db, states=[PlanState.RESOLVED])) == 1


def test_queueing_does_not_walk_the_plan(db: Database) -> None:
    video = factories.add_video(db)
    asked: list[str] = []
    db.connection.set_trace_callback(asked.append)
    factories.queue_job(db, video)
    db.connection.set_trace_callback(None)
    (sql,) = (sql for sql in asked if sql.startswith("SELECT p.id FROM plan_items"))
    steps = [row["detail"] for row in db.all("EXPLAIN QUERY PLAN " + sql)]
    assert "SEARCH p USING INDEX plan_one_unresolved (job_id=?)" in steps


def test_cancel_of_what_runs_waits_for_its_slot(db: Database) -> None:
    running = factories.run(db, factories.queue_job(db, factories.add_video(db, "one")))
    waiting = factories.queue_job(db, factories.add_video(db, "two"))
    result = jobs.request_cancel(db, [running.id, waiting.id, 999], factories.NOW)
    assert (result.cancelled_now, result.requested) == ((waiting.id,), (running.id,))
    assert factories.get_job(db, running.id).state is JobState.RUNNING
    assert jobs.cancel_requests(db) == [running.id]
    assert factories.get_video(db, 2).state is VideoState.NEW
    assert jobs.cancel(db, running.id, factories.NOW)
    assert jobs.cancel_requests(db) == []
    assert attempts.of_job(db, running.id)[0].outcome == "cancelled"
    assert jobs.retry(db, [running.id], now=factories.NOW) == 1
    again = factories.get_job(db, running.id)
    assert (again.state, again.priority, again.asked) == (JobState.QUEUED, Priority.ASKED, True)


def test_a_cancel_that_was_asked_for_outlives_release_failure_and_crash(db: Database) -> None:
    for number, end in enumerate(("release", "fail", "recover")):
        job = factories.run(db, factories.queue_job(db, factories.add_video(db, end)), slot=number)
        jobs.request_cancel(db, [job.id], factories.NOW)
        if end == "release":
            jobs.release(db, job.id, now=factories.NOW)
        elif end == "fail":
            assert factories.fail(db, job) is None
        else:
            jobs.recover(db, factories.NOW)
        assert factories.get_job(db, job.id).state is JobState.CANCELLED
    assert len(plan.list_items(db)) == 0


def test_release_charges_nothing(db: Database) -> None:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    assert jobs.release(db, job.id, now=factories.NOW, due_at=factories.NOW + 9, wait=ROOM)
    waiting = factories.get_job(db, job.id)
    assert (waiting.state, waiting.due_at, waiting.wait) == (JobState.WAITING, factories.NOW + 9, ROOM)
    assert (waiting.attempt, waiting.charged) == (1, 0)
    assert attempts.of_job(db, job.id)[0].outcome == "declined"
    jobs.promote_due(db, factories.NOW + 9)
    factories.run(db, job)
    assert jobs.release(db, job.id, now=factories.NOW, outcome="interrupted")
    assert factories.get_job(db, job.id).charged == 0
    assert not jobs.release(db, job.id, now=factories.NOW)


def test_recovery_queues_what_ran_and_believes_what_arrived(db: Database) -> None:
    lost = factories.run(db, factories.queue_job(db, factories.add_video(db, "lost")))
    arrived = factories.run(db, factories.queue_job(db, factories.add_video(db, "arrived")))
    jobs.set_process(db, lost.id, 4711, 4712, started=3.5)
    videos.set_downloaded(
        db, 2, path="b.mp4", size=5, files=(), format_id="18", height=None, now=factories.NOW
    )
    found = {job.id: job for job in jobs.recover(db, factories.NOW)}
    assert set(found) == {lost.id, arrived.id}
    assert (found[lost.id].pid, found[lost.id].process_group) == (4711, 4712)
    after = factories.get_job(db, lost.id)
    assert (after.state, after.charged, after.pid) == (JobState.QUEUED, 0, None)
    assert attempts.of_job(db, lost.id)[0].outcome == "interrupted"
    assert factories.get_job(db, arrived.id).state is JobState.DONE
    assert jobs.recover(db, factories.NOW) == []
    invariants.check(db)


def test_wait_until_a_time_that_a_person_names(db: Database) -> None:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    item = factories.fail(db, job, factories.PRIVATE, factories.USER)
    assert jobs.wait_until(db, [job.id], until=factories.NOW + 500, now=factories.NOW) == 1
    assert factories.get_job(db, job.id).due_at == factories.NOW + 500
    scheduled = plan.by_id(db, item.id)
    assert scheduled is not None
    assert (scheduled.state, scheduled.next_at) == (PlanState.SCHEDULED, factories.NOW + 500)


def test_a_file_that_is_there_stays_downloaded_whatever_a_second_download_does(db: Database) -> None:
    video = factories.add_video(db)
    factories.run(db, factories.queue_job(db, video))
    videos.set_downloaded(
        db, video.id, path="a.mp4", size=5, files=(), format_id="18", height=None, now=factories.NOW
    )
    jobs.finish(db, 1, now=factories.NOW)
    again = factories.run(db, factories.queue_job(db, factories.get_video(db, video.id)))
    factories.fail(db, again, factories.PRIVATE, factories.USER)
    assert factories.get_video(db, video.id).state is VideoState.DOWNLOADED


def test_a_filter_takes_the_queued_job_along_and_a_job_owns_its_states(db: Database) -> None:
    video = factories.add_video(db)
    job = factories.queue_job(db, video)
    assert not videos.set_state(db, video.id, VideoState.SKIPPED, expect=[VideoState.NEW])
    assert videos.set_state(db, video.id, VideoState.SKIPPED, expect=[VideoState.QUEUED], why="too long")
    assert factories.get_job(db, job.id).state is JobState.CANCELLED
    skipped = factories.get_video(db, video.id)
    assert (skipped.state, skipped.why) == (VideoState.SKIPPED, "too long")
    with pytest.raises(IllegalTransition):
        videos.set_state(db, video.id, VideoState.RUNNING, expect=[VideoState.SKIPPED])
    with pytest.raises(IllegalTransition):
        videos.set_state(db, video.id, VideoState.DOWNLOADED, expect=[VideoState.SKIPPED])


def test_a_job_that_is_done_is_whole(db: Database) -> None:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    assert jobs.active_count(db) == 1
    assert [found.id for found in jobs.running(db)] == [job.id]
    jobs.finish(db, job.id, now=factories.NOW)
    assert factories.get_job(db, job.id).percent == 100.0
