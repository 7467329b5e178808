"""From the start of the process to the first whole frame on a terminal."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bare import WORD
from tests.benchmarks.libraries import filled
from tests.benchmarks.measure import milliseconds
from tests.benchmarks.opened import at_rest, complete, cpu, environ, opened, title
from tests.benchmarks.painted import Painted
from tests.benchmarks.table import Row

TIMES = 9
SIZES = (0, 1_000_000)
GOAL, MOST = 1.25, 0.5


@dataclass(frozen=True)
class _Start:
    """Seconds until the first whole frame, of processor time until then, and until the rows are there."""

    frame: float
    cpu: float
    rows: float


def frame() -> Iterator[Row]:
    """First whole frame with an empty library and a million videos, beside a bare Textual app."""
    libraries = {size: filled(size) for size in SIZES}
    for places in libraries.values():
        with opened(places) as terminal:
            # The first opening of all has more to do: files to compile, a card that greets.
            at_rest(terminal)
    starts: dict[int, list[_Start]] = {size: [] for size in SIZES}
    bare: list[_Start] = []
    for _ in range(TIMES):
        for size, found in starts.items():
            with opened(libraries[size]) as terminal:
                found.append(_start(terminal))
                # Its fork server would go on to load beside the next one.
                at_rest(terminal)
        bare.append(_bare())
    theirs = statistics.median(start.frame for start in bare)
    their_cpu = statistics.median(start.cpu for start in bare)
    for size, found in starts.items():
        ours = statistics.median(start.frame for start in found)
        yield Row(
            f"first frame, {size:,} videos, median of {TIMES}".replace(",000", " 000"),
            f"≤ {GOAL:.2f} of it, ≤ {milliseconds(MOST)}",
            f"{milliseconds(ours)} ({ours / theirs:.2f} of it)",
            f"bare Textual: {milliseconds(theirs)}",
            ours <= GOAL * theirs and ours <= MOST,
        )
        yield Row(
            "  its processor time; its rows",
            "",
            f"{milliseconds(statistics.median(start.cpu for start in found))}; "
            f"{milliseconds(statistics.median(start.rows for start in found))}",
            f"bare Textual: {milliseconds(their_cpu)}",
        )
    loaded = _loads("yt_dlp")
    yield Row("yt-dlp imported by the screen's process", "no", "yes" if loaded else "no", "", not loaded)


def _start(terminal: Painted) -> _Start:
    frame = terminal.painted(complete, 60) - terminal.started
    spent = cpu(terminal.pid)
    rows = terminal.painted(lambda cells: title(cells, "Channels · "), 60) - terminal.started
    return _Start(frame, spent, rows)


def _bare() -> _Start:
    words = [sys.executable, "-m", "tests.benchmarks.bare"]
    with Painted(words, environ(), rows=24, columns=80) as terminal:
        frame = terminal.painted(lambda cells: cells.lines[0].startswith(WORD), 30) - terminal.started
        return _Start(frame, cpu(terminal.pid), 0.0)


def _loads(name: str) -> bool:
    """Whether the application imports a package between its opening and its end."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "modules"
        with opened(filled(0), module="tests.benchmarks.modules", first=(str(file),)) as terminal:
            terminal.painted(complete, 60)
        return name in file.read_text().splitlines()
