"""Cooldown: how long a site that pushed back (429, a captcha) is left alone.

A file of its own although it is short: the pause after a 429 is what people come to change.
"""

from __future__ import annotations

import math

COOLDOWN_CAP = 8 * 3600.0
"""Seconds that a site is left alone at most, unless it asks for more or its first cooldown is longer."""
LONGEST_ASKED_WAIT = 24 * 3600.0
"""Nothing is put off for longer than this by a wait that a server asked for (``Retry-After``)."""
_MOMENT = 1.0
"""The first cooldown of a site that named a time itself."""
_MAX_DOUBLINGS = 40
"""Beyond this a pause exceeds every cap anyway; it keeps huge counts from overflowing."""


def doubled(base: float, times: int) -> float:
    """Exponential growth: ``base`` doubled so many times, not at all where that is negative."""
    return math.ldexp(base, min(max(times, 0), _MAX_DOUBLINGS))


def cooldown(earlier: int, base: float) -> float:
    """Seconds a site is left alone after ``earlier`` cooldowns in a row: ``base``, doubling to 8 hours."""
    return min(max(base, COOLDOWN_CAP), doubled(base, earlier))


def after_pushback(asked: float | None, earlier: int, base: float) -> float:
    """Seconds until the site is probed, where it may have asked for ``asked`` seconds."""
    # A site that asks for moments alone, and refuses again each time, would be probed without end.
    return cooldown(earlier, base) if asked is None else max(asked, cooldown(earlier, _MOMENT))


def sane_wait(asked: float | None) -> float | None:
    """The seconds that a server asked for, if that is a sane number, and at most a day."""
    if asked is None or not math.isfinite(asked) or asked <= 0:
        return None
    return min(asked, LONGEST_ASKED_WAIT)
