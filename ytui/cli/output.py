"""Where a command's answer goes: one JSON object, or neat lines for eyes."""

from __future__ import annotations

import json
import select
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
row_number = click.IntRange(1, 2**63 - 1)
"""The number of a job on the command line: what SQLite can hold."""


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON object; the only thing a command with ``--json`` writes to standard output."""
    # ASCII escapes: right in every locale, and a lone surrogate in a title cannot break the line.
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def rest(seconds: float) -> None:
    """Sleep between two looks of a command that follows; ``BrokenPipeError`` as soon as nobody reads it."""
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):
        time.sleep(seconds)
        return
    poll = select.poll()
    poll.register(output, 0)
    if poll.poll(seconds * 1000):
        raise BrokenPipeError


def say(line: str = "") -> None:
    """Print one line for eyes."""
    click.echo(_printable(line, sys.stdout.encoding))


def note(line: str) -> None:
    """Print one line beside the answer, on standard error."""
    click.echo(_printable(line, sys.stderr.encoding), err=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Print aligned columns; those whose index is in ``right`` align right.

    Cells may be text from outside. On a terminal a line ends at its edge; in a pipe everything is there.
    """
    from ytui.core.outside import clean

    cells = [["" if value is None else clean(str(value)) for value in row] for row in rows]
    _print([list(headings), *cells], frozenset(right))


def _print(cells: Sequence[Sequence[str]], right: frozenset[int]) -> None:
    from rich.cells import cell_len

    from ytui.tui.text import fit, shorten

    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    edge = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in cells:
        parts = [fit(cell, widths[at], right=at in right) for at, cell in enumerate(row)]
        line = "  ".join(parts).rstrip()
        say(line if edge is None else shorten(line, edge))


def _printable(line: str, encoding: str | None) -> str:
    encoding = encoding or "ascii"
    return line.encode(encoding, "replace").decode(encoding)
