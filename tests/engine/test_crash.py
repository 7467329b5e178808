"""The holder is killed by -9: no process of it stays, nothing is lost or doubled, and a new one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import downloads, pages, parts, resumed_at, runs, titles
from ytui.core.models import JobKind, JobState, VideoState
from ytui.demo.site import Site
from ytui.demo.world import World
from ytui.engine.jobs import fork_server
from ytui.engine.jobs.fork_server import kill_server, stop_server
from ytui.engine.jobs.job_process import group_lives
from ytui.engine.ownership.lock import LibraryLock, is_locked
from ytui.store import attempts, jobs, videos

VIDEOS = 5
ROOT = Path(__file__).parents[2]
ORPHANS_GONE = 15.0
"""Seconds; one or two on a machine that has nothing else to do."""
Moment = Callable[[Home, Site], object]


@pytest.fixture(autouse=True)
def _many_fork_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address patterns of all the world's sites are half of what each of them loads."""
    monkeypatch.setenv("YTUI_WARM_PATTERNS", "0")


def partial_bytes(home: Home) -> int:
    return sum(part.stat().st_size for part in parts(home))


MOMENTS: list[Moment] = [
    # Older pages are being listed; media flows; the first has arrived.
    lambda home, site: sum(videos.counts(home.db).values()) and pages(site, "tiny1/videos 2"),
    lambda home, _: partial_bytes(home) > 60_000,
    lambda home, _: titles(home, VideoState.DOWNLOADED),
]


@contextmanager
def holder(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs the queue of this library."""
    places = home.places
    arguments = [str(place) for place in (places.config_file, places.data_dir, places.cache_dir)]
    command = [sys.executable, "-m", "tests.support.processes.lock_holder", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(World.tiny(time.time(), videos=VIDEOS, page_size=2)) as made:
        yield made


def killed_at(moment: Moment, home: Home, site: Site) -> None:
    """Run the queue in another process until a moment, kill that, and see what is left."""
    groups: set[int] = set()

    def has_come() -> object:
        groups.update(job.process_group for job in jobs.running(home.db) if job.process_group)
        return moment(home, site)

    with holder(home) as process:
        until(has_come, 60)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    groups.update(job.process_group for job in jobs.running(home.db) if job.process_group)
    until(lambda: not any(map(group_lives, groups)), ORPHANS_GONE)
    assert home.db.value("PRAGMA integrity_check") == "ok"
    assert home.db.all("PRAGMA foreign_key_check") == []


def test_nothing_is_lost_or_doubled_by_kills(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    site.latency, site.bytes_per_second = 0.1, 150_000
    known: set[int] = set()
    interrupted: set[tuple[int, int]] = set()
    kept = 0
    for moment in MOMENTS:
        killed_at(moment, home, site)
        kept = max(kept, partial_bytes(home))
        interrupted |= {(job.id, job.attempt) for job in jobs.running(home.db)}
        found = {job.id for job in jobs.list(home.db)}
        assert known <= found
        known = found
    arrived = titles(home, VideoState.DOWNLOADED)
    # The dead one's lock is no obstacle to the next holder.
    until(lambda: not is_locked(home.places), ORPHANS_GONE)
    library_lock = LibraryLock.acquire(home.places)
    site.latency, site.bytes_per_second = 0.0, None
    with home.engine():
        until(lambda: len(titles(home, VideoState.DOWNLOADED)) == VIDEOS)
        until(lambda: not jobs.active_count(home.db))
    library_lock.release(home.store)

    assert known <= {job.id for job in jobs.list(home.db)}
    assert Counter(job.video_id for job in downloads(home)) == Counter(range(1, VIDEOS + 1))
    assert {(job.state, job.charged) for job in downloads(home)} == {(JobState.DONE, 0)}
    assert arrived
    assert len(list(home.library.rglob("*.mp4"))) == VIDEOS
    assert not parts(home)
    assert kept > 30_000
    assert max(resumed_at(site)) > 10_000
    outcomes = {
        (job_id, attempt.number): attempt.outcome
        for job_id, _ in interrupted
        for attempt in attempts.of_job(home.db, job_id)
    }
    assert interrupted
    assert {outcomes[attempt] for attempt in interrupted} == {"interrupted"}


def test_a_killed_fork_server_costs_its_jobs_no_attempt(home: Home, site: Site) -> None:
    """So often that it would be too many failures: nobody knows how the job would have ended."""
    home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "newest 1"\nextras = []')
    site.bytes_per_second = 60_000
    with home.engine() as engine:
        groups: set[int | None] = {None}
        for _ in range(4):
            until(lambda: (job := runs(home, JobKind.DOWNLOAD)) and job.process_group not in groups)
            groups.update(job.process_group for job in jobs.running(home.db))
            os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
        site.bytes_per_second = None
        home.idle(engine)
    (job,) = downloads(home, JobState.DONE)
    outcomes = [attempt.outcome for attempt in attempts.of_job(home.db, job.id)]
    assert job.charged == 0
    assert outcomes.count("interrupted") >= 4
    assert set(outcomes) == {"interrupted", "done"}
    assert len(list(home.library.rglob("*.mp4"))) == 1


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fork server that never comes to forking."""
    stop_server()
    monkeypatch.setattr(
        fork_server, "PRELOAD", ["ytui.ytdlp.process_setup", "tests.support.extractors.never_loaded"]
    )
    yield
    kill_server()


@pytest.mark.usefixtures("loading")
def test_a_fork_server_that_still_loads_keeps_nobody_from_ending(site: Site, tmp_path: Path) -> None:
    fork_server.start_server()
    home = Home(tmp_path)
    for number in (1, 2, 3):
        home.channel(site.channel_url(f"tiny{number}"), 'tabs = ["videos"]')
    with home.engine() as engine:
        until(lambda: len(jobs.running(home.db)) == 3)
        ended = engine.stop(graceful=False, timeout=ORPHANS_GONE)
        until(lambda: kill_server() or engine.stop(graceful=False, timeout=0.1))  # type: ignore[func-returns-value]
    assert ended
    assert [(job.state, job.charged) for job in jobs.list(home.db)] == [(JobState.QUEUED, 0)] * 3
    home.store.close_all()


def test_a_job_at_a_silent_socket_does_not_outlive_its_holder(home: Home, site: Site) -> None:
    """It watches its parent, not its line."""
    home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]')
    site.latency = 300.0
    with holder(home) as process:
        until(lambda: site.log)
        until(lambda: [job for job in jobs.running(home.db) if job.process_group])
        (job,) = jobs.running(home.db)
        assert (job.kind, group_lives(job.process_group or 0)) == (JobKind.FETCH, True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        until(lambda: not group_lives(job.process_group or 0), ORPHANS_GONE)
