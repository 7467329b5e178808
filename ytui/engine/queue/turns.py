"""Turns: the order in which what is queued will start, as far as it can be known now.

Exact are priority, what was put to the top, and the place within a channel. Between channels the next
:data:`FORESEEN` are the scheduler's own rule carried on, with jobs that end in the order in which they
started; what comes after them is in order by priority and ``order`` alone. What nothing lets start now (a
channel that is paused, a site that rests) is not among the foreseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ytui.core.models import JobKind
from ytui.core.queue_order import QueueHead, coming_turns
from ytui.core.settings import Settings
from ytui.core.settings.tables import Order
from ytui.engine.sites.site_states import closed_sites
from ytui.store import jobs
from ytui.store.database import Database
from ytui.store.jobs import QueuedHead, turns
from ytui.store.rows import Job

FORESEEN = 200
"""Jobs."""


def coming(db: Database, settings: Settings, now: float) -> list[int]:
    """The jobs that start next, in their order."""
    order, closed = settings.workers.order, closed_sites(db, now)
    heads = [
        head
        for head in jobs.heads(db, order=order)
        if head.site not in closed and (head.asked or not head.channel_paused)
    ]
    running = sorted(jobs.running(db), key=lambda job: job.started_at or 0.0)
    found = coming_turns(
        (_group(db, head, order) for head in heads),
        [job.channel_id or 0 for job in running if job.kind is not JobKind.RECORDING],
        turns.served(db),
        settings.workers.count,
    )
    return [head.job for head in islice(found, FORESEEN)]


def _group(db: Database, head: QueuedHead, order: Order) -> Iterator[QueueHead]:
    for number, rank, key in turns.group_in_turn(db, head, order):
        yield QueueHead(number, head.priority, head.channel_id or 0, head.site, rank, key)


def position(db: Database, settings: Settings, job: Job, now: float) -> int:
    """The place of a queued job in the queue, 1 for the next one."""
    first = coming(db, settings, now)
    if job.id in first:
        return first.index(job.id) + 1
    return 1 + len(first) + turns.others_before(db, job, settings.workers.order, first)


def in_order(db: Database, settings: Settings, now: float) -> list[int]:
    """All queued jobs in their order."""
    return turns.all_in_turn(db, settings.workers.order, coming(db, settings, now))
