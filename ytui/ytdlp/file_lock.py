"""Advisory file locks with a time limit, which ``flock`` has none of; the kernel frees a dead process's."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from typing import IO

_POLL = 0.05
"""Seconds between two tries."""


def lock_within(
    file: IO[bytes] | int,
    seconds: float,
    unless: Callable[[], bool] = lambda: False,
    how: int = fcntl.LOCK_EX,
) -> bool:
    """Lock a file, exclusively or ``how``; false if time ran out, or ``unless`` came true before."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if unless() or time.monotonic() >= deadline:
                return False
            time.sleep(_POLL)
        else:
            return True
