"""Formatting for people: sizes, durations, counts, and times in local time (for scripts in UTC)."""

from __future__ import annotations

from datetime import UTC, datetime


def format_size(count: float | None) -> str:
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


def format_duration(seconds: float | None) -> str:
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


def group_digits(number: int) -> str:
    """Return a number with its thousands apart: ``4 120``."""
    return f"{number:,}".replace(",", " ")


def format_speed(rate: float | None) -> str:
    """Return bytes a second as ``8.2 MB/s``; nothing for None or none."""
    return f"{format_size(rate)}/s" if rate else ""


def format_length(seconds: float | None) -> str:
    """Return how long a video is as ``12:05`` or ``1:02:03``; nothing for None."""
    if seconds is None:
        return ""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def short_count(number: int) -> str:
    """Return a number in four cells: ``640``, ``12k``."""
    return str(number) if number < 1000 else f"{number // 1000}k"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 job`` or ``12 jobs``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def itself(number: int) -> str:
    """Return ``itself`` of one thing, and ``themselves`` of more."""
    return "itself" if number == 1 else "themselves"


def format_time(at: float | None) -> str:
    """Return a Unix time as local ``2026-11-21 14:05``; nothing for None. It never needs a repaint."""
    return _local(at, "%Y-%m-%d %H:%M")


def format_short_time(at: float | None) -> str:
    """Return a Unix time as local ``11-21 14:05``."""
    return _local(at, "%m-%d %H:%M")


def format_time_of_day(at: float | None) -> str:
    """Return a Unix time as local ``14:05:09``."""
    return _local(at, "%H:%M:%S")


def _local(at: float | None, form: str) -> str:
    if at is None:
        return ""
    try:
        return datetime.fromtimestamp(at).strftime(form)
    except (OverflowError, OSError, ValueError):
        return "?"


def iso_time(at: float | None) -> str | None:
    """Unix time as ISO 8601 in UTC, to the second; None stays None."""
    return None if at is None else datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
