"""Ownership of the library: handed over, given away with or without a successor, and taken back."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from ytui.core.local_time import is_over
from ytui.core.settings import Settings
from ytui.engine.ownership import absence_summary
from ytui.engine.ownership.lock import LibraryInUse, LibraryLock, holder_of
from ytui.engine.ownership.outlook import WITHIN, Outlook, outlook
from ytui.paths import Places
from ytui.store import jobs, process_state
from ytui.store.database import Database, Store
from ytui.store.rows import Holder, RequestRow

REQUEST = "hand_over"
PATIENCE = 10.0
"""Seconds for a holder to checkpoint and let go; three are promised."""
PREDECESSOR = "YTUI_PREDECESSOR"
"""The variable that tells a successor which process it comes after."""
_LOOK = 0.05
_waited_for: set[int] = set()
"""The requests of this process that it still waits for."""


def take_over(
    places: Places,
    store: Store,
    patience: float = PATIENCE,
    *,
    given_up: threading.Event | None = None,
) -> LibraryLock:
    """Ask the present holder for the library and wait for it; raises ``LibraryInUse`` if it does not let go
    in time.

    A holder that is stopped (``ctrl+z``, SIGSTOP) is continued first: asleep it could not hand over. Whoever
    sets ``given_up`` wants it no more: then ``LibraryInUse`` comes at once, unless the holder has agreed
    already.
    """
    given_up = given_up or threading.Event()
    holder = holder_of(places, store)
    if holder is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(holder.pid, signal.SIGCONT)
    request = process_state.post_request(store.db, REQUEST, _me(), time.time())
    _waited_for.add(request)
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                return LibraryLock.acquire(places)
            except LibraryInUse:
                late = time.monotonic() >= deadline
                if late or (given_up.is_set() and process_state.done_request(store.db, request, time.time())):
                    raise LibraryInUse(holder) from None
                time.sleep(_LOOK)
    finally:
        # One that cannot be closed now is nobody's wish any more.
        _waited_for.discard(request)
        with suppress(sqlite3.OperationalError):
            process_state.done_request(store.db, request, time.time())


def asked_to_hand_over(db: Database) -> bool:
    """Whether another process asked for the library; a request is answered once."""
    now = time.time()
    # Nobody waits for the answer to an older one, or to that of a process which was ended while it waited.
    asked = [
        request
        for request in process_state.open_requests(db)
        if request.kind == REQUEST
        and not is_over(2 * PATIENCE, request.created_at, now)
        and _is_waited_for(request)
    ]
    answered = [process_state.done_request(db, request.id, now) for request in asked]
    return any(answered)


def _me() -> dict[str, Any]:
    return {"pid": os.getpid(), "host": socket.gethostname()}


def _is_waited_for(request: RequestRow) -> bool:
    """Whether who asked lives and still waits, as far as that can be seen from here."""
    if request.data.get("host") != socket.gethostname():
        return True
    pid = int(request.data["pid"])
    return request.id in _waited_for if pid == os.getpid() else _lives(pid)


def start_successor(places: Places, *, wait: bool, forever: bool = False) -> int:
    """Start a detached ``ytui run`` that goes on with the queue; its process id.

    It stays while something is due within a day, or ``forever``. With ``wait`` it begins when this process
    is gone. It ends silently if somebody else took the library.
    """
    stays = ("--forever",) if forever else ("--until-idle", "--within", f"{WITHIN:.0f}s")
    command = [
        *(sys.executable, "-m", "ytui"),
        *("--config", str(places.config_file), "--data-dir", str(places.data_dir)),
        *("run", *stays, "--due", "--if-free", "--quiet"),
    ]
    log = places.logs_dir / "successor.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env={**os.environ, PREDECESSOR: str(os.getpid()) if wait else ""},
        )
    return process.pid


def wait_for_predecessor(patience: float = PATIENCE) -> bool:
    """Whether this process is a successor; it waits until the one that started it is gone, if it has to.

    At most ``patience`` seconds.
    """
    text = os.environ.pop(PREDECESSOR, None)
    deadline = time.monotonic() + patience
    while text and text.isdecimal() and _lives(int(text)) and time.monotonic() < deadline:
        time.sleep(_LOOK)
    return text is not None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


RETRY_SECONDS = 0.5
"""Seconds between tries to take the library back while the database takes nothing."""


class LibraryOwnership:
    """Who holds the library is the lock's business; this is what the app may do about it. Thread-safe."""

    def __init__(
        self, places: Places, store: Store, library_lock: LibraryLock, *, lasting: bool = True
    ) -> None:
        """``lasting``: the library outlives the app, so that a successor may go on (not the demo's)."""
        self._places = places
        self._store = store
        self._library_lock: LibraryLock | None = library_lock
        self._lasting = lasting
        self._lock = threading.Lock()

    @property
    def held(self) -> bool:
        """Whether the library is ours now."""
        return self._library_lock is not None

    @property
    def lasting(self) -> bool:
        """Whether the queue can go on without the screen."""
        return self._lasting

    def asked_for(self) -> bool:
        """Whether another process asked for the library since the last look."""
        return self.held and asked_to_hand_over(self._store.db)

    def outlook(self, settings: Settings, now: float) -> Outlook:
        """Until when a successor would go on."""
        return outlook(self._store.db, settings, now)

    def give_away(self, *, successor: bool, ended: bool = True, forever: bool = False) -> int | None:
        """Let go of the library; with ``successor`` and work left, a process that goes on: its id.

        One that stays ``forever`` needs no work that is there already.
        Where not all jobs have ended (``ended``), the successor waits until they are gone with this process.
        """
        with self._lock:
            if self._library_lock is None:
                return None
            db = self._store.db
            with contextlib.suppress(sqlite3.OperationalError):
                absence_summary.note_left(db, time.time())
            goes_on = (successor and self._goes_on()) or (forever and self._lasting)
            self._library_lock.release(self._store)
            try:
                return start_successor(self._places, wait=not ended, forever=forever) if goes_on else None
            finally:
                self._library_lock = None

    def abandon(self, *, successor: bool) -> None:
        """Say who goes on, right before this process ends by force and the kernel frees the library.

        It waits for nobody, neither for a database that is locked nor for a thread that does all this
        properly and is too slow. That one may start a successor too: of two, one ends silently.
        """
        ours = self._library_lock is not None or self._lock.locked()
        if ours and successor and self._goes_on():
            start_successor(self._places, wait=True)

    def take_back(self, given_up: threading.Event) -> bool:
        """Have the library again, however long its holder takes; whether it is ours, or ``given_up`` was set.

        A slow machine lets it go late, and a database that is locked or full is there again some time.
        """
        while self._library_lock is None and not given_up.is_set():
            with self._lock, contextlib.suppress(LibraryInUse, sqlite3.OperationalError):
                self._library_lock = take_over(self._places, self._store, given_up=given_up)
                self._library_lock.announce(self._store, "app")
            if self._library_lock is None:
                given_up.wait(RETRY_SECONDS)
        return self._library_lock is not None

    def holder(self) -> Holder | None:
        """Who has the library now; None if nobody has, or nobody has said so."""
        return holder_of(self._places, self._store)

    def _goes_on(self) -> bool:
        return self._lasting and bool(jobs.active_count(self._store.db))
