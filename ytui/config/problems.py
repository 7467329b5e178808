"""Problems of the configuration: one sentence each, with file, line and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from ytui.config.toml_text import KeyPath

_LONGEST_SHOWN = 60
_PASSWORD = re.compile(r"//[^/@\s]*@")


@dataclass(frozen=True)
class Problem:
    """One mistake; ``line`` counts from 1 and is None where no line is to blame."""

    file: Path
    line: int | None
    sentence: str

    def __str__(self) -> str:
        inside = self.file.parent.name == "channels.d"
        name = f"channels.d/{self.file.name}" if inside else self.file.name
        place = name if self.line is None else f"{name} line {self.line}"
        return f"{place}: {self.sentence}"


class ConfigError(Exception):
    """The configuration cannot be used, or not be saved; the text is the first problem's sentence."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = tuple(problems)

    @property
    def file(self) -> Path:
        """The file of the first problem."""
        return self.problems[0].file

    @property
    def line(self) -> int | None:
        """The line of the first problem, from 1; None where no line is to blame."""
        return self.problems[0].line

    @property
    def sentence(self) -> str:
        """The first problem without its place."""
        return self.problems[0].sentence


class UnexpectedValue(Exception):
    """A value does not fit: what was expected, ready to follow "must be".

    ``found`` describes what stood there instead; None shows the value, an empty text says nothing of it.
    """

    def __init__(self, expected: str, found: str | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = found


def shown(value: object) -> str:
    """A value from the file as it may stand in a sentence: short, printable, without a URL's password."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = _PASSWORD.sub("//…@", value)
        text = "".join(letter if letter.isprintable() else "�" for letter in text)
        return f"'{text[:_LONGEST_SHOWN]}…'" if len(text) > _LONGEST_SHOWN else f"'{text}'"
    if isinstance(value, int | float | date | time):
        return str(value)[:_LONGEST_SHOWN]
    return "a list" if isinstance(value, list) else "a table"


def dotted(path: KeyPath) -> str:
    """A key's path as a person writes it; positions in lists are left to the line number."""
    return ".".join(shown(part)[1:-1] for part in path if isinstance(part, str))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``."""
    # Only mistakes need it, so a good start does not pay for the import.
    from difflib import get_close_matches

    return get_close_matches(word, list(known), n=1, cutoff=0.0)[0]
