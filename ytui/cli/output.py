"""Output of a command: one JSON object, neat lines for eyes, or an export whole into a file."""

from __future__ import annotations

import json
import os
import select
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import click

from ytui.cli.errors import CliError
from ytui.cli.params import PathParam
from ytui.core.sanitize import clean

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


_PIECE = 65536
"""Characters that are written at once."""

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")


class CountingFile(Generic[Item]):
    """Passes on what it is given and counts it."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.count = 0
        self._items = items

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            self.count += 1
            yield item


def output_options(command: Command) -> Command:
    """``-o FILE`` and ``--force``, for :func:`deliver`."""
    force = click.option("--force", is_flag=True, help="Write over a file that exists.")
    path = PathParam(folder=False)
    return click.option("-o", "--output", type=path, help="A file to write.")(force(command))


def write_output(chunks: Iterable[str], output: Path | None, force: bool) -> None:
    """Write UTF-8 text to ``output``, or to standard output; ``CliError`` where that is not possible.

    A file appears when it is whole, and takes the place of another only with ``force``.
    """
    if output is None:
        _write(chunks, sys.stdout.buffer)
        sys.stdout.flush()
        return
    if os.path.lexists(output) and not force:
        raise _taken(output)
    try:
        if output.exists() and not output.is_file():
            # A pipe or a device is written into, never replaced.
            with output.open("wb") as file:
                _write(chunks, file)
        else:
            _write_whole(chunks, output, force)
    except FileExistsError as error:
        raise _taken(output) from error
    except OSError as error:
        raise CliError(f"{output} cannot be written ({error.strerror}): name another file") from error


def _write_whole(chunks: Iterable[str], output: Path, force: bool) -> None:
    unfinished = output.with_name(f".{output.name[:200]}.{os.getpid()}.tmp")
    try:
        with unfinished.open("xb") as file:
            _write(chunks, file)
            file.flush()
            os.fsync(file.fileno())
        if force:
            unfinished.replace(output.resolve())
        else:
            _take_name(unfinished, output)
    finally:
        unfinished.unlink(missing_ok=True)


def _take_name(unfinished: Path, output: Path) -> None:
    """Give the file its name, unless that was taken meanwhile."""
    try:
        os.link(unfinished, output)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links; looking first is the best there is.
        if os.path.lexists(output):
            raise FileExistsError(str(output)) from None
        unfinished.rename(output)


def _write(chunks: Iterable[str], file: BinaryIO) -> None:
    waiting: list[str] = []
    length = 0
    for chunk in chunks:
        waiting.append(chunk)
        length += len(chunk)
        if length >= _PIECE:
            file.write("".join(waiting).encode("utf-8", "replace"))
            waiting, length = [], 0
    file.write("".join(waiting).encode("utf-8", "replace"))


def _taken(output: Path) -> CliError:
    return CliError(f"{output} exists: --force writes over it")
