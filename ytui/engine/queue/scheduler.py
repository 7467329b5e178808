"""Which job a free slot gets next, and what it waits for if there is none."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ytui.core.eligibility import PAUSED, Candidate, Conditions, Eligibility, eligible
from ytui.core.holds import HoldKey
from ytui.core.models import JobKind, Priority
from ytui.core.queue_order import QueueHead, fair_order
from ytui.core.request_budget import Requester
from ytui.core.settings.tables import Order
from ytui.core.wait_reasons import ROOM, WaitReason
from ytui.engine.context import NO_ROOM_AGAIN, EngineContext
from ytui.engine.holds.breakers import started
from ytui.engine.queue.conditions import dependencies_in_store
from ytui.engine.sites.site_states import needs_probe, start_probe
from ytui.store import jobs
from ytui.store.database import Database
from ytui.store.jobs import QueuedHead, turns
from ytui.store.rows import Job

NOTHING = Eligibility(False, "nothing to do")
NEXT_DUE = "the next job is due then"
"""What a slot waits for until then while nothing else hinders it."""
LONG_LOOK = 0.01
"""Seconds; a queue that is looked through faster than this is looked at whenever a slot asks."""
SPARED = 200
"""How many times as long as it took a look's answer is good for: half a per cent of a core."""


@dataclass(frozen=True)
class Assignment:
    """A claimed job, or why there is none and until when."""

    job: Job | None
    verdict: Eligibility


