"""Parameters of the command line: its global options, and types of paths, lengths of time and moments."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.errors import CliError
from ytui.core.formatting import format_time, format_time_of_day
from ytui.core.local_time import to_timestamp

if TYPE_CHECKING:
    from ytui.paths import Places


class PathParam(click.Path):
    """A path; an empty one is a ``CliError``, since it would mean the folder that the command is given in."""

    def __init__(self, *, folder: bool, checked: bool = True) -> None:
        """``checked``: what is there already must be a folder, or a file; else whoever uses it says so."""
        super().__init__(dir_okay=folder or not checked, file_okay=not (folder and checked), path_type=Path)
        self._kind = "folder" if folder else "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if value == "" and param is not None:
            raise CliError(f"{param.opts[-1]} is empty: name a {self._kind}, or leave the option out")
        return super().convert(value, param, ctx)


_UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


class DurationParam(click.ParamType[float]):
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


class MomentParam(click.ParamType[float]):
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
            return to_timestamp(datetime.fromisoformat(text), second=self._end)
        except (ValueError, OverflowError, OSError):
            self.fail(f"'{value}' is no time such as 2h (ago), 2026-11-20 or '2026-11-20 14:00'", param, ctx)


def _length(text: str) -> float | None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?\s*", text)
    return None if found is None else float(found[1]) * _UNITS[found[2] or ""]


def local_time(text: str | None, *, seconds: bool = False) -> str:
    """A time of an answer for scripts as eyes read it elsewhere too: local, ``2026-11-21 14:05``."""
    if text is None:
        return ""
    at = datetime.fromisoformat(text).timestamp()
    return f"{format_time(at)[:10]} {format_time_of_day(at)}" if seconds else format_time(at)


@dataclass
class GlobalOptions:
    """What stood before the command; handed to every command as ``ctx.obj``."""

    config: Path | None = None
    data_dir: Path | None = None
    fps: float | None = None
    mouse: bool = True

    @property
    def places(self) -> Places:
        """Where files lie; ``CliError`` where a path has no meaning."""
        from ytui.paths import PlaceError, places

        try:
            return places(self.config, self.data_dir, os.environ)
        except PlaceError as error:
            raise CliError(str(error)) from error
