"""When work is done: budgets, the line, the hours, cooldowns and pauses in one figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.processes.time_zone import zone
from ytui.core.eligibility import PAUSED, YES, Eligibility, Obstacle, notice
from ytui.core.estimate import Pace, SitePace, SiteWork, done_at, within_hours

NOW = 1_700_000_000.0
"""22:13:20 in UTC."""
SITE = SitePace(requests=1.0, concurrency=2)
PACE = Pace(now=NOW, workers=4, sites={"a": SITE, "b": SITE}, requests_each=4.0)


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    with zone("UTC"):
        yield


def test_the_budget_of_each_site_for_itself() -> None:
    assert done_at([SiteWork("a", 10, 0)], PACE) == NOW + 40
    assert done_at([SiteWork("a", 10, 0), SiteWork("b", 20, 0)], PACE) == NOW + 80
    assert done_at([SiteWork("a", 10, 0), SiteWork("a", 20, 0)], PACE) == NOW + 120
    assert done_at([], PACE) == NOW


def test_the_line_by_as_many_at_once_as_the_site_allows() -> None:
    learned = replace(PACE, throughput=10.0)
    assert done_at([SiteWork("a", 1, 2000)], learned) == NOW + 100
    assert done_at([SiteWork("a", 1, 2000), SiteWork("b", 1, 2000)], learned) == NOW + 100
    assert done_at([SiteWork("a", 1, 2000)], replace(learned, workers=1)) == NOW + 200
    assert done_at([SiteWork("a", 1, 2000)], replace(learned, bandwidth=5.0)) == NOW + 400


def test_a_cooldown_is_waited_for_and_a_pause_has_no_end() -> None:
    rests = replace(PACE, sites={"a": replace(SITE, rests_until=NOW + 900), "b": SITE})
    assert done_at([SiteWork("a", 10, 0), SiteWork("b", 20, 0)], rests) == NOW + 940
    assert done_at([SiteWork("b", 20, 0)], rests) == NOW + 80
    assert done_at([SiteWork("b", 20, 0)], replace(rests, paused=True)) is None


def night(minute: int) -> bool:
    return minute < 360


def test_only_the_hours_count() -> None:
    midnight = NOW - NOW % 86_400 + 86_400
    assert within_hours(night, NOW, 60) == midnight + 60
    assert within_hours(night, midnight + 100, 60) == midnight + 160
    assert within_hours(night, NOW, 6 * 3600) == midnight + 6 * 3600
    assert within_hours(night, NOW, 6 * 3600 + 60) == midnight + 86_460
    assert within_hours(night, NOW, 13 * 3600) == midnight + 2 * 86_400 + 3600
    assert within_hours(None, NOW, 60) == NOW + 60
    assert within_hours(lambda minute: False, NOW, 60) == NOW + 60
    assert done_at([SiteWork("a", 15, 0)], replace(PACE, open_at=night)) == midnight + 60


@given(st.floats(0, 500_000), st.integers(1, 1440), st.floats(0, 1e6))
def test_as_much_of_the_hours_passes_as_there_is_work(offset: float, minutes: int, seconds: float) -> None:
    now = NOW + offset
    ends = within_hours(lambda minute: minute < minutes, now, seconds)
    assert ends >= now + seconds - 1e-3
    days = (ends - now) / 86_400
    assert (days - 1) * minutes * 60 - 1 <= seconds <= (days + 1) * minutes * 60 + 1


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (YES, ""),
        (PAUSED, "the queue is paused (P goes on)"),
        (Eligibility(False, "x", NOW + 3600, obstacle=Obstacle.HOURS), "begins at 23:13, outside its hours"),
        (Eligibility(False, "x", NOW + 3600, obstacle=Obstacle.COOLDOWN), "example.org rests until 23:13"),
        (
            Eligibility(False, "x", NOW + 90_000, obstacle=Obstacle.COOLDOWN),
            "example.org rests until 2023-11-15 23:13",
        ),
        (Eligibility(False, "example.org budget", NOW + 60, obstacle=Obstacle.TURN), ""),
        (Eligibility(False, "the line is down", NOW + 30), "the line is down until 22:13"),
        (Eligibility(False, "library not mounted"), "library not mounted"),
    ],
)
def test_what_is_told_of_a_job_that_does_not_start(verdict: Eligibility, words: str) -> None:
    assert notice(verdict, "example.org", NOW, goes_on="P goes on") == words
