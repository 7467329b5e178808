"""``kill -9`` while challenges are solved: of the solver, of ytui, of the fork server, of a job."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.kills_scene import SETTINGS, Library
from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.support.processes.tty_home import Home, is_alive
from ytui.demo.site import Site
from ytui.demo.world import Player, World

KILLS = int(os.environ.get("SOLVER_KILLS", "50"))
VIDEOS = 24
VICTIMS = ("solver", "holder", "fork server", "job")
ORPHANS_GONE = 5.0
WORK_MS = 300
"""What a challenge takes here, so that there is a middle of it."""
ROTATE = 7
"""Kills after which the site has another player, which is fetched and preprocessed anew."""
PATIENCE = 60.0
_NEVER = threading.Event()


class BusyPlayer(Player):
    """A player that works for a while at each challenge."""

    @property
    def code(self) -> str:
        """The player's JavaScript."""
        busy = f"var turn=function(n){{for(var end=Date.now()+{WORK_MS};Date.now()<end;);"
        return super().code.replace("var turn=function(n){", busy)


def solver_kills() -> Iterator[Row]:
    """Kill solvers, holders, fork servers and jobs in the middle of a challenge, until all has arrived."""
    world = World.tiny(time.time(), videos=VIDEOS, challenge=True)
    world.players = [BusyPlayer(1)]
    with tempfile.TemporaryDirectory(prefix="ytui-kills-") as folder, Site(world) as site:
        home = Home(Path(folder), site, workers=3, settings=SETTINGS)
        try:
            home.output_of("fetch")
            scene = _Scene(home, world)
            while scene.victims.total() < KILLS and Library(home).done() < VIDEOS:
                scene.run()
            home.output_of("run", "--until-idle", "--quiet")
            yield from _rows(scene, Library(home))
        finally:
            home.end()


def _rows(scene: _Scene, library: Library) -> Iterator[Row]:
    wrong = [words for words in (library.problem(set()), *map(str, library.strays())) if words]
    if library.done() != VIDEOS or sum(name.endswith(".mp4") for name in library.files()) != VIDEOS:
        wrong.append(f"{library.done()} of {VIDEOS} arrived")
    if scene.denos():
        wrong.append(f"denos left: {scene.denos()}")
    yield Row(
        f"`kill -9` {scene.victims.total()} times in the middle of a challenge: nothing lost",
        f"{VIDEOS} of {VIDEOS} videos",
        "; ".join(wrong) or f"{library.done()} of {VIDEOS}",
        ", ".join(f"{name} {count}" for name, count in scene.victims.most_common()),
        not wrong and scene.victims.total() >= KILLS,
    )
    yield Row(
        "killed ytui: no deno of it left",
        f"≤ {ORPHANS_GONE:.0f} s",
        f"{len(scene.orphans)} of {len(scene.orphans)}; max {max(scene.orphans, default=0):.2f} s",
        f"preprocessing at {scene.preprocessing} of the kills",
        max(scene.orphans, default=0) <= ORPHANS_GONE,
    )


class _Scene:
    """One library, and what was killed of it."""

    def __init__(self, home: Home, world: World) -> None:
        self._home, self._world = home, world
        self._luck = random.Random(1)
        self.victims: Counter[str] = Counter()
        self.orphans: list[float] = []
        self.preprocessing = 0

    def run(self) -> None:
        """Run the queue, and kill until the holder is among the killed, or all has arrived."""
        process = self._home.start("run", "--quiet")
        try:
            while is_alive(process.pid) and self.victims.total() < KILLS:
                with contextlib.suppress(TimeoutError):
                    until(lambda: self._solves() or not is_alive(process.pid), PATIENCE)
                _NEVER.wait(self._luck.uniform(0, WORK_MS / 1000))
                with contextlib.suppress(ProcessLookupError):
                    # It may have come to its end by itself.
                    self._kill(process)
        finally:
            process.kill()
            process.wait()

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        victim = VICTIMS[self.victims.total() % len(VICTIMS)]
        if not is_alive(process.pid):
            return
        candidates = self._of_kind(victim, process.pid)
        if not candidates:
            return
        preprocesses = any("preprocess" in line for line in self.denos().values())
        os.kill(self._luck.choice(candidates), signal.SIGKILL)
        self.victims[victim] += 1
        self.preprocessing += preprocesses
        sys.stderr.write(f"  {time.strftime('%X')} {self.victims.total()}: {victim}\n")
        if victim == "holder":
            process.wait()
            self.orphans.append(until(lambda: not self.denos(), ORPHANS_GONE * 6))
        if self.victims.total() % ROTATE == 0:
            self._world.players.append(BusyPlayer(len(self._world.players) + 1))

    def _of_kind(self, victim: str, holder: int) -> list[int]:
        if victim == "holder":
            return [holder]
        if victim == "solver":
            return list(self.denos())
        found = self._home.processes()
        servers = [pid for pid, line in found.items() if "multiprocessing.forkserver" in line]
        if victim == "fork server":
            return [pid for pid in servers if _parent(pid) == holder]
        return [pid for pid in servers if _parent(pid) in servers]

    def denos(self) -> dict[int, str]:
        """Command lines of the library's denos; their environment names nothing but its cache."""
        mark = f"DENO_DIR={self._home.places.cache_dir}/deno".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().decode()
        return found

    def _solves(self) -> bool:
        """Whether a deno works, at a challenge or a player."""
        return any(_state(pid) == "R" for pid in self.denos())


def _state(pid: int) -> str:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0
