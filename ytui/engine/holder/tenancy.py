"""The application's hold on its library: given away with or without a successor, and taken back."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time

from ytui.engine.holder import away
from ytui.engine.holder.handover import asked_to_hand_over, start_successor, take_over
from ytui.engine.holder.instance import Instance
from ytui.paths import Places
from ytui.store import jobs
from ytui.store.database import Store


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
            goes_on = successor and self._lasting and bool(jobs.active_count(db))
            self._instance.release(self._store)
            self._instance = None
        return start_successor(self._places, wait=not ended) if goes_on else None

    def take_back(self) -> None:
        """Have the library again; raises ``Held`` if its holder does not let go."""
        with self._lock:
            if self._instance is None:
                self._instance = take_over(self._places, self._store)
                self._instance.announce(self._store, "app")
