"""The solvers of the engine: one for each deno that its jobs' yt-dlp would run."""

from __future__ import annotations

import threading
from pathlib import Path

from ytui.core.protocol import JsRuntime
from ytui.engine.solver.player_cache import PlayerCache
from ytui.engine.solver.solver import Solver, SolveRequest

_MOST = 4
"""Runtimes; a channel's own args may name another deno."""


class SolverPool:
    """Hands questions to the solver of their runtime, which is made with the first. Thread-safe."""

    def __init__(self, cache_dir: Path) -> None:
        """``cache_dir`` is ytui's own; nothing is written there before the first challenge."""
        self._cache = PlayerCache(cache_dir / "players")
        self._deno_dir = cache_dir / "deno"
        self._lock = threading.Lock()
        self._solvers: dict[JsRuntime, Solver] = {}
        self._stopped = False

    def ask(self, question: SolveRequest) -> None:
        """Have a question answered, by yes or by no; never blocks."""
        solver = self._solver(question.request.runtime)
        if solver is None:
            question.refuse("there is no solver for this runtime")
        else:
            solver.ask(question)

    def forget(self, job: int) -> None:
        """A job is gone: it waits for nothing any more, and what it was to fetch another is told to fetch."""
        with self._lock:
            solvers = list(self._solvers.values())
        for solver in solvers:
            solver.forget(job)

    def stop(self) -> None:
        """Refuse what is still asked, and end every deno."""
        with self._lock:
            self._stopped = True
            solvers = list(self._solvers.values())
        for solver in solvers:
            solver.stop()

    def _solver(self, runtime: JsRuntime) -> Solver | None:
        with self._lock:
            if self._stopped:
                return None
            if runtime not in self._solvers and len(self._solvers) < _MOST:
                if not self._solvers:
                    self._cache.tidy()
                self._solvers[runtime] = Solver(runtime, self._cache, self._deno_dir)
            return self._solvers.get(runtime)
