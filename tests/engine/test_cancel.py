"""Cancelled means that the process is gone, whatever it was doing; what had arrived stays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.programs import any_ffmpeg
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import (
    LISTS_ONLY,
    downloads,
    lists_over,
    parts,
    resumed_at,
    tab,
    titles,
    view_of,
)
from ytui.core.models import JobKind, JobState, Stage, VideoState
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.demo.world import Delivery, World
from ytui.engine.commands import queue_commands
from ytui.engine.engine import Engine
from ytui.engine.jobs.job_process import group_lives
from ytui.store import attempts, jobs, plan, videos

ONE = 'tabs = ["videos"]\nbacklog = "newest 1"\nextras = []\n'
STALL = Misbehaviour("stalled", Effect.STALL, Place.MEDIA, stall=600.0, times=1)
SLOW_FFMPEG = """#!/bin/sh
case "$*" in
  *-loglevel*) touch "{merging}"; sleep 600 & wait;;
  *) exec "{real}" "$@";;
esac
"""


def cancel(home: Home, engine: Engine, job: int) -> None:
    """Ask for the end of a running job; when its row says cancelled, nothing of its process is left."""
    group = home.job(job).process_group
    assert group is not None
    assert group_lives(group)
    result = jobs.request_cancel(home.db, [job], time.time())
    assert (result.cancelled_now, result.requested) == ((), (job,))
    engine.wake()
    until(lambda: home.job(job).state is JobState.CANCELLED)
    assert not group_lives(group)
    assert home.job(job).process_group is None
    assert attempts.of_job(home.db, job)[-1].outcome == "cancelled"
    assert len(plan.list_items(home.db)) == 0


def retry(home: Home, engine: Engine, job: int) -> None:
    """Ask for it again; it comes to its end."""
    assert queue_commands.retry_jobs(home.db, [job], time.time()) == 1
    engine.wake()
    until(lambda: home.job(job).state is JobState.DONE)


def started(home: Home, kind: JobKind = JobKind.DOWNLOAD) -> int:
    """Wait until a job of a kind runs in a process of its own; its id."""
    until(lambda: [job for job in jobs.running(home.db) if job.kind is kind and job.process_group])
    return next(job.id for job in jobs.running(home.db) if job.kind is kind)


def test_while_it_lists(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\ndownload = false')
    with home.engine() as engine:
        lists_over(home)
        tiny_site.latency = 60.0
        tiny_site.publish("tiny1", 1)
        tiny_site.traffic.clear()
        (job,) = queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
        engine.wake()
        until(lambda: tiny_site.log)
        cancel(home, engine, job)
        assert tab(home).complete
        tiny_site.latency = 0.0
        retry(home, engine, job)
    assert "Upload 4" in titles(home)


def test_while_it_extracts(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), ONE)
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    tiny_site.latency = 60.0
    tiny_site.traffic.clear()
    with home.engine() as engine:
        job = started(home)
        until(lambda: tiny_site.log)
        cancel(home, engine, job)
        assert videos.counts(home.db)[VideoState.RUNNING] == 0
        tiny_site.latency = 0.0
        retry(home, engine, job)


def test_while_its_socket_is_silent(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), ONE)
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    (queued,) = downloads(home)
    tiny_site.misbehave(queued.url.split("/")[-1], STALL)
    with home.engine() as engine:
        job = started(home)
        until(lambda: any(request.sent and request.path.startswith("/media/") for request in tiny_site.log))
        until(lambda: parts(home))
        cancel(home, engine, job)
        assert parts(home)
        retry(home, engine, job)
    assert resumed_at(tiny_site)


def test_while_it_downloads(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), ONE)
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    tiny_site.trickle()
    with home.engine() as engine:
        job = started(home)
        until(lambda: (view := view_of(engine, job)) and view.done_bytes > 20_000)
        cancel(home, engine, job)
        assert parts(home)
        assert videos.counts(home.db)[VideoState.NEW] == 3
        tiny_site.bytes_per_second = None
        retry(home, engine, job)
    assert min(resumed_at(tiny_site)) > 20_000
    assert len(titles(home, VideoState.DOWNLOADED)) == 1


@pytest.fixture
def split_site() -> Iterator[Site]:
    with Site(World.tiny(time.time(), videos=1, delivery=Delivery.SPLIT)) as site:
        yield site


def test_while_it_merges(home: Home, split_site: Site, tmp_path: Path) -> None:
    real = any_ffmpeg()
    tools, merging = tmp_path / "tools", tmp_path / "merging"
    tools.mkdir()
    slow = tools / "ffmpeg"
    slow.write_text(SLOW_FFMPEG.format(merging=merging, real=real))
    slow.chmod(0o755)
    home.channel(split_site.channel_url("tiny1"), ONE + f'args = ["--ffmpeg-location", "{tools}"]')
    with home.engine() as engine:
        job = started(home)
        until(merging.exists)
        until(lambda: (view := view_of(engine, job)) and view.stage is Stage.MERGING)
        cancel(home, engine, job)
        slow.unlink()
        slow.symlink_to(real)
        media = [request.path for request in split_site.log if request.path.startswith("/media/")]
        retry(home, engine, job)
    assert len(titles(home, VideoState.DOWNLOADED)) == 1
    # What had arrived was not asked for again.
    assert [request.path for request in split_site.log if request.path.startswith("/media/")] == media


def test_while_it_waits(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), ONE)
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
        (job,) = downloads(home)
        jobs.wait_until(home.db, [job.id], until=time.time() + 3600, now=time.time())
        result = jobs.request_cancel(home.db, [job.id], time.time())
        assert result.cancelled_now == (job.id,)
        assert home.job(job.id).state is JobState.CANCELLED
        assert titles(home, VideoState.QUEUED) == set()
        assert jobs.count(home.db, states=[JobState.RUNNING]) == 0
    assert home.job(job.id).attempt == 0


def test_a_wish_that_came_between_the_claim_and_the_process_is_kept(home: Home, tiny_site: Site) -> None:
    """The row says running before there is any process to end."""
    tiny_site.latency = 60.0
    home.channel(tiny_site.channel_url("tiny1"), ONE)
    claim = jobs.claim

    def claim_and_cancel(*arguments: object, **named: object) -> object:
        claimed = claim(*arguments, **named)  # type: ignore[arg-type]
        if claimed is not None:
            jobs.request_cancel(arguments[0], [claimed.id], time.time())  # type: ignore[arg-type]
        return claimed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "claim", claim_and_cancel)
        # Whoever looks for wishes looked just before that.
        patch.setattr(jobs, "cancel_requests", lambda _: [])
        with home.engine():
            until(lambda: jobs.count(home.db, states=[JobState.CANCELLED]) == 1)
    assert not jobs.running(home.db)


def test_all_at_once(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    tiny_site.trickle()
    with home.engine(workers=2) as engine:
        until(lambda: len([view for view in engine.live_status.snapshot(0).slots if view.done_bytes]) == 2)
        groups = [job.process_group for job in jobs.running(home.db)]
        jobs.request_cancel(home.db, jobs.active_ids(home.db), time.time())
        engine.wake()
        until(lambda: not jobs.active_count(home.db))
        assert not any(group_lives(group) for group in groups if group)
    assert len(downloads(home, JobState.CANCELLED)) == 3
