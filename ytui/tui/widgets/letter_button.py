"""Letter buttons: of a dialog's answers each has a letter, underlined in its word, that presses it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from string import ascii_lowercase

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Button

from ytui.core.sanitize import clean

AROUND_CELLS = 4
"""Cells of a button beside its words: it is padded, and keeps away from the next one."""


class LetterButton(Button):
    """A button that a letter presses, wherever the dialog's keyboard is."""

    def __init__(self, words: str, letter: str, *, id: str, classes: str | None = None) -> None:
        super().__init__(underlined(clean(words), letter), id=id, classes=classes, compact=True)
        self.letter = letter
        self.cells = cell_len(clean(words)) + AROUND_CELLS


def letters_for(words: Sequence[str], kept: Collection[str]) -> list[str]:
    """Return a letter for each of some words: the first of its initials, else of its letters, that is free.

    Nothing for one whose letters are all taken, or ``kept`` for something else.
    """
    taken, found = set(kept), []
    for word in words:
        places = sorted(_letters_in(word), key=lambda place: (_within(word, place), place))
        letter = next((word[place].lower() for place in places if word[place].lower() not in taken), "")
        taken.add(letter)
        found.append(letter)
    return found


def underlined(words: str, letter: str) -> Content:
    """Return words with their letter underlined: that is seen without any colour, too."""
    places = [place for place in _letters_in(words) if words[place].lower() == letter]
    if not places:
        return Content(words)
    at = min(places, key=lambda place: (_within(words, place), place))
    return Content.assemble(words[:at], (words[at], "underline"), words[at + 1 :])


def press_by_letter(dialog: DOMNode, event: events.Key) -> bool:
    """Press the button that has the letter of a key; whether there is one."""
    for button in dialog.query(LetterButton):
        if event.character and event.character == button.letter:
            event.stop()
            button.press()
            return True
    return False


def _letters_in(words: str) -> list[int]:
    return [place for place, character in enumerate(words) if character.lower() in ascii_lowercase]


def _within(words: str, place: int) -> bool:
    """Whether a letter stands within a word, and does not begin it."""
    return place > 0 and words[place - 1].isalnum()
