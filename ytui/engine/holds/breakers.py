"""Circuit breakers of shared causes: jobs are held, probed and released; a thread checks them."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Mapping

from ytui.core import holds as rules
from ytui.core.failures.classifier import Failure
from ytui.core.holds import POLICIES, WAITED_FOR, HoldKey, HoldView
from ytui.core.settings import Channel
from ytui.engine.context import EngineContext
from ytui.engine.holds.causes import CAUSES, dependencies_of
from ytui.engine.holds.job_facts import facts_of
from ytui.engine.queue.conditions import dependencies_in_store
from ytui.store import holds, journal
from ytui.store.database import Database
from ytui.store.rows import Hold, Job

RELAPSE_S = 600.0
"""A cause that is back so soon after its release was not gone, whatever the look found: probes decide."""


def hold(context: EngineContext, job: Job, key: HoldKey, failure: Failure, reference: str) -> Hold:
    """``job`` failed for a cause that others share: note it; part of the transaction that ends its attempt.

    The caller gives the hold to ``jobs.fail``.
    """
    db, now = context.db, context.clock()
    words = CAUSES[key.cause].describe(key.subject, failure)
    row = holds.ensure(db, key, failure, reason=words.reason, remedy=words.remedy, now=now)
    new = row.waiting == 0 and row.probe_job is None
    # A release leaves its time as that of the next probe.
    relapse = row.breaker.next_probe is not None and now < row.breaker.next_probe + RELAPSE_S
    if new and words.seen and not relapse:
        holds.save_look(db, row, fingerprint=words.seen, reason=row.reason, remedy=row.remedy)
    holds.save_breaker(db, row.id, rules.record_failure(row.breaker, POLICIES[key.cause], job.id, now))
    if new:
        _tell(context, f"{rules.title_of(key.cause, words.reason)}. {words.remedy}", reference)
    held = holds.by_id(db, row.id)
    assert held is not None
    return held


def arrived(context: EngineContext, job: Job, channel: Channel) -> None:
    """``job`` did what it was to do: what it leans on works, or it came without; releases accordingly."""
    db = context.db
    leaning = None
    for row in holds.in_force(db):
        leaning = (
            leaning if leaning is not None else dependencies_of(facts_of(job, channel, context.settings))
        )
        if row.key not in leaning:
            continue
        had_hit = job.failure_class == row.failure_class
        state = rules.record_success(row.breaker, POLICIES[row.cause], job.id, had_hit=had_hit)
        if state is None:
            release(context, row)
        elif state != row.breaker:
            holds.save_breaker(db, row.id, state)
            context.wake()


def release(context: EngineContext, row: Hold) -> None:
    """The cause is gone: everything that waits for it goes on."""
    freed = holds.release(context.db, row, context.clock())
    _tell(context, f"{WAITED_FOR[row.cause]} is there again: {freed} jobs go on", "", level="info")
    context.wake()


def probe_ended(context: EngineContext, job: int) -> None:
    """If ``job`` was a probe and did not answer for its cause, another may go at once."""
    now = context.clock()
    for row in holds.in_force(context.db):
        if row.probe_job == job:
            state = rules.probe_lost(row.breaker, POLICIES[row.cause], job, now)
            holds.save_breaker(context.db, row.id, state)


def check_causes(context: EngineContext) -> None:
    """Ask each cause in force whether it is gone, and let a probe through where its time has come."""
    db, now = context.db, context.clock()
    holds.drop_unused(db, now)
    for row in holds.in_force(db):
        found = CAUSES[row.cause].check(context.settings, context.places, row)
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


def started(context: EngineContext, job: Job, around: Mapping[HoldKey, HoldView]) -> None:
    """``job`` was let through: where a hold keeps the others back, it is the probe."""
    blocking = {key: view for key, view in around.items() if view.blocks and view.probe_job is None}
    if not blocking:
        return
    for key in dependencies_in_store(context.db, context.settings, job, job.channel_id) & blocking.keys():
        row = holds.by_key(context.db, key)
        if row is not None and row.probe_job is None:
            holds.save_breaker(context.db, row.id, rules.start_probe(row.breaker, job.id))


def _tell(context: EngineContext, message: str, reference: str, level: str = "warning") -> None:
    journal.write(
        context.db,
        at=context.clock(),
        level="warning" if level == "warning" else "info",
        type="runtime",
        message=message,
        data={"reference": reference} if reference else {},
    )


LOG = logging.getLogger(__name__)
PATIENCE = 2.0
"""Seconds that the end of the engine waits for a look; the next start looks again."""


class HoldWatch:
    """Looks when told to, one look at a time, each in a thread of its own; asked by one thread."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._thread: threading.Thread | None = None
        self.looking = False
        """Whether a look is under way, which may let something go on."""

    def tick(self) -> None:
        """Look at what holds, if anything does and no look is under way; returns at once."""
        if self.looking or not holds.any_left(self._context.db):
            return
        self.looking = True
        self._thread = threading.Thread(target=self._run, name="ytui-holds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for a look that is under way, not for long."""
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            check_causes(self._context)
        except sqlite3.OperationalError as error:
            self._context.store_failed(error)
        except sqlite3.Error:
            # The engine ended meanwhile and took the connection along.
            if not self._context.stopping:
                LOG.exception("the causes of holds could not be looked at")
        finally:
            self._context.store.close()
            self.looking = False
            self._context.settle()
