"""Whether an interval is over, by a clock that may be set back meanwhile."""

from __future__ import annotations


def is_over(seconds: float, since: float, now: float) -> bool:
    """Whether ``seconds`` have passed since ``since``; true as well where ``since`` has not come yet.

    What is done every few seconds would otherwise not be done for as long as the clock was set back by.
    """
    return not 0 <= now - since < seconds
