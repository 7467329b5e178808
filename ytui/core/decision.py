"""Decision after a failed attempt: what becomes of its job, its plan item, its site and the line.

A pure function of the failure and everything around it. It is asked once, and carried out as it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from random import Random

from ytui.core.cooldown import cooldown
from ytui.core.embed_options import SPONSORBLOCK
from ytui.core.failures.classifier import Advice, Failure, FailureClass, FailureGroup
from ytui.core.holds import POLICIES, HoldKey
from ytui.core.models import JobKind, JobState, PlanState, RequestKind, Strategy
from ytui.core.retry import DecisionKind, History, Policies, RetryDecision, decide_retry
from ytui.core.sites import site_of
from ytui.core.wait_reasons import (
    ITS_TIME,
    NOTHING,
    ROOM,
    THE_LINE,
    Wait,
    for_extras,
    for_hold,
    for_site,
)

LOOK_FOR_ROOM = 90.0
"""Seconds until a job that met a full disk is queued again."""
RECORD_AGAIN = 60.0
"""Seconds at most until a recording that failed is tried again: what is live does not wait."""
TRANSPORT = frozenset(
    {
        FailureClass.NETWORK_TIMEOUT,
        FailureClass.NETWORK_CONNECTION,
        FailureClass.NETWORK_DNS,
        FailureClass.NETWORK_PROXY,
    }
)
"""Classes of failure that the line to the outside may be behind."""
_SAYS_NOTHING_OF_THE_SITE = frozenset({FailureGroup.MACHINE, FailureGroup.REQUEST, FailureGroup.OTHER})
"""Such a failure may have come before anything was sent: it is no answer of the site."""
_EXTRA_REQUESTS = frozenset({RequestKind.CAPTION, RequestKind.IMAGE})
_WAITING = frozenset(
    {DecisionKind.AGAIN, DecisionKind.HOLD_SITE, DecisionKind.HOLD_QUEUE, DecisionKind.HOLD_CAUSE}
)


class Scope(Enum):
    """What a failure speaks of beside its own job."""

    NOTHING = auto()
    """Perhaps nobody was asked anything."""
    LINE = auto()
    """The line to the outside."""
    OTHER_SITE = auto()
    """A site that is asked for an extra, and is not the video's."""
    EXTRA = auto()
    """The site answered, and refused an extra alone."""
    SITE = auto()
    """The site answered."""


class SiteEffect(Enum):
    """What a failure does to the circuit breaker of its site."""

    SILENT = auto()
    """Nothing was heard of it: if the job was its probe, another may be that."""
    ANSWERED = auto()
    """It answered, whatever it said: a probe is over, and the line is up."""
    CLOSED = auto()
    """It pushed back: a cooldown begins. The line is up."""


@dataclass(frozen=True)
class LineDown:
    """The line as a failed job has found it."""

    until: float
    """When the next job may try (Unix time)."""
    spared: tuple[int, ...] = ()
    """The jobs that took it down, which are not charged for it: once for each of their attempts."""


@dataclass(frozen=True)
class Situation:
    """Everything around a failed attempt that its decision depends on."""

    now: float
    """Unix time."""
    kind: JobKind
    site: str
    scope: Scope
    policies: Policies
    history: History = field(default_factory=History)
    extras: tuple[str, ...] = ()
    """What a job of extras was to bring."""
    has_file: bool = False
    """What it was to replace is in the library: nothing is missing without it."""
    hold: HoldKey | None = None
    """The cause that many share and this failure belongs to."""
    line: LineDown | None = None
    """None while it is up."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a job whose attempt failed, and of all around it; times in Unix seconds."""

    failure: Failure
    kind: DecisionKind
    at: float | None
    """When the job is due again; None where no time is known."""
    strategy: Strategy
    charged: bool
    """Whether the attempt counts."""
    state: PlanState
    """Of the plan item."""
    advice: Advice
    wait: Wait = NOTHING
    hold: HoldKey | None = None
    site: SiteEffect = SiteEffect.SILENT
    closed_until: float | None = None
    """The end of the cooldown that begins."""
    spared: tuple[int, ...] = ()
    """Other jobs whose failures are not charged after all: the line was down."""
    extras_until: float | None = None
    """Until then the site is not asked for the job's extras."""

    @property
    def job_state(self) -> JobState:
        """The state of the job."""
        return JobState.WAITING if self.kind in _WAITING else JobState.FAILED


