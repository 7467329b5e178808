"""Comparison of a whole broadcast with its recorded parts: whether the whole has all that they have.

Sites cut and mute what was live. Length and picture are compared as they are; silence only where a part was
recorded, so that the quiet before a broadcast keeps no part, and a stretch that was muted keeps them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ytui.core.formatting import format_duration
from ytui.core.protocol import Compared, Measured

Span = tuple[float, float]
"""Begin and end in seconds from the beginning of a file."""

_ROUNDED = 1.5
"""Seconds by which two files of one broadcast may differ: their last frames need not agree."""
_OVERLAP = 30.0
"""Seconds that a part may have again of the one before: a live playlist still holds what was just shown."""
_PAUSES = 5.0, 0.01
"""So many seconds of silence, or such a share of what was recorded, are no sign of a muted whole."""
_BEHIND, _AHEAD = 30, 10
"""Whole seconds by which a part may begin before or behind its place by the clock: a stream is shown late."""
_EDGE = 1.0
"""Seconds by which a silence may seem longer or shorter in another encoding, and half of a step below."""


def why_kept(compared: Compared, positions: Sequence[float | None]) -> str:
    """Why the parts stay beside their whole, in words; empty where that has all that they have.

    ``positions``: how many seconds into the broadcast each part begins, None where that is not known.
    """
    whole, parts = compared.whole, compared.parts
    lengths = [part.seconds for part in parts if part.seconds is not None]
    if whole.seconds is None or not lengths or not len(lengths) == len(parts) == len(positions):
        return "it cannot be told whether the whole is as long"
    recorded = sum(lengths)
    if max(max(lengths), recorded - _OVERLAP * (len(parts) - 1)) > whole.seconds + _ROUNDED:
        return f"{format_duration(recorded)} were recorded, the whole has {format_duration(whole.seconds)}"
    side = max(part.side or 0 for part in parts)
    if (whole.side or 0) < side:
        return f"they are of {side}p, the whole is of {whole.side or 0}p"
    return _why_silent(whole, parts, positions, recorded)


def _why_silent(
    whole: Measured, parts: Sequence[Measured], positions: Sequence[float | None], recorded: float
) -> str:
    length, silent = whole.seconds or 0.0, [_length(part.silences or ()) for part in parts]
    if whole.silences is None or any(part.silences is None for part in parts):
        return "it cannot be told whether the whole has its sound"
    least, share = _PAUSES
    allowed = max(least, share * recorded)
    placed = [
        position
        for position, part in zip(positions, parts, strict=True)
        if position is not None and _lies_within(position, part, length)
    ]
    if len(placed) == len(parts):
        lost = sum(_newly_silent(whole, part, position) for part, position in zip(parts, placed, strict=True))
        return f"the whole is silent for {format_duration(lost)} where they are not" if lost > allowed else ""
    # Nobody knows where in it they were recorded: as much of the whole may be silent as of them.
    if _length(whole.silences) > sum(silent) / recorded * length + allowed:
        return (
            f"the whole is silent for {format_duration(_length(whole.silences))}, they are for "
            f"{format_duration(sum(silent))}"
        )
    return ""


def _lies_within(position: float, part: Measured, length: float) -> bool:
    """Whether a part can have been recorded there: a whole that was cut in front has another clock."""
    return position >= -_AHEAD and position + (part.seconds or 0.0) <= length + _BEHIND + _ROUNDED


def _newly_silent(whole: Measured, part: Measured, position: float) -> float:
    """Seconds in which the whole is silent and the part is not, where the two agree best."""
    seconds, heard = part.seconds or 0.0, list(_heard(part))
    latest = (whole.seconds or 0.0) - seconds
    places = [position + shift for shift in range(-_BEHIND, _AHEAD + 1)]
    # A part lies in its whole: at the ends there is less to choose from.
    inside = {min(max(place, 0.0), max(latest, 0.0)) for place in places}
    return min(_overlap(whole.silences or (), [(a + at, b + at) for a, b in heard]) for at in inside)


def _heard(part: Measured) -> Iterator[Span]:
    """Where a part has sound for certain."""
    done = 0.0
    for begin, end in part.silences or ():
        if begin - _EDGE > done:
            yield done, begin - _EDGE
        done = max(done, end + _EDGE)
    if (part.seconds or 0.0) > done:
        yield done, part.seconds or 0.0


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> float:
    """Seconds that are in both; each is in order and without overlaps of its own."""
    total, first, second = 0.0, 0, 0
    while first < len(some) and second < len(others):
        begin, end = max(some[first][0], others[second][0]), min(some[first][1], others[second][1])
        total += max(0.0, end - begin)
        if some[first][1] < others[second][1]:
            first += 1
        else:
            second += 1
    return total


def _length(spans: Sequence[Span]) -> float:
    return sum(end - begin for begin, end in spans)
