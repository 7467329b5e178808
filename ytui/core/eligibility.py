"""Eligibility: may this job start now? Asked by the scheduler, by ``ytui why`` and by the key ``i``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from ytui.core.formatting import format_time, format_time_of_day
from ytui.core.holds import HoldKey, HoldView
from ytui.core.models import JobKind
from ytui.core.settings.tables import Limits


@dataclass(frozen=True)
class Candidate:
    """A job that might start; sizes in bytes, times in Unix seconds."""

    job: int
    kind: JobKind
    site: str
    channel_paused: bool = False
    expected_bytes: int = 0
    asked: bool = False
    budget_wait: float = 0.0
    """Seconds until its site's budget has a request for it."""
    leans_on: frozenset[HoldKey] = frozenset()
    """What it needs that may be held (a runtime, a token provider, a login)."""


@dataclass(frozen=True)
class SiteView:
    """One site as the scheduler sees it."""

    state: str = "ok"
    until: float | None = None
    reason: str = ""
    running: int = 0


@dataclass(frozen=True)
class Conditions:
    """Everything outside a job that bears on whether it may start."""

    now: float
    limits: Limits
    closed_until: float | None = None
    """Outside the allowed hours: when they begin."""
    paused: bool = False
    library_problem: str = ""
    free_bytes: int | None = None
    reserve_bytes: int = 0
    promised_bytes: int = 0
    """What running jobs still need."""
    offline_until: float | None = None
    """While the line is down: when the next probe may go out."""
    sites: Mapping[str, SiteView] = field(default_factory=dict)
    holds: Mapping[HoldKey, HoldView] = field(default_factory=dict)
    """What many jobs wait for at once."""


class Obstacle(Enum):
    """What kind of thing keeps a job from starting."""

    PAUSE = auto()
    HOURS = auto()
    COOLDOWN = auto()
    TURN = auto()
    """Others run, or have used the budget up: it is only not its turn."""
    OTHER = auto()


@dataclass(frozen=True)
class Eligibility:
    """Yes, or why not and until when (Unix seconds; None if no time is known)."""

    eligible: bool
    reason: str = ""
    until: float | None = None
    own: bool = False
    """Whether the obstacle is the job's own: others behind it may pass."""
    obstacle: Obstacle = field(default=Obstacle.OTHER, compare=False)


YES = Eligibility(True)
PAUSED = Eligibility(False, "the queue is paused", obstacle=Obstacle.PAUSE)
DAY = 86400.0
BUDGET_PATIENCE = 3.0
"""Seconds that a job may wait for its first permit in a slot; for longer others may have the slot."""
WRITES_LIBRARY = frozenset({JobKind.DOWNLOAD, JobKind.EXTRAS, JobKind.RECORDING})
"""The kinds of job that need the library and room."""


def eligible(candidate: Candidate, conditions: Conditions) -> Eligibility:
    """Whether the job may start now; the first obstacle in a fixed order is the answer."""
    for check in (_queue, _hours, _holds, _site, _library, _space):
        verdict = check(candidate, conditions)
        if not verdict.eligible:
            return verdict
    return YES


def _queue(candidate: Candidate, conditions: Conditions) -> Eligibility:
    if conditions.paused:
        return PAUSED
    if candidate.channel_paused and not candidate.asked:
        return Eligibility(False, "its channel is paused")
    if conditions.offline_until is not None and conditions.now < conditions.offline_until:
        return Eligibility(False, "the line is down", conditions.offline_until)
    return YES


def _hours(candidate: Candidate, conditions: Conditions) -> Eligibility:
    if candidate.asked or conditions.closed_until is None:
        return YES
    reason = "outside the allowed hours"
    return Eligibility(False, reason, conditions.closed_until, obstacle=Obstacle.HOURS)


def _holds(candidate: Candidate, conditions: Conditions) -> Eligibility:
    for key in sorted(candidate.leans_on & conditions.holds.keys()):
        hold = conditions.holds[key]
        if not hold.admits(candidate.job, conditions.now):
            return Eligibility(False, f"waits for {hold.words}", hold.next_probe)
    return YES


def _site(candidate: Candidate, conditions: Conditions) -> Eligibility:
    site = conditions.sites.get(candidate.site, SiteView())
    if site.state == "cooldown" and site.until is not None and conditions.now < site.until:
        reason = f"{candidate.site} is cooling down"
        return Eligibility(False, reason, site.until, obstacle=Obstacle.COOLDOWN)
    if site.state == "probing":
        return Eligibility(False, f"{candidate.site} is being probed")
    allowed = conditions.limits.for_site(candidate.site).concurrency
    if site.running >= allowed and candidate.kind is not JobKind.RECORDING:
        return Eligibility(False, f"{candidate.site} allows {allowed} at once", obstacle=Obstacle.TURN)
    if candidate.budget_wait > BUDGET_PATIENCE:
        until = conditions.now + candidate.budget_wait
        return Eligibility(False, f"{candidate.site} budget", until, obstacle=Obstacle.TURN)
    return YES


def _library(candidate: Candidate, conditions: Conditions) -> Eligibility:
    if candidate.kind in WRITES_LIBRARY and conditions.library_problem:
        return Eligibility(False, conditions.library_problem)
    return YES


def _space(candidate: Candidate, conditions: Conditions) -> Eligibility:
    if candidate.kind not in WRITES_LIBRARY or conditions.free_bytes is None:
        return YES
    return room_for(candidate.expected_bytes, conditions)


def room_for(expected_bytes: int, conditions: Conditions) -> Eligibility:
    """Whether free space minus the reserve covers twice the job's own plus what running jobs still need."""
    if conditions.free_bytes is None:
        return YES
    spare = conditions.free_bytes - conditions.reserve_bytes
    if spare <= 0:
        return Eligibility(False, "the disk is full up to the reserve")
    if spare < 2 * expected_bytes + conditions.promised_bytes:
        return Eligibility(False, "no room on the disk for this one", own=True)
    return YES


def notice(verdict: Eligibility, site: str, now: float, *, goes_on: str) -> str:
    """What is told of a job of ``site`` that was queued just now and does not start; empty if it may.

    ``goes_on`` says how a paused queue is let go on.
    """
    if verdict.eligible or verdict.obstacle is Obstacle.TURN:
        return ""
    at = "" if verdict.until is None else _moment(verdict.until, now)
    if verdict.obstacle is Obstacle.PAUSE:
        return f"{verdict.reason} ({goes_on})"
    if verdict.obstacle is Obstacle.HOURS:
        return f"begins at {at}, outside its hours"
    if verdict.obstacle is Obstacle.COOLDOWN:
        return f"{site} rests until {at}"
    return f"{verdict.reason} until {at}" if at else verdict.reason


def _moment(at: float, now: float) -> str:
    """The time of day, with its date where it is not within a day."""
    return format_time_of_day(at)[:5] if 0 <= at - now < DAY else format_time(at)
