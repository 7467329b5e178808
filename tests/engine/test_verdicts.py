"""What keeps a job from starting is told with the key or the command that queued it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.engine.conftest import Home
from tests.support.processes.time_zone import zone
from tests.support.rows.factories import NOW, add_channel, add_videos, entry, queue_job
from tests.support.rows.library_queries import context_of
from ytui.core.settings import Settings
from ytui.engine.queue.explain import explain_job
from ytui.engine.queue.verdicts import notices, queue_obstacle
from ytui.store import channels, jobs, key_values, sites
from ytui.store.library_marker import check_library
from ytui.store.rows import Job, SiteRow

SITE = "a.org"


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    with zone("UTC"):
        yield


@pytest.fixture
def settings(home: Home) -> Settings:
    settings = context_of(home).settings
    assert check_library(home.db, settings.library.path).ok
    return settings


@pytest.fixture
def two(home: Home) -> list[Job]:
    """A job that a person asked for, and one that nobody did."""
    videos = add_videos(home.db, add_channel(home.db, site=SITE), entry("a"), entry("b"))
    return [
        queue_job(home.db, video, site=SITE, asked=asked)
        for video, asked in zip(videos, (True, False), strict=True)
    ]


def told(home: Home, settings: Settings, *wanted: Job) -> str:
    return notices(home.db, settings, [job.id for job in wanted], NOW, goes_on="P goes on")


def test_nothing_is_told_where_it_may_start(home: Home, settings: Settings, two: list[Job]) -> None:
    assert told(home, settings, *two) == ""
    assert queue_obstacle(home.db, settings, NOW).eligible
    # That others have the site's places is no obstacle that is worth a word.
    for number in range(9):
        (video,) = add_videos(home.db, add_channel(home.db, f"O{number}"), entry(f"o{number}"))
        jobs.claim(home.db, queue_job(home.db, video, site=SITE).id, slot=number, now=NOW)
    assert "at once" in explain_job(home.db, settings, two[0], NOW).reason
    assert told(home, settings, *two) == ""


def test_a_paused_queue_says_how_it_goes_on(home: Home, settings: Settings, two: list[Job]) -> None:
    key_values.put(home.db, key_values.PAUSED, "1")
    assert told(home, settings, *two) == "the queue is paused (P goes on)"
    assert queue_obstacle(home.db, settings, NOW).reason == "the queue is paused"


def test_only_what_nobody_asked_for_waits_for_its_hours(
    home: Home, settings: Settings, two: list[Job]
) -> None:
    asked, unasked = two
    nights = replace(settings, limits=replace(settings.limits, hours=((0, 360),)))
    assert told(home, nights, asked) == ""
    assert told(home, nights, unasked) == "begins at 00:00, outside its hours"
    assert explain_job(home.db, nights, unasked, NOW).reason == "outside the allowed hours"


def test_a_site_that_rests_says_until_when(home: Home, settings: Settings, two: list[Job]) -> None:
    sites.save(home.db, SiteRow(SITE, "cooldown", NOW + 900, "429", 1, None, NOW, {}))
    assert told(home, settings, *two) == "a.org rests until 22:28"
    obstacle = queue_obstacle(home.db, settings, NOW)
    assert (obstacle.reason, obstacle.until) == ("a.org is cooling down", NOW + 900)


def test_a_paused_channel_keeps_what_nobody_asked_for(home: Home, settings: Settings, two: list[Job]) -> None:
    channels.set_paused(home.db, 1, True)
    assert told(home, settings, *two) == "its channel is paused"
    assert told(home, settings, two[0]) == ""


def test_jobs_that_have_begun_are_told_of_no_more(home: Home, settings: Settings, two: list[Job]) -> None:
    key_values.put(home.db, key_values.PAUSED, "1")
    for slot, job in enumerate(two):
        jobs.claim(home.db, job.id, slot=slot, now=NOW)
    assert told(home, settings, *two) == ""
    assert told(home, settings) == ""
