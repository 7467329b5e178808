"""Handing a library from one process to the next: asked for by a row, done within seconds, losing nothing."""

from __future__ import annotations

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

from ytui.core.elapsed import is_over
from ytui.engine.holder.instance import Held, Instance, holder_of
from ytui.paths import Places
from ytui.store import board
from ytui.store.database import Database, Store
from ytui.store.rows import RequestRow

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
) -> Instance:
    """Ask the present holder for the library and wait for it; raises ``Held`` if it does not let go in time.

    A holder that is stopped (``ctrl+z``, SIGSTOP) is continued first: asleep it could not hand over. Whoever
    sets ``given_up`` wants it no more: then ``Held`` comes at once, unless the holder has agreed already.
    """
    given_up = given_up or threading.Event()
    holder = holder_of(places, store)
    if holder is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(holder.pid, signal.SIGCONT)
    request = board.post_request(store.db, REQUEST, _me(), time.time())
    _waited_for.add(request)
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                return Instance.acquire(places)
            except Held:
                late = time.monotonic() >= deadline
                if late or (given_up.is_set() and board.done_request(store.db, request, time.time())):
                    raise Held(holder) from None
                time.sleep(_LOOK)
    finally:
        # One that cannot be closed now is nobody's wish any more.
        _waited_for.discard(request)
        with suppress(sqlite3.OperationalError):
            board.done_request(store.db, request, time.time())


def asked_to_hand_over(db: Database) -> bool:
    """Whether another process asked for the library; a request is answered once."""
    now = time.time()
    # Nobody waits for the answer to an older one, or to that of a process which was ended while it waited.
    asked = [
        request
        for request in board.open_requests(db)
        if request.kind == REQUEST
        and not is_over(2 * PATIENCE, request.created_at, now)
        and _is_waited_for(request)
    ]
    answered = [board.done_request(db, request.id, now) for request in asked]
    return any(answered)


def _me() -> dict[str, Any]:
    return {"pid": os.getpid(), "host": socket.gethostname()}


def _is_waited_for(request: RequestRow) -> bool:
    """Whether who asked lives and still waits, as far as that can be seen from here."""
    if request.data.get("host") != socket.gethostname():
        return True
    pid = int(request.data["pid"])
    return request.id in _waited_for if pid == os.getpid() else _lives(pid)


def start_successor(places: Places, *, wait: bool) -> int:
    """Start a detached ``ytui run --until-idle`` that goes on with the queue; its process id.

    With ``wait`` it begins when this process is gone. It ends silently if somebody else took the library.
    """
    command = [
        *(sys.executable, "-m", "ytui"),
        *("--config", str(places.config_file), "--data-dir", str(places.data_dir)),
        *("run", "--until-idle", "--due", "--if-free", "--quiet"),
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
