"""The plan after each kind of failure, as a table, and what must hold for every plan."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.cooldown import COOLDOWN_CAP, cooldown
from ytui.core.failures.classifier import Advice, Evidence, Failure, FailureClass, FailureGroup, classify
from ytui.core.models import PlanState, Strategy
from ytui.core.retry import (
    DecisionKind,
    History,
    Policies,
    Policy,
    RetryDecision,
    RetryPolicy,
    backoff,
    decide_retry,
)

NOW = 1_800_000_000.0
HOUR = 3600.0
DAY = 24 * HOUR
C, A = FailureClass, Advice
POLICIES = Policies(
    network=RetryPolicy(Policy.EXPONENTIAL, 2.0, 30.0, 3),
    server=RetryPolicy(Policy.EXPONENTIAL, 1.0, 60.0, 4),
    processing=RetryPolicy(Policy.FIXED, 5.0, 60.0, 3),
    max_retries=3,
    by_class={},
    cooldown=HOUR,
)


def a_failure(
    failure_class: FailureClass,
    advice: Advice | None = None,
    evidence: Evidence | None = None,
    starts_in: float | None = None,
) -> Failure:
    return Failure(
        failure_class,
        advice or failure_class.default_advice,
        failure_class.reason,
        failure_class.remedy,
        failure_class.title,
        evidence or Evidence(""),
        starts_in=starts_in,
    )


def planned(failure: Failure, history: History | None = None, policies: Policies = POLICIES) -> RetryDecision:
    return decide_retry(failure, history or History(), NOW, policies, Random(7))


# failure, history, "kind strategy charged state", earliest and latest time from now
TABLE = [
    (a_failure(C.NETWORK_TIMEOUT), History(), "again as_before charged scheduled", "0 .. 2"),
    (a_failure(C.NETWORK_DNS), History(1, 1), "again as_before charged scheduled", "0 .. 4"),
    (a_failure(C.NETWORK_TIMEOUT), History(2, 2), "again as_before charged scheduled", "0.9HOUR .. HOUR"),
    (a_failure(C.NETWORK_TIMEOUT), History(3, 3), "again as_before charged scheduled", "1.8HOUR .. 2HOUR"),
    (a_failure(C.NETWORK_TIMEOUT), History(40, 40), "again as_before charged scheduled", "0.9DAY .. DAY"),
    (a_failure(C.NETWORK_PROXY), History(), "again as_before charged scheduled", "0 .. 2"),
    (a_failure(C.NETWORK_PROXY), History(2, 2), "needs_user as_before charged open", ""),
    (a_failure(C.SERVER_ERROR), History(2, 2), "again as_before charged scheduled", "0 .. 4"),
    (a_failure(C.SERVER_ERROR), History(3, 3), "again as_before charged scheduled", "0.9HOUR .. HOUR"),
    (
        a_failure(C.SERVER_ERROR, evidence=Evidence("", retry_after=300.0)),
        History(),
        "again as_before charged scheduled",
        "300 .. 300",
    ),
    (a_failure(C.EXPIRED_URL), History(), "again fresh_extraction charged scheduled", "0 .. 1"),
    (a_failure(C.EXPIRED_URL), History(9, 9), "again fresh_extraction charged scheduled", "HOUR .. DAY"),
    (a_failure(C.RATE_LIMITED), History(), "hold_site as_before free held", "HOUR .. HOUR"),
    (a_failure(C.BOT_CHECK), History(cooldowns=2), "hold_site as_before free held", "4HOUR .. 4HOUR"),
    (a_failure(C.BOT_CHECK), History(cooldowns=9), "hold_site as_before free held", "8HOUR .. 8HOUR"),
    (
        a_failure(C.RATE_LIMITED, evidence=Evidence("", retry_after=90.0)),
        History(cooldowns=5),
        "hold_site as_before free held",
        "90 .. 90",
    ),
    (
        a_failure(C.RATE_LIMITED, evidence=Evidence("", retry_after=math.inf)),
        History(),
        "hold_site as_before free held",
        "HOUR .. HOUR",
    ),
    (
        a_failure(C.RATE_LIMITED, evidence=Evidence("", retry_after=1000000000000.0)),
        History(),
        "hold_site as_before free held",
        "DAY .. DAY",
    ),
    (a_failure(C.RATE_LIMITED, A.RETRY_SOON), History(), "again fresh_extraction free scheduled", "0 .. 0"),
    (
        a_failure(C.RATE_LIMITED, A.RETRY_SOON),
        History(fresh_tried=2),
        "hold_site as_before free held",
        "HOUR .. HOUR",
    ),
    (a_failure(C.BOT_CHECK, A.NEEDS_USER), History(), "hold_site as_before free held", "HOUR .. HOUR"),
    (a_failure(C.BOT_CHECK, A.NEEDS_USER), History(0, 3), "needs_user as_before free open", ""),
    (a_failure(C.LOGIN_REQUIRED), History(), "needs_user with_cookies charged open", ""),
    (a_failure(C.MEMBERS_ONLY), History(have_cookies=True), "again with_cookies charged scheduled", "0 .. 0"),
    (
        a_failure(C.AGE_RESTRICTED),
        History(1, 1, have_cookies=True),
        "needs_user with_cookies charged open",
        "",
    ),
    (a_failure(C.PRIVATE), History(), "never as_before charged open", ""),
    (a_failure(C.PRIVATE), History(have_cookies=True), "again with_cookies charged scheduled", "0 .. 0"),
    (a_failure(C.PRIVATE), History(1, 1, have_cookies=True), "never as_before charged open", ""),
    (a_failure(C.COOKIES_INVALID), History(have_cookies=True), "needs_user as_before charged open", ""),
    (a_failure(C.GEO_BLOCKED), History(have_cookies=True), "needs_user as_before charged open", ""),
    (
        a_failure(C.FORBIDDEN),
        History(1, 1, fresh_tried=1),
        "again fresh_extraction charged scheduled",
        "0 .. 2",
    ),
    (a_failure(C.FORBIDDEN), History(2, 2, fresh_tried=2), "needs_user as_before charged open", ""),
    (
        a_failure(C.FORBIDDEN, A.LOWER_QUALITY),
        History(2, 0),
        "again lower_quality charged scheduled",
        "0 .. 0",
    ),
    (
        a_failure(C.FORBIDDEN, A.LOWER_QUALITY),
        History(3, 1, lowered=True),
        "needs_user lower_quality charged open",
        "",
    ),
    (a_failure(C.FORBIDDEN, A.NEEDS_USER), History(), "needs_user as_before charged open", ""),
    (a_failure(C.REMOVED), History(), "never as_before charged open", ""),
    (
        a_failure(C.NOT_FOUND, A.RETRY_BACKOFF),
        History(),
        "again as_before charged scheduled",
        "0.9DAY .. DAY",
    ),
    (a_failure(C.UNAVAILABLE), History(2, 2), "again as_before charged scheduled", "2.7DAY .. 3DAY"),
    (a_failure(C.UNAVAILABLE), History(3, 3), "never as_before charged open", ""),
    (
        a_failure(C.UPCOMING, evidence=Evidence("", release_at=NOW + 7200)),
        History(),
        "again as_before free scheduled",
        "7205 .. 7205",
    ),
    (a_failure(C.UPCOMING, starts_in=600.0), History(), "again as_before free scheduled", "605 .. 605"),
    (
        a_failure(C.UPCOMING, evidence=Evidence("", release_at=NOW - 60)),
        History(),
        "again as_before free scheduled",
        "270 .. 300",
    ),
    (a_failure(C.UPCOMING), History(), "again as_before free scheduled", "0.9HOUR .. HOUR"),
    (a_failure(C.NOT_LIVE), History(0, 2), "again as_before free scheduled", "3.6HOUR .. 4HOUR"),
    (a_failure(C.LIVE_PROCESSING), History(0, 50), "again as_before free scheduled", "0.9DAY .. DAY"),
    (a_failure(C.FORMAT_UNAVAILABLE), History(), "again lower_quality charged scheduled", "0 .. 0"),
    (a_failure(C.FORMAT_UNAVAILABLE), History(lowered=True), "needs_user lower_quality charged open", ""),
    (
        a_failure(C.FORMAT_UNAVAILABLE),
        History(fallback_allowed=False),
        "needs_user lower_quality charged open",
        "",
    ),
    (
        a_failure(C.FORMAT_UNAVAILABLE, A.RETRY_BACKOFF),
        History(),
        "again as_before charged scheduled",
        "0 .. 1",
    ),
    (a_failure(C.DRM), History(), "never as_before charged open", ""),
    (a_failure(C.JS_RUNTIME), History(), "needs_user as_before charged open", ""),
    (a_failure(C.EXTRACTOR_BROKEN), History(), "again as_before charged scheduled", "0 .. 1"),
    (a_failure(C.EXTRACTOR_BROKEN), History(3, 3), "needs_user as_before charged open", ""),
    (a_failure(C.POSTPROCESS_FAILED), History(), "again as_before charged scheduled", "5 .. 5"),
    (a_failure(C.POSTPROCESS_FAILED), History(1, 1), "again without_partial charged scheduled", "5 .. 5"),
    (a_failure(C.POSTPROCESS_FAILED), History(2, 2), "needs_user without_partial charged open", ""),
    (a_failure(C.DISK_FULL), History(), "hold_queue as_before free held", ""),
    (a_failure(C.PERMISSION, A.RETRY_SOON), History(), "again as_before charged scheduled", "5 .. 5"),
    (a_failure(C.PERMISSION), History(), "needs_user as_before charged open", ""),
    (a_failure(C.UNSUPPORTED_URL), History(), "never as_before charged open", ""),
    (a_failure(C.CONFIG), History(), "needs_user as_before charged open", ""),
    (a_failure(C.INTERRUPTED), History(), "again as_before free scheduled", "0 .. 0"),
    (a_failure(C.CANCELLED), History(), "never as_before free dismissed", ""),
    (a_failure(C.SKIPPED), History(), "never as_before free resolved", ""),
    (a_failure(C.UNKNOWN), History(), "again as_before charged scheduled", "0 .. 1"),
    (
        a_failure(C.UNKNOWN, evidence=Evidence("", status=416)),
        History(),
        "again without_partial charged scheduled",
        "0 .. 1",
    ),
    (a_failure(C.UNKNOWN), History(3, 3), "needs_user as_before charged open", ""),
]


@pytest.mark.parametrize(("failure", "history", "outcome", "span"), TABLE)
def test_plan(failure: Failure, history: History, outcome: str, span: str) -> None:
    made = planned(failure, history)
    charged = "charged" if made.charged else "free"
    assert f"{made.kind} {made.strategy} {charged} {made.state}" == outcome
    if span == "":
        assert made.at is None
        return
    earliest, latest = (seconds(end) for end in span.split(" .. "))
    assert made.at is not None
    assert earliest <= made.at - NOW <= latest


def seconds(text: str) -> float:
    for name, length in (("HOUR", HOUR), ("DAY", DAY)):
        if text.endswith(name):
            return float(text.removesuffix(name) or 1) * length
    return float(text)


def test_the_table_covers_every_group() -> None:
    assert {row[0].failure_class.group for row in TABLE} == set(FailureGroup)


def test_a_class_may_have_its_own_policy() -> None:
    own = replace(POLICIES, by_class={C.NETWORK_TLS: RetryPolicy(Policy.FIXED, 77.0, 100.0, 9)})
    assert planned(a_failure(C.NETWORK_TLS), policies=own).at == NOW + 77
    assert planned(a_failure(C.NETWORK_TLS), History(2, 7), own).kind is DecisionKind.AGAIN


def test_no_retries_wanted() -> None:
    none = replace(POLICIES, max_retries=0)
    soon = planned(a_failure(C.NETWORK_TIMEOUT), policies=none)
    assert soon.at is not None
    assert soon.at >= NOW + 0.9 * HOUR
    assert planned(a_failure(C.UNKNOWN), policies=none).kind is DecisionKind.NEEDS_USER


def test_from_message_to_plan() -> None:
    made = planned(classify(Evidence("HTTP Error 429: Too Many Requests", retry_after=120.0)))
    assert made == RetryDecision(
        DecisionKind.HOLD_SITE, NOW + 120, Strategy.AS_BEFORE, False, PlanState.HELD, Advice.WAIT_COOLDOWN
    )


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(1.0, [1, 2, 4, 8, 16]), (5.0, [5, 5, 5, 8, 16]), (7200.0, [7200] * 5)],
)
def test_a_site_that_asks_for_moments_and_refuses_again_is_left_alone_longer(
    asked: float, waits: list[float]
) -> None:
    refused = classify(Evidence("HTTP Error 429: Too Many Requests", retry_after=asked))
    plans = [planned(refused, History(cooldowns=earlier)) for earlier in range(len(waits))]
    assert [(made.at or 0.0) - NOW for made in plans] == waits
    assert (planned(refused, History(cooldowns=90)).at or 0.0) - NOW == 8 * HOUR


@pytest.mark.parametrize(
    ("policy", "pauses"),
    [
        (RetryPolicy(Policy.LINEAR, 2.0, 5.0, 3), [2.0, 4.0, 5.0, 5.0]),
        (RetryPolicy(Policy.FIXED, 2.0, 5.0, 3), [2.0, 2.0, 2.0, 2.0]),
        (RetryPolicy(Policy.FIXED, 9.0, 5.0, 3), [5.0, 5.0, 5.0, 5.0]),
        (RetryPolicy(Policy.IMMEDIATE, 2.0, 5.0, 3), [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_pauses_without_chance(policy: RetryPolicy, pauses: list[float]) -> None:
    assert [backoff(policy, attempt, Random(1)) for attempt in range(4)] == pauses


class Highest(Random):
    """Chance at its upper end."""

    def uniform(self, a: float, b: float) -> float:
        return b


SECONDS = st.floats(0.001, 1e6)


@given(SECONDS, SECONDS, st.integers(0, 10**6), st.integers())
def test_full_jitter_stays_within_its_bounds(base: float, cap: float, attempt: int, seed: int) -> None:
    policy = RetryPolicy(Policy.EXPONENTIAL, base, cap, 3)
    pause = backoff(policy, attempt, Random(seed))
    assert 0.0 <= pause <= cap
    assert pause <= base * 2.0 ** min(attempt, 900) + 1e-9
    assert pause <= backoff(policy, attempt, Highest())


@given(st.sampled_from(Policy), SECONDS, SECONDS, st.integers(0, 200))
def test_upper_bounds_never_shrink(kind: Policy, base: float, cap: float, attempt: int) -> None:
    policy = RetryPolicy(kind, base, cap, 3)
    assert backoff(policy, attempt, Highest()) <= backoff(policy, attempt + 1, Highest()) <= cap


def test_jitter_is_full() -> None:
    policy = RetryPolicy(Policy.EXPONENTIAL, 8.0, 8.0, 3)
    rng = Random(3)
    pauses = [backoff(policy, 0, rng) for _ in range(400)]
    assert min(pauses) < 0.4
    assert max(pauses) > 7.6


@given(st.integers(0, 10**6))
def test_cooldowns_double_to_their_cap(earlier: int) -> None:
    assert HOUR <= cooldown(earlier, HOUR) <= COOLDOWN_CAP
    assert cooldown(earlier + 1, HOUR) == min(COOLDOWN_CAP, 2 * cooldown(earlier, HOUR))


HISTORIES = st.builds(
    History,
    attempts_charged=st.integers(0, 100),
    of_class=st.integers(0, 100),
    lowered=st.booleans(),
    fresh_tried=st.integers(0, 5),
    cooldowns=st.integers(0, 100),
    have_cookies=st.booleans(),
    fallback_allowed=st.booleans(),
)
WAITS = st.none() | st.floats()
FAILURES = st.builds(
    lambda failure_class, advice, retry_after, release_at, starts_in: a_failure(
        failure_class,
        advice,
        Evidence("", retry_after=retry_after, release_at=release_at),
        starts_in,
    ),
    st.sampled_from(FailureClass),
    st.sampled_from(Advice) | st.none(),
    WAITS,
    WAITS,
    st.none() | st.floats(0, 1e9),
)


@given(FAILURES, HISTORIES, st.integers())
def test_what_holds_for_every_plan(failure: Failure, history: History, seed: int) -> None:
    made = decide_retry(failure, history, NOW, POLICIES, Random(seed))
    if failure.advice is Advice.PERMANENT and failure.failure_class is not FailureClass.INTERRUPTED:
        assert made.kind is DecisionKind.NEVER
    if (
        failure.failure_class.group in (FailureGroup.PUSHBACK, FailureGroup.LATER)
        and failure.advice is not Advice.PERMANENT
    ):
        assert not made.charged
    if made.kind in (DecisionKind.AGAIN, DecisionKind.HOLD_SITE):
        assert made.at is not None
        assert math.isfinite(made.at)
        assert made.at >= NOW
    else:
        assert made.at is None
    assert (made.state is PlanState.SCHEDULED) == (made.kind is DecisionKind.AGAIN)
    assert made == decide_retry(failure, history, NOW, POLICIES, Random(seed))


@given(st.sampled_from(FailureClass), st.integers(3, 100), st.integers())
def test_nothing_hammers_a_site_once_its_tries_are_used_up(
    failure_class: FailureClass, tried: int, seed: int
) -> None:
    history = History(tried, tried, fresh_tried=tried, lowered=True)
    made = decide_retry(a_failure(failure_class), history, NOW, POLICIES, Random(seed))
    if made.at is not None and failure_class is not FailureClass.INTERRUPTED:
        assert made.at >= NOW + 0.9 * HOUR
