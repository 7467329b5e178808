"""The long-lived deno with the players that are loaded in it; started at the first, and again if it died."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ytui.core.messages import JsRuntime
from ytui.engine.solver.deno import SOLVER, DenoProcess, SolverFailure

_MOST_PLAYERS = 2
"""Loaded at once, 15 MB each: a new one comes several times a week, and older pages name the old one."""
_HEAP_MB = 256
LOAD_SECONDS, SOLVE_SECONDS = 20.0, 10.0
"""Limits that the script sets itself; a player takes 0.2 seconds and a challenge a thousandth of one."""
_GRACE = 20.0
"""Seconds more until it is taken for hung: it runs behind everything else."""
_LONGEST_SOLUTION = 4096


class LoadedPlayers:
    """Players in one deno. Used by one thread; :meth:`interrupt` by any."""

    def __init__(self, runtime: JsRuntime, deno_dir: Path) -> None:
        self._runtime = runtime
        self._deno_dir = deno_dir
        self._lock = threading.Lock()
        self._stopped = False
        self._deno: DenoProcess | None = None
        self._players: dict[str, None] = {}
        """The loaded ones, the last used at the end."""

    @property
    def running(self) -> bool:
        """Whether there is a deno."""
        return self._deno is not None

    def has(self, player_url: str) -> bool:
        """Whether the player is loaded in a deno that lives."""
        if self._deno is not None and not self._deno.alive:
            self.close()
        return player_url in self._players

    def load(self, player_url: str, text: IO[bytes]) -> None:
        """Load a preprocessed player, from where its file stands. Raises :class:`SolverFailure`."""
        deno = self._running()
        unload = list(self._players)[: max(0, len(self._players) - _MOST_PLAYERS + 1)]
        size = os.fstat(text.fileno()).st_size - text.tell()
        header = {"load": player_url, "unload": unload, "ms": int(LOAD_SECONDS * 1000), "bytes": size}
        deno.send((_encoded(header), text), _GRACE)
        if deno.line(LOAD_SECONDS + _GRACE).get("loaded") != player_url:
            raise SolverFailure("it loaded another player")
        deno.stand_back()
        for gone in unload:
            del self._players[gone]
        self._players[player_url] = None

    def solve(self, player_url: str, challenges: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
        """Solve challenges of a loaded player, each a type and a text. Raises :class:`SolverFailure`."""
        deno = self._running()
        header = {"solve": player_url, "challenges": challenges, "ms": int(SOLVE_SECONDS * 1000)}
        deno.send((_encoded(header),), _GRACE)
        answer = deno.line(SOLVE_SECONDS + _GRACE).get("answer")
        self._players[player_url] = self._players.pop(player_url)
        return _solutions(answer, len(challenges))

    def interrupt(self) -> None:
        """End the deno for good, from any thread; whoever waits for it gets a :class:`SolverFailure`."""
        with self._lock:
            self._stopped = True
            if self._deno is not None:
                self._deno.interrupt()

    def close(self) -> None:
        """End the deno, and forget what was loaded in it."""
        self._players.clear()
        with self._lock:
            deno, self._deno = self._deno, None
        if deno is not None:
            deno.kill()

    def _running(self) -> DenoProcess:
        with self._lock:
            if self._stopped:
                raise SolverFailure("ytui is stopping")
            if self._deno is None:
                self._deno = DenoProcess(self._runtime, SOLVER, heap_mb=_HEAP_MB, deno_dir=self._deno_dir)
            return self._deno


def _encoded(header: object) -> bytes:
    return json.dumps(header).encode() + b"\n"


def _solutions(answer: object, count: int) -> tuple[str | None, ...]:
    """What a player answered, judged as the words of a stranger. Raises :class:`SolverFailure`."""
    try:
        found = json.loads(answer) if isinstance(answer, str) else None
    except ValueError:
        found = None
    if not isinstance(found, list) or len(found) != count:
        raise SolverFailure("it did not answer what was asked")
    for solution in found:
        if solution is not None and (not isinstance(solution, str) or len(solution) > _LONGEST_SOLUTION):
            raise SolverFailure("it answered nonsense")
    return tuple(found)
