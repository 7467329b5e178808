"""One row of the tables that turn an error's words into a class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ytui.core.failures.classes import Advice, FailureClass


@dataclass(frozen=True)
class Rule:
    """Words to look for, the message they were written for, and what they mean."""

    words: str
    """A regular expression, for either case."""
    example: str
    failure_class: FailureClass
    advice: Advice

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The words compiled, on first use: hundreds of them would hold up the start of every command."""
        return re.compile(self.words, re.IGNORECASE)


def rule(pattern: str, example: str, failure_class: FailureClass, advice: Advice | None = None) -> Rule:
    """A row of a table; without an advice of its own it gives the class's default."""
    return Rule(pattern, example, failure_class, advice or failure_class.default_advice)


def first_match(rules: tuple[Rule, ...], text: str) -> Rule | None:
    """The first row whose words are in the text: earlier rows outrank later ones."""
    for row in rules:
        if row.pattern.search(text):
            return row
    return None
