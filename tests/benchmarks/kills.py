"""``kill -9`` at random moments of a queue's life, and what is left afterwards."""

from __future__ import annotations

import os
import random
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.kills_scene import VIDEOS, Killing, Library, a_library
from tests.benchmarks.table import Row

KILLS = int(os.environ.get("KILLS", "200"))
EACH, USUALLY = 10, 8
"""Kills that one library meets at most before its queue comes to its end, and how many it does."""
AT_ONCE = 2
"""Libraries at the same time, so that the machine is busy at each kill."""
ORPHANS_GONE = 5.0
LONGEST, BRIEF = 2.0, 0.02
"""Seconds until the random moment at the latest: from what is waited for on, and within what is soon over."""
CHARGED, MOST_CHARGED = ("job", "ffmpeg"), 3
"""Victims that cost their job an attempt, as if it were to blame; more of them and it is given up."""
BRIEFLY = ("merging", "last step")
LOST = 80_000
"""Bytes on their way that a kill may lose of each transfer: yt-dlp writes what it reads in about a second."""
AIMS = ("", "listing", "video", "fragments", "audio", "merging", "last step", "last step")
"""What is waited for before the random moment begins; empty for nothing."""
PATIENCE = 8.0
"""Seconds that a stage is waited for; it may not come again."""


@dataclass
class Fate:
    """What came of one library."""

    stages: Counter[str] = field(default_factory=Counter)
    victims: Counter[str] = field(default_factory=Counter)
    orphans: list[float] = field(default_factory=list)
    servers: list[float] = field(default_factory=list)
    """Seconds until no job of a killed holder was left, nor what jobs start; and until nothing at all was."""
    sent: int = 0
    needed: int = 0
    """Bytes that the site sent, and the bytes of all the files."""
    wrong: list[str] = field(default_factory=list)


def kills() -> Iterator[Row]:
    """Kill holders, fork servers, trackers, jobs and ffmpegs, and start again, until all has arrived."""
    with tempfile.TemporaryDirectory(prefix="ytui-kills-") as folder:
        root = Path(folder)
        reference = _undisturbed(root / "reference")
        numbers = range(max(1, KILLS // USUALLY))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            fates = list(pool.map(lambda number: _suffer(root / str(number), number, reference), numbers))
    yield from _rows(fates)


def _rows(fates: list[Fate]) -> Iterator[Row]:
    victims = sum((fate.victims for fate in fates), Counter[str]())
    stages = sum((fate.stages for fate in fates), Counter[str]())
    times = victims.total()
    wrong = [words for fate in fates for words in fate.wrong]
    yield Row(
        f"`kill -9` at {times} random moments: no job lost or doubled, database whole, files as undisturbed",
        f"{len(fates)} of {len(fates)} libraries",
        "; ".join([f"{sum(not fate.wrong for fate in fates)} of {len(fates)}", *dict.fromkeys(wrong)]),
        _counted(victims),
        not wrong,
    )
    orphans = [seconds for fate in fates for seconds in fate.orphans]
    servers = [seconds for fate in fates for seconds in fate.servers]
    yield Row(
        "killed holder: no job of it left, nor an ffmpeg",
        f"≤ {ORPHANS_GONE:.0f} s",
        f"{len(orphans)} of {len(orphans)}; max {max(orphans):.2f} s",
        f"its fork server too, which may be warming: max {max(servers):.2f} s",
        max(orphans) <= ORPHANS_GONE,
    )
    sent, needed = sum(fate.sent for fate in fates), sum(fate.needed for fate in fates)
    yield Row(
        "bytes resumed: fetched in all",
        f"files and ≤ {LOST // 1000} KB a transfer and kill",
        f"{sent / 1e6:.1f} MB for {needed / 1e6:.1f} MB of files",
        f"at the kills: {_counted(stages)}",
        None,
    )


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _undisturbed(root: Path) -> dict[str, bytes | None]:
    with a_library(root) as library:
        library.finish()
        return library.files()


def _suffer(root: Path, number: int, reference: dict[str, bytes | None]) -> Fate:
    fate, moments = Fate(), random.Random(number)
    with a_library(root) as library:
        try:
            _kill_often(library, fate, moments, "app" if number % 2 else "run")
            library.finish()
            _look(library, fate, reference)
        except (AssertionError, TimeoutError) as error:
            fate.wrong.append(f"{number}: {str(error)[:300] or type(error).__name__}")
    return fate


def _kill_often(library: Library, fate: Fate, moments: random.Random, way: str) -> None:
    known: set[int] = set()
    for _ in range(EACH):
        with library.holder(way) as killing:
            while killing.lives and fate.victims.total() < EACH:
                _kill(library, fate, moments, killing)
        if fate.victims.total() >= EACH or library.done() == VIDEOS:
            return
        problem = library.problem(known)
        if problem:
            fate.wrong.append(problem)


def _kill(library: Library, fate: Fate, moments: random.Random, killing: Killing) -> None:
    """Kill the holder, or one process of it, at a random moment."""
    aim = moments.choice(AIMS)
    victim = moments.choices(("holder", "fork server", "tracker", "job", "ffmpeg"), (12, 2, 1, 3, 2))[0]
    if victim in CHARGED and sum(fate.victims[name] for name in CHARGED) >= MOST_CHARGED:
        victim = "holder"
    killing.wait_for("merging" if victim == "ffmpeg" else aim, PATIENCE)
    if victim != "ffmpeg":
        killing.pause(moments.uniform(0, BRIEF if aim in BRIEFLY else LONGEST))
    stages = library.stages()
    candidates = killing.of_kind(victim)
    if not candidates:
        return
    try:
        os.kill(moments.choice(candidates), signal.SIGKILL)
    except ProcessLookupError:
        # It came to its end by itself.
        return
    fate.victims[victim] += 1
    fate.stages.update(stages)
    if victim == "holder":
        jobs, all_of_it = killing.deserted(ORPHANS_GONE * 4)
        fate.orphans.append(jobs)
        fate.servers.append(all_of_it)


def _look(library: Library, fate: Fate, reference: dict[str, bytes | None]) -> None:
    """What is wrong at the end of it all."""
    problem = library.problem(set())
    files = library.files()
    if problem:
        fate.wrong.append(problem)
    if files != reference:
        names = sorted(name for name in files.keys() ^ reference.keys())
        changed = sorted(name for name in files.keys() & reference.keys() if files[name] != reference[name])
        fate.wrong.append(f"other files than undisturbed: {names}, other bytes: {changed}")
    if library.strays():
        fate.wrong.append(f"strays: {library.strays()}")
    if library.done() != VIDEOS:
        fate.wrong.append(f"{library.done()} of {VIDEOS} arrived")
    for name, pieces in library.pieces().items():
        fate.sent += sum(end - start for start, end in pieces)
        fate.needed += library.size_of(name)
        for (_, end), (start, _) in pairwise(pieces):
            if start < end - LOST:
                fate.wrong.append(f"{name} went on at {start}, {end} were there")
