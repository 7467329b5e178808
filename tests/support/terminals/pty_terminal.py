"""A real terminal with a program on it: what a person's screen would be sent, and keys."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.support.processes.waiting import PATIENCE, until

# Makes the terminal on standard input the controlling one, as a login does, and becomes the program.
_LOGIN = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_ESCAPES = re.compile(
    rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|P[^\x1b]*\x1b\\|[()][AB0]|[=>])"
)
_GONE = ("Z", "X")


class Screen:
    """What a program wrote to its terminal."""

    @property
    def output(self) -> bytes:
        """Everything so far, byte for byte."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What was written so far, without its escapes."""
        return self.text_after(0)

    def text_after(self, place: int) -> str:
        """What was written after so many bytes, without its escapes."""
        return _ESCAPES.sub(b"", self.output[place:]).decode("utf-8", "replace")

    def shows(self, words: str, seconds: float = PATIENCE, *, since: int = 0) -> None:
        """Wait until ``words`` were written, in the bytes after the first ``since``."""
        try:
            until(lambda: words in self.text_after(since), seconds)
        except AssertionError:
            raise AssertionError(f"{words!r} is not in {self.text[-3000:]!r}") from None


class Terminal(Screen):
    """Runs a command as the leader of a session on a pseudo-terminal; its output is read all the time.

    A context manager: at its end nothing of it is left.
    """

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], *, rows: int = 24, columns: int = 80
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", _LOGIN, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environ),
            start_new_session=True,
        )
        os.close(slave)
        self._output = b""
        self._reading = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.hang_up()

    def _read(self) -> None:
        # With a deadline: closing a terminal while it is being read from does not hang up the line.
        while self._reading:
            ready, _, _ = select.select([self._master], [], [], 0.02)
            if not ready:
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            self._output += data

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    @property
    def output(self) -> bytes:
        """Everything that came over the line."""
        return self._output

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def quiet(self, seconds: float = 1.5) -> None:
        """Wait until nothing was written for so many seconds."""
        length, since = -1, time.monotonic()

        def still() -> bool:
            nonlocal length, since
            if len(self.output) != length:
                length, since = len(self.output), time.monotonic()
            return time.monotonic() - since >= seconds

        until(still)

    def stop_reading(self) -> None:
        """Let the line stall: nothing is read any more."""
        self._reading = False
        self._reader.join()

    def hang_up(self) -> None:
        """Close the line, as a broken connection or a closed window does."""
        self.stop_reading()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def resize(self, rows: int, columns: int) -> None:
        """Change the window's size."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def foreground(self) -> int:
        """The process group that the terminal belongs to now."""
        return os.tcgetpgrp(self._master)

    @property
    def cooked(self) -> bool:
        """Whether the line discipline edits and echoes, as a shell expects to find it."""
        modes = termios.tcgetattr(self._master)[3]
        return bool(modes & termios.ECHO) and bool(modes & termios.ICANON)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def gone(self, seconds: float = PATIENCE) -> float:
        """Wait for the program's end; how many seconds it took. Fails if it does not come."""
        started = time.monotonic()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"process {self.pid} is still there: {state_of(self.pid)}") from None
        return time.monotonic() - started

    @property
    def code(self) -> int | None:
        """The program's exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def settled(self, seconds: float = PATIENCE) -> None:
        """Wait until everything was read: the last process that had the terminal open is gone."""
        self._reader.join(seconds)
        assert not self._reader.is_alive(), "something still has the terminal open"


def state_of(pid: int) -> str:
    """The kernel's letter for a process's state; empty if there is none."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123  a file of the kernel
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Whether a process runs, sleeps or is stopped; one that waits to be reaped does not."""
    return state_of(pid) not in ("", *_GONE)
