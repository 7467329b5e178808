"""The decision after a failed attempt: by table, and what holds whatever the situation is."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_retry import FAILURES, HISTORIES, POLICIES, a_failure
from ytui.core.cooldown import cooldown
from ytui.core.decision import (
    LOOK_FOR_ROOM,
    RECORD_AGAIN,
    TRANSPORT,
    Decision,
    LineDown,
    Scope,
    SiteEffect,
    Situation,
    decide,
    scope_of,
)
from ytui.core.embed_options import SPONSORBLOCK
from ytui.core.failures.classifier import Advice, Evidence, Failure, FailureClass, FailureGroup
from ytui.core.holds import HoldCause, HoldKey
from ytui.core.models import JobKind, JobState, PlanState, RequestKind, Strategy
from ytui.core.retry import DecisionKind, History, decide_retry
from ytui.core.wait_reasons import (
    ITS_TIME,
    NOTHING,
    ROOM,
    THE_LINE,
    WaitReason,
    for_extras,
    for_hold,
    for_site,
)

NOW = 1_700_000_000.0
HOUR = 3600.0
SITE = "a.org"
C, K = FailureClass, DecisionKind
SUBTITLES = ("subtitles",)
KEY = HoldKey(HoldCause.LOGIN, "/a 1")
DOWN = LineDown(NOW + 30, (1, 2, 2))


def a_situation(scope: Scope = Scope.SITE, **values: Any) -> Situation:
    return Situation(
        **{"now": NOW, "kind": JobKind.DOWNLOAD, "site": SITE, "scope": scope, "policies": POLICIES, **values}
    )


def decided(failure: Failure, situation: Situation) -> Decision:
    return decide(failure, situation, Random(7))


PUSHBACK = a_failure(C.RATE_LIMITED)
CAPTCHA = a_failure(C.BOT_CHECK, Advice.NEEDS_USER)
OFTEN = History(of_class=3, cooldowns=2)
EXTRAS: dict[str, Any] = {"kind": JobKind.EXTRAS, "extras": SUBTITLES}

# failure, situation: kind, seconds from now or None, charged, state of the item, wait, effect on the site
TABLE = [
    (PUSHBACK, a_situation(), K.HOLD_SITE, HOUR, False, "held", for_site(SITE), "CLOSED"),
    (
        PUSHBACK,
        a_situation(Scope.EXTRA, **EXTRAS),
        K.HOLD_SITE,
        HOUR,
        False,
        "held",
        for_extras(SITE, SUBTITLES),
        "ANSWERED",
    ),
    (
        PUSHBACK,
        a_situation(Scope.OTHER_SITE, **EXTRAS),
        K.HOLD_SITE,
        HOUR,
        False,
        "held",
        for_extras(SITE, SUBTITLES),
        "SILENT",
    ),
    # Left to the user, and the site is closed all the same.
    (CAPTCHA, a_situation(history=OFTEN), K.NEEDS_USER, None, False, "open", NOTHING, "CLOSED"),
    (
        CAPTCHA,
        a_situation(Scope.EXTRA, history=OFTEN, **EXTRAS),
        K.NEEDS_USER,
        None,
        False,
        "open",
        NOTHING,
        "CLOSED",
    ),
    # One transfer alone is throttled: the site is as open as before.
    (
        a_failure(C.RATE_LIMITED, Advice.RETRY_SOON),
        a_situation(),
        K.AGAIN,
        0.0,
        False,
        "scheduled",
        ITS_TIME,
        "ANSWERED",
    ),
    (a_failure(C.PRIVATE), a_situation(), K.NEVER, None, True, "open", NOTHING, "ANSWERED"),
    (a_failure(C.PRIVATE), a_situation(Scope.NOTHING), K.NEVER, None, True, "open", NOTHING, "SILENT"),
    (a_failure(C.PRIVATE), a_situation(has_file=True), K.NEVER, None, True, "dismissed", NOTHING, "ANSWERED"),
    (a_failure(C.SKIPPED), a_situation(has_file=True), K.NEVER, None, False, "resolved", NOTHING, "ANSWERED"),
    (
        a_failure(C.NETWORK_DNS),
        a_situation(Scope.LINE, line=DOWN),
        K.AGAIN,
        30.0,
        False,
        "held",
        THE_LINE,
        "SILENT",
    ),
    # Used up, and yet spared: the line was down.
    (
        a_failure(C.NETWORK_PROXY),
        a_situation(Scope.LINE, history=History(9, 9), line=DOWN),
        K.AGAIN,
        30.0,
        False,
        "held",
        THE_LINE,
        "SILENT",
    ),
    (
        a_failure(C.DISK_FULL),
        a_situation(Scope.NOTHING),
        K.HOLD_QUEUE,
        LOOK_FOR_ROOM,
        False,
        "held",
        ROOM,
        "SILENT",
    ),
    # What is held charges nobody, however often it failed; a login is the person's to mend.
    (
        a_failure(C.COOKIES_INVALID),
        a_situation(history=History(9, 9), hold=KEY),
        K.HOLD_CAUSE,
        None,
        False,
        "open",
        for_hold(HoldCause.LOGIN),
        "ANSWERED",
    ),
    # What is live does not wait for a day.
    (
        a_failure(C.UNAVAILABLE),
        a_situation(kind=JobKind.RECORDING),
        K.AGAIN,
        RECORD_AGAIN,
        True,
        "scheduled",
        ITS_TIME,
        "ANSWERED",
    ),
    (
        PUSHBACK,
        a_situation(kind=JobKind.RECORDING),
        K.HOLD_SITE,
        HOUR,
        False,
        "held",
        for_site(SITE),
        "CLOSED",
    ),
]


@pytest.mark.parametrize(
    ("failure", "situation", "kind", "wait_s", "charged", "state", "wait", "site"), TABLE
)
def test_a_decision(
    failure: Failure,
    situation: Situation,
    kind: DecisionKind,
    wait_s: float | None,
    charged: bool,
    state: str,
    wait: Any,
    site: str,
) -> None:
    made = decided(failure, situation)
    at = None if wait_s is None else NOW + wait_s
    assert (made.kind, made.at, made.charged, made.state) == (kind, at, charged, PlanState(state))
    assert (made.wait, made.site) == (wait, SiteEffect[site])
    assert (made.failure, made.hold) == (failure, situation.hold)


def test_a_site_is_closed_as_long_as_the_job_is_held_or_as_it_would_be() -> None:
    assert decided(PUSHBACK, a_situation()).closed_until == NOW + HOUR
    left_to_user = decided(CAPTCHA, a_situation(history=OFTEN, policies=replace(POLICIES, cooldown=10.0)))
    assert left_to_user.closed_until == NOW + cooldown(2, 10.0) == NOW + 40


def test_only_pushback_keeps_extras_from_being_asked_for() -> None:
    around = a_situation(Scope.EXTRA, **EXTRAS)
    assert decided(PUSHBACK, around).extras_until == NOW + HOUR
    assert decided(a_failure(C.SERVER_ERROR), around).extras_until is None
    assert decided(PUSHBACK, replace(around, scope=Scope.SITE)).extras_until is None


def test_who_took_the_line_down_is_spared() -> None:
    around = a_situation(Scope.LINE, line=DOWN)
    assert decided(a_failure(C.NETWORK_DNS), around).spared == (1, 2, 2)
    assert decided(a_failure(C.NETWORK_DNS), replace(around, line=None)).spared == ()


# evidence, class, kind, extras, what it speaks of
SPEAKS = [
    (Evidence("", status=429), C.RATE_LIMITED, JobKind.DOWNLOAD, (), Scope.SITE),
    (Evidence("", status=429, request_kind=RequestKind.IMAGE), C.RATE_LIMITED, "download", (), Scope.SITE),
    (Evidence("", request_kind=RequestKind.CAPTION), C.RATE_LIMITED, "extras", SUBTITLES, Scope.EXTRA),
    (Evidence("", request_kind=RequestKind.PAGE), C.RATE_LIMITED, "extras", SUBTITLES, Scope.SITE),
    (Evidence("", host="sponsor.org"), C.NETWORK_DNS, "extras", (SPONSORBLOCK,), Scope.OTHER_SITE),
    (Evidence("", host="www.a.org"), C.NETWORK_DNS, "extras", (SPONSORBLOCK,), Scope.LINE),
    (Evidence("", host="sponsor.org"), C.NETWORK_DNS, "extras", SUBTITLES, Scope.LINE),
    (Evidence("", signal=9), C.UNKNOWN, "download", (), Scope.NOTHING),
    (Evidence("", status=500), C.UNKNOWN, "download", (), Scope.SITE),
    (Evidence("", errno=28), C.DISK_FULL, "fetch", (), Scope.NOTHING),
]


@pytest.mark.parametrize(("evidence", "failure_class", "kind", "extras", "scope"), SPEAKS)
def test_what_a_failure_speaks_of(
    evidence: Evidence, failure_class: FailureClass, kind: str, extras: tuple[str, ...], scope: Scope
) -> None:
    failure = a_failure(failure_class, evidence=evidence)
    assert scope_of(failure, JobKind(kind), SITE, extras) is scope


SITUATIONS = st.builds(
    lambda scope, kind, history, has_file: a_situation(
        scope, kind=kind, history=history, has_file=has_file, extras=SUBTITLES
    ),
    st.sampled_from(Scope),
    st.sampled_from(JobKind),
    HISTORIES,
    st.booleans(),
)


@given(FAILURES, SITUATIONS, st.integers())
def test_what_holds_for_every_decision(failure: Failure, situation: Situation, seed: int) -> None:
    made = decide(failure, situation, Random(seed))
    assert made == decide(failure, situation, Random(seed))
    # A job that waits says for what, and one that has failed has no time.
    waits = made.job_state is JobState.WAITING
    assert waits == (made.wait != NOTHING)
    assert waits == (made.at is not None)
    assert (made.closed_until is not None) == (made.site is SiteEffect.CLOSED)
    if made.site is SiteEffect.CLOSED:
        assert failure.failure_class.group is FailureGroup.PUSHBACK
        assert (made.closed_until or 0.0) >= NOW
    if made.wait.reason is WaitReason.SITE:
        assert made.site is not SiteEffect.ANSWERED
    # Situations change when a job comes back and what is said of it, never how it is tried.
    alone = decide_retry(failure, situation.history, NOW, situation.policies, Random(seed))
    assert (made.kind, made.strategy, made.charged) == (alone.kind, alone.strategy, alone.charged)
    assert made.advice == alone.advice
    if not situation.has_file:
        assert made.state == alone.state


@given(FAILURES, SITUATIONS, st.sampled_from([{"hold": KEY}, {"line": DOWN}]), st.integers())
def test_what_is_nobody_s_fault_charges_nobody(
    failure: Failure, situation: Situation, around: dict[str, Any], seed: int
) -> None:
    made = decide(failure, replace(situation, **around), Random(seed))
    assert (made.job_state, made.charged) == (JobState.WAITING, False)
    assert made.wait in (for_hold(KEY.cause), THE_LINE)


def test_the_line_is_asked_about_what_may_be_its_fault() -> None:
    assert {name.group for name in TRANSPORT} == {FailureGroup.NETWORK}
    # A certificate that is wrong came over a line that works.
    assert C.NETWORK_TLS not in TRANSPORT
    assert Strategy.AS_BEFORE is decided(a_failure(C.PRIVATE), a_situation(hold=KEY)).strategy
