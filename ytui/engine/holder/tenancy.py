"""The application's hold on its library: given away with or without a successor, and taken back."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time

from ytui.engine.holder import away
from ytui.engine.holder.handover import asked_to_hand_over, start_successor, take_over
from ytui.engine.holder.instance import Held, Instance, holder_of
from ytui.paths import Places
from ytui.store import jobs
from ytui.store.database import Store
from ytui.store.rows import Holder

AGAIN = 0.5
"""Seconds between tries to take the library back while the database takes nothing."""


class Tenancy:
    """Who holds the library is the lock's business; this is what the app may do about it. Thread-safe."""

    def __init__(self, places: Places, store: Store, instance: Instance, *, lasting: bool = True) -> None:
        """``lasting``: the library outlives the app, so that a successor may go on (not the demo's)."""
        self._places = places
        self._store = store
        self._instance: Instance | None = instance
        self._lasting = lasting
        self._lock = threading.Lock()

    @property
    def held(self) -> bool:
        """Whether the library is ours now."""
        return self._instance is not None

    @property
    def lasting(self) -> bool:
        """Whether the queue can go on without the screen."""
        return self._lasting

    def asked_for(self) -> bool:
        """Whether another process asked for the library since the last look."""
        return self.held and asked_to_hand_over(self._store.db)

    def give_away(self, *, successor: bool, ended: bool = True) -> int | None:
        """Let go of the library; with ``successor`` and work left, a process that goes on: its id.

        Where not all jobs have ended (``ended``), the successor waits until they are gone with this process.
        """
        with self._lock:
            if self._instance is None:
                return None
            db = self._store.db
            with contextlib.suppress(sqlite3.OperationalError):
                away.left(db, time.time())
            goes_on = successor and self._goes_on()
            self._instance.release(self._store)
            try:
                return start_successor(self._places, wait=not ended) if goes_on else None
            finally:
                self._instance = None

    def abandon(self, *, successor: bool) -> None:
        """Say who goes on, right before this process ends by force and the kernel frees the library.

        It waits for nobody, neither for a database that is locked nor for a thread that does all this
        properly and is too slow. That one may start a successor too: of two, one ends silently.
        """
        ours = self._instance is not None or self._lock.locked()
        if ours and successor and self._goes_on():
            start_successor(self._places, wait=True)

    def take_back(self, given_up: threading.Event) -> bool:
        """Have the library again, however long its holder takes; whether it is ours, or ``given_up`` was set.

        A slow machine lets it go late, and a database that is locked or full is there again some time.
        """
        while self._instance is None and not given_up.is_set():
            with self._lock, contextlib.suppress(Held, sqlite3.OperationalError):
                self._instance = take_over(self._places, self._store, given_up=given_up)
                self._instance.announce(self._store, "app")
            if self._instance is None:
                given_up.wait(AGAIN)
        return self._instance is not None

    def holder(self) -> Holder | None:
        """Who has the library now; None if nobody has, or nobody has said so."""
        return holder_of(self._places, self._store)

    def _goes_on(self) -> bool:
        return self._lasting and bool(jobs.active_count(self._store.db))
