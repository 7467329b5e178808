"""What the screen sends over the line: nothing while nothing happens, little while many jobs run."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.support.processes.tty_home import a_home
from tests.support.terminals.pty_terminal import Screen
from ytui.core.models import JobState
from ytui.tui.theme import THEMES

IDLE_SECONDS = float(os.environ.get("IDLE_SECONDS", "60"))
RATE = 16_000.0
"""Bytes a second of each transfer: something changes with every frame."""
SECONDS = 5.0
"""How long what is sent is counted."""
AT_ONCE = 3
GOAL_SSH, GOAL = 6.0, 12.0
"""KB/s of ten jobs at 80×24 and the default theme: over SSH, and without."""
SIZES = ((24, 80), (50, 160))
DEFAULT = "auto"
_NEVER = threading.Event()


@dataclass(frozen=True)
class _Case:
    jobs: int
    rows: int
    columns: int
    theme: str
    ssh: bool

    @property
    def words(self) -> str:
        where = "over SSH" if self.ssh else "without SSH"
        return f"{self.jobs} jobs at {self.columns}×{self.rows}, theme {self.theme}, {where}"

    @property
    def goal(self) -> float | None:
        """KB/s, where one is set."""
        if self.theme != DEFAULT or self.jobs != 10 or self.rows != 24:
            return None
        return GOAL_SSH if self.ssh else GOAL


def bytes_sent() -> Iterator[Row]:
    """Bytes on a terminal: idle for a minute; 1 to 16 jobs, two sizes, each theme, with and without SSH."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        idle = pool.map(_idle, (True, False))
        for rate, case in pool.map(lambda case: (_rate(case), case), _cases()):
            goal = case.goal
            yield Row(
                case.words,
                "" if goal is None else f"≤ {goal:.0f} KB/s",
                f"{rate:.2f} KB/s",
                "",
                None if goal is None else rate <= goal,
            )
        yield from idle


def _cases() -> list[_Case]:
    every = [
        _Case(jobs, *size, DEFAULT, ssh) for ssh in (True, False) for size in SIZES for jobs in (1, 5, 10, 16)
    ]
    themes = [_Case(10, *size, theme, ssh) for theme in THEMES for ssh in (True, False) for size in SIZES]
    return every + themes


def login(ssh: bool) -> dict[str, str]:
    """What the environment has of a login over SSH: the connection, and no ``COLORTERM``."""
    return {"SSH_CONNECTION": "127.0.0.1 1 127.0.0.1 22", "COLORTERM": ""} if ssh else {}


def _rate(case: _Case) -> float:
    settings = f'[screen]\ntheme = "{case.theme}"\n'
    with (
        tempfile.TemporaryDirectory(prefix="ytui-bytes-") as folder,
        a_home(Path(folder), videos=40, workers=case.jobs, settings=settings, rate=RATE) as home,
        home.open(rows=case.rows, columns=case.columns, environ=login(case.ssh)) as terminal,
    ):
        until(lambda: len(home.jobs(JobState.RUNNING)) == case.jobs, 60, 0.02)
        settle(terminal)
        return len(written(SECONDS, terminal)[0]) / SECONDS / 1000


def written(seconds: float, *screens: Screen) -> list[bytes]:
    """What is written to each during so many seconds."""
    before = [len(screen.output) for screen in screens]
    _NEVER.wait(seconds)
    return [screen.output[start:] for screen, start in zip(screens, before, strict=True)]


def settle(screen: Screen) -> None:
    """Let the first frames and the notices of the start pass."""
    screen.shows("running")
    _NEVER.wait(4.0)


def _idle(ssh: bool) -> Row:
    with (
        tempfile.TemporaryDirectory(prefix="ytui-bytes-") as folder,
        a_home(Path(folder), videos=3, rate=None) as home,
        home.open(environ=login(ssh)) as terminal,
    ):
        home.complete()
        _NEVER.wait(8.0)
        (sent,) = written(IDLE_SECONDS, terminal)
    where = "over SSH" if ssh else "without SSH"
    return Row(f"idle for {IDLE_SECONDS:.0f} s {where}", "0 bytes", f"{len(sent)} bytes", "", not sent)
