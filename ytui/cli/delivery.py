"""Where an export goes: to standard output, or whole into a file and over none by accident."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import click

from ytui.cli.mistakes import Mistake
from ytui.cli.named import NamedPath

_PIECE = 65536
"""Characters that are written at once."""

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")


class Counting(Generic[Item]):
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
    path = NamedPath(folder=False)
    return click.option("-o", "--output", type=path, help="A file to write.")(force(command))


def deliver(chunks: Iterable[str], output: Path | None, force: bool) -> None:
    """Write UTF-8 text to ``output``, or to standard output; ``Mistake`` where that is not possible.

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
        raise Mistake(f"{output} cannot be written ({error.strerror}): name another file") from error


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


def _taken(output: Path) -> Mistake:
    return Mistake(f"{output} exists: --force writes over it")
