"""Quality as an upper bound: from the words of the configuration to yt-dlp's format selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AUDIO = "audio"
BEST = "best"

_LADDER = (4320, 2160, 1440, 1080, 720, 480, 360, 240, 144)
"""Short sides in pixels that sites offer."""


def limit_of(quality: str) -> int | None:
    """The short side in pixels that ``quality`` allows; None for best and audio."""
    digits = quality.lower().removesuffix("p")
    return int(digits) if digits.isdecimal() else None


def next_lower(quality: str, recorded: int | None) -> int:
    """The next lower step below what was tried before, or below ``quality`` if nothing is recorded."""
    tried = recorded or limit_of(quality) or _LADDER[1]
    return next((step for step in _LADDER if step < tried), _LADDER[-1])


def short_side(found: Mapping[str, Any]) -> int | None:
    """What "1080p" means of a format: the shorter side, so that upright videos count the same."""
    sides = [side for side in (found.get("height"), found.get("width")) if isinstance(side, int) and side > 0]
    return min(sides) if sides else None


def format_params(quality: str, limit: int | None = None) -> dict[str, Any]:
    """yt-dlp's parameters for the best format at or below ``quality``, else the smallest above it.

    The bound is a sort order, not a filter: of several, the largest not above it comes first, and there is
    always something to choose.
    """
    if quality == AUDIO:
        return {"format": "ba/b"}
    params: dict[str, Any] = {"format": "bv*+ba/b", "merge_output_format": "mp4/mkv"}
    bound = limit if limit is not None else limit_of(quality)
    if bound is not None:
        params["format_sort"] = ["lang", f"res:{bound}"]
    return params
