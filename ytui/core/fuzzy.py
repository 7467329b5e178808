"""Fuzzy matching: how well a name fits a few letters that were typed, with synonyms for words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum

_NOT_IN_A_WORD = re.compile(r"[\W_]+")
LEAST_SYNONYM, LEAST_LETTERS = 3, 2
"""Letters from which on a word stands for its synonyms too, and may be scattered over a name."""
MOST_SPREAD = 3
"""Letters of a name, for each one that was typed, over which those may be scattered."""
_SYNONYMS = (
    "quality resolution height format 1080p 720p",
    "remove delete unsubscribe dismiss trash forget purge erase",
    "speed bandwidth rate fast slow throttle workers limits",
    "login cookies account password credentials sign",
    "stop cancel abort",
    "pause halt hold",
    "refresh fetch update check",
    "find search filter",
    "settings configuration options preferences config",
    "errors failures plan problems",
    "space disk room size reserve",
    "quit exit close",
    "copy clipboard yank",
    "theme colours dark light",
    "captions subtitles",
    "schedule every hours interval",
    "notify notifications message mail",
    "undo restore undelete back",
    "help keys manual",
    "folder directory path library",
    "retry again",
    "prune keep retention",
)
"""Words that mean one thing to those who look for it."""
_GROUPS = tuple(tuple(words.split()) for words in _SYNONYMS)


class Fit(IntEnum):
    """How what was typed is found in a name, the best first."""

    BEGINS = 0
    """The name begins with it."""
    WORDS = 1
    """Each word of it begins one of the name's."""
    INSIDE = 2
    SYNONYM = 3
    LETTERS = 4
    """Its letters follow each other in the name, the first at the beginning of a word."""


Rank = tuple[int, int]
"""What is smaller fits better: a :class:`Fit`, then how far the name goes beyond what was typed."""


def fold(text: str) -> str:
    """The text as it is compared: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def rank(wanted: Sequence[str], name: str, about: str = "") -> Rank | None:
    """How well folded words fit a folded name, and what is said about it; None: not at all.

    Every word must be found. Letters may be scattered over the name alone: in a sentence they always are.
    """
    if name.startswith(" ".join(wanted)):
        return Fit.BEGINS, len(name)
    begins = f" {_NOT_IN_A_WORD.sub(' ', f'{name} {about}')}"
    worst = max(_word(word, begins) for word in wanted)
    if worst < Fit.LETTERS:
        return worst, len(name)
    letters, words = "".join(wanted), _NOT_IN_A_WORD.sub(" ", name)
    if len(letters) >= LEAST_LETTERS and letters in "".join(word[0] for word in words.split()):
        return Fit.LETTERS, len(letters)
    spread = _spread(letters, words)
    return None if spread is None or spread > len(letters) * MOST_SPREAD else (Fit.LETTERS, spread)


def _word(word: str, begins: str) -> Fit:
    if f" {word}" in begins:
        return Fit.WORDS
    if word in begins:
        return Fit.INSIDE
    if len(word) >= LEAST_SYNONYM and any(f" {other}" in begins for other in _synonyms(word)):
        return Fit.SYNONYM
    return Fit.LETTERS


def _synonyms(word: str) -> list[str]:
    """The words of every group that has one which begins so."""
    return [other for group in _GROUPS if any(each.startswith(word) for each in group) for other in group]


def _spread(letters: str, name: str) -> int | None:
    """Over how many letters of the name these are spread, at its best place; None if they are not in it."""
    if len(letters) < LEAST_LETTERS:
        return None
    found = []
    for start, letter in enumerate(name):
        if letter == letters[0] and (start == 0 or name[start - 1] == " "):
            place = start
            for each in letters[1:]:
                place = name.find(each, place + 1)
                if place < 0:
                    break
            else:
                found.append(place - start + 1)
    return min(found, default=None)
