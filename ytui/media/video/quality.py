"""Quality as an upper bound: from the words of the configuration to yt-dlp's format selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

AUDIO = "audio"

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


def lowest_above(formats: Iterable[Mapping[str, Any]], bound: int) -> int | None:
    """The lowest short side on offer where every picture on offer exceeds ``bound``; else None."""
    pictures = [found for found in formats if found.get("vcodec") != "none"]
    sides = [side for found in pictures if (side := short_side(found)) is not None]
    return min(sides) if sides and len(sides) == len(pictures) and min(sides) > bound else None


def format_params(quality: str, limit: int | None = None) -> dict[str, Any]:
    """yt-dlp's parameters for the best format at or below ``quality``; nothing above it is ever chosen.

    A format whose size the site does not tell counts as one at or below.
    """
    if quality == AUDIO:
        return {"format": "ba/b"}
    bound = limit if limit is not None else limit_of(quality)
    if bound is None:
        return {"format": "bv*+ba/b", "merge_output_format": "mp4/mkv"}
    # "1080p" is the shorter side, which is another one of wide and of upright pictures.
    wide, upright = f"[aspect_ratio>=?1][height<=?{bound}]", f"[aspect_ratio<1][width<=?{bound}]"
    choices = (f"bv*{wide}+ba", f"bv*{upright}+ba", f"b{wide}", f"b{upright}")
    return {
        "format": "/".join(choices),
        "merge_output_format": "mp4/mkv",
        "format_sort": ["lang", f"res:{bound}"],
    }
