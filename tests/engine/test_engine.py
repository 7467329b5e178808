"""The main job, end to end: a channel is fetched, downloaded, cancelled, retried, and survives a restart."""

from __future__ import annotations

import time

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from ytui.core.models import JobKind, JobState, VideoState
from ytui.demo.site import Site
from ytui.engine.commands import queue_commands
from ytui.engine.commands.channel_commands import add_channels
from ytui.engine.live_status import SlotState
from ytui.store import channels, jobs, plan, videos


def test_a_channel_is_fetched_and_downloaded(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"))
    with home.engine() as engine:
        until(lambda: jobs.count(home.db) > 0)
        home.idle(engine)
    counts = videos.counts(home.db)
    assert counts[VideoState.DOWNLOADED] == 5, [
        (i.title, i.reason, i.evidence) for i in plan.list_items(home.db)
    ]
    for video in videos.page(home.db):
        assert video.path is not None
        file = home.library / video.path
        assert file.stat().st_size == video.size
    row = channels.all_channels(home.db)[0]
    assert (row.state, row.downloaded) == ("ok", 5)
    assert not list((home.library / ".ytui" / "partial").iterdir())


def test_cancel_keeps_the_partial_and_retry_resumes_it(home: Home, tiny_site: Site) -> None:
    tiny_site.trickle()
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    with home.engine(workers=1) as engine:

        def transferring() -> bool:
            return any(view.done_bytes > 20_000 for view in engine.live_status.snapshot(0).slots)

        until(transferring)
        job = next(view.job for view in engine.live_status.snapshot(0).slots if view.job)
        queue_commands.set_paused(home.db, True, time.time())
        jobs.request_cancel(home.db, [job], time.time())
        engine.wake()
        until(lambda: home.job(job).state is JobState.CANCELLED)
        assert videos.counts(home.db)[VideoState.RUNNING] == 0
        assert any(part.stat().st_size for part in (home.library / ".ytui" / "partial").rglob("*.part"))
        tiny_site.bytes_per_second = None
        queue_commands.retry_jobs(home.db, [job], time.time())
        queue_commands.set_paused(home.db, False, time.time())
        engine.wake()
        until(lambda: home.job(job).state is JobState.DONE)
    assert any(
        int(request.range.removeprefix("bytes=").partition("-")[0])
        for request in tiny_site.log
        if request.range
    )


def test_a_stop_queues_what_ran_and_the_next_engine_goes_on(home: Home, tiny_site: Site) -> None:
    tiny_site.trickle()
    home.channel(tiny_site.channel_url("tiny1"))
    with home.engine() as engine:
        until(lambda: any(view.done_bytes > 20_000 for view in engine.live_status.snapshot(0).slots))
    assert jobs.count(home.db, states=[JobState.RUNNING]) == 0
    assert jobs.count(home.db, kinds=[JobKind.DOWNLOAD], states=[JobState.QUEUED]) > 0
    tiny_site.bytes_per_second = None
    with home.engine() as engine:
        home.idle(engine)
    assert videos.counts(home.db)[VideoState.DOWNLOADED] == 5


def test_a_channel_is_listed_as_its_file_says_from_the_first_job_on(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ytui.engine.housekeeping.SLOW_EVERY", 600.0)
    with home.engine() as engine:
        added = [{"url": tiny_site.channel_url("tiny1"), "backlog": "none"}]
        result = add_channels(home.db, home.places, added, time.time())
        assert len(result.jobs) == 3
        engine.wake()
        home.idle(engine)
    assert videos.counts(home.db)[VideoState.NEW] == 5
    assert jobs.count(home.db, kinds=[JobKind.DOWNLOAD]) == 0


def test_workers_come_and_go_live(home: Home) -> None:
    with home.engine(workers=2) as engine:
        until(lambda: len(engine.live_status.snapshot(0).slots) == 2)
        engine.set_workers(6)
        until(lambda: len(engine.live_status.snapshot(0).slots) == 6)
        assert {view.state for view in engine.live_status.snapshot(0).slots} <= {SlotState.IDLE}
        engine.set_workers(1)
        until(lambda: len(engine.live_status.snapshot(0).slots) == 1)
        engine.set_workers(99)
        until(lambda: len(engine.live_status.snapshot(0).slots) == 16)
