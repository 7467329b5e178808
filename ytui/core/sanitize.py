"""Sanitizing of outside text (titles, names, messages): harmless on a screen or a terminal."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 2_000
"""Characters of outside text that are looked at; more never fits a line."""

_SPACES = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])?")
"""Whole escape sequences: of one that loses its first character only, the rest would stay as litter."""
_STACKED = 2
"""Combining marks kept in a row: more of them climb into the lines above."""


def clean(text: str, limit: int = MAX_LENGTH) -> str:
    """Return one harmless line of ``text``: no control, escape, bidirectional or invisible characters."""
    text = _ESCAPES.sub("", text[:limit])
    if text.isascii() and text.isprintable():
        return text
    return "".join(_harmless(text))


def _harmless(text: str) -> list[str]:
    kept: list[str] = []
    stacked = 0
    for character in text:
        if character in _SPACES:
            character = " "
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Cs", "Co", "Cn") or "\ufe00" <= character <= "\ufe0f":
            # Joiners and variation selectors too: terminals disagree on the width of what they join.
            continue
        stacked = stacked + 1 if category in ("Mn", "Me") else 0
        if stacked <= _STACKED:
            kept.append(character)
    return kept


def clean_lines(text: str, limit: int = 100_000) -> list[str]:
    """Return the harmless lines of a longer text, at most ``limit`` characters of it."""
    return [clean(line.expandtabs(4)) for line in text[:limit].splitlines()]


_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain_text(text: str) -> str:
    """``text`` without terminal sequences and control characters; line ends and tabs stay."""
    return _CONTROL.sub("", _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
