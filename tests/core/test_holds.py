"""Holds: the breaker of a shared cause never keeps everything back for good, and charges no probe twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ytui.core.eligibility import Candidate, Conditions, eligible
from ytui.core.holds import (
    POLICIES,
    Breaker,
    HoldCause,
    HoldKey,
    HoldPolicy,
    HoldView,
    blocks,
    probe_is_due,
    probe_lost,
    record_failure,
    record_success,
    start_probe,
    title_of,
    with_waiting,
)
from ytui.core.models import JobKind
from ytui.core.settings.tables import Limits

NOW = 1_700_000_000.0
KEY = HoldKey(HoldCause.JS_RUNTIME, "a.org")
POLICY = HoldPolicy(
    blocks_after=3, success_releases=False, needs_user=True, probe_first=60.0, probe_cap=600.0
)


def after_hits(*jobs: int) -> Breaker:
    state = Breaker()
    for job in jobs:
        state = record_failure(state, POLICY, job, NOW)
    return state


def candidate(job: int, *keys: HoldKey) -> Candidate:
    return Candidate(job, JobKind.DOWNLOAD, "a.org", leans_on=frozenset(keys))


def around(view: HoldView, now: float = NOW) -> Conditions:
    return Conditions(now=now, limits=Limits(), holds={KEY: view})


def test_only_so_many_different_jobs_in_a_row_keep_the_others_back() -> None:
    assert not blocks(after_hits(1, 1, 1, 1, 2), POLICY)
    assert blocks(after_hits(1, 2, 3), POLICY)
    one_arrived = record_success(after_hits(1, 2), POLICY, 9, had_hit=False)
    assert one_arrived is not None
    assert not blocks(record_failure(one_arrived, POLICY, 3, NOW), POLICY)


def test_a_success_of_one_that_had_hit_it_ends_the_hold_another_one_where_the_cause_says_so() -> None:
    assert record_success(after_hits(1, 2, 3), POLICY, 1, had_hit=True) is None
    assert record_success(after_hits(1, 2, 3), POLICY, 4, had_hit=False) is not None
    assert record_success(after_hits(1), replace(POLICY, success_releases=True), 4, had_hit=False) is None


def test_probes_come_after_pauses_that_double_up_to_the_cap() -> None:
    state, now, pauses = after_hits(1), NOW, []
    for _ in range(6):
        assert state.next_probe is not None
        pauses.append(state.next_probe - now)
        now = state.next_probe
        assert probe_is_due(state, now)
        state = start_probe(state, 1)
        assert not probe_is_due(state, now)
        state = record_failure(state, POLICY, 1, now)
    assert pauses == [60, 120, 240, 480, 600, 600]


def test_a_probe_without_an_answer_is_followed_by_another_at_once() -> None:
    state = start_probe(after_hits(1), 1)
    assert probe_lost(state, POLICY, 7, NOW + 5) == state
    lost = probe_lost(state, POLICY, 1, NOW + 5)
    assert probe_is_due(lost, NOW + 5)
    # Until the cause is met again: then the pause begins.
    assert not probe_is_due(record_failure(lost, POLICY, 1, NOW + 6), NOW + 7)


def test_where_no_probe_goes_by_itself_none_follows_a_persons() -> None:
    login = POLICIES[HoldCause.LOGIN]
    state = start_probe(record_failure(Breaker(), login, 1, NOW), 1)
    lost = probe_lost(state, login, 1, NOW + 5)
    assert (lost.next_probe, lost.probe_job) == (None, None)
    chosen = replace(lost, next_probe=NOW + 60)
    assert record_failure(chosen, login, 2, NOW + 6).next_probe == NOW + 60
    assert record_failure(chosen, login, 2, NOW + 61).next_probe is None


def test_eligible_says_what_is_waited_for_and_lets_the_probe_through() -> None:
    view = HoldView("a JavaScript runtime", True, NOW + 60)
    verdict = eligible(candidate(1, KEY), around(view))
    assert (verdict.eligible, verdict.reason, verdict.until) == (
        False,
        "waits for a JavaScript runtime",
        NOW + 60,
    )
    assert eligible(candidate(1), around(view)).eligible
    assert eligible(candidate(1, KEY), around(replace(view, blocks=False))).eligible
    assert eligible(candidate(1, KEY), around(replace(view, probe_job=1))).eligible
    assert not eligible(candidate(2, KEY), around(replace(view, probe_job=1), NOW + 61)).eligible
    assert eligible(candidate(2, KEY), around(view, NOW + 61)).eligible


def test_every_cause_has_words_and_a_policy() -> None:
    for cause in HoldCause:
        assert title_of(cause, "it is so.").endswith(": it is so")
        assert POLICIES[cause].blocks_after >= 1
    assert with_waiting("waits", 1) == "waits; 1 video waits"
    assert with_waiting("waits", 29) == "waits; 29 videos wait"
    assert with_waiting("waits", 0) == "waits"


class Holding(RuleBasedStateMachine):
    """Jobs that hit it, arrive, probe, and are lost, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state: Breaker | None = None
        self.now = NOW

    @rule(job=st.integers(1, 6), wait=st.floats(0, 5000))
    def hits(self, job: int, wait: float) -> None:
        self.now += wait
        self.state = record_failure(self.state or Breaker(), POLICY, job, self.now)

    @precondition(lambda self: self.state is not None)
    @rule(job=st.integers(1, 6), had_hit=st.booleans())
    def arrives(self, job: int, had_hit: bool) -> None:
        assert self.state is not None
        self.state = record_success(self.state, POLICY, job, had_hit=had_hit)
        assert self.state is None or not blocks(self.state, POLICY)

    @precondition(lambda self: self.state is not None and probe_is_due(self.state, self.now))
    @rule(job=st.integers(1, 6))
    def probes(self, job: int) -> None:
        assert self.state is not None
        self.state = start_probe(self.state, job)

    @precondition(lambda self: self.state is not None)
    @rule(job=st.integers(1, 6))
    def loses(self, job: int) -> None:
        assert self.state is not None
        self.state = probe_lost(self.state, POLICY, job, self.now)

    @invariant()
    def somebody_may_always_try(self) -> None:
        if self.state is not None:
            assert self.state.next_probe is not None
            later = self.now + POLICY.probe_cap
            assert self.state.probe_job is not None or probe_is_due(self.state, later)

    @invariant()
    def no_more_is_kept_than_blocks(self) -> None:
        assert self.state is None or len(self.state.streak) <= POLICY.blocks_after


TestHolding = Holding.TestCase