def scope_of(failure: Failure, kind: JobKind, site: str, extras: tuple[str, ...] = ()) -> Scope:
    """What a failure of such a job speaks of, where anything may have been asked."""
    seen, group = failure.evidence, failure.failure_class.group
    if kind is JobKind.EXTRAS and SPONSORBLOCK in extras and seen.host and site_of(seen.host) != site:
        return Scope.OTHER_SITE
    if failure.failure_class in TRANSPORT:
        return Scope.LINE
    if seen.status is None and group in _SAYS_NOTHING_OF_THE_SITE:
        return Scope.NOTHING
    return Scope.EXTRA if kind is JobKind.EXTRAS and seen.request_kind in _EXTRA_REQUESTS else Scope.SITE


def decide(failure: Failure, situation: Situation, rng: Random) -> Decision:
    """The decision for a job that failed so; ``rng`` gives the jitter of pauses."""
    now, scope = situation.now, situation.scope
    made = decide_retry(failure, situation.history, now, situation.policies, rng)
    site = _site_effect(failure, made.kind, scope)
    decision = Decision(
        failure,
        made.kind,
        made.at,
        made.strategy,
        made.charged,
        made.state,
        made.advice,
        site=site,
        closed_until=_closed_until(made, situation) if site is SiteEffect.CLOSED else None,
    )
    if situation.hold is not None:
        return _held(decision, situation.hold)
    if situation.line is not None:
        return replace(
            decision,
            kind=DecisionKind.AGAIN,
            at=situation.line.until,
            charged=False,
            state=PlanState.HELD,
            wait=THE_LINE,
            spared=situation.line.spared,
        )
    if decision.kind is DecisionKind.HOLD_QUEUE:
        # Eligibility keeps it, and all others, until there is room; this asks for another look.
        return replace(decision, at=now + LOOK_FOR_ROOM, wait=ROOM)
    if decision.job_state is JobState.WAITING:
        return _waits(decision, situation)
    needs_nobody = situation.has_file and decision.state is PlanState.OPEN
    return replace(decision, state=PlanState.DISMISSED) if needs_nobody else decision


def _site_effect(failure: Failure, kind: DecisionKind, scope: Scope) -> SiteEffect:
    if scope not in (Scope.SITE, Scope.EXTRA):
        return SiteEffect.SILENT
    if failure.failure_class.group is not FailureGroup.PUSHBACK or kind is DecisionKind.AGAIN:
        return SiteEffect.ANSWERED
    # Even where this job is left to the user now: the others must not run into the same refusal.
    extra_alone = scope is Scope.EXTRA and kind is DecisionKind.HOLD_SITE
    return SiteEffect.ANSWERED if extra_alone else SiteEffect.CLOSED


def _closed_until(made: RetryDecision, situation: Situation) -> float:
    if made.at is not None:
        return made.at
    return situation.now + cooldown(situation.history.cooldowns, situation.policies.cooldown)


def _held(decision: Decision, key: HoldKey) -> Decision:
    """It waits for the shared cause, uncharged, whatever its history."""
    return replace(
        decision,
        kind=DecisionKind.HOLD_CAUSE,
        at=None,
        strategy=Strategy.AS_BEFORE,
        charged=False,
        state=PlanState.OPEN if POLICIES[key.cause].needs_user else PlanState.HELD,
        advice=decision.failure.advice,
        wait=for_hold(key.cause),
        hold=key,
    )


def _waits(decision: Decision, situation: Situation) -> Decision:
    at, extra_alone = decision.at, situation.scope in (Scope.EXTRA, Scope.OTHER_SITE)
    wait = ITS_TIME
    if decision.kind is DecisionKind.HOLD_SITE:
        wait = for_extras(situation.site, situation.extras) if extra_alone else for_site(situation.site)
    elif situation.kind is JobKind.RECORDING and at is not None:
        at = min(at, situation.now + RECORD_AGAIN)
    pushed_back = decision.failure.failure_class.group is FailureGroup.PUSHBACK
    return replace(
        decision,
        at=at,
        wait=wait,
        extras_until=at if extra_alone and pushed_back else None,
    )
