"""Advisory lock (flock) on the library, and, in the store, a row that says who has it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sqlite3
import time
from typing import IO

from ytui.engine.ownership.absence_summary import note_killed
from ytui.paths import Places
from ytui.store import process_state
from ytui.store.database import Store
from ytui.store.rows import Holder

PROBES_GONE = (0.002, 0.01, 0.03)
"""Seconds between tries to take the lock."""


class LibraryInUse(Exception):
    """Another process holds the library; ``holder`` says which, as far as it has said so itself."""

    def __init__(self, holder: Holder | None) -> None:
        self.holder = holder
        who = f"process {holder.pid} on {holder.terminal or 'no terminal'}" if holder else "another process"
        super().__init__(f"the library is held by {who}")


class LibraryLock:
    """The lock of the one process that runs the queue; freed by the kernel when the process is gone."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def acquire(cls, places: Places) -> LibraryLock:
        """Take the lock; raises :class:`LibraryInUse` if it is taken (by whom, the store knows)."""
        file = places.lock.open("a+")
        # Whoever only asks whether it is held takes a shared lock for a moment, which is no holder.
        for pause in (*PROBES_GONE, None):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if pause is None:
                    file.close()
                    raise LibraryInUse(None) from error
                time.sleep(pause)
            else:
                break
        return cls(file)

    def announce(self, store: Store, kind: str) -> None:
        """Write beside the lock who holds it: pid, host, terminal, since when."""
        # Whoever is still written there did not release it: it was killed.
        note_killed(store.db)
        process_state.set_holder(
            store.db, Holder(os.getpid(), socket.gethostname(), terminal_name(), time.time(), kind)
        )

    def release(self, store: Store) -> None:
        """Give the library free for others, also where the disk is too full to say so."""
        with contextlib.suppress(sqlite3.OperationalError):
            process_state.clear_holder(store.db)
        self._file.close()


def is_locked(places: Places) -> bool:
    """Whether some process has the library now; the row in the store may be a dead one's."""
    try:
        with places.lock.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def holder_of(places: Places, store: Store) -> Holder | None:
    """Who has the library now, or None."""
    return process_state.holder(store.db) if is_locked(places) else None


def terminal_name() -> str:
    """The terminal this process sits on, or an empty string."""
    for descriptor in (0, 1, 2):
        with contextlib.suppress(OSError):
            return os.ttyname(descriptor)
    return ""
