"""Holds: what many jobs fail for at once holds them all, as one circuit breaker a shared cause.

A *hold* is kept for each cause and subject (which runtime, which provider, which login). Jobs that hit it
wait, uncharged. After some hits in a row jobs that lean on the same thing and have not tried it yet are not
started either (the breaker is open); one at a time is let through as a *probe* (half-open), with pauses that
double. Everything here is pure: a state, an event and the clock give the next state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ytui.core.formatting import plural


class HoldCause(StrEnum):
    """Why jobs are held; a key of the store, never shown. Words: :data:`WAITED_FOR`."""

    JS_RUNTIME = "js_runtime"
    TOKEN_PROVIDER = "token_provider"
    LOGIN = "login"


@dataclass(frozen=True, order=True)
class HoldKey:
    """One hold: its cause and what of that kind it is about (a site, an address, a file)."""

    cause: HoldCause
    subject: str = ""


@dataclass(frozen=True)
class HoldPolicy:
    """How a cause holds; times in seconds."""

    blocks_after: int
    """Hits by different jobs, with no success between them, until jobs that have not tried are kept back."""
    success_releases: bool
    """Whether any success of a job that leans on it shows that the cause is gone; if not, only the success
    of a job that had hit it does."""
    needs_user: bool
    """Whether the remedy is the person's: then the hold's plan item needs you."""
    probe_first: float | None = 600.0
    """From a hit until the first probe, doubled with each probe that hits it again; None: a look at the cause
    alone tells that it is gone."""
    probe_cap: float = 6 * 3600.0


POLICIES: Mapping[HoldCause, HoldPolicy] = {
    # Many videos arrive without a runtime, by clients that need none: the first few misses are no proof.
    HoldCause.JS_RUNTIME: HoldPolicy(blocks_after=5, success_releases=False, needs_user=True),
    # Some clients need no token, so a video that arrives proves nothing either.
    HoldCause.TOKEN_PROVIDER: HoldPolicy(
        blocks_after=5, success_releases=False, needs_user=True, probe_first=60.0, probe_cap=3600.0
    ),
    # The site has said so itself, and no try makes it come alive again.
    HoldCause.LOGIN: HoldPolicy(blocks_after=1, success_releases=False, needs_user=True, probe_first=None),
}
WAITED_FOR: Mapping[HoldCause, str] = {
    HoldCause.JS_RUNTIME: "a JavaScript runtime",
    HoldCause.TOKEN_PROVIDER: "a token provider",
    HoldCause.LOGIN: "a login that is valid",
}
"""What jobs wait for, in words; a subject that a person should read stands in the hold's reason."""


@dataclass(frozen=True)
class Breaker:
    """The state of one hold; times in Unix seconds."""

    streak: tuple[int, ...] = ()
    """The jobs that hit it since the last success, at most as many as block."""
    next_probe: float | None = None
    """When one job may try whether the cause is gone; None while nothing holds."""
    probe_job: int | None = None
    """The job that tries now."""
    probes: int = 0
    """Probes in a row that hit it again."""


def record_failure(state: Breaker, policy: HoldPolicy, job: int, now: float) -> Breaker:
    """``job`` failed for the cause: if it was the probe, the next one comes after twice the pause."""
    probed = state.probe_job == job
    probes = state.probes + probed
    keeps = not probed and _is_kept(state, policy, now)
    streak = tuple(dict.fromkeys((*state.streak, job)))[-policy.blocks_after :]
    return Breaker(
        streak=streak,
        next_probe=state.next_probe if keeps else _next_probe(policy, probes, now),
        probe_job=None if probed else state.probe_job,
        probes=probes,
    )


def _is_kept(state: Breaker, policy: HoldPolicy, now: float) -> bool:
    """Whether the time of the next probe stands; one that has come only right after a release."""
    if state.next_probe is None:
        return False
    return state.next_probe > now or (not state.streak and policy.probe_first is not None)


def _next_probe(policy: HoldPolicy, probes: int, now: float) -> float | None:
    if policy.probe_first is None:
        return None
    return now + min(policy.probe_cap, math.ldexp(policy.probe_first, min(probes, 40)))


def record_success(state: Breaker, policy: HoldPolicy, job: int, *, had_hit: bool) -> Breaker | None:
    """``job`` arrived though it leans on the cause; None if that shows that the cause is gone."""
    if policy.success_releases or had_hit:
        return None
    return replace(state, streak=(), probe_job=None if state.probe_job == job else state.probe_job)


def blocks(state: Breaker, policy: HoldPolicy) -> bool:
    """Whether jobs that lean on the cause and have not tried it are kept back."""
    return len(state.streak) >= policy.blocks_after


def probe_is_due(state: Breaker, now: float) -> bool:
    """Whether one job may try now."""
    return state.probe_job is None and state.next_probe is not None and state.next_probe <= now


def start_probe(state: Breaker, job: int) -> Breaker:
    """Half-open: this job tries."""
    return replace(state, probe_job=job)


def probe_lost(state: Breaker, policy: HoldPolicy, job: int, now: float) -> Breaker:
    """The probe ended without an answer about the cause (cancelled, failed otherwise): another may go.

    Not where no probe goes by itself: it was a person's, and the next one would end the same way.
    """
    if state.probe_job != job:
        return state
    return replace(state, probe_job=None, next_probe=None if policy.probe_first is None else now)


@dataclass(frozen=True)
class HoldView:
    """One hold as eligibility sees it; ``words`` say what is waited for."""

    words: str
    blocks: bool
    next_probe: float | None = None
    probe_job: int | None = None

    def admits(self, job: int, now: float) -> bool:
        """Whether this job may start in spite of the hold."""
        if not self.blocks or self.probe_job == job:
            return True
        return self.probe_job is None and self.next_probe is not None and self.next_probe <= now


def title_of(cause: HoldCause, reason: str) -> str:
    """The hold's plan item by name: ``waits for a JavaScript runtime: node 20 is older than 22``."""
    words = f"waits for {WAITED_FOR[cause]}"
    return f"{words}: {reason.rstrip('.')}" if reason else words


def waiting_words(waiting: int) -> str:
    """How many videos wait: ``29 videos wait``."""
    return plural(waiting, "video waits", "videos wait")


def with_waiting(title: str, waiting: int) -> str:
    """A title with how many videos wait beside it, where any does."""
    return f"{title}; {waiting_words(waiting)}" if waiting else title
