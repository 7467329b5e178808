"""Completion of a run: whether the queue has come to the end that the run waits for."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from enum import Enum, auto

from ytui.core.eligibility import Eligibility
from ytui.core.models import JobKind, JobState, Priority
from ytui.core.states import ACTIVE_STATES
from ytui.engine.context import EngineContext
from ytui.engine.ownership.ownership import asked_to_hand_over
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import channels, jobs
from ytui.store.database import transaction

PATIENCE = 60.0
"""Seconds that a job which was asked for, or a database that takes nothing, is waited for."""
TICK = 0.2
"""Seconds at most between two calls of a run's ``on_tick``."""
LOOK_AGAIN = 5.0
"""Seconds after which the queue is looked at although nothing is said to have changed."""


class RunEnd(Enum):
    """Why a run is over."""

    DONE = auto()
    """What was asked for has ended, or nothing can start in time."""
    HANDED_OVER = auto()
    """Another process asked for the library."""
    TIME_OVER = auto()
    INTERRUPTED = auto()


class Completion:
    """Waits for the end of one run, in one thread."""

    def __init__(
        self,
        context: EngineContext,
        *,
        kinds: Collection[JobKind],
        priorities: Collection[Priority],
        fetch_due: bool,
        first_start: Callable[[], Eligibility],
        looking: Callable[[], bool],
    ) -> None:
        """``kinds``, ``priorities`` and ``fetch_due`` are what the engine was told to run.

        ``first_start``: what may start next, and when; ``looking``: whether holds are looked at now.
        """
        self._context = context
        self._kinds = kinds
        self._priorities = priorities
        self._fetches = fetch_due and JobKind.FETCH in kinds
        self._upgrades = JobKind.DOWNLOAD in kinds and Priority.BACKLOG in priorities
        self._first_start = first_start
        self._looking = looking
        self._earlier: set[int] = set()
        """What could run before anything was asked for."""
        self._asked: set[int] | None = None
        """The jobs to wait for; None for the whole queue."""
        self._unwritable_since: float | None = None

    def wait(
        self,
        ask: Callable[[], Sequence[int] | None],
        *,
        patience: float | None,
        at_most: float | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        on_tick: Callable[[], None] = lambda: None,
    ) -> RunEnd:
        """Queue what ``ask`` does, and wait until the jobs that it names have ended; None is the whole queue.

        It is over as well when nothing runs and nothing can start within ``patience`` (None: it stays), after
        ``at_most`` seconds, when another process asks for the library, and when ``interrupted`` says so: it
        is asked at each ``EngineContext.settle``. ``on_tick`` is called a few times a second meanwhile.
        """
        deadline = float("inf") if at_most is None else time.monotonic() + at_most
        self._earlier = self._at_hand()
        asked = ask()
        self._asked = None if asked is None else set(asked)
        self._context.wake()
        mark, again = (-1, -1), 0.0
        while not interrupted():
            now = time.monotonic()
            if self._context.mark != mark or now >= again or self._context.store_problem:
                mark, again = self._context.mark, now + LOOK_AGAIN
                try:
                    end = self._look(patience, now)
                except sqlite3.OperationalError:
                    # A full or locked database holds the queue; it is for those who write to say so.
                    end, again = None, now + TICK
                if end is not None:
                    return end
            if now >= deadline:
                return RunEnd.TIME_OVER
            on_tick()
            self._context.wait_for_change(mark, TICK)
        return RunEnd.INTERRUPTED

    def _look(self, patience: float | None, now: float) -> RunEnd | None:
        if self._unwritable_for(now) > PATIENCE and patience is not None:
            return RunEnd.DONE
        if asked_to_hand_over(self._context.db):
            return RunEnd.HANDED_OVER
        return RunEnd.DONE if self._is_done() or self._is_idle(patience) else None

    def _unwritable_for(self, now: float) -> float:
        """Seconds since the database could be written last."""
        if not self._context.store_problem:
            self._unwritable_since = None
            return 0.0
        self._unwritable_since = self._unwritable_since or now
        return now - self._unwritable_since

    def _is_done(self) -> bool:
        """Whether all has ended that was asked for, and what that, or another command, has brought since."""
        if self._asked is None:
            return False
        self._asked |= self._at_hand() - self._earlier
        while self._asked and self._has_ended(job := min(self._asked)):
            self._asked.discard(job)
        return not self._asked

    def _at_hand(self) -> set[int]:
        return jobs.at_hand(self._context.db, self._kinds, self._priorities)

    def _has_ended(self, job: int) -> bool:
        row = jobs.by_id(self._context.db, job)
        if row is None or row.state not in ACTIVE_STATES:
            return True
        later = row.due_at is None or row.due_at > self._context.clock() + PATIENCE
        return row.state is JobState.WAITING and later

    def _is_idle(self, patience: float | None) -> bool:
        """Whether nothing runs and nothing can start within the patience; without one it never is."""
        if patience is None or self._looking():
            return False
        # One transaction: between two looks a slot could take the only job, and neither look would see it.
        with transaction(self._context.db):
            if jobs.running(self._context.db):
                return False
            first = self._first_start()
            if first.eligible:
                return False
            times = [at for at in (first.until, self._next_fetch()) if at is not None]
        if times and min(times) <= self._context.clock() + patience:
            return False
        return not self._upgrades_queued()

    def _upgrades_queued(self) -> bool:
        """Whether something is to be fetched again now: the last job may have shown that a cause is gone."""
        context = self._context
        if context.library_problem or not self._upgrades:
            return False
        queued = queue_upgrades(context.db, context.settings, context.clock())
        if queued:
            context.wake()
        return bool(queued)

    def _next_fetch(self) -> float | None:
        """When the next channel is due, if this run fetches channels that are due."""
        if not self._fetches:
            return None
        rows = channels.all_channels(self._context.db)
        return min(
            (row.next_fetch or 0.0 for row in rows if not row.paused and row.active is None), default=None
        )
