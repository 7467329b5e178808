"""What ends a command early: one sentence for the person, and the exit code that goes with it."""

from __future__ import annotations

from typing import IO, Any

import click

ALL_WELL = 0
SOMETHING_FAILED = 1
USAGE = 2
HELD = 3
INTERRUPTED = 130


class Mistake(click.ClickException):
    """A mistake that the person can mend; ``sentence`` says what is wrong and what to do."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        super().__init__(sentence)
        self.code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence on standard error, with ``--json`` too."""
        from ytui.core.outside import clean

        click.echo(f"ytui: {clean(self.message)}", file=file, err=True)