class Scheduler:
    """Hands each job to one slot.

    ``kinds`` and ``priorities`` limit what is handed out: a ``run --no-download``, what a person asked for.
    """

    def __init__(
        self,
        context: EngineContext,
        kinds: Collection[JobKind] = tuple(JobKind),
        priorities: Collection[Priority] = tuple(Priority),
    ) -> None:
        self._context = context
        self._kinds = tuple(kinds)
        self._priorities = tuple(priorities)
        self._lock = threading.Lock()
        self._served: Counter[int] | None = None
        """Starts of each channel; kept in the store, so that the next holder is as fair."""
        self._keeps_served = JobKind.DOWNLOAD in self._kinds
        self._nothing = Assignment(None, NOTHING)
        self._nothing_until = 0.0
        self._seen = -1

    def next_job(self, slot: int) -> Assignment:
        """Claim the job whose turn it is, for ``slot``.

        Where a long queue took long to look through and had nothing, the other slots take that answer until
        something changes or its time comes.
        """
        with self._lock:
            began, seen = time.monotonic(), self._context.changes
            if began < self._nothing_until and seen == self._seen:
                return self._nothing
            handed = self._next(slot)
            took = time.monotonic() - began
            if handed.job is None and took > LONG_LOOK:
                until = handed.verdict.until
                left = took * SPARED if until is None else until - self._context.clock()
                self._nothing, self._seen = handed, seen
                self._nothing_until = began + min(took * SPARED, left)
            return handed

    def _next(self, slot: int) -> Assignment:
        db = self._context.db
        jobs.promote_due(db, self._context.clock())
        while True:
            handed, too_large = self._try(db, slot)
            if handed.job is not None or not too_large:
                return handed
            # They would hide those behind them, which may be smaller: let them wait for room aside.
            now = self._context.clock()
            jobs.wait_until(db, too_large, until=now + NO_ROOM_AGAIN, now=now, wait=ROOM)

    def _try(self, db: Database, slot: int) -> tuple[Assignment, list[int]]:
        """Claim the first eligible head; also the heads that the disk has no room for."""
        conditions = self._context.conditions(db)
        if conditions.paused:
            # Whatever else may be in the way: the queue may be long, and need not be looked through.
            return Assignment(None, PAUSED), []
        obstacle = NOTHING
        too_large = []
        for head, verdict in self._judged(db, conditions):
            if verdict.eligible and (claimed := jobs.claim(db, head.id, slot=slot, now=conditions.now)):
                self._hand_out(db, claimed, conditions)
                return Assignment(claimed, verdict), []
            if verdict.own:
                too_large.append(head.id)
            if obstacle is NOTHING or (not verdict.eligible and _sooner(verdict, obstacle)):
                obstacle = verdict
        if obstacle is NOTHING:
            self._set_served(db, Counter())
            obstacle = self._next_due(db)
        return Assignment(None, obstacle), too_large

    def first_start(self) -> Eligibility:
        """Whether something could start now, and if not, the reason and time of what comes first."""
        queued, due = self.first_queued(), self._next_due(self._context.db)
        return due if queued is NOTHING or (not queued.eligible and _sooner(due, queued)) else queued

    def first_queued(self) -> Eligibility:
        """The same of what is queued alone; ``NOTHING`` where nothing is that may run here."""
        db = self._context.db
        obstacle = NOTHING
        for _, verdict in self._judged(db, self._context.conditions(db)):
            if verdict.eligible:
                return verdict
            if obstacle is NOTHING or _sooner(verdict, obstacle):
                obstacle = verdict
        return obstacle

    def _judged(self, db: Database, conditions: Conditions) -> Iterator[tuple[QueuedHead, Eligibility]]:
        """Each head in its turn, and whether it may start; what several have alike is judged once."""
        turns = self._turns(db)
        # Listings share their site with the downloads that wait for their turn there.
        hungry = {head.site for head in turns if head.kind is not JobKind.FETCH}
        known: dict[object, Eligibility] = {}
        probes = {view.probe_job for view in conditions.holds.values()}
        for head in turns:
            expected = head.options.expected_bytes
            leans_on = self._leans_on(db, head, conditions)
            probe = head.id in probes
            alike = (head.kind, head.site, head.channel_paused, head.asked, expected, leans_on, probe)
            if alike not in known:
                asker = Requester(head.asked, head.kind is JobKind.FETCH, head.site in hungry)
                candidate = Candidate(
                    job=head.id,
                    kind=head.kind,
                    site=head.site,
                    channel_paused=head.channel_paused,
                    expected_bytes=expected,
                    asked=head.asked,
                    budget_wait=self._context.rate_limiter.wait(head.site, asker),
                    leans_on=leans_on,
                )
                known[alike] = eligible(candidate, conditions)
            yield head, known[alike]

    def _leans_on(self, db: Database, head: QueuedHead, conditions: Conditions) -> frozenset[HoldKey]:
        if not any(view.blocks for view in conditions.holds.values()):
            return frozenset()
        return dependencies_in_store(db, self._context.settings, head, head.channel_id)

    def _turns(self, db: Database) -> list[QueuedHead]:
        order = self._context.settings.workers.order
        heads = jobs.heads(db, order=order, kinds=self._kinds, priorities=self._priorities)
        rows = {head.id: head for head in heads}
        running = Counter(entry.job.channel_id or 0 for entry in self._context.running_jobs())
        return [
            rows[head.job]
            for head in fair_order(
                (_head(head, order) for head in rows.values()), running, self._served_now(db)
            )
        ]

    def _served_now(self, db: Database) -> Counter[int]:
        if self._served is None:
            self._served = Counter(turns.served(db)) if self._keeps_served else Counter()
        return self._served

    def _set_served(self, db: Database, served: Counter[int]) -> None:
        if served != self._served_now(db):
            self._served = served
            if self._keeps_served:
                turns.set_served(db, served)

    def _hand_out(self, db: Database, job: Job, conditions: Conditions) -> None:
        self._set_served(db, self._served_now(db) + Counter({job.channel_id or 0: 1}))
        self._context.connectivity.starts(conditions.now)
        started(self._context, job, conditions.holds)
        view = conditions.sites.get(job.site)
        if view is not None and needs_probe(view, conditions.now):
            start_probe(db, job.site, job.id, conditions.now)
            self._context.rate_limiter.reopen(job.site)

    def _next_due(self, db: Database) -> Eligibility:
        waiting = jobs.next_waiting(db)
        if waiting is None:
            return NOTHING
        # The slot waits, not that job, whose time would be nobody's here.
        reason = (
            NEXT_DUE if waiting.wait.reason in (WaitReason.NOTHING, WaitReason.TIME) else waiting.wait.words
        )
        return Eligibility(False, reason, waiting.due_at)


def _sooner(one: Eligibility, other: Eligibility) -> bool:
    return one.until is not None and (other.until is None or one.until < other.until)


def _head(job: QueuedHead, order: Order) -> QueueHead:
    published = job.published_at
    key = {
        Order.SHORTEST: job.duration_key,
        Order.NEWEST: -published,
        Order.OLDEST: published,
    }[order]
    return QueueHead(job.id, job.priority, job.channel_id or 0, job.site, job.rank, key)
