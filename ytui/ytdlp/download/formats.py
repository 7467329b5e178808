"""Format selection: quality as an upper bound, and what a site offers within it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ytui.core.models import LowerCause
from ytui.core.protocol import Offer
from ytui.ytdlp.withheld import Withheld

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


_ORDER = (
    LowerCause.CHALLENGE,
    LowerCause.TOKEN_PROVIDER,
    LowerCause.SABR,
)
"""Of several causes the first is told: mending it brings the most."""


def offer_of(
    info: Mapping[str, Any],
    withheld: Sequence[Withheld],
    quality: str,
    *,
    lowered: bool = False,
    own_format: bool = False,
) -> Offer:
    """The offer that belongs to a processed info dict with its formats chosen, or with none.

    ``lowered``: a lower one was chosen because a better was refused. ``own_format``: a person's options name
    the format, so that what they leave out is no loss.
    """
    chosen = info if info.get("requested_formats") or info.get("format_id") else None
    if quality == AUDIO:
        heard = any(
            found.get("vcodec") == "none" != found.get("acodec") for found in info.get("formats") or ()
        )
        return _of_sound(chosen, withheld, own_format, refused=lowered and heard)
    bound = limit_of(quality)
    got = short_side(chosen) if chosen is not None else None
    there = _best(_sides(info.get("formats") or ()), bound)
    hidden = _best((found.side for found in withheld if found.picture), bound)
    causes = _causes(withheld)
    if chosen is None:
        wanted = [found for found in withheld if not _exceeds(found.side, bound)]
        return Offer(hidden, None, _first(_causes(wanted)), causes)
    cause = None if got is None or own_format else _cause(got, there, withheld, bound, lowered)
    return Offer(got if cause is None else max(got or 0, there or 0, hidden or 0), got, cause, causes)


def refused_offer(formats: Iterable[Mapping[str, Any]], withheld: Sequence[Withheld], quality: str) -> Offer:
    """The offer of a video all of whose media addresses are refused."""
    causes, bound = _causes(withheld), limit_of(quality)
    sides = [*_sides(formats), *(found.side for found in withheld if found.picture)]
    best = None if quality == AUDIO else _best(sides, bound)
    return Offer(best, None, LowerCause.REFUSED_FORMAT, causes)


def _cause(
    got: int, there: int | None, withheld: Sequence[Withheld], bound: int | None, lowered: bool
) -> LowerCause | None:
    better = [
        found
        for found in withheld
        if found.side is not None and got < found.side and not _exceeds(found.side, bound)
    ]
    if there is None or got >= there:
        return _first(_causes(better))
    if lowered:
        return LowerCause.REFUSED_FORMAT
    # A better picture is there: either nothing is to be had that sounds beside it, or it is not wanted.
    return _first(_causes(found for found in withheld if not found.picture))


def _of_sound(
    chosen: Mapping[str, Any] | None, withheld: Sequence[Withheld], own_format: bool, *, refused: bool
) -> Offer:
    causes = _causes(withheld)
    if chosen is None:
        return Offer(None, None, _first(causes), causes)
    if chosen.get("vcodec") == "none":
        return Offer(None, None, None, causes)
    cause = _first(_causes(found for found in withheld if not found.picture))
    if refused:
        cause = LowerCause.REFUSED_FORMAT
    return Offer(None, short_side(chosen), None if own_format else cause, causes)


def _causes(withheld: Iterable[Withheld]) -> tuple[LowerCause, ...]:
    found = {entry.cause for entry in withheld}
    return tuple(cause for cause in _ORDER if cause in found)


def _first(causes: tuple[LowerCause, ...]) -> LowerCause | None:
    return causes[0] if causes else None


def _sides(formats: Iterable[Mapping[str, Any]]) -> Iterable[int | None]:
    return (
        short_side(found) for found in formats if found.get("vcodec") != "none" and not found.get("has_drm")
    )


def _best(sides: Iterable[int | None], bound: int | None) -> int | None:
    return max((side for side in sides if side is not None and not _exceeds(side, bound)), default=None)


def _exceeds(side: int | None, bound: int | None) -> bool:
    return side is not None and bound is not None and side > bound
