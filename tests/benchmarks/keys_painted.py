"""From a key to the cell that it changes, while ten jobs saturate the machine."""

from __future__ import annotations

import itertools
import math
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.drive import command, make_home, places_of
from tests.benchmarks.far_site import far_site
from tests.benchmarks.measure import milliseconds
from tests.benchmarks.opened import DETAILS, STOP, environ, of_list, opened, title
from tests.benchmarks.painted import Cells, Painted
from tests.benchmarks.table import Row

KEYS = 320
JOBS, CHANNELS, VIDEOS = 10, 4, 700
GOAL = 0.05
SIZES = ((40, 120), (24, 80))
THREADED = "tests.benchmarks.threaded"
VIEWS = {"1": "Channels", "2": "Videos", "3": "Jobs", "4": "Work plan", "5": "Log", "6": "Speed"}
WORDS = ("upload 7", "tiny", "state:new", "zebra")
AT_REST = (0.06, 0.16)
"""Seconds between what a key painted and the next one, by chance: out of step with any clock."""
STEPS = 8
"""Rows that the cursor goes down, and up again."""
LONGEST = 10.0
HELD, REPEAT = 60, 1 / 30
"""How often a key comes that is held down, and the seconds from one to the next."""


@dataclass
class _Times:
    """Seconds from key to cell, by kind of key, and how busy the machine was meanwhile."""

    by_kind: dict[str, list[float]] = field(default_factory=dict)
    busy: float = 0.0
    jobs_a_second: float = 0.0

    @property
    def all(self) -> list[float]:
        """Every key."""
        return [seconds for times in self.by_kind.values() for seconds in times]


def keys() -> Iterator[Row]:
    """From a key to its paint with ten jobs saturating the machine, beside the same jobs as threads."""
    with tempfile.TemporaryDirectory(prefix="ytui-keys-") as folder, far_site(CHANNELS, VIDEOS) as roots:
        queued = Path(folder) / "queued"
        _prepare(queued, roots)
        for rows, columns in SIZES:
            ours = _measured(queued, "ytui", rows, columns)
            theirs = _measured(queued, THREADED, rows, columns)
            yield from _rows(f"{columns}×{rows}", ours, theirs)


def solving_keys() -> Iterator[Row]:
    """From a key to its paint while ten jobs solve challenges, beside ten jobs that need not."""
    times: dict[bool, _Times] = {}
    for challenges in (True, False):
        with (
            tempfile.TemporaryDirectory(prefix="ytui-keys-") as folder,
            far_site(CHANNELS, VIDEOS, challenges=challenges) as roots,
        ):
            queued = Path(folder) / "queued"
            _prepare(queued, roots)
            times[challenges] = _measured(queued, "ytui", *SIZES[0])
    solving, plain = times[True], times[False]
    p99 = percentile(solving.all, 99)
    yield Row(
        f"key → painted, {JOBS} jobs that solve challenges, p50 p95 p99 of {len(solving.all)}",
        f"p99 ≤ {milliseconds(GOAL)}",
        _percentiles(solving.all),
        f"without challenges: {_percentiles(plain.all)}",
        p99 <= GOAL,
    )
    yield Row("  meanwhile", "", _load(solving), f"without challenges: {_load(plain)}")


def details_keys() -> Iterator[Row]:
    """From a key to its paint beside the details of rows, also of a j held down, with ten jobs."""
    times: dict[bool, _Times] = {}
    with tempfile.TemporaryDirectory(prefix="ytui-keys-") as folder, far_site(CHANNELS, VIDEOS) as roots:
        queued = Path(folder) / "queued"
        _prepare(queued, roots)
        for details in (True, False):
            times[details] = _measured(queued, "ytui", *SIZES[0], details=details, held=True)
    beside, alone = times[True], times[False]
    for words, these, those in (
        ("every kind of key", beside.all, alone.all),
        ("j held down", beside.by_kind["held down"], alone.by_kind["held down"]),
    ):
        p99 = percentile(these, 99)
        yield Row(
            f"key → painted, {JOBS} jobs, details beside the list, {words}, p50 p95 p99 of {len(these)}",
            f"p99 ≤ {milliseconds(GOAL)}",
            _percentiles(these),
            f"without details: {_percentiles(those)}",
            p99 <= GOAL,
        )
    yield Row("  meanwhile", "", _load(beside), f"without details: {_load(alone)}")


def _rows(size: str, ours: _Times, theirs: _Times) -> Iterator[Row]:
    p99 = percentile(ours.all, 99)
    yield Row(
        f"key → painted, {JOBS} jobs, {size}, p50 p95 p99 of {len(ours.all)}",
        f"p99 ≤ {milliseconds(GOAL)}",
        _percentiles(ours.all),
        f"jobs as threads: {_percentiles(theirs.all)}",
        p99 <= GOAL,
    )
    for kind, times in ours.by_kind.items():
        baseline = f"jobs as threads: {_percentiles(theirs.by_kind[kind])}"
        yield Row(f"  of these, {kind} ({len(times)})", "", _percentiles(times), baseline)
    yield Row("  meanwhile", "", _load(ours), f"jobs as threads: {_load(theirs)}")


