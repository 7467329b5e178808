"""What the processes of a measured command hold in memory while it runs, and its denos among them."""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

_REAPER = b"tests.benchmarks.reaper"
_EVERY = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watched:
    """Memory in KiB, CPU in seconds."""

    all_peak: int = 0
    """Proportional sizes of all processes together: what two share counts once."""
    deno_peak: int = 0
    """Resident sizes of all denos together, at their most."""
    deno_rest: int = 0
    """The same, when one was seen last."""
    denos: int = 0
    """At once, at most."""
    cpu: dict[int, float] = field(default_factory=dict)
    """Of each deno, when it was seen last."""


class Tree:
    """Watches all that :func:`tests.benchmarks.measure.cost` runs meanwhile; a context manager."""

    def __init__(self) -> None:
        self.watched = Watched()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Tree:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        pids = _descendants()
        denos = [pid for pid in pids if _is_deno(pid)]
        seen = self.watched
        seen.denos = max(seen.denos, len(denos))
        seen.all_peak = max(seen.all_peak, sum(_size(pid, "smaps_rollup", "Pss:") for pid in pids))
        if denos:
            now = sum(_size(pid, "status", "VmRSS:") for pid in denos)
            seen.deno_peak = max(seen.deno_peak, now)
            seen.deno_rest = now or seen.deno_rest
        for pid in denos:
            with contextlib.suppress(OSError, IndexError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                seen.cpu[pid] = (int(fields[11]) + int(fields[12])) / _TICKS


def _descendants() -> list[int]:
    """All below the reaper that this process has started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid for pid in children.get(os.getpid(), []) if _REAPER in _command(pid)]
    roots = set(found)
    for pid in found:
        found += children.get(pid, [])
    return [pid for pid in found if pid not in roots]


def _is_deno(pid: int) -> bool:
    words = _command(pid).split(b"\0")
    return words[0].endswith(b"deno") and words[1:2] == [b"run"]


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _size(pid: int, file: str, field: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1])
    return 0
