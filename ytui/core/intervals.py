"""How often a channel is asked for news: sooner after news, later after none."""

from __future__ import annotations

HOUR = 3600.0
START = 24 * HOUR
SHORTEST = HOUR
LONGEST = 7 * 24 * HOUR
EMPTY_TAB_AGAIN = 7 * 24 * HOUR
"""Seconds after which a tab that a channel does not have is asked for again."""


def next_interval(learned: float | None, news: int, fixed: float | None) -> float:
    """Seconds until the next fetch: three tenths of the last interval after news, twice it after none.

    ``fixed`` is the channel's own ``every`` and goes before what was learned (which starts at 24 hours).
    """
    if fixed is not None:
        return fixed
    factor = 0.3 if news else 2.0
    return START if learned is None else min(max(learned * factor, SHORTEST), LONGEST)
