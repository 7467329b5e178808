"""Time input: ``2h``, ``23:30``, ``2026-11-25`` as a person types them; and countdowns."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from ytui.core.formatting import format_time
from ytui.core.local_time import next_timestamp, to_timestamp

_SPAN = re.compile(r"(?:in\s+)?((?:\d+(?:\.\d+)?\s*[a-z]+\s*)+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
EXPECTED = "a time such as 2h, 90 min, 23:30, tomorrow 06:00 or 2026-11-25"
LATEST = 10 * 366 * 86_400.0
"""Seconds from now beyond which a time is taken for a slip of the finger."""


def countdown(until: float, now: float) -> str:
    """Return ``in 41 min``: by the minute until the last one, so that it need not be painted more often."""
    left = math.ceil(until - now)
    if left <= 0:
        return "due"
    if left < 60:
        return f"in {left} s"
    minutes = math.ceil(left / 60)
    if minutes < 60:
        return f"in {minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"in {hours} h {minutes} min" if minutes else f"in {hours} h"
    return f"in {hours // 24} days"


def parse_time(text: str, now: float) -> float:
    """Return the Unix time that a person means, local where it is a clock's; ``ValueError`` says what is."""
    words = " ".join(text.lower().split())
    try:
        at = _relative(words, now) or _clock(words, now) or _date(words, now)
    except (OverflowError, OSError) as error:
        raise ValueError(EXPECTED) from error
    if at is None:
        raise ValueError(EXPECTED)
    if at <= now:
        raise ValueError(f"{format_time(at)} is over")
    if at > now + LATEST:
        raise ValueError("that is more than ten years away")
    return at


def _relative(words: str, now: float) -> float | None:
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    parts = _PART.findall(match[1])
    if any(unit not in _UNITS for _, unit in parts):
        return None
    return now + sum(float(amount) * _UNITS[unit] for amount, unit in parts)


def _clock(words: str, now: float) -> float | None:
    day, _, clock = words.rpartition(" ")
    if day not in ("", "today", "tomorrow"):
        return None
    try:
        time = datetime.strptime(clock, "%H:%M").time()
    except ValueError:
        return None
    today = datetime.combine(datetime.fromtimestamp(now).date(), time)
    at = next_timestamp(today, now)
    # A time of day alone is the next one; a day keeps its word.
    if day == "tomorrow" or (not day and at <= now):
        return to_timestamp(today + timedelta(days=1))
    return at


def _date(words: str, now: float) -> float | None:
    for form in _FORMS:
        try:
            return next_timestamp(datetime.strptime(words.upper(), form), now)
        except ValueError:
            continue
    return None
