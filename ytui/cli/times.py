"""Times on the command line: lengths such as 50m, and moments such as 2h (ago) or 2026-11-20 14:00."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any

import click

from ytui.core.clock import instant

_UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType[float]):
    """``50m``, ``90 s``, ``2h``: seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds, or a usage mistake that says what was expected."""
        if isinstance(value, float):
            return value
        seconds = _length(str(value))
        if seconds is None:
            self.fail(f"'{value}' is no length of time such as 50m, 90s or 2h", param, ctx)
        return seconds


class Moment(click.ParamType[float]):
    """``2h`` (ago), ``2026-11-20``, ``2026-11-20T14:00Z``: Unix seconds; local unless it says otherwise.

    ``end``: of a local time that comes twice the second is meant, since what lies between belongs to it.
    """

    name = "time"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Unix seconds, or a usage mistake that says what was expected."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        ago = _length(text) if text[-1:].isalpha() else None
        if ago is not None:
            return time.time() - ago
        try:
            return instant(datetime.fromisoformat(text), second=self._end)
        except (ValueError, OverflowError, OSError):
            self.fail(f"'{value}' is no time such as 2h (ago), 2026-11-20 or '2026-11-20 14:00'", param, ctx)


def _length(text: str) -> float | None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?\s*", text)
    return None if found is None else float(found[1]) * _UNITS[found[2] or ""]


def local(text: str | None, *, seconds: bool = False) -> str:
    """A time of an answer for scripts as eyes read it elsewhere too: local, ``2026-11-21 14:05``."""
    from ytui.core.moments import moment, time_of_day

    if text is None:
        return ""
    at = datetime.fromisoformat(text).timestamp()
    return f"{moment(at)[:10]} {time_of_day(at)}" if seconds else moment(at)
