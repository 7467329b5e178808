"""Waiting for a condition, with a deadline and no fixed sleep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 240.0
"""Seconds. Far more than anything takes, at load 20 too: it costs only where a test fails."""
_NEVER = threading.Event()


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return as soon as ``condition`` holds; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    pause = 0.01
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        _NEVER.wait(pause)
        # To ask costs what is waited for its share of the machine: all of /proc is read, or all of the queue.
        pause = min(pause * 1.1, 0.04)


class Clock:
    """The time of site and engine; it passes, and can be put forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        self._ahead += seconds


def size_of(path: Path) -> int:
    """Bytes of a file that another process may delete at this moment, which counts as none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
