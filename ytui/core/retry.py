"""Retries of a failed job by its class: whether, when and how it is tried again, whatever is around it.

A pure function of the failure, its history, the clock and the policies; :mod:`ytui.core.decision` asks it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from ytui.core.cooldown import after_pushback, doubled, sane_wait
from ytui.core.failures.classifier import Advice, Failure, FailureClass, FailureGroup
from ytui.core.models import PlanState, Strategy
from ytui.core.settings.tables import Policy as Policy

_MINUTE = 60.0
_HOUR = 3600.0
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class RetryPolicy:
    """``tries`` counts attempts in a row, the first one included; ``base`` and ``cap`` are seconds."""

    policy: Policy
    base: float
    cap: float
    tries: int


@dataclass(frozen=True)
class Policies:
    """The policies by operation; ``by_class`` outranks them for a single class of failure.

    Their defaults are those of the configuration's tables ``[retry]`` and ``[limits]``.
    """

    network: RetryPolicy
    server: RetryPolicy
    processing: RetryPolicy
    #: Retries that may follow soon after each other in one job, whatever it fails with.
    max_retries: int
    by_class: Mapping[FailureClass, RetryPolicy]
    #: A site's first cooldown, in seconds.
    cooldown: float


@dataclass(frozen=True)
class History:
    """What happened before the attempt that has just failed; that attempt itself is never counted in."""

    #: Earlier attempts that count.
    attempts_charged: int = 0
    #: Earlier attempts in a row with this class of failure.
    of_class: int = 0
    #: Whether a lower quality was already tried.
    lowered: bool = False
    #: Fresh extractions already spent on this failure.
    fresh_tried: int = 0
    #: Cooldowns of the site in a row, without a success between them.
    cooldowns: int = 0
    have_cookies: bool = False
    fallback_allowed: bool = True


class DecisionKind(StrEnum):
    """What happens to the job."""

    AGAIN = "again"
    HOLD_SITE = "hold_site"
    HOLD_QUEUE = "hold_queue"
    HOLD_CAUSE = "hold_cause"
    NEEDS_USER = "needs_user"
    NEVER = "never"


@dataclass(frozen=True)
class RetryDecision:
    """When (unix time) and how the job runs again, if it does by itself."""

    kind: DecisionKind
    #: When the job, or the probe of a held site, is due; None where no time is known.
    at: float | None
    strategy: Strategy
    #: Whether the attempt that failed counts.
    charged: bool
    state: PlanState
    advice: Advice


def backoff(policy: RetryPolicy, attempt: int, rng: Random) -> float:
    """Seconds to wait before a retry; ``attempt`` is 0 for the first retry.

    Exponential pauses have full jitter: anything from 0 to ``min(cap, base * 2 ** attempt)``.
    """
    if policy.policy is Policy.EXPONENTIAL:
        return rng.uniform(0.0, min(policy.cap, doubled(policy.base, attempt)))
    if policy.policy is Policy.LINEAR:
        return min(policy.cap, policy.base * (max(attempt, 0) + 1))
    return min(policy.cap, policy.base) if policy.policy is Policy.FIXED else 0.0


def decide_retry(
    failure: Failure, history: History, now: float, policies: Policies, rng: Random
) -> RetryDecision:
    """How a job whose attempt ended at ``now`` with this failure is tried again by itself."""
    situation = _Situation(failure, history, now, policies, rng)
    if failure.failure_class in _NO_FAILURES:
        return _after_no_failure(situation)
    if failure.advice is Advice.PERMANENT:
        return situation.never()
    special = _BY_CLASS.get(failure.failure_class)
    return special(situation) if special else _BY_GROUP[failure.failure_class.group](situation)


@dataclass(frozen=True)
class _Situation:
    failure: Failure
    history: History
    now: float
    policies: Policies
    rng: Random

    def again(
        self,
        wait: float,
        strategy: Strategy = Strategy.AS_BEFORE,
        *,
        charged: bool = True,
        advice: Advice | None = None,
    ) -> RetryDecision:
        at = self.now + wait
        return RetryDecision(
            DecisionKind.AGAIN, at, strategy, charged, PlanState.SCHEDULED, advice or self.failure.advice
        )

    def never(self) -> RetryDecision:
        return RetryDecision(
            DecisionKind.NEVER, None, Strategy.AS_BEFORE, True, PlanState.OPEN, Advice.PERMANENT
        )

    def needs_user(self, strategy: Strategy = Strategy.AS_BEFORE, *, charged: bool = True) -> RetryDecision:
        return RetryDecision(
            DecisionKind.NEEDS_USER, None, strategy, charged, PlanState.OPEN, Advice.NEEDS_USER
        )

    def policy(self, fallback: RetryPolicy) -> RetryPolicy:
        return self.policies.by_class.get(self.failure.failure_class, fallback)

    def may_try_soon(self, fallback: RetryPolicy) -> bool:
        tried = self.history.of_class + 1
        return (
            tried < self.policy(fallback).tries and self.history.attempts_charged < self.policies.max_retries
        )

    def soon(self, fallback: RetryPolicy, strategy: Strategy = Strategy.AS_BEFORE) -> RetryDecision:
        wait = backoff(self.policy(fallback), self.history.of_class, self.rng)
        return self.again(max(wait, self.asked_wait() or 0.0), strategy)

    def in_hours(
        self,
        times: int,
        strategy: Strategy = Strategy.AS_BEFORE,
        *,
        charged: bool = True,
        first: float = _HOUR,
    ) -> RetryDecision:
        # A tenth of jitter keeps the jobs of one outage from all coming back in the same second.
        longest = min(max(_DAY, first), doubled(first, times))
        return self.again(longest * self.rng.uniform(0.9, 1.0), strategy, charged=charged)

    def asked_wait(self) -> float | None:
        return sane_wait(self.failure.evidence.retry_after)


_NO_FAILURES = frozenset({FailureClass.CANCELLED, FailureClass.SKIPPED, FailureClass.INTERRUPTED})


def _after_no_failure(now: _Situation) -> RetryDecision:
    if now.failure.failure_class is FailureClass.INTERRUPTED:
        return now.again(0.0, charged=False)
    state = PlanState.DISMISSED if now.failure.failure_class is FailureClass.CANCELLED else PlanState.RESOLVED
    return RetryDecision(DecisionKind.NEVER, None, Strategy.AS_BEFORE, False, state, now.failure.advice)


def _network(now: _Situation) -> RetryDecision:
    if now.may_try_soon(now.policies.network):
        return now.soon(now.policies.network)
    if now.failure.advice is Advice.NEEDS_USER:
        return now.needs_user()
    return now.in_hours(now.history.of_class - now.policy(now.policies.network).tries + 1)


def _server(now: _Situation) -> RetryDecision:
    fresh = now.failure.failure_class is FailureClass.EXPIRED_URL
    strategy = Strategy.FRESH_EXTRACTION if fresh else Strategy.AS_BEFORE
    if now.may_try_soon(now.policies.server):
        return now.soon(now.policies.server, strategy)
    return now.in_hours(now.history.of_class - now.policy(now.policies.server).tries + 1, strategy)


def _pushback(now: _Situation) -> RetryDecision:
    advice = now.failure.advice
    if advice is Advice.RETRY_SOON and now.history.fresh_tried < _FRESH_EXTRACTIONS:
        # Only this one transfer is throttled: a new address is often served at full speed.
        return now.again(0.0, Strategy.FRESH_EXTRACTION, charged=False)
    if advice is Advice.NEEDS_USER and now.history.of_class >= _PROBES_BEFORE_USER:
        return now.needs_user(charged=False)
    wait = after_pushback(now.asked_wait(), now.history.cooldowns, now.policies.cooldown)
    return RetryDecision(
        DecisionKind.HOLD_SITE, now.now + wait, Strategy.AS_BEFORE, False, PlanState.HELD, now.failure.advice
    )


_FRESH_EXTRACTIONS = 2
_PROBES_BEFORE_USER = 3


_COOKIES_HELP = frozenset(
    {
        FailureClass.LOGIN_REQUIRED,
        FailureClass.MEMBERS_ONLY,
        FailureClass.PREMIUM_REQUIRED,
        FailureClass.AGE_RESTRICTED,
        FailureClass.PRIVATE,
    }
)


def _access(now: _Situation) -> RetryDecision:
    helped = now.failure.failure_class in _COOKIES_HELP
    if helped and now.history.have_cookies and now.history.of_class == 0:
        return now.again(0.0, Strategy.WITH_COOKIES)
    if now.failure.failure_class is FailureClass.PRIVATE:
        return now.never()
    return now.needs_user(Strategy.WITH_COOKIES if helped else Strategy.AS_BEFORE)


def _forbidden(now: _Situation) -> RetryDecision:
    if now.failure.advice is Advice.LOWER_QUALITY:
        # Media alone is refused, and fresh addresses were tried already.
        return _format(now)
    if now.failure.advice is Advice.NEEDS_USER or now.history.fresh_tried >= _FRESH_EXTRACTIONS:
        return now.needs_user()
    return now.soon(now.policies.server, Strategy.FRESH_EXTRACTION)


def _unavailable(now: _Situation) -> RetryDecision:
    """Not available, or not found yet: a few looks over days, then it is gone."""
    if now.failure.advice is Advice.NEEDS_USER:
        return now.needs_user()
    if now.history.of_class >= _LOOKS_OVER_DAYS:
        return now.never()
    return now.again(_DAY * (now.history.of_class + 1) * now.rng.uniform(0.9, 1.0))


_LOOKS_OVER_DAYS = 3


_START_GRACE = 5.0
"""Seconds after an announced start at which it is looked for."""


def _later(now: _Situation) -> RetryDecision:
    start = now.failure.evidence.release_at
    if start is None and now.failure.starts_in is not None:
        start = now.now + now.failure.starts_in
    if start is not None and math.isfinite(start) and start > now.now:
        # Sites round the announced time down; a look in that very second comes too early.
        return now.again(start - now.now + _START_GRACE, charged=False)
    if now.failure.failure_class is FailureClass.LIVE_NOW:
        # Nobody knows its end: an hour each time, not ever longer.
        return now.in_hours(0, charged=False)
    # Announced for a time that has passed: broadcasts start late by minutes, not by hours.
    first = 5 * _MINUTE if start is not None else _HOUR
    return now.in_hours(now.history.of_class, charged=False, first=first)


def _format(now: _Situation) -> RetryDecision:
    if now.failure.advice is Advice.LOWER_QUALITY:
        if now.history.fallback_allowed and not now.history.lowered:
            return now.again(0.0, Strategy.LOWER_QUALITY)
        return now.needs_user(Strategy.LOWER_QUALITY)
    return _tool(now)


def _tool(now: _Situation) -> RetryDecision:
    """A few tries where the advice allows them: a half-sent page looks like a broken extractor."""
    if now.failure.advice is Advice.NEEDS_USER:
        return now.needs_user()
    processing = now.failure.failure_class is FailureClass.POSTPROCESS_FAILED
    policy = now.policies.processing if processing else now.policies.server
    if not now.may_try_soon(policy):
        return now.needs_user(Strategy.WITHOUT_PARTIAL if processing else Strategy.AS_BEFORE)
    # The same broken input gives the same broken output: the second try starts from nothing.
    restart = processing and now.history.of_class > 0
    return now.soon(policy, Strategy.WITHOUT_PARTIAL if restart else Strategy.AS_BEFORE)


def _machine(now: _Situation) -> RetryDecision:
    if now.failure.failure_class is FailureClass.DISK_FULL:
        return RetryDecision(
            DecisionKind.HOLD_QUEUE, None, Strategy.AS_BEFORE, False, PlanState.HELD, now.failure.advice
        )
    if now.failure.advice is Advice.RETRY_SOON and now.may_try_soon(now.policies.processing):
        return now.soon(now.policies.processing)
    return now.needs_user()


def _unknown(now: _Situation) -> RetryDecision:
    if not now.may_try_soon(now.policies.server):
        return now.needs_user()
    refused_range = now.failure.evidence.status == _RANGE_NOT_SATISFIABLE
    return now.soon(now.policies.server, Strategy.WITHOUT_PARTIAL if refused_range else Strategy.AS_BEFORE)


_RANGE_NOT_SATISFIABLE = 416

_BY_CLASS: dict[FailureClass, Callable[[_Situation], RetryDecision]] = {
    FailureClass.FORBIDDEN: _forbidden,
    FailureClass.FORMAT_UNAVAILABLE: _format,
}
_BY_GROUP: dict[FailureGroup, Callable[[_Situation], RetryDecision]] = {
    FailureGroup.NETWORK: _network,
    FailureGroup.SERVER: _server,
    FailureGroup.PUSHBACK: _pushback,
    FailureGroup.ACCESS: _access,
    FailureGroup.GONE: _unavailable,
    FailureGroup.LATER: _later,
    FailureGroup.MEDIA: _format,
    FailureGroup.TOOL: _tool,
    FailureGroup.MACHINE: _machine,
    FailureGroup.REQUEST: _Situation.needs_user,
    FailureGroup.OTHER: _unknown,
}
