"""A new holder loses nothing that was running, and leaves no process of the old one beside its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes import job_bodies
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_channel, add_tab, add_video, queue_job, run
from tests.support.rows.library_queries import downloads
from ytui.core.models import JobState, Priority, Tab, VideoState
from ytui.core.protocol import Started
from ytui.core.tasks import Common, ListingTask
from ytui.engine.jobs.job_process import JobProcess, group_lives
from ytui.engine.queue.recovery import recover, tidy_partials
from ytui.engine.sites.site_states import cool_down, start_probe
from ytui.store import attempts, jobs, journal, sites, videos


def test_what_ran_is_interrupted_and_queued_again_uncharged(home: Home) -> None:
    channel = add_channel(home.db)
    tab = add_tab(home.db, channel)
    fetch = jobs.enqueue_fetch(
        home.db,
        channel_id=channel.id,
        tab_id=tab.id,
        url=tab.url,
        title="Films / videos",
        site="youtube",
        priority=Priority.NEWS,
        now=NOW,
    ).id
    download = queue_job(home.db, add_video(home.db)).id
    for number in (fetch, download):
        run(home.db, home.job(number))
    recovered = recover(home.db, NOW + 60)
    assert {job.id for job in recovered} == {fetch, download}
    for number in (fetch, download):
        job = home.job(number)
        assert (job.state, job.charged, job.slot, job.pid) == (JobState.QUEUED, 0, None, None)
        (attempt,) = attempts.of_job(home.db, number)
        assert (attempt.outcome, attempt.charged) == ("interrupted", False)
    lines = journal.tail(home.db)
    assert {line.message for line in lines} == {
        "Films / videos: interrupted, queued again",
        "A film: interrupted, queued again",
    }
    assert recover(home.db, NOW + 61) == []


def test_what_was_to_be_cancelled_or_had_arrived_does_not_run_again(home: Home) -> None:
    cancelled, arrived = (run(home.db, queue_job(home.db, add_video(home.db, name))) for name in ("c", "a"))
    jobs.request_cancel(home.db, [cancelled.id], NOW)
    videos.set_downloaded(
        home.db,
        arrived.video_id or 0,
        path="a.mp4",
        size=1,
        files=["a.mp4"],
        format_id="1",
        height=1,
        now=NOW,
    )
    recover(home.db, NOW)
    assert home.job(cancelled.id).state is JobState.CANCELLED
    assert home.job(arrived.id).state is JobState.DONE
    assert videos.counts(home.db)[VideoState.DOWNLOADED] == 1


def test_no_probe_is_under_way_after_a_restart(home: Home) -> None:
    cool_down(home.db, "a.org", until=NOW, reason="rate limited", now=NOW - 60)
    start_probe(home.db, "a.org", 7, NOW)
    recover(home.db, NOW + 1)
    row = sites.get(home.db, "a.org")
    assert row is not None
    assert (row.state, row.until, row.probe_job) == ("cooldown", NOW + 1, None)


@pytest.fixture
def orphan() -> Iterator[JobProcess]:
    """A job's process that nobody listens to any more, with a child."""
    process = JobProcess(
        ListingTask(Common(1, Path(os.devnull)), "http://a.org/", Tab.LIST), job_bodies.sleeps
    )
    reports = process.reports()
    assert isinstance(next(reports), Started)
    yield process
    process.cancel()
    assert list(reports) == []


def test_a_process_that_outlived_its_holder_is_ended_first(home: Home, orphan: JobProcess) -> None:
    job = run(home.db, queue_job(home.db, add_video(home.db)))
    jobs.set_process(home.db, job.id, orphan.pid, orphan.group)
    recover(home.db, NOW)
    until(lambda: not group_lives(orphan.pid))
    assert home.job(job.id).state is JobState.QUEUED


def test_a_number_that_belongs_to_somebody_else_now_is_left_alone(home: Home) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        try:
            job = run(home.db, queue_job(home.db, add_video(home.db)))
            jobs.set_process(home.db, job.id, stranger.pid, stranger.pid)
            recover(home.db, NOW)
            assert stranger.poll() is None
            assert home.job(job.id).state is JobState.QUEUED
        finally:
            stranger.kill()


def test_a_group_that_is_gone_is_no_obstacle(home: Home) -> None:
    with subprocess.Popen(["true"], start_new_session=True) as gone:
        gone.wait()
    job = run(home.db, queue_job(home.db, add_video(home.db)))
    jobs.set_process(home.db, job.id, gone.pid, gone.pid)
    assert [job.id for job in recover(home.db, NOW)] == [job.id]


def test_a_new_engine_runs_what_the_old_one_left_running(home: Home, tiny_site: Site) -> None:
    tiny_site.bytes_per_second = 60_000
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    with home.engine(workers=1) as engine:
        until(lambda: any(view.done_bytes for view in engine.live_status.snapshot(0).slots))
    # As if the holder had vanished in the middle: the row says running, and nobody runs it.
    left = downloads(home, JobState.QUEUED)[0]
    run(home.db, left)
    tiny_site.bytes_per_second = None
    with home.engine():
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    assert "interrupted" in [attempt.outcome for attempt in attempts.of_job(home.db, left.id)]


def test_what_is_left_of_a_video_that_has_arrived_is_deleted_and_no_more(home: Home) -> None:
    """The old holder was killed between the row and the tidying."""
    names = ("arrived", "waits", "arrived, to come again")
    numbers = {name: add_video(home.db, name).id for name in names}
    for name, number in numbers.items():
        folder = home.library / ".ytui" / "partial" / f"video-{number}"
        folder.mkdir(parents=True)
        (folder / "finish.json").write_text("{}")
        job = queue_job(home.db, videos.by_ids(home.db, [number])[0])
        if name != "waits":
            run(home.db, job)
            videos.set_downloaded(
                home.db, number, path=f"{name}.mp4", size=1, files=(), format_id="18", height=360, now=NOW
            )
            jobs.finish(home.db, job.id, now=NOW)
    queue_job(home.db, videos.by_ids(home.db, [numbers["arrived, to come again"]])[0])
    tidy_partials(home.db, home.library)
    left = {folder.name for folder in (home.library / ".ytui" / "partial").iterdir()}
    assert left == {f"video-{numbers[name]}" for name in names[1:]}
