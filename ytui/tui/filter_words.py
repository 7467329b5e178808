"""What is typed into a filter: ``state:failed channel:blender >20min text``; an unknown word is text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_PIECE = re.compile(r'(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))')
_LENGTH = re.compile(r"([<>])(?=\d)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)min)?(?:(\d+(?:\.\d+)?)s)?")
_UNITS = (3600.0, 60.0, 1.0)


@dataclass(frozen=True)
class Wanted:
    """What rows must have: every text somewhere, every field's value in its field, a length in seconds."""

    texts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    longer: float | None = None
    shorter: float | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.texts or self.fields) or self.longer is not None or self.shorter is not None


NOTHING = Wanted()
"""Asks for nothing, so that every row has it."""


def parse(text: str, fields: Collection[str], *, lengths: bool = False) -> Wanted:
    """Read a filter; ``fields`` are the names that a list knows, ``lengths`` whether its rows have one.

    Quotes keep blanks together: ``channel:"blender studio"``. A field whose value is not typed yet asks
    for nothing, so that the rows do not vanish half-way through a word.
    """
    texts: list[str] = []
    found: list[tuple[str, str]] = []
    bounds: dict[str, float] = {}
    for match in _PIECE.finditer(text.strip()):
        name, quoted, plain = match.groups()
        value = quoted if quoted is not None else plain
        bound = _LENGTH.fullmatch(match[0]) if lengths else None
        if name in fields:
            found.append((name, value))
        elif bound:
            amounts = zip(bound.groups()[1:], _UNITS, strict=True)
            bounds[bound[1]] = sum(float(amount) * unit for amount, unit in amounts if amount)
        elif match[0].removesuffix(":") not in fields:
            texts.append(value if name is None else f"{name}:{value}")
    return Wanted(tuple(word for word in texts if word), tuple(found), bounds.get(">"), bounds.get("<"))


def like(value: str) -> str:
    """Return the LIKE pattern (escape ``\\``) for values that contain ``value``."""
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
