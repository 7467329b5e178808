"""Errors that end a command early: one sentence for the person, and the exit code that goes with it."""

from __future__ import annotations

from typing import IO, Any

import click

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_LIBRARY_IN_USE = 3
EXIT_INTERRUPTED = 130


class CliError(click.ClickException):
    """A mistake that the person can mend; ``sentence`` says what is wrong and what to do."""

    def __init__(self, sentence: str, code: int = EXIT_USAGE) -> None:
        super().__init__(sentence)
        self.code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence on standard error, with ``--json`` too."""
        from ytui.core.sanitize import clean

        click.echo(f"ytui: {clean(self.message)}", file=file, err=True)
