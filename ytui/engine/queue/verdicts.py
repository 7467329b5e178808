"""Verdicts on queued jobs, asked from outside the scheduler: why one does not start, and what keys tell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ytui.core.eligibility import PAUSED, YES, Candidate, Conditions, Eligibility, Obstacle, eligible, notice
from ytui.core.models import JobKind
from ytui.core.request_budget import Requester, SiteBudget
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.core.settings.tables import LimitMode
from ytui.engine.queue.conditions import current_conditions, dependencies_in_store
from ytui.store import channels, jobs, key_values, sites
from ytui.store.database import Database
from ytui.store.jobs import QueuedHead
from ytui.store.jobs.queue_work import queued_alike
from ytui.store.library_marker import inspect_library
from ytui.store.rows import Job

MOST_NOTICES = 2
"""Obstacles that one notice names."""


def conditions_now(db: Database, settings: Settings, now: float) -> Conditions:
    """Everything outside a job that bears on whether it may start, as the store and the disk say."""
    busy = Counter(running.site for running in jobs.running(db) if running.kind is not JobKind.RECORDING)
    problem = inspect_library(db, settings.library.path).reason
    return current_conditions(db, settings, now, busy=busy, library_problem=problem)


def verdict_of(
    db: Database, settings: Settings, job: Job | QueuedHead, conditions: Conditions
) -> Eligibility:
    """Whether a queued job may start now, were it its turn."""
    channel = channels.by_id(db, job.channel_id) if job.channel_id else None
    candidate = Candidate(
        job=job.id,
        kind=job.kind,
        site=job.site,
        channel_paused=bool(channel and channel.paused),
        expected_bytes=job.options.expected_bytes,
        asked=job.asked,
        budget_wait=_budget_wait(db, settings, job, conditions.now),
        leans_on=dependencies_in_store(db, settings, job, job.channel_id),
    )
    return eligible(candidate, conditions)


def _budget_wait(db: Database, settings: Settings, job: Job | QueuedHead, now: float) -> float:
    row = sites.get(db, job.site)
    if row is None or settings.limits.mode is LimitMode.INDEPENDENT:
        return 0.0
    budget = SiteBudget.load(settings.limits.for_site(job.site), row.data, now)
    return budget.wait(Requester(job.asked, job.kind is JobKind.FETCH), now)


def notices(db: Database, settings: Settings, job_ids: Sequence[int], now: float, *, goes_on: str) -> str:
    """What keeps those of these jobs that are queued from starting, in words; empty where nothing does.

    ``goes_on`` says how a paused queue is let go on.
    """
    alike = queued_alike(db, job_ids)
    if not alike:
        return ""
    conditions = conditions_now(db, settings, now)
    found = (
        notice(verdict_of(db, settings, job, conditions), clean(job.site), now, goes_on=goes_on)
        for job in alike
    )
    return "; ".join(list(dict.fromkeys(words for words in found if words))[:MOST_NOTICES])


def queue_obstacle(db: Database, settings: Settings, now: float) -> Eligibility:
    """Why nothing that is queued can start now, and until when; a yes where something can, or nothing is."""
    found: Eligibility | None = None
    if key_values.is_paused(db):
        return PAUSED
    conditions = conditions_now(db, settings, now)
    for head in jobs.heads(db, order=settings.workers.order):
        verdict = verdict_of(db, settings, head, conditions)
        if verdict.eligible or verdict.obstacle is Obstacle.TURN:
            return YES
        if found is None or (verdict.until is not None and verdict.until < (found.until or math.inf)):
            found = verdict
    return found or YES
