"""One row of the tables that turn an error's words into a class."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ytui.core.failure_words import Advice, FailureClass


@dataclass(frozen=True)
class Rule:
    """Words to look for, the message they were written for, and what they mean."""

    pattern: re.Pattern[str]
    example: str
    failure_class: FailureClass
    advice: Advice


def rule(pattern: str, example: str, failure_class: FailureClass, advice: Advice | None = None) -> Rule:
    """A row of a table; without an advice of its own it gives the class's default."""
    return Rule(
        re.compile(pattern, re.IGNORECASE), example, failure_class, advice or failure_class.default_advice
    )


def first_match(rules: tuple[Rule, ...], text: str) -> Rule | None:
    """The first row whose words are in the text: earlier rows outrank later ones."""
    for row in rules:
        if row.pattern.search(text):
            return row
    return None
