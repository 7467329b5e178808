"""Lines that drop under load: how soon the process is gone, every time, and whether the queue goes on."""

from __future__ import annotations

import os
import signal
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Self

from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.support.processes.tty_home import Home, a_home
from tests.support.terminals.pty_terminal import Terminal, is_alive
from tests.support.terminals.sshd import AVAILABLE, Sshd, an_sshd

TIMES = int(os.environ.get("HANGUPS", "100"))
AT_ONCE = 3
"""Applications that are open at the same time, so that the machine is busy at each hang-up."""
PROMISED = 3.0
MOST_CPU = 1.5
"""Seconds of CPU that leaving may cost a process; one that spins until the last resort takes more."""
PLAIN = "plain Textual: 10 of 27 hung"

Cut = Callable[[int], None]
"""Takes the terminal away from the application with this process id."""
Way = Callable[[Home], AbstractContextManager[Cut]]
"""Opens the application on a home, and says how its line is cut."""


@dataclass(frozen=True)
class Lost:
    """One hang-up: seconds until the application was gone, CPU meanwhile, and what was wrong afterwards."""

    way: str
    seconds: float
    cpu: float
    """Seconds of the one of its processes, jobs too, that used most until all of them were gone."""
    wrong: str
    """Empty if nothing was."""


def hangups() -> Iterator[Row]:
    """Hang up 100 times under load: line closed, SIGHUP, sshd's session killed."""
    with tempfile.TemporaryDirectory() as folder, _sshd_if_there(Path(folder)) as sshd:
        ways: dict[str, Way] = {"line closed": _closed, "SIGHUP": _signalled}
        if sshd is not None:
            ways["sshd killed"] = partial(_session_killed, sshd)
        yield from rows(lose_lines(ways, TIMES), "hang-up under load", PLAIN)


def lose_lines(ways: Mapping[str, Way], times: int) -> list[Lost]:
    """Cut so many lines, by each way in turn."""
    tries = [list(ways)[number % len(ways)] for number in range(times)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda way: _lose(way, ways[way]), tries))


def rows(found: list[Lost], what: str, baseline: str = "") -> Iterator[Row]:
    """Each way and all together: how soon, at what cost of CPU; and what became of the queue."""
    by_way: dict[str, list[Lost]] = defaultdict(list)
    for lost in found:
        by_way[lost.way].append(lost)
    for way, some in (*by_way.items(), ("all", found)):
        times, cpu = [lost.seconds for lost in some], max(lost.cpu for lost in some)
        in_time = sum(seconds <= PROMISED for seconds in times)
        yield Row(
            f"{what}: {way}",
            f"gone ≤ {PROMISED:.0f} s, {len(times)} of {len(times)}; no process at full CPU (≤ {MOST_CPU} s)",
            f"{in_time} of {len(times)}; p50 {statistics.median(times):.2f} s, max {max(times):.2f} s; "
            f"max CPU {cpu:.2f} s",
            baseline,
            in_time == len(times) and cpu <= MOST_CPU,
        )
    wrong = [lost for lost in found if lost.wrong]
    said = "".join(f"; {lost.way}: {lost.wrong}" for lost in wrong)
    yield Row(
        f"{what}: queue goes on, every file whole, none twice, no process left",
        f"{len(found)} of {len(found)}",
        f"{len(found) - len(wrong)} of {len(found)}{said}",
        "",
        not wrong,
    )


@contextmanager
def _closed(home: Home) -> Iterator[Cut]:
    with home.open() as terminal:
        yield lambda _: terminal.hang_up()


def _signalled(home: Home) -> AbstractContextManager[Cut]:
    return _on(home.open(), lambda pid: os.kill(pid, signal.SIGHUP))


def _session_killed(sshd: Sshd, home: Home) -> AbstractContextManager[Cut]:
    environ = home.environ()
    terminal = Terminal(sshd.command(home.command(), environ), environ)
    return _on(terminal, lambda pid: os.kill(sshd.session_of(pid), signal.SIGKILL))


@contextmanager
def _on(terminal: Terminal, cut: Cut) -> Iterator[Cut]:
    with terminal:
        yield cut


def _sshd_if_there(folder: Path) -> AbstractContextManager[Sshd | None]:
    return an_sshd(folder) if AVAILABLE else nullcontext()


def _lose(name: str, way: Way) -> Lost:
    with (
        tempfile.TemporaryDirectory(prefix="ytui-hangup-") as folder,
        a_home(Path(folder), videos=6, workers=5) as home,
        way(home) as cut,
    ):
        home.busy(5)
        holder = home.holder()
        assert holder is not None
        meter = _Meter(home.processes())
        started = monotonic()
        cut(holder.pid)
        try:
            until(lambda: meter.look() and not is_alive(holder.pid), 20)
            seconds = monotonic() - started
            until(lambda: not meter.look().alive, 20)
        except TimeoutError:
            return Lost(name, float("inf"), meter.most, f"still there: {home.processes()}")
        return Lost(name, seconds, meter.most, afterwards(home))


class _Meter:
    """What processes use of CPU from now on, as far as it was looked at while they lived."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._before = {pid: cpu_of(pid) for pid in pids}
        self.alive = set(self._before)
        self.most = 0.0
        """Seconds of CPU of the one that used most."""

    def look(self) -> Self:
        for pid in self.alive:
            self.most = max(self.most, cpu_of(pid) - self._before[pid])
        self.alive = {pid for pid in self.alive if is_alive(pid)}
        return self


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used so far; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def afterwards(home: Home) -> str:
    """What is wrong after a hang-up."""
    try:
        until(lambda: len(home.successors()) == 1, 20, 0.02)
        home.complete()
        home.sent_once()
        home.deserted()
    except (AssertionError, TimeoutError) as error:
        return str(error)[:300] or type(error).__name__
    return ""