def percentile(times: Sequence[float], percent: float) -> float:
    """The smallest time that so many percent of them do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _percentiles(times: Sequence[float]) -> str:
    return " ".join(f"{percentile(times, percent) * 1000:.0f}" for percent in (50, 95, 99)) + " ms"


def _load(times: _Times) -> str:
    return f"processors {times.busy:.0%} busy, {times.jobs_a_second:.1f} downloads a second"


def _prepare(home: Path, roots: list[str]) -> None:
    """A library whose channels are listed and whose videos are all queued."""
    make_home(home, roots, [], download=True, workers=JOBS)
    with places_of(home).config_file.open("a") as file:
        file.write(STOP)
    words = command(home, "fetch", ("ytui.demo.extractor",))
    subprocess.run(words, env=environ(), stdout=subprocess.DEVNULL, check=True)


def _measured(
    queued: Path, module: str, rows: int, columns: int, *, details: bool = True, held: bool = False
) -> _Times:
    """``details``: beside the lists, where there is room; ``held``: a key is held down, too."""
    home = queued.parent / "home"
    shutil.copytree(queued, home)
    # The library's folder is named in the configuration, and told from others by its mark.
    config = places_of(home).config_file
    text = config.read_text().replace(str(queued), str(home))
    config.write_text(text if details else f"{text}\n[screen]\ndetails = false\n")
    try:
        with opened(places_of(home), module=module, rows=rows, columns=columns) as terminal:
            terminal.painted(lambda cells: f"{JOBS} running" in cells.lines[0], 60)
            terminal.look_on(3)
            person = _Person(terminal)
            person.look_around()
            times, done, began, before = _Times(), _done(home), time.monotonic(), _processors()
            while len(times.all) < KEYS:
                person.round(times.by_kind)
                if held:
                    person.hold(times.by_kind, details=details)
            after = _processors()
            times.busy = 1 - (after[1] - before[1]) / (after[0] - before[0])
            times.jobs_a_second = (_done(home) - done) / (time.monotonic() - began)
            if f"{JOBS} running" not in terminal.lines[0]:
                raise RuntimeError(f"it did not work all the time: {terminal.lines[0]}")
        return times
    finally:
        shutil.rmtree(home)


class _Person:
    """Presses keys one after the other and waits for each to be painted."""

    def __init__(self, terminal: Painted) -> None:
        self._terminal = terminal
        self._luck = random.Random(1)

    def look_around(self) -> None:
        """Open each view once: what the first visit makes is not made again."""
        for key, name in VIEWS.items():
            self._pressed(key, lambda cells, name=name: title(cells, name))  # type: ignore[misc]

    def round(self, times: dict[str, list[float]]) -> None:
        """Some of every kind of key."""
        for key in self._luck.sample(sorted(VIEWS), len(VIEWS)):
            seconds = self._pressed(key, lambda cells, name=VIEWS[key]: title(cells, name))  # type: ignore[misc]
            times.setdefault("views", []).append(seconds)
        self._pressed("1", lambda cells: title(cells, VIEWS["1"]))
        self._pressed("2", lambda cells: title(cells, VIEWS["2"]))
        self._terminal.painted(lambda cells: _cursor(cells) > 0)
        for step in (1, -1):
            for _ in range(STEPS):
                place = _cursor(self._terminal.cells) + step
                key = "j" if step > 0 else "k"
                seconds = self._pressed(key, lambda cells, place=place: _cursor(cells) == place)  # type: ignore[misc]
                times.setdefault("cursor", []).append(seconds)
        self._type(self._luck.choice(WORDS), times.setdefault("letters of a filter", []))

    def hold(self, times: dict[str, list[float]], *, details: bool) -> None:
        """Hold j down, from the first row to below the last one that is visible."""
        self._pressed("2", lambda cells: title(cells, VIEWS["2"]))
        self._pressed("g", lambda cells: _cursor(cells) > 0)
        if any(DETAILS in line for line in self._terminal.lines) is not details:
            raise RuntimeError("the details are not as they should be")
        held = times.setdefault("held down", [])
        for _ in range(HELD):
            place = _cursor(self._terminal.cells)
            title_here = _title_at(self._terminal.cells, place)
            began = self._terminal.press("j")
            painted = self._terminal.painted(lambda cells: _below(cells, place, title_here), LONGEST)  # noqa: B023 - asked within the round
            held.append(painted - began)
            self._terminal.look_on(max(0.0, began + REPEAT - time.monotonic()))
        self._pressed("g", lambda cells: _cursor(cells) > 0)

    def _type(self, word: str, times: list[float]) -> None:
        self._pressed("/", lambda cells: not _without_filter(cells))
        for end in range(1, len(word) + 1):
            typed = word[:end].strip()
            seconds = self._pressed(
                word[end - 1],
                lambda cells, typed=typed: any(line.strip() == typed for line in of_list(cells)[2:6]),  # type: ignore[misc]
            )
            if word[end - 1] != " ":
                times.append(seconds)
        self._pressed("\x1b", _without_filter)

    def _pressed(self, key: str, painted: Callable[[Cells], object]) -> float:
        began = self._terminal.press(key)
        seconds = self._terminal.painted(painted, LONGEST) - began
        self._terminal.look_on(self._luck.uniform(*AT_REST))
        return seconds


def _without_filter(cells: Cells) -> bool:
    """Whether the names of the columns are right below the title."""
    lines = cells.lines[2:6]
    return any(
        above.startswith("─") and below.split()[:1] == ["state"] for above, below in itertools.pairwise(lines)
    )


def _cursor(cells: Cells) -> int:
    return cells.column(0).find("▸")


def _title_at(cells: Cells, place: int) -> str:
    return of_list(cells)[place][15:]


def _below(cells: Cells, place: int, title_there: str) -> bool:
    """Whether the cursor is a row below a place; where the list scrolls, the next title is at that place."""
    now = _cursor(cells)
    return now == place + 1 or (now == place and _title_at(cells, now) != title_there)


def _done(home: Path) -> int:
    with closing(sqlite3.connect(places_of(home).database)) as db:
        record = db.execute("SELECT sum(n) FROM job_counts WHERE kind = 'download' AND state = 'done'")
        return int(record.fetchone()[0] or 0)


def _processors() -> tuple[int, int]:
    """Ticks of all processors since the start of the machine, and those without work."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]
