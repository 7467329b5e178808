"""Spelling suggestions: the known word that a mistyped one is most like, for the end of a sentence."""

from __future__ import annotations

from collections.abc import Iterable

CLOSE = 0.6
"""How much alike two words are before one is taken for the other; difflib's measure."""
LONGEST = 200
"""Letters of a word that are compared; the longer the words, the slower by their square."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like ``word``, whatever the case; None where none is close."""
    # Only mistakes need it, so a good start does not pay for the import.
    from difflib import get_close_matches

    spellings: dict[str, str] = {}
    for each in known:
        spellings.setdefault(each.casefold()[:LONGEST], each)
    given = word.casefold()[:LONGEST]
    if found := get_close_matches(given, spellings, n=1, cutoff=CLOSE):
        return spellings[found[0]]
    # Of a long name a person remembers its beginning.
    begun = [each for spelling, each in spellings.items() if len(given) > 1 and spelling.startswith(given)]
    return begun[0] if len(begun) == 1 else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the end of a sentence about an unknown word: a question, or ``otherwise`` if none is close."""
    found = nearest(word, known)
    return otherwise if found is None else f"did you mean '{found}'?"
