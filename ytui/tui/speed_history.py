"""The speed of the last hour, as the board had it; kept in memory alone."""

from __future__ import annotations

from collections import deque

MINUTES = 60


class SpeedHistory:
    """The mean speed of each of the last 60 minutes, in bytes a second; kept in memory alone."""

    def __init__(self) -> None:
        self._sums: deque[tuple[float, int]] = deque([(0.0, 0)] * MINUTES, MINUTES)
        self._minute: int | None = None

    def add(self, at: float, speed: float) -> None:
        """Take note of the speed at a Unix time; minutes that nobody looked at had none."""
        minute = int(at // 60)
        if self._minute is not None:
            self._sums.extend([(0.0, 0)] * min(MINUTES, max(0, minute - self._minute)))
        self._minute = minute if self._minute is None else max(minute, self._minute)
        total, looks = self._sums[-1]
        self._sums[-1] = (total + speed, looks + 1)

    def minutes(self) -> tuple[float, ...]:
        """The means, the present minute last."""
        return tuple(total / looks if looks else 0.0 for total, looks in self._sums)
