"""A program on a terminal, and what stands in each cell of it after every byte: when a key was answered."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.cells import get_character_cell_size

_TOKEN = re.compile(
    r"\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[()][A-Z0-9]|\x1b[=>78]"
    r"|(?P<control>[\x00-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]P][^\x07\x1b]*\x1b?|[()]?)\Z")


class Cells:
    """The characters on a screen, from the few sequences that Textual paints with; colours are left out."""

    def __init__(self, rows: int, columns: int) -> None:
        self._columns = columns
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> None:
        """Paint what was written; a sequence may come in two parts."""
        text = self._rest + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        self._rest = unfinished[0] if unfinished else ""
        for token in _TOKEN.finditer(text, 0, len(text) - len(self._rest)):
            if token["text"]:
                self._write(token["text"])
            elif token["final"]:
                self._control(token["final"], token["parameters"])
            elif token["control"] == "\r":
                self._column = 0
            elif token["control"] == "\n":
                self._row += 1

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return ["".join(line) for line in self._cells]

    def column(self, number: int) -> str:
        """One column, from the top to the bottom."""
        return "".join(line[number] or " " for line in self._cells)

    def _write(self, text: str) -> None:
        if not 0 <= self._row < len(self._cells):
            return
        line = self._cells[self._row]
        for character in text:
            width = 1 if character < "\u0300" else get_character_cell_size(character)
            if width and self._column + width <= self._columns:
                line[self._column : self._column + width] = [character, *[""] * (width - 1)]
                self._column += width

    def _control(self, final: str, parameters: str) -> None:
        if final == "H":
            row, _, column = parameters.partition(";")
            self._row, self._column = int(row or 1) - 1, int(column or 1) - 1
        elif final == "J" and parameters == "2":
            self._cells = [[" "] * self._columns for _ in self._cells]


class Painted:
    """Runs a command on a terminal of its own; a context manager that leaves nothing of it behind.

    Nothing is read but in its methods, in the caller's thread: a moment is taken as soon as bytes are there,
    and no other thread of this process stands between.
    """

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], *, rows: int, columns: int
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.cells = Cells(rows, columns)
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environ),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Its line is closed first, so that its jobs and its fork server end as they would in life.
        os.close(self._master)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ends(self, seconds: float = 20.0) -> float:
        """Read on until the program has ended; the moment it had. ``TimeoutError`` if it does not."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"it did not end in {seconds:g} s:\n" + "\n".join(self.lines))
            self._read(0.01)
        return time.monotonic()

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    @property
    def lines(self) -> list[str]:
        """What the screen shows."""
        return self.cells.lines

    def press(self, keys: str) -> float:
        """Press keys; the moment right before."""
        moment = time.monotonic()
        os.write(self._master, keys.encode())
        return moment

    def painted(self, condition: Callable[[Cells], object], seconds: float = 5.0) -> float:
        """The moment at which what makes a condition true was read; ``TimeoutError`` if it does not come."""
        deadline = time.monotonic() + seconds
        moment = time.monotonic()
        while not condition(self.cells):
            if time.monotonic() > deadline:
                raise TimeoutError(f"it was not painted in {seconds:g} s:\n" + "\n".join(self.lines))
            moment = self._read(0.05) or moment
        return moment

    def look_on(self, seconds: float) -> None:
        """Read for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read(left)

    def _read(self, seconds: float) -> float | None:
        """Read what is there or comes in this time; the moment it was there."""
        if not select.select([self._master], [], [], seconds)[0]:
            return None
        moment = time.monotonic()
        try:
            self.cells.feed(os.read(self._master, 1 << 16))
        except OSError:
            # Nobody has the terminal open any more.
            time.sleep(seconds)
            return None
        return moment
