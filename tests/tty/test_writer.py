"""A line that stalls and comes back: frames are dropped, nobody waits long, it is painted again."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

import pytest

from tests.support.processes.waiting import PATIENCE, until
from ytui.tui.terminal import writer
from ytui.tui.terminal.writer import QUEUED_WRITES, Writer

FRAME = "x" * 20_000


@dataclass
class Line:
    """A pipe in the place of a terminal."""

    reader: int
    writer: Writer
    lost: threading.Event = field(default_factory=threading.Event)
    caught_up: list[None] = field(default_factory=list)

    def hang_up(self) -> None:
        if self.reader >= 0:
            os.close(self.reader)
            self.reader = -1

    def read(self) -> bytes:
        """What is there, without waiting for more."""
        ready, _, _ = select.select([self.reader], [], [], 0)
        return os.read(self.reader, 1 << 20) if ready else b""


@pytest.fixture
def line() -> Iterator[Line]:
    reader, end = os.pipe()
    file = os.fdopen(end, "w")
    lost, caught_up = threading.Event(), list[None]()
    made = Line(reader, Writer(file, lost.set, lambda: caught_up.append(None)), lost, caught_up)
    made.writer.start()
    yield made
    made.hang_up()
    made.writer.write("what finds the line lost")
    made.writer.join(10)
    assert not made.writer.is_alive()
    with contextlib.suppress(BrokenPipeError):
        file.close()


def stall(line: Line) -> None:
    for _ in range(QUEUED_WRITES + 10):
        line.writer.write(FRAME)
    assert line.writer.stalled
    # Not quite full: what it was filled with is written on, as far as the pipe takes it.
    assert line.writer.backlog > 0.5


def test_a_stalled_line_costs_one_wait(line: Line) -> None:
    stall(line)
    started = monotonic()
    for _ in range(1_000):
        line.writer.write(FRAME)
    assert monotonic() - started < 20 * writer.PATIENCE


def test_it_says_that_it_caught_up(line: Line) -> None:
    stall(line)
    assert not line.caught_up
    until(lambda: line.read() == b"" and line.caught_up)
    assert not line.writer.stalled
    line.writer.write("again")
    until(lambda: line.read().endswith(b"again"))
    assert len(line.caught_up) == 1


def test_a_lost_line_is_told_once(line: Line) -> None:
    line.hang_up()
    line.writer.write(FRAME)
    assert line.lost.wait(PATIENCE)
    line.writer.write(FRAME)
    assert line.writer.backlog == 0
