"""A shut-in deno: a child process without permissions, environment or inherited descriptors.

It is asked over pipes, in messages framed by length: the megabytes of a player pass as raw bytes, in pieces,
and the thread that sends them leaves the interpreter to the screen between two of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from ytui.core.protocol import JsRuntime
from ytui.ytdlp import NICENESS

SOLVER = Path(__file__).with_name("solver.mjs")
PREPROCESSOR = Path(__file__).with_name("preprocess.mjs")

_SHUT_IN = (
    *("--no-prompt", "--no-remote", "--no-npm", "--cached-only", "--no-config", "--no-lock"),
    *("--no-code-cache", "--node-modules-dir=none", "--quiet"),
)
"""Nothing is allowed, nothing is looked for, and deno asks nobody."""

_PIECE = 1 << 16
"""Bytes that one write or read moves: what a pipe holds."""
_LONGEST_LINE = 1 << 20


class SolverFailure(Exception):
    """A deno died, hung, or answered nonsense; the text says which."""


class DenoProcess:
    """One deno that runs a script of this package. Used by one thread; :meth:`interrupt` by any."""

    def __init__(self, runtime: JsRuntime, script: Path, *, heap_mb: int, deno_dir: Path) -> None:
        """Start it, niced and in a session of its own. Raises :class:`SolverFailure`."""
        # Several V8 flags are one option. A limit of the address space would kill it: V8 reserves far more.
        flags = [
            f"--max-heap-size={heap_mb}",
            "--single-threaded",
            *(["--jitless"] if runtime.jitless else []),
        ]
        command = [runtime.path, "run", *_SHUT_IN, f"--v8-flags={','.join(flags)}", str(script)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Without it deno would keep its analysis of the script in the person's own cache.
                env={"DENO_DIR": str(deno_dir), "DENO_NO_UPDATE_CHECK": "1"},
                cwd="/",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise SolverFailure(f"{runtime.path} cannot be started: {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self._received = b""
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._output.fileno(), False)
        self.pid = self._process.pid
        self.stand_back()

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def stand_back(self) -> None:
        """Nice it and its threads; to be said again once it answers: a thread just being made is missed."""
        _stand_back(self.pid)

    def send(self, parts: Iterable[bytes | IO[bytes]], seconds: float) -> None:
        """Write bytes, and files from where they are to their end. Raises :class:`SolverFailure`."""
        deadline = time.monotonic() + seconds
        for part in parts:
            if isinstance(part, bytes):
                self._write(part, deadline)
                continue
            while piece := part.read(_PIECE):
                self._write(piece, deadline)

    def end_input(self) -> None:
        """Close its standard input."""
        with contextlib.suppress(OSError):
            self._input.close()

    def line(self, seconds: float) -> Mapping[str, Any]:
        """Read one line of JSON, an object. Raises :class:`SolverFailure`, also for an ``error`` in it."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            if len(self._received) > _LONGEST_LINE:
                raise SolverFailure("the answer is too long")
            self._received += self._read(deadline)
        line, _, self._received = self._received.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise SolverFailure("the answer is no JSON") from error
        if not isinstance(answer, dict):
            raise SolverFailure("the answer is no object")
        if "error" in answer:
            raise SolverFailure(f"it says: {answer['error']}")
        return answer

    def body(self, size: int, target: IO[bytes], seconds: float) -> None:
        """Read exactly ``size`` bytes into a file. Raises :class:`SolverFailure`."""
        deadline = time.monotonic() + seconds
        while size:
            piece = self._received or self._read(deadline)
            target.write(piece[:size])
            self._received = piece[size:]
            size -= min(size, len(piece))

    def interrupt(self) -> None:
        """End it from any thread; the one that uses it finds out by a :class:`SolverFailure`."""
        self._process.kill()

    def kill(self) -> None:
        """End it and its group, unless it has ended; returns when it is gone."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):
                pipe.close()

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._input.fileno(), select.POLLOUT, deadline)
            try:
                view = view[os.write(self._input.fileno(), view) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise SolverFailure(f"it ended: {error.strerror}") from error

    def _read(self, deadline: float) -> bytes:
        while True:
            self._wait(self._output.fileno(), select.POLLIN, deadline)
            try:
                data = os.read(self._output.fileno(), _PIECE)
            except BlockingIOError:
                continue
            except OSError as error:
                raise SolverFailure(f"it ended: {error.strerror}") from error
            if not data:
                raise SolverFailure("it ended")
            return data

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise SolverFailure("it did not answer in time")


def _stand_back(pid: int) -> None:
    """Nice a process with all its threads, and its session where the kernel shares out time by session."""
    with contextlib.suppress(OSError):
        # By group: by pid it would be the first thread alone, and deno may have others by now.
        os.setpriority(os.PRIO_PGRP, pid, NICENESS)
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS), encoding="ascii")


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
