"""The same inside tmux: lines that drop, hand-overs, two at once, and what is written to the window."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.line_bytes import GOAL, GOAL_SSH, IDLE_SECONDS, RATE, SECONDS, login, settle, written
from tests.benchmarks.line_handovers import back_and_forth, moments
from tests.benchmarks.line_hangups import AT_ONCE, TIMES, Cut, lose_lines, rows
from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.support.processes.tty_home import Home, a_home
from tests.support.terminals.pty_terminal import is_alive
from tests.support.terminals.tmux import Window, a_tmux
from ytui.core.models import JobState

JOBS = 10
_NEVER = threading.Event()


def tmux_hangups() -> Iterator[Row]:
    """Inside tmux, 100 times: server killed, pane killed, client hung up (which is nothing)."""
    looked_away = TIMES // 3
    ways = {"server killed": _server_killed, "pane killed": _pane_killed}
    yield from rows(lose_lines(ways, TIMES - looked_away), "inside tmux")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = [said for said in pool.map(lambda _: _client_gone(), range(looked_away)) if said]
    yield Row(
        "inside tmux: client's line closed, nothing happens",
        f"{looked_away} of {looked_away}",
        "; ".join([f"{looked_away - len(wrong)} of {looked_away}", *wrong]),
        "",
        not wrong,
    )


def tmux_handovers() -> Iterator[Row]:
    """Inside tmux: hand over 20 times while one file downloads; open two in two windows, 50 times."""
    yield back_and_forth(_window, "hand-overs of one transfer inside tmux")
    yield moments(_two_windows, "two opened at once in two windows of tmux: exactly one holder")


def tmux_bytes() -> Iterator[Row]:
    """Inside tmux: bytes written to the window's terminal and to the client's, idle and with ten jobs."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for rates, ssh in pool.map(lambda ssh: (_busy(ssh), ssh), (True, False)):
            goal = GOAL_SSH if ssh else GOAL
            yield Row(
                f"{JOBS} jobs at 80×24 inside tmux, {_where(ssh)}: window's terminal (client's)",
                f"≤ {goal:.0f} KB/s",
                f"{rates[0]:.2f} KB/s ({rates[1]:.2f})",
                "",
                rates[0] <= goal,
            )
        for sent, ssh in pool.map(lambda ssh: (_idle(ssh), ssh), (True, False)):
            yield Row(
                f"idle for {IDLE_SECONDS:.0f} s inside tmux, {_where(ssh)}: window's terminal (client's)",
                "0 bytes",
                f"{len(sent[0])} bytes ({len(sent[1])})",
                "",
                not sent[0],
            )


def _where(ssh: bool) -> str:
    return "over SSH" if ssh else "without SSH"


def _socket(home: Home) -> Path:
    return home.root / f"tmux-{len(home.site.log)}"


@contextmanager
def _window(home: Home, **environ: str) -> Iterator[Window]:
    with a_tmux(_socket(home), home.environ(**environ)) as tmux, tmux.window(home.command()) as window:
        yield window


@contextmanager
def _two_windows(home: Home) -> Iterator[tuple[Window, Window]]:
    with a_tmux(_socket(home), home.environ()) as tmux:
        first, second = tmux.window(home.command()), tmux.window(home.command())
        with first, second:
            yield first, second


@contextmanager
def _server_killed(home: Home) -> Iterator[Cut]:
    with _window(home) as window:
        yield lambda _: window.hang_up()


@contextmanager
def _pane_killed(home: Home) -> Iterator[Cut]:
    with _window(home) as window:
        yield lambda _: window.close()


def _client_gone() -> str:
    """What is wrong after the line of somebody who looked was closed; empty if nothing is."""
    with (
        tempfile.TemporaryDirectory(prefix="ytui-hangup-") as folder,
        a_home(Path(folder), videos=6, workers=5) as home,
        _window(home) as window,
    ):
        try:
            home.busy(5)
            with window.tmux.attach() as client:
                client.shows("Channels")
                client.hang_up()
                client.gone()
            home.complete()
            holder = home.holder()
            home.sent_once()
        except AssertionError as error:
            return str(error)[:300]
        untouched = holder is not None and holder.pid == window.pid and is_alive(window.pid)
        once = all(len(requests) == 1 for requests in home.transfers().values())
        return (
            "" if untouched and once and not home.successors() else "the application did not stay as it was"
        )


def _busy(ssh: bool) -> list[float]:
    with (
        tempfile.TemporaryDirectory(prefix="ytui-bytes-") as folder,
        a_home(Path(folder), videos=40, workers=JOBS, rate=RATE) as home,
        _window(home, **login(ssh)) as window,
        window.tmux.attach() as client,
    ):
        until(lambda: len(home.jobs(JobState.RUNNING)) == JOBS, 60, 0.02)
        settle(window)
        return [len(sent) / SECONDS / 1000 for sent in written(SECONDS, window, client)]


def _idle(ssh: bool) -> list[bytes]:
    with (
        tempfile.TemporaryDirectory(prefix="ytui-bytes-") as folder,
        a_home(Path(folder), videos=3, rate=None) as home,
        _window(home, **login(ssh)) as window,
        window.tmux.attach() as client,
    ):
        home.complete()
        _NEVER.wait(8.0)
        return written(IDLE_SECONDS, window, client)
