"""Moments: as a person reads them, in the local time of this machine, and as scripts do, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: float | None) -> str:
    """Return a Unix time as local ``2026-11-21 14:05``; nothing for None. It never needs a repaint."""
    return _local(at, "%Y-%m-%d %H:%M")


def short_moment(at: float | None) -> str:
    """Return a Unix time as local ``11-21 14:05``."""
    return _local(at, "%m-%d %H:%M")


def time_of_day(at: float | None) -> str:
    """Return a Unix time as local ``14:05:09``."""
    return _local(at, "%H:%M:%S")


def _local(at: float | None, form: str) -> str:
    if at is None:
        return ""
    try:
        return datetime.fromtimestamp(at).strftime(form)
    except (OverflowError, OSError, ValueError):
        return "?"


def iso(at: float | None) -> str | None:
    """Unix time as ISO 8601 in UTC, to the second; None stays None."""
    return None if at is None else datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
