"""Log file reader of any size: a window at a time, never the whole, the end as fast as any part."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ytui.core.sanitize import clean

PIECE = 8_192
"""Bytes; a line is taken apart at a multiple of it where as many bytes before have no end of a line."""
AROUND = 3 * PIECE
"""Bytes that are read before and after a place."""
BLOCK = 1 << 20
"""Bytes that are searched at once."""


@dataclass(frozen=True)
class LogLine:
    """One line, or a piece of a very long one: where it starts in the file, where the next does, its text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class LogWindow:
    """The lines around a place of a file that had ``size`` bytes; none if it is missing or empty."""

    lines: tuple[LogLine, ...] = ()
    size: int = 0

    @property
    def whole_above(self) -> bool:
        """Whether nothing is before the first line."""
        return not self.lines or self.lines[0].start == 0

    @property
    def whole_below(self) -> bool:
        """Whether nothing was after the last line."""
        return not self.lines or self.lines[-1].end >= self.size

    def holds(self, at: int) -> bool:
        """Whether a byte is in one of the lines."""
        return bool(self.lines) and self.lines[0].start <= at < self.lines[-1].end

    def index(self, at: int) -> int:
        """Return which line holds a byte, the nearest there is."""
        return next((number for number, line in enumerate(self.lines) if at < line.end), len(self.lines) - 1)


def read_window(path: Path, at: int | None) -> LogWindow:
    """Return the lines around a byte, or with None those at the end; ``OSError`` if it cannot be read."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            place = size if at is None else min(at, size)
            # Where a line begins shows in the piece before it.
            base = max(0, (place - AROUND) // PIECE - 1) * PIECE
            file.seek(base)
            data = file.read(min(size, place + AROUND) - base)
    except FileNotFoundError:
        return LogWindow()
    starts = _starts(data, base)
    ends = [*starts[1:], base + len(data)]
    if base + len(data) < size:
        starts.pop()
    return LogWindow(
        tuple(
            LogLine(start, end, _text(data[start - base : end - base]))
            for start, end in zip(starts, ends, strict=False)
        ),
        size,
    )


def log_size(path: Path) -> int:
    """Return how many bytes a log has; 0 for one that is not there."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def lines_between(path: Path, start: int, end: int) -> int:
    """Return how many lines end between two bytes."""
    found = 0
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (data := file.read(min(BLOCK, end - start))):
            found += data.count(b"\n")
            start += len(data)
    return found


def search(path: Path, text: str, at: int, *, forward: bool, given_up: Callable[[], bool]) -> int | None:
    """Return the byte of the next match after ``at``, or before it, then of one from the other end.

    Case does not matter. None if there is no match, or if it was given up, which is asked once a block.
    """
    find = _forward if forward else _backward
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        ranges = [(at, size), (0, at)] if forward else [(0, at), (at, size)]
        for start, end in ranges:
            found = find(file, text.lower(), start, end, given_up)
            if found is not None:
                return found
    return None


def _forward(file: BinaryIO, wanted: str, start: int, end: int, given_up: Callable[[], bool]) -> int | None:
    while start < end and not given_up():
        file.seek(start)
        data = file.read(min(BLOCK, end - start))
        if not data:
            return None
        # A line that goes on is searched with the next block, unless it is longer than a whole one.
        cut = data.rfind(b"\n") + 1
        if cut and start + len(data) < end:
            data = data[:cut]
        found = _in_block(data, wanted, last=False)
        if found is not None:
            return start + found
        start += len(data)
    return None


def _backward(file: BinaryIO, wanted: str, start: int, end: int, given_up: Callable[[], bool]) -> int | None:
    while start < end and not given_up():
        first = max(start, end - BLOCK)
        file.seek(first)
        data = file.read(end - first)
        # The line that begins before this block is searched with the one above.
        cut = data.find(b"\n") + 1 if first > start else 0
        if cut == len(data):
            cut = 0
        found = _in_block(data[cut:], wanted, last=True)
        if found is not None:
            return first + cut + found
        end = first + cut
    return None


def _in_block(data: bytes, wanted: str, *, last: bool) -> int | None:
    """Return the byte of the first or last match; about it, where small letters are longer than capitals."""
    if wanted.isascii():
        small, letters = data.lower(), wanted.encode()
        found = small.rfind(letters) if last else small.find(letters)
        return found if found >= 0 else None
    text = data.decode("utf-8", "replace").lower()
    found = text.rfind(wanted) if last else text.find(wanted)
    if found < 0:
        return None
    # Characters and bytes are counted from the start of the line: a decoded block has as many lines.
    line = 0
    for _ in range(text.count("\n", 0, found)):
        line = data.index(b"\n", line) + 1
    before = text[text.rfind("\n", 0, found) + 1 : found]
    return min(line + len(before.encode()), len(data) - 1)


def _starts(data: bytes, base: int) -> list[int]:
    starts = {0} if base == 0 and data else set()
    at = data.find(b"\n") + 1
    while 0 < at < len(data):
        starts.add(base + at)
        at = data.find(b"\n", at) + 1
    for at in range(PIECE, len(data), PIECE):
        if data.find(b"\n", at - PIECE, at) < 0:
            starts.add(base + at)
    return sorted(starts)


def _text(data: bytes) -> str:
    return clean(data.decode("utf-8", "replace").rstrip("\r\n").expandtabs(4), 2 * PIECE)
