"""Taking back the last changes of the queue: each change leaves the action that undoes it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ytui.core.models import JobState, PlanState
from ytui.store import jobs, plan
from ytui.store.database import Database, transaction
from ytui.store.rows import Job, PlanItem
from ytui.tui.text import count

MOST = 50
"""Changes that can be taken back."""


@dataclass(frozen=True)
class Undo:
    """How one change is taken back; ``act`` runs in a thread and returns what to tell."""

    act: Callable[[Database], str]


@dataclass(frozen=True)
class Done:
    """What was done: the words to tell, and how to take it back (None: there is nothing to)."""

    words: str
    undo: Undo | None = None
    wrong: bool = False


class UndoStack:
    """The last changes, the latest on top; used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: list[Undo] = []

    def push(self, change: Undo | None) -> None:
        """Remember a change."""
        if change is not None:
            with self._lock:
                self._changes = [*self._changes[1 - MOST :], change]

    def pop(self) -> Undo | None:
        """Return the last change and forget it; None if there is none."""
        with self._lock:
            return self._changes.pop() if self._changes else None


@dataclass(frozen=True)
class Before:
    """Jobs and their plan items as they were before they were retried or put off."""

    jobs: tuple[Job, ...]
    items: tuple[PlanItem, ...]


def remember(db: Database, job_ids: Sequence[int]) -> Before:
    """Return what :func:`put_back` needs."""
    found = [job for number in job_ids if (job := jobs.by_id(db, number)) is not None]
    items = [item for job in found if (item := plan.of_job(db, job.id)) is not None]
    return Before(tuple(found), tuple(items))


def put_back(db: Database, before: Before, now: float) -> str:
    """Undo a retry: what has not been taken by a worker since fails, waits or is cancelled as before."""
    items = {item.job_id: item for item in before.items}
    back = 0
    with transaction(db):
        for job in before.jobs:
            present = jobs.by_id(db, job.id)
            if present is None or present.state not in (JobState.QUEUED, JobState.WAITING):
                continue
            back += _put_back(db, job, items.get(job.id), now)
    return f"{count(back, 'job')} put back as {'it was' if back == 1 else 'they were'}"


def _put_back(db: Database, job: Job, item: PlanItem | None, now: float) -> int:
    if job.state is JobState.WAITING:
        return jobs.wait_until(
            db, [job.id], until=job.due_at or now, now=now, waiting_for=job.waiting_for or "its time"
        )
    if job.state is JobState.FAILED and item is not None and item.state is PlanState.OPEN:
        # A queued job cannot fail: it waits first, is dismissed, and its item is opened again.
        jobs.wait_until(db, [job.id], until=now, now=now)
        plan.dismiss(db, [item.id], now)
        return plan.restore(db, [item.id], now)
    return len(jobs.request_cancel(db, [job.id], now).cancelled_now)
