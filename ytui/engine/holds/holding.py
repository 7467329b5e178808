"""Holding and releasing: what a failure, a success and a look mean for the jobs that share a cause."""

from __future__ import annotations

from collections.abc import Mapping

from ytui.core import holds as rules
from ytui.core.failures.classifier import Failure
from ytui.core.holds import POLICIES, WAITED_FOR, HoldKey, HoldView
from ytui.core.models import PlanState, Strategy
from ytui.core.retry import Plan, PlanKind
from ytui.core.settings import Channel
from ytui.engine.context import Context
from ytui.engine.holds.causes import CAUSES, leans_on
from ytui.engine.holds.facts import facts_of
from ytui.engine.holds.views import leaning
from ytui.store import holds, journal
from ytui.store.database import Database
from ytui.store.rows import Hold, Job

RELAPSE_S = 600.0
"""A cause that is back so soon after its release was not gone, whatever the look found: probes decide."""


def hold(context: Context, job: Job, key: HoldKey, failure: Failure, reference: str) -> Hold:
    """``job`` failed for a cause that others share: note it; part of the transaction that ends its attempt.

    The caller gives the hold to ``jobs.fail`` with :func:`held_plan`.
    """
    db, now = context.db, context.clock()
    words = CAUSES[key.cause].words(key.subject, failure)
    row = holds.ensure(db, key, failure, reason=words.reason, remedy=words.remedy, now=now)
    new = row.waiting == 0 and row.probe_job is None
    # A release leaves its time as that of the next probe.
    relapse = row.breaker.next_probe is not None and now < row.breaker.next_probe + RELAPSE_S
    if new and words.seen and not relapse:
        holds.save_look(db, row, fingerprint=words.seen, reason=row.reason, remedy=row.remedy)
    holds.save_breaker(db, row.id, rules.hit(row.breaker, POLICIES[key.cause], job.id, now))
    if new:
        _tell(context, f"{rules.title_of(key.cause, words.reason)}. {words.remedy}", reference)
    held = holds.by_id(db, row.id)
    assert held is not None
    return held


def held_plan(key: HoldKey, failure: Failure) -> Plan:
    """What becomes of a job that hit a hold: it waits for that, uncharged, whatever its history."""
    state = PlanState.OPEN if POLICIES[key.cause].needs_user else PlanState.HELD
    return Plan(PlanKind.HOLD_CAUSE, None, Strategy.AS_BEFORE, False, state, failure.advice)


def arrived(context: Context, job: Job, channel: Channel) -> None:
    """``job`` did what it was to do: what it leans on works, or it came without; releases accordingly."""
    db = context.db
    leaning = None
    for row in holds.in_force(db):
        leaning = leaning if leaning is not None else leans_on(facts_of(job, channel, context.settings))
        if row.key not in leaning:
            continue
        had_hit = job.failure_class == row.failure_class
        state = rules.passed(row.breaker, POLICIES[row.cause], job.id, had_hit=had_hit)
        if state is None:
            release(context, row)
        elif state != row.breaker:
            holds.save_breaker(db, row.id, state)
            context.wake()


def release(context: Context, row: Hold) -> None:
    """The cause is gone: everything that waits for it goes on."""
    freed = holds.release(context.db, row, context.clock())
    _tell(context, f"{WAITED_FOR[row.cause]} is there again: {freed} jobs go on", "", level="info")
    context.wake()


def probe_ended(context: Context, job: int) -> None:
    """If ``job`` was a probe and did not answer for its cause, another may go at once."""
    for row in holds.in_force(context.db):
        if row.probe_job == job:
            holds.save_breaker(context.db, row.id, rules.probe_lost(row.breaker, job, context.clock()))


def look(context: Context) -> None:
    """Ask each cause in force whether it is gone, and let a probe through where its time has come."""
    db, now = context.db, context.clock()
    holds.tidy(db, now)
    for row in holds.in_force(db):
        found = CAUSES[row.cause].look(context.settings, context.places, row)
        if found.gone:
            release(context, row)
            continue
        words = found.words
        if found.fingerprint != row.fingerprint or words is not None:
            reason, remedy = (words.reason, words.remedy) if words else (row.reason, row.remedy)
            holds.save_look(db, row, fingerprint=found.fingerprint, reason=reason, remedy=remedy)
        if rules.probe_is_due(row.breaker, now):
            probe(db, row)
            context.wake()


def probe(db: Database, row: Hold) -> int | None:
    """Let the first of those that wait try now; the job, or None where none waits or one tries already."""
    if row.probe_job is not None:
        return None
    return next((job for job in holds.waiting_jobs(db, row.id, 1) if holds.queue_probe(db, row, job)), None)


def started(context: Context, job: Job, around: Mapping[HoldKey, HoldView]) -> None:
    """``job`` was let through: where a hold keeps the others back, it is the probe."""
    blocking = {key: view for key, view in around.items() if view.blocks and view.probe_job is None}
    if not blocking:
        return
    for key in leaning(context.db, context.settings, job, job.channel_id) & blocking.keys():
        row = holds.by_key(context.db, key)
        if row is not None and row.probe_job is None:
            holds.save_breaker(context.db, row.id, rules.start_probe(row.breaker, job.id))


def _tell(context: Context, message: str, reference: str, level: str = "warning") -> None:
    journal.write(
        context.db,
        at=context.clock(),
        level="warning" if level == "warning" else "info",
        type="runtime",
        message=message,
        data={"reference": reference} if reference else {},
    )
