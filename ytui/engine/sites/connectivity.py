"""Connectivity: offline is one state with one probe, not five hundred failures.

Five transport failures of different jobs with no success between them mean that the line is down: none of
them is charged, the queue is held, and every 30 seconds one job may try.
"""

from __future__ import annotations

import threading

from ytui.core.decision import LineDown

STREAK = 5
PROBE_EVERY = 30.0
"""Seconds."""


class Connectivity:
    """Whether the line to the outside is up, as far as jobs have found out. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streak: list[int] = []
        self._down_since: float | None = None
        self._next_probe = 0.0

    @property
    def down_since(self) -> float | None:
        """Unix time since when the line is down; None while it is up."""
        return self._down_since

    def held_until(self, now: float) -> float | None:
        """When the next probe may go out, while the line is down; a clock that is set back delays none."""
        with self._lock:
            return None if self._down_since is None else min(self._next_probe, now + PROBE_EVERY)

    def starts(self, now: float) -> None:
        """A job starts: while the line is down it is the probe, and the next one waits."""
        with self._lock:
            if self._down_since is not None:
                self._next_probe = now + PROBE_EVERY

    def failed(self, job: int, now: float) -> LineDown | None:
        """A job failed on the transport; how it found the line, None while that is up."""
        with self._lock:
            if self._down_since is not None:
                # From start to start: a line that swallows everything lets each probe hang until it gives up.
                self._next_probe = max(self._next_probe, now)
                return LineDown(min(self._next_probe, now + PROBE_EVERY))
            self._streak.append(job)
            if len(set(self._streak)) < STREAK:
                return None
            self._down_since, self._next_probe = now, now + PROBE_EVERY
            streak, self._streak = self._streak, []
            streak.remove(job)
            return LineDown(self._next_probe, tuple(streak))

    def succeeded(self) -> bool:
        """Something came through. True if the line was down until now."""
        with self._lock:
            was_down = self._down_since is not None
            self._down_since = None
            self._streak.clear()
            return was_down
