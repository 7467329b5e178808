"""Fetch schedule of a channel: sooner after news, later after none, and not all channels at once."""

from __future__ import annotations

HOUR = 3600.0
START = 24 * HOUR
SHORTEST = HOUR
LONGEST = 7 * 24 * HOUR
EMPTY_TAB_AGAIN = 7 * 24 * HOUR
"""Seconds after which a tab that a channel does not have is asked for again."""
WHOLE_AGAIN = 30 * 24 * HOUR
"""Seconds after which a tab that is not walked to its end any more is, to see what is missing of it."""
SPREAD = 0.1
"""How far from its interval a channel's next time may lie, as a share of the interval."""
AT_ONCE = 10
"""New channels that are due at once; more of them begin one after the other."""
APART = 15.0
"""Seconds between the beginnings of further new channels, unless they are too many for that."""


def next_interval(
    learned: float | None, news: int, fixed: float | None, passed: float | None = None
) -> float:
    """Seconds until the next fetch: three tenths of the last interval after news, twice it after none.

    ``fixed`` is the channel's own ``every`` and goes before what was learned (which starts at 24 hours). A
    look that found nothing ``record_success`` seconds after the one before it, less than half the interval,
    says nothing: whoever asks three times in an hour would not hear of the channel for a week.
    """
    if fixed is not None:
        return fixed
    early = learned is not None and passed is not None and passed < learned / 2
    factor = 0.3 if news else 1.0 if early else 2.0
    return START if learned is None else min(max(learned * factor, SHORTEST), LONGEST)


def jitter(interval: float, throw: float) -> float:
    """An interval moved by up to a tenth, by a ``throw`` from 0 to 1: what was fetched together drifts apart.

    It stays between an hour and a week; one set beyond them by hand moves to the inside alone.
    """
    least = max(interval * (1 - SPREAD), min(interval, SHORTEST))
    most = min(interval * (1 + SPREAD), max(interval, LONGEST))
    return least + (most - least) * throw


def first_fetches(count: int) -> list[float]:
    """Seconds from now until each of ``count`` channels added together is due for the first time.

    A few at once; the others follow within the first tenth of the interval that channels begin with.
    """
    late = max(0, count - AT_ONCE)
    step = min(APART, START * SPREAD / late) if late else 0.0
    return [max(0, number - AT_ONCE + 1) * step for number in range(count)]
