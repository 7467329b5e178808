"""Progress of the whole queue: how much of what was asked for has ended, and when the rest will be there.

The counts outlive the process: after a hand-over the bar goes on where it was.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass

from ytui.core.local_time import is_over
from ytui.core.models import JobKind, JobState
from ytui.engine.context import EngineContext
from ytui.engine.queue.estimates import queue_done_at
from ytui.store import jobs, key_values
from ytui.store.rows import Job

ESTIMATED_EVERY = 2.0
"""Seconds."""
SPARED = 200
"""How many times as long as it took an estimate is good for: half a per cent of a core."""


@dataclass(frozen=True)
class QueueFigures:
    """Jobs that have ended and all of them, of the queue's two lines; ``eta`` in seconds."""

    fetch_done: int
    fetch_total: int
    download_done: int
    download_total: int
    eta: float | None


class QueueProgress:
    """Counts what ends until the queue is empty. Thread-safe but for :meth:`look`, which one thread calls."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._ended: dict[JobKind, int] | None = None
        self._written: dict[JobKind, int] | None = None
        self._done_at: float | None = None
        self._estimated_at, self._good_for = float("-inf"), 0.0

    def job_ended(self, job: Job) -> None:
        """Count a job that ended; one that went back to the queue has not."""
        fresh = jobs.by_id(self._context.db, job.id)
        if fresh is None or fresh.state in (JobState.WAITING, JobState.QUEUED) or fresh.kind is JobKind.INFO:
            return
        with self._lock:
            self._known()[_line(job.kind)] += 1

    def look(self, now: float, *, standing: bool) -> QueueFigures:
        """How far the queue is; ``standing``: nothing can start, and nobody knows until when."""
        active = dict.fromkeys((JobKind.FETCH, JobKind.DOWNLOAD), 0)
        for kind, states in jobs.counts(self._context.db).items():
            active[_line(kind)] += states[JobState.QUEUED] + states[JobState.RUNNING]
        with self._lock:
            if not any(active.values()):
                self._ended = dict.fromkeys(active, 0)
            ended = dict(self._known())
        fetched, downloaded = ended[JobKind.FETCH], ended[JobKind.DOWNLOAD]
        return QueueFigures(
            fetch_done=fetched,
            fetch_total=fetched + active[JobKind.FETCH],
            download_done=downloaded,
            download_total=downloaded + active[JobKind.DOWNLOAD],
            eta=None if standing or not active[JobKind.DOWNLOAD] else self._eta(now),
        )

    def save(self) -> None:
        """Write the counts down for whoever goes on with the queue, where they have changed."""
        with self._lock:
            ended = None if self._ended is None else dict(self._ended)
        if ended is not None and ended != self._written:
            key_values.put(self._context.db, key_values.QUEUE_ENDED, json.dumps(ended))
            self._written = ended

    def _known(self) -> dict[JobKind, int]:
        if self._ended is None:
            stored = json.loads(key_values.get(self._context.db, key_values.QUEUE_ENDED) or "{}")
            self._ended = {kind: int(stored.get(kind, 0)) for kind in (JobKind.FETCH, JobKind.DOWNLOAD)}
            self._written = dict(self._ended)
        return self._ended

    def _eta(self, now: float) -> float | None:
        """Seconds until all is there; a long queue is looked through less often."""
        if is_over(max(ESTIMATED_EVERY, self._good_for), self._estimated_at, now):
            began = time.monotonic()
            self._done_at = queue_done_at(self._context.db, self._context.settings, now)
            self._estimated_at, self._good_for = now, SPARED * (time.monotonic() - began)
        if self._done_at is None or key_values.is_paused(self._context.db):
            return None
        return max(0.0, self._done_at - now)


def _line(kind: JobKind) -> JobKind:
    return JobKind.FETCH if kind is JobKind.FETCH else JobKind.DOWNLOAD
