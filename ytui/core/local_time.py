"""Local time: a day may leave out an hour or have one twice, and the clock may be set back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

_QUARTER = 15
"""Minutes: no clock of this world is put forward or back between two full quarters of an hour."""
_LOOKED_AHEAD = 3 * 24 * 60
"""Minutes in which spans of the day come round, even those that a day leaves out."""


def to_timestamp(clock: datetime, *, second: bool = False) -> float:
    """Return the Unix time at which the local clock shows ``clock``, or one with the offset that it names.

    Of a time that comes twice it is the first or, with ``second``, the second; of one that is left out it is
    the moment at which the clock jumps over it.
    """
    before, after = (clock.replace(fold=fold).timestamp() for fold in (0, 1))
    if before <= after:
        return after if second else before
    shown = clock.replace(fold=0)
    low, high = int(after), int(before) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if datetime.fromtimestamp(middle) < shown else (low, middle)
    return float(high)


def next_timestamp(clock: datetime, now: float) -> float:
    """Return the first time after ``now`` at which the clock shows ``clock``; the last if that is over."""
    first = to_timestamp(clock)
    return first if first > now else to_timestamp(clock, second=True)


def opens_at(is_open: Callable[[int], bool], now: float) -> float:
    """Return when it is open, by the minute of the local day (0 to 1439): ``now``, else the next time.

    Where it never is, some days ahead.
    """
    at, passed = now, 0
    while passed <= _LOOKED_AHEAD:
        clock = datetime.fromtimestamp(at)
        minute = clock.hour * 60 + clock.minute
        # Within a quarter of an hour the clock just runs on.
        left = _QUARTER - minute % _QUARTER
        for ahead in range(left):
            if is_open(minute + ahead):
                seconds = clock.second + clock.microsecond / 1e6
                return at if not ahead else at + 60 * ahead - seconds
        at = float(round(at - clock.second - clock.microsecond / 1e6)) + 60 * left
        passed += left
    return at


def is_over(seconds: float, since: float, now: float) -> bool:
    """Whether ``seconds`` have passed since ``since``; true as well where ``since`` has not come yet.

    What is done every few seconds would otherwise not be done for as long as the clock was set back by.
    """
    return not 0 <= now - since < seconds
