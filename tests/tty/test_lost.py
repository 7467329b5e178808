"""The line drops under load: the process is gone at once, and the queue goes on or waits, as configured."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.processes.tty_home import VIDEOS, Home, a_home
from tests.support.processes.waiting import until
from tests.support.terminals.pty_terminal import Terminal, is_alive
from ytui.core.models import JobState
from ytui.store.database import BUSY_SECONDS

GONE = 15.0
"""Seconds within which the process is gone. Three are promised, and measured by the benchmark of hang-ups."""


def goes_on_without_a_screen(home: Home) -> None:
    until(lambda: len(home.successors()) == 1)
    home.held_by(home.successors()[0])
    home.complete()
    home.sent_once()
    home.deserted()


@pytest.mark.parametrize("way", ["hang-up signal", "line closed"])
def test_the_queue_goes_on(home: Home, way: str) -> None:
    with home.open() as terminal:
        home.busy()
        if way == "line closed":
            terminal.hang_up()
        else:
            terminal.signal(signal.SIGHUP)
        assert terminal.gone() < GONE
        assert terminal.code == 128 + signal.SIGHUP
        goes_on_without_a_screen(home)


def test_the_end_of_the_input_is_a_lost_line_too(tmp_path: Path) -> None:
    with a_home(tmp_path, videos=1, rate=None) as home:
        # The shell leads the session and ignores the hang-up: ytui is told nothing. It is idle and writes
        # nothing either, so that only reading finds the line lost.
        shell = ["sh", "-c", 'trap "" HUP; "$@"; kill -STOP $$', "sh", *home.command()]
        with Terminal(shell, home.environ()) as terminal:
            home.complete()
            terminal.quiet()
            holder = home.holder()
            assert holder is not None
            terminal.hang_up()
            until(lambda: not is_alive(holder.pid), GONE)
            assert home.successors() == []


def test_with_stop_the_queue_waits(tmp_path: Path) -> None:
    with a_home(tmp_path, settings='[ssh]\non_disconnect = "stop"\n') as home, home.open() as terminal:
        home.busy()
        terminal.hang_up()
        assert terminal.gone() < GONE
        home.deserted()
        assert len(home.jobs(JobState.QUEUED)) == VIDEOS


def test_an_application_that_is_stuck_is_gone_too(home: Home) -> None:
    with home.open(module="tests.support.processes.app_stuck") as terminal:
        home.busy()
        terminal.hang_up()
        assert terminal.gone() < GONE
        goes_on_without_a_screen(home)


def test_a_database_that_is_locked_keeps_nobody(home: Home) -> None:
    with home.open() as terminal, closing(sqlite3.connect(home.places.database)) as somebody:
        home.busy()
        somebody.execute("BEGIN IMMEDIATE")
        terminal.hang_up()
        # Each of its last writes would wait for ten seconds.
        assert terminal.gone() < BUSY_SECONDS
        assert terminal.code == 128 + signal.SIGHUP
        somebody.rollback()
        goes_on_without_a_screen(home)


def test_a_line_that_stalls_does_not_keep_the_library(home: Home) -> None:
    with home.open(rows=50, columns=160) as stalled:
        home.busy()
        stalled.stop_reading()
        # Keys that each paint the whole screen, until the kernel takes no more of it.
        for _ in range(200):
            stalled.type("2345")
        with home.open() as other:
            other.shows("Take it over?")
            other.type("y\r")
            home.held_by(other.pid)
            stalled.gone()
            home.complete()


def test_a_signal_on_a_line_that_lives_gives_the_terminal_back(home: Home) -> None:
    with home.open() as terminal:
        terminal.shows("Channels")
        terminal.signal(signal.SIGHUP)
        terminal.gone()
        until(lambda: b"\x1b[?1049l" in terminal.output)
        assert terminal.cooked
