"""Lines that drop under load: how soon the process is gone, every time, and whether the queue goes on."""

from __future__ import annotations

import os
import signal
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.tty.home import Home, a_home
from tests.tty.sshd import AVAILABLE, Sshd, an_sshd
from tests.tty.terminal import Terminal, is_alive

TIMES = int(os.environ.get("HANGUPS", "100"))
AT_ONCE = 3
"""Applications that are open at the same time, so that the machine is busy at each hang-up."""
PROMISED = 3.0
PLAIN = "plain Textual: 10 of 27 hung"


@dataclass(frozen=True)
class _Lost:
    """One hang-up: seconds until the process was gone; what was wrong afterwards, empty if nothing was."""

    way: str
    seconds: float
    wrong: str


def hangups() -> Iterator[Row]:
    """Hang up 100 times under load: line closed, SIGHUP, sshd's session killed."""
    with tempfile.TemporaryDirectory() as folder, _sshd_if_there(Path(folder)) as sshd:
        ways = ["line closed", "SIGHUP", *(["sshd killed"] if sshd else [])]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tries = [ways[number % len(ways)] for number in range(TIMES)]
            found = list(pool.map(lambda way: _lose(way, sshd), tries))
    by_way: dict[str, list[_Lost]] = defaultdict(list)
    for lost in found:
        by_way[lost.way].append(lost)
        by_way["all"].append(lost)
    for way in (*ways, "all"):
        times = [lost.seconds for lost in by_way[way]]
        in_time = sum(seconds <= PROMISED for seconds in times)
        yield Row(
            f"hang-up under load: {way}",
            f"gone ≤ {PROMISED:.0f} s, {len(times)} of {len(times)}",
            f"{in_time} of {len(times)}; p50 {statistics.median(times):.2f} s, max {max(times):.2f} s",
            PLAIN,
            in_time == len(times),
        )
    wrong = [lost for lost in found if lost.wrong]
    what = "".join(f"; {lost.way}: {lost.wrong}" for lost in wrong)
    yield Row(
        "queue goes on, every file whole, none twice, no orphan",
        f"{len(found)} of {len(found)}",
        f"{len(found) - len(wrong)} of {len(found)}{what}",
        "",
        not wrong,
    )


@contextmanager
def _sshd_if_there(folder: Path) -> Iterator[Sshd | None]:
    if not AVAILABLE:
        yield None
        return
    with an_sshd(folder) as sshd:
        yield sshd


def _lose(way: str, sshd: Sshd | None) -> _Lost:
    with tempfile.TemporaryDirectory(prefix="ytui-hangup-") as folder, a_home(Path(folder)) as home:
        environ = home.environ()
        command = home.command()
        if sshd is not None and way == "sshd killed":
            command = sshd.command(command, environ)
        with Terminal(command, environ) as terminal:
            home.busy(seconds=60)
            holder = home.holder()
            assert holder is not None
            started = monotonic()
            if sshd is not None and way == "sshd killed":
                os.kill(sshd.session_of(holder.pid), signal.SIGKILL)
            elif way == "SIGHUP":
                terminal.signal(signal.SIGHUP)
            else:
                terminal.hang_up()
            try:
                until(lambda: not is_alive(holder.pid), 20)
            except TimeoutError:
                return _Lost(way, float("inf"), "still there")
            seconds = monotonic() - started
            return _Lost(way, seconds, _afterwards(home))


def _afterwards(home: Home) -> str:
    """What is wrong after a hang-up."""
    try:
        until(lambda: len(home.successors()) == 1, 20, 0.02)
        home.complete(90)
        home.sent_once()
        home.deserted(30)
    except (AssertionError, TimeoutError) as error:
        return str(error)[:300] or type(error).__name__
    return ""
