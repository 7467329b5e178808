"""The library goes away while jobs write into it: they are ended, nothing fails, and they go on later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import downloads, parts, resumed_at
from ytui.core.models import JobState
from ytui.engine import housekeeping
from ytui.store import attempts, journal, plan

VIDEOS = 3


def unmount(home: Home) -> Path:
    """An empty folder stands where the library was; where that is now."""
    away = home.library.rename(home.library.with_name("away"))
    home.library.mkdir()
    return away


def mount(home: Home, away: Path) -> None:
    home.library.rmdir()
    away.rename(home.library)


def has_one_and_fetches_another(home: Home) -> None:
    """The store knows a file, so that a library without its mark is none."""
    until(lambda: downloads(home, JobState.DONE) and parts(home))


def nothing_failed(home: Home) -> None:
    assert len(downloads(home, JobState.DONE)) == VIDEOS
    assert plan.list_items(home.db) == []
    outcomes = [attempt.outcome for job in downloads(home) for attempt in attempts.of_job(home.db, job.id)]
    assert set(outcomes) == {"done", "interrupted"}
    assert {job.charged for job in downloads(home)} == {0}
    assert len(list(home.library.rglob("*.mp4"))) == VIDEOS
    assert [
        line.message for line in journal.tail(home.db, after_id=0, limit=100) if line.level == "error"
    ] == [f"library not mounted: {home.library}"]


def test_jobs_end_when_it_is_unmounted_and_resume_when_it_is_back(
    make_home: Callable[..., Home], tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "SLOW_EVERY", 0.05)
    tiny_site.bytes_per_second = 100_000
    home = make_home(workers=1)
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    with home.engine():
        has_one_and_fetches_another(home)
        until(lambda: max(part.stat().st_size for part in parts(home)) > 30_000)
        away = unmount(home)
        until(lambda: not downloads(home, JobState.RUNNING))
        assert downloads(home, JobState.QUEUED)
        assert list(home.library.iterdir()) == []
        mount(home, away)
        tiny_site.bytes_per_second = None
        until(lambda: len(downloads(home, JobState.DONE)) == VIDEOS)
    nothing_failed(home)
    assert max(resumed_at(tiny_site)) > 10_000


def test_a_job_that_notices_first_has_not_failed(
    make_home: Callable[..., Home], tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes to its last step, and its partial folder is not there."""
    monkeypatch.setattr(housekeeping, "SLOW_EVERY", 3600.0)
    tiny_site.bytes_per_second = 100_000
    home = make_home(workers=1)
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    with home.engine():
        has_one_and_fetches_another(home)
        away = unmount(home)
        until(lambda: not downloads(home, JobState.RUNNING))
        assert downloads(home, JobState.QUEUED)
        assert list(home.library.iterdir()) == []
        mount(home, away)
    with home.engine():
        until(lambda: len(downloads(home, JobState.DONE)) == VIDEOS)
    nothing_failed(home)
