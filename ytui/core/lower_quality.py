"""Lower quality than offered: what a cause is called, and the sentences that tell of it."""

from __future__ import annotations

from collections.abc import Mapping

from ytui.core.models import LowerCause

TITLES: Mapping[LowerCause, str] = {
    LowerCause.TOKEN_PROVIDER: "no PO token",
    LowerCause.CHALLENGE: "unsolved challenge",
    LowerCause.SABR: "SABR only",
    LowerCause.REFUSED_FORMAT: "refused format",
    LowerCause.PROCESSING: "still processed",
}
"""A few words for a heading or a column."""

_BECAUSE: Mapping[LowerCause, str] = {
    LowerCause.TOKEN_PROVIDER: "the rest needs a PO token, and no token provider gave one",
    LowerCause.CHALLENGE: "the rest needs a JavaScript challenge solved, which did not succeed",
    LowerCause.SABR: "the rest comes by SABR alone, which yt-dlp cannot download",
    LowerCause.REFUSED_FORMAT: "the better format was refused",
    LowerCause.PROCESSING: "the site may still be making the best one",
}
_REMEDIES: Mapping[LowerCause, str] = {
    LowerCause.TOKEN_PROVIDER: "Start the token provider, or set `fallback = true` to take what there is; it "
    "is tried again when a token can be had.",
    LowerCause.CHALLENGE: "Install a JavaScript runtime (`ytui doctor` looks for one), or set "
    "`fallback = true` to take what there is; it is tried again when challenges are solved.",
    LowerCause.SABR: "Set `fallback = true` to take what there is; it is tried again now and then, and with "
    "another yt-dlp.",
    LowerCause.REFUSED_FORMAT: "On YouTube a PO token is likely missing: set up a token provider, or let "
    "`args` name another client. Elsewhere another address may help. `fallback = true` takes what there is.",
}
_SOUND = "sound alone"
_ALL_REFUSED = "the site refuses the media addresses that it has just given out"


AGAIN = "fetched again when that is gone"
"""What is done about it without anybody."""


def lower_phrase(cause: LowerCause, offered: int | None, available: int | None) -> str:
    """What a site offers, what could be had and why: part of a sentence; sides as in ``lower_sentence``."""
    if available is None and cause is LowerCause.REFUSED_FORMAT:
        return _ALL_REFUSED if offered is None else f"{_ALL_REFUSED}, up to {offered}p"
    if available is None and offered is None:
        return f"nothing of what the site offers could be had: {_BECAUSE[cause]}"
    best = _SOUND if offered is None else f"{offered}p"
    got = "nothing" if available is None else f"{available}p"
    if cause is LowerCause.PROCESSING:
        return f"{got} came, less than its channel's others have: {_BECAUSE[cause]}"
    return f"the site offers {best} and {got} could be had: {_BECAUSE[cause]}"


def lower_sentence(cause: LowerCause, offered: int | None, available: int | None) -> str:
    """What a site offers, what could be had of it and why: a sentence; sides in pixels, None for sound."""
    phrase = lower_phrase(cause, offered, available)
    return f"{phrase[0].upper()}{phrase[1:]}."


def lower_remedy(cause: LowerCause) -> str:
    """What to do where nothing was downloaded for that cause; empty where the class of failure says it."""
    return _REMEDIES.get(cause, "")


def lower_counts(found: Mapping[LowerCause, int]) -> str:
    """Counts by cause in words, such as ``3 no PO token, 1 SABR only``; empty where there are none."""
    return ", ".join(f"{found[cause]} {title}" for cause, title in TITLES.items() if found.get(cause))
