"""May this job start now? Every obstacle by itself, in its order, and with the time at which it is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.eligibility import YES, Candidate, Conditions, Eligibility, SiteView, eligible, room_for
from ytui.core.models import JobKind
from ytui.core.settings.tables import Limits, SiteLimits

NOW = 1_750_000_000.0
JOB = Candidate(1, JobKind.DOWNLOAD, "youtube", expected_bytes=100)


def around(**values: Any) -> Conditions:
    return Conditions(**{"now": NOW, "limits": Limits(), **values})


def test_nothing_is_in_the_way() -> None:
    assert eligible(JOB, around(free_bytes=201, sites={"youtube": SiteView(running=2)})) == YES


def site(**values: Any) -> dict[str, Any]:
    return {"sites": {"youtube": SiteView(**values)}}


OBSTACLES: list[tuple[dict[str, Any], dict[str, Any], Eligibility]] = [
    ({}, {"paused": True}, Eligibility(False, "the queue is paused")),
    ({"channel_paused": True}, {}, Eligibility(False, "its channel is paused")),
    ({}, {"offline_until": NOW + 30}, Eligibility(False, "the line is down", NOW + 30)),
    ({}, {"closed_until": NOW + 60}, Eligibility(False, "outside the allowed hours", NOW + 60)),
    ({}, site(state="cooldown", until=NOW + 9), Eligibility(False, "youtube is cooling down", NOW + 9)),
    ({}, site(state="probing"), Eligibility(False, "youtube is being probed")),
    ({}, site(running=3), Eligibility(False, "youtube allows 3 at once")),
    ({"budget_wait": 4.0}, {}, Eligibility(False, "youtube budget", NOW + 4)),
    ({}, {"library_problem": "library not mounted: /v"}, Eligibility(False, "library not mounted: /v")),
    ({}, {"free_bytes": 50, "reserve_bytes": 50}, Eligibility(False, "the disk is full up to the reserve")),
    (
        {},
        {"free_bytes": 249, "reserve_bytes": 50},
        Eligibility(False, "no room on the disk for this one", own=True),
    ),
    (
        {},
        {"free_bytes": 200, "promised_bytes": 1},
        Eligibility(False, "no room on the disk for this one", own=True),
    ),
]


@pytest.mark.parametrize(("job", "outside", "answer"), OBSTACLES)
def test_each_obstacle(job: dict[str, Any], outside: dict[str, Any], answer: Eligibility) -> None:
    assert eligible(replace(JOB, **job), around(**outside)) == answer


@pytest.mark.parametrize(
    ("job", "outside"),
    [
        ({}, {"offline_until": NOW}),
        ({}, site(state="cooldown", until=NOW)),
        ({}, site(state="cooldown", until=None)),
        ({"budget_wait": 3.0}, {}),
        ({}, {"free_bytes": 250, "reserve_bytes": 50}),
        ({}, {"free_bytes": 201, "promised_bytes": 1}),
        ({}, {"free_bytes": None, "reserve_bytes": 10**12}),
        ({"site": "example.org"}, site(state="probing", running=9)),
    ],
)
def test_an_obstacle_that_is_over(job: dict[str, Any], outside: dict[str, Any]) -> None:
    assert eligible(replace(JOB, **job), around(**outside)) == YES


def test_a_slot_count_of_its_own() -> None:
    limits = Limits(sites={"youtube": SiteLimits(concurrency=1)})
    assert not eligible(JOB, around(limits=limits, **site(running=1))).eligible
    assert eligible(JOB, around(limits=limits)).eligible


@pytest.mark.parametrize(
    "outside",
    [
        {"library_problem": "library not mounted: /v"},
        {"free_bytes": 0},
        {"free_bytes": 9, "reserve_bytes": 9},
    ],
)
def test_a_listing_needs_neither_library_nor_room(outside: dict[str, Any]) -> None:
    for kind, answer in (
        (JobKind.FETCH, True),
        (JobKind.DOWNLOAD, False),
        (JobKind.EXTRAS, False),
        (JobKind.INFO, True),
    ):
        assert eligible(replace(JOB, kind=kind), around(**outside)).eligible is answer


def test_what_a_person_asks_for_goes_in_a_paused_channel_and_outside_the_hours() -> None:
    asked = replace(JOB, asked=True, channel_paused=True)
    assert eligible(asked, around(closed_until=NOW + 60)) == YES
    assert eligible(asked, around(paused=True)).reason == "the queue is paused"


def test_the_first_obstacle_in_a_fixed_order_is_the_answer() -> None:
    """Everything is in the way; one thing after the other is cleared."""
    job = replace(JOB, channel_paused=True, budget_wait=60.0)
    outside = around(
        paused=True,
        offline_until=NOW + 1,
        closed_until=NOW + 60,
        library_problem="library gone",
        free_bytes=0,
        **site(state="probing", running=9),
    )
    steps = [
        ("the queue is paused", job, outside),
        ("its channel is paused", job, outside := replace(outside, paused=False)),
        ("the line is down", job := replace(job, channel_paused=False), outside),
        ("outside the allowed hours", job, outside := replace(outside, offline_until=None)),
        ("youtube is being probed", job, outside := replace(outside, closed_until=None)),
        ("youtube budget", job, outside := replace(outside, sites={})),
        ("library gone", job := replace(job, budget_wait=0.0), outside),
        ("the disk is full up to the reserve", job, replace(outside, library_problem="")),
    ]
    for reason, candidate, conditions in steps:
        assert eligible(candidate, conditions).reason == reason


candidates = st.builds(
    Candidate,
    job=st.just(1),
    kind=st.sampled_from(JobKind),
    site=st.sampled_from(["youtube", "example.org"]),
    channel_paused=st.booleans(),
    expected_bytes=st.integers(0, 10**12),
    asked=st.booleans(),
    budget_wait=st.floats(0, 100),
)
views = st.builds(
    SiteView,
    state=st.sampled_from(["ok", "cooldown", "probing"]),
    until=st.none() | st.floats(NOW - 10, NOW + 10),
    running=st.integers(0, 5),
)
outsides = st.builds(
    Conditions,
    now=st.just(NOW),
    limits=st.just(Limits()),
    closed_until=st.none() | st.floats(NOW + 1, NOW + 10),
    paused=st.booleans(),
    library_problem=st.sampled_from(["", "library not mounted: /v"]),
    free_bytes=st.none() | st.integers(0, 10**12),
    reserve_bytes=st.integers(0, 10**10),
    promised_bytes=st.integers(0, 10**12),
    offline_until=st.none() | st.floats(NOW - 10, NOW + 10),
    sites=st.dictionaries(st.sampled_from(["youtube", "example.org"]), views),
)


@given(candidates, outsides)
def test_a_no_has_a_reason_and_a_time_to_come_if_any(candidate: Candidate, outside: Conditions) -> None:
    verdict = eligible(candidate, outside)
    if verdict.eligible:
        assert verdict == YES
    else:
        assert verdict.reason
        assert verdict.until is None or verdict.until > outside.now


@given(candidates, outsides)
def test_a_yes_stays_one_when_things_get_better(candidate: Candidate, outside: Conditions) -> None:
    if not eligible(candidate, outside).eligible:
        return
    better = replace(outside, paused=False, promised_bytes=0, library_problem="", offline_until=None)
    if better.free_bytes is not None:
        better = replace(better, free_bytes=better.free_bytes + 1)
    for wish in (candidate, replace(candidate, asked=True)):
        assert eligible(wish, better).eligible


@given(st.integers(0, 10**12), outsides)
def test_what_has_room_fits_twice_beside_what_runs(expected: int, outside: Conditions) -> None:
    if outside.free_bytes is not None and room_for(expected, outside).eligible:
        assert outside.free_bytes - outside.reserve_bytes >= 2 * expected + outside.promised_bytes
