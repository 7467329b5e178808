"""The rules that turn an error's words into a class: rows of ``rules.toml``, read at the first failure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from ytui.core.failures.classes import Advice, FailureClass

Section = Literal["loud", "said", "hint", "vague"]
"""The sections of ``rules.toml`` in the order they are asked; the file says what each is for."""


@dataclass(frozen=True)
class Rule:
    """A row: phrases to look for, what they mean, and the message they were written for."""

    failure_class: FailureClass
    advice: Advice
    #: Regular expressions, for either case.
    phrases: tuple[str, ...]
    example: str

    @property
    def verdict(self) -> tuple[FailureClass, Advice]:
        """What the row decides."""
        return self.failure_class, self.advice

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The phrases compiled on first use: all of them together take a tenth of a second."""
        return re.compile("|".join(self.phrases), re.IGNORECASE)


@cache
def rules(section: Section) -> tuple[Rule, ...]:
    """The rows of a section in their order: earlier rows outrank later ones."""
    return tuple(_row(values) for values in _table()[section])


def first_match(section: Section, text: str) -> Rule | None:
    """The first row of a section whose phrases are in the text."""
    return next((row for row in rules(section) if row.pattern.search(text)), None)


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    import tomllib  # most commands classify nothing

    return tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))


def _row(values: dict[str, Any]) -> Rule:
    failure_class = FailureClass(values["class"])
    advice = Advice(values.get("advice", failure_class.default_advice))
    return Rule(failure_class, advice, tuple(values["phrases"]), values["example"])
