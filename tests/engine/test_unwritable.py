"""A database that cannot be written for a while: the queue is held, and no outcome of a job is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import PATIENCE, until
from tests.support.rows.library_queries import downloads, parts, runs
from ytui.core.models import JobKind, JobState
from ytui.engine import context, housekeeping
from ytui.engine.engine import Engine
from ytui.engine.jobs.job_process import group_lives
from ytui.store import attempts, database, jobs, journal

ONE_DOWNLOAD = 'tabs = ["videos"]\nbacklog = "newest 1"\nextras = []'


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(context, "STORE_AGAIN", 0.05)
    monkeypatch.setattr(housekeeping, "BOARD_EVERY", 0.05)


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Another program writes, and takes its time."""
    with closing(sqlite3.connect(home.places.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def held(engine: Engine) -> str:
    return engine.live_status.snapshot(0).queue.held


def test_a_finished_download_waits_to_be_written_down(home: Home, tiny_site: Site) -> None:
    tiny_site.bytes_per_second = 60_000
    home.channel(tiny_site.channel_url("tiny1"), ONE_DOWNLOAD)
    with home.engine() as engine:
        until(lambda: parts(home))
        with locked(home):
            until(lambda: list(home.library.rglob("*.mp4")) and not parts(home))
            until(lambda: "locked" in held(engine))
            assert downloads(home, JobState.RUNNING)
        until(lambda: downloads(home, JobState.DONE))
        until(lambda: not held(engine))
    (job,) = downloads(home)
    assert [attempt.outcome for attempt in attempts.of_job(home.db, job.id)] == ["done"]
    assert not list((home.library / ".ytui" / "partial").iterdir())
    assert any("is written again" in line.message for line in journal.tail(home.db, after_id=0, limit=100))


def test_what_a_job_says_meanwhile_ends_it_uncharged(home: Home, tiny_site: Site) -> None:
    """Its process is gone before the row says that it waits for its turn again."""
    tiny_site.latency = 1.0
    home.channel(tiny_site.channel_url("tiny1"), ONE_DOWNLOAD)
    with home.engine() as engine:
        until(lambda: runs(home, JobKind.FETCH) and tiny_site.log)
        (job,) = jobs.running(home.db)
        assert job.process_group is not None
        with locked(home):
            until(lambda: held(engine))
            until(lambda: not group_lives(job.process_group or 0))
        tiny_site.latency = 0.0
        until(lambda: downloads(home, JobState.DONE))
    found = jobs.by_id(home.db, job.id)
    assert found is not None
    assert (found.kind, found.state, found.charged) == (JobKind.FETCH, JobState.DONE, 0)
    assert [attempt.outcome for attempt in attempts.of_job(home.db, job.id)] == ["interrupted", "done"]


def test_an_engine_ends_while_nothing_can_be_written(home: Home, tiny_site: Site) -> None:
    """The row still says that the job runs: the next holder finishes it without a request."""
    tiny_site.bytes_per_second = 60_000
    home.channel(tiny_site.channel_url("tiny1"), ONE_DOWNLOAD)
    with home.engine() as engine:
        until(lambda: parts(home))
        with locked(home):
            until(lambda: list(home.library.rglob("*.mp4")) and not parts(home))
            until(lambda: held(engine))
            assert engine.stop(graceful=False, timeout=PATIENCE)
    assert downloads(home, JobState.RUNNING)
    asked = len(tiny_site.log)
    with home.engine():
        until(lambda: downloads(home, JobState.DONE))
    assert not [request for request in tiny_site.log[asked:] if "/media/" in request.path]
    assert len(list(home.library.rglob("*.mp4"))) == 1
