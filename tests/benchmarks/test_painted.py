"""The screen that benchmarks look at, and how their times are told."""

from __future__ import annotations

import os
import sys

import pytest

from tests.benchmarks.keys_painted import percentile
from tests.benchmarks.painted import Cells, Painted


def test_cells_are_where_the_program_put_them() -> None:
    cells = Cells(3, 8)
    cells.feed(b"\x1b[?25l\x1b[2;3H\x1b[1;38;2;1;2;3mab\x1b[0m\x1b]2;title\x07\n\rc")
    assert cells.lines == [" " * 8, "  ab    ", "c       "]
    assert cells.column(0) == "  c"
    cells.feed(b"\x1b[2J")
    assert cells.lines == [" " * 8] * 3


def test_a_sequence_or_a_letter_may_come_in_two_parts() -> None:
    cells = Cells(1, 6)
    for part in (b"\x1b[1;", b"2H\xe2\x96", b"\xb8", "界x".encode()):
        cells.feed(part)
    assert cells.lines == [" ▸界x "]
    assert cells.column(3) == " "


def test_what_does_not_fit_is_left_out() -> None:
    cells = Cells(1, 3)
    cells.feed(b"abcdef\x1b[5;1Hnowhere")
    assert cells.lines == ["abc"]


def test_a_key_is_answered_on_a_real_terminal() -> None:
    program = "print('ready')\nwhile True: print(f'<{input()}>')"
    with Painted([sys.executable, "-c", program], dict(os.environ), rows=6, columns=20) as terminal:
        terminal.painted(lambda cells: "ready" in cells.lines[0])
        began = terminal.press("key\n")
        painted = terminal.painted(lambda cells: any("<key>" in line for line in cells.lines))
        assert began < painted < began + 5
        with pytest.raises(TimeoutError, match="<key>"):
            terminal.painted(lambda cells: "never" in cells.lines[0], 0.05)
        terminal.press("\x04")
        assert terminal.ends() > painted


def test_percentiles_are_times_that_were_measured() -> None:
    times = [float(number) for number in range(200, 0, -1)]
    assert [percentile(times, percent) for percent in (50, 95, 99, 100)] == [100, 190, 198, 200]
    assert percentile([0.5], 99) == 0.5
