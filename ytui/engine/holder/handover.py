"""Handing a library from one process to the next: asked for by a row, done within seconds, losing nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from ytui.core.elapsed import is_over
from ytui.engine.holder.instance import Held, Instance, holder_of
from ytui.paths import Places
from ytui.store import board
from ytui.store.database import Database, Store

REQUEST = "hand_over"
PATIENCE = 10.0
"""Seconds for a holder to checkpoint and let go; three are promised."""
PREDECESSOR = "YTUI_PREDECESSOR"
"""The variable that tells a successor which process it comes after."""
_LOOK = 0.05


def take_over(places: Places, store: Store, patience: float = PATIENCE) -> Instance:
    """Ask the present holder for the library and wait for it; raises ``Held`` if it does not let go in time.

    A holder that is stopped (``ctrl+z``, SIGSTOP) is continued first: asleep it could not hand over.
    """
    holder = holder_of(places, store)
    if holder is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(holder.pid, signal.SIGCONT)
    request = board.post_request(store.db, REQUEST, {"pid": os.getpid()}, time.time())
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                return Instance.acquire(places)
            except Held:
                if time.monotonic() >= deadline:
                    raise Held(holder) from None
                time.sleep(_LOOK)
    finally:
        board.done_request(store.db, request, time.time())


def asked_to_hand_over(db: Database) -> bool:
    """Whether another process asked for the library; a request is answered once."""
    now = time.time()
    # An older one was left by a process that was killed while it waited; nobody waits for its answer.
    asked = [
        request
        for request in board.open_requests(db)
        if request.kind == REQUEST and not is_over(2 * PATIENCE, request.created_at, now)
    ]
    answered = [board.done_request(db, request.id, now) for request in asked]
    return any(answered)


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
