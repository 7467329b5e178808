"""Preprocessing of a player: a second of work and 250 MB, in a short-lived deno that ends with it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import IO

from ytui.core.protocol import JsRuntime
from ytui.engine.solver.deno import PREPROCESSOR, DenoProcess, SolverFailure
from ytui.engine.solver.player_cache import PlayerCache, Scripts

_HEAP_MB = 1024
_SECONDS = 120.0
"""Until it is taken for hung; a second on an idle machine, and it runs behind everything else."""
_JITLESS = 3
"""So many times the work is it without a compiler: 4.3 seconds of CPU instead of 1.4."""
_LONGEST_PLAYER = 32 << 20
_LONGEST_RESULT = 64 << 20


class Preprocessing:
    """One player's preprocessing: from the fetched file into the cache. ``run`` in a thread of its own."""

    def __init__(self, runtime: JsRuntime, cache: PlayerCache, deno_dir: Path) -> None:
        self._runtime = runtime
        self._cache = cache
        self._deno_dir = deno_dir
        self._lock = threading.Lock()
        self._deno: DenoProcess | None = None
        self._cancelled = False
        self._seconds = _SECONDS * (_JITLESS if runtime.jitless else 1)

    def run(self, player_url: str, fetched: Path, scripts: Scripts) -> None:
        """Preprocess ``fetched``. Raises :class:`SolverFailure`, or ``OSError`` for trouble with files."""
        with fetched.open("rb") as player:
            size = fetched.stat().st_size
            if not 0 < size <= _LONGEST_PLAYER:
                raise SolverFailure(f"a player of {size} bytes")
            with self._lock:
                if self._cancelled:
                    raise SolverFailure("ytui is stopping")
                deno = DenoProcess(self._runtime, PREPROCESSOR, heap_mb=_HEAP_MB, deno_dir=self._deno_dir)
                self._deno = deno
            try:
                sizes = {"lib": len(scripts.lib), "core": len(scripts.core), "player": size}
                header = json.dumps(sizes).encode() + b"\n"
                deno.send((header, scripts.lib, scripts.core, player), self._seconds)
                deno.end_input()
                length = deno.line(self._seconds).get("bytes")
                if not isinstance(length, int) or not 0 < length <= _LONGEST_RESULT:
                    raise SolverFailure(f"a preprocessed player of {length} bytes")
                self._keep(deno, player_url, scripts, length)
            finally:
                deno.kill()

    def cancel(self) -> None:
        """End it, from any thread; ``run`` raises then."""
        with self._lock:
            self._cancelled = True
            if self._deno is not None:
                self._deno.interrupt()

    def _keep(self, deno: DenoProcess, player_url: str, scripts: Scripts, length: int) -> None:
        def write(file: IO[bytes]) -> None:
            deno.body(length, file, self._seconds)

        self._cache.store(player_url, scripts, write)
