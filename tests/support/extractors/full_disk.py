"""Loaded by a job beside extractors: lets its recording find that the disk is full."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ytui.ytdlp.live import recording


class Usage(NamedTuple):
    """As ``shutil.disk_usage`` tells it."""

    total: int
    used: int
    free: int


def _full(path: Path) -> Usage:
    return Usage(6_000_000, 6_000_000, 0)


def register(ydl: Any) -> None:
    setattr(recording, "disk_usage", _full)  # noqa: B010
