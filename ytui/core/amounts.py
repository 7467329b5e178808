"""Amounts as a person reads them: bytes, seconds, counts."""

from __future__ import annotations


def size(count: float | None) -> str:
    """Return bytes as ``8.2 MB``; nothing for None."""
    if count is None:
        return ""
    value = float(count)
    units = ["TB", "GB", "MB", "KB", "B"]
    unit = units.pop()
    while value >= 999.5 and units:
        value /= 1000
        unit = units.pop()
    return f"{value:.1f} {unit}" if value < 9.95 and unit != "B" else f"{value:.0f} {unit}"


def span(seconds: float | None) -> str:
    """Return a duration as ``12 s``, ``4 min`` or ``2 h 10 min``; nothing for None."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(hours / 24)} days"


def grouped(number: int) -> str:
    """Return a number with its thousands apart: ``4 120``."""
    return f"{number:,}".replace(",", " ")


def speed(rate: float | None) -> str:
    """Return bytes a second as ``8.2 MB/s``; nothing for None or none."""
    return f"{size(rate)}/s" if rate else ""


def length(seconds: float | None) -> str:
    """Return how long a video is as ``12:05`` or ``1:02:03``; nothing for None."""
    if seconds is None:
        return ""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def short_count(number: int) -> str:
    """Return a number in four cells: ``640``, ``12k``."""
    return str(number) if number < 1000 else f"{number // 1000}k"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 job`` or ``12 jobs``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
