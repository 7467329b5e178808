"""Coming back: the queue is taken over from whoever has it, jobs go on where they were."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.support.processes.tty_home import VIDEOS, WORKERS, Home, a_home
from tests.support.processes.waiting import until
from ytui.core.models import JobState
from ytui.engine.ownership import absence_summary

CARD = "while you were away"


def lose(home: Home) -> int:
    """Open the application, have it busy, and let the line drop; the successor's process, busy as well."""
    with home.open() as terminal:
        home.held_by(terminal.pid)
        home.busy()
        terminal.hang_up()
        terminal.gone()
    until(lambda: len(home.successors()) == 1)
    (successor,) = home.successors()
    home.held_by(successor)
    home.resumed()
    return successor


@pytest.mark.parametrize("asleep", [False, True])
def test_the_next_application_takes_the_queue_back(home: Home, asleep: bool) -> None:
    successor = lose(home)
    pages, running = home.pages(), {job.id for job in home.jobs(JobState.RUNNING)}
    if asleep:
        os.kill(successor, signal.SIGSTOP)
    with home.open() as terminal:
        home.held_by(terminal.pid)
        until(lambda: {job.id for job in home.jobs(JobState.RUNNING)} == running)
        until(lambda: not home.successors())
        terminal.shows(f"{WORKERS} running")
        assert CARD not in terminal.text
        home.complete()
        assert home.pages() == pages + 1, "only the last video's page was still to be asked for"
        home.sent_once()


def test_what_came_meanwhile_is_told(home: Home) -> None:
    lose(home)
    home.complete()
    home.deserted()
    with home.open() as terminal:
        terminal.shows(CARD)
        terminal.shows(f"{VIDEOS} videos arrived")
        terminal.type(" q")
        terminal.gone()
    with home.open() as terminal:
        terminal.shows("Channels")
        assert CARD not in terminal.text


def test_an_application_that_was_killed_left_when_it_was_last_seen(tmp_path: Path) -> None:
    with a_home(tmp_path, videos=1, rate=None) as home:
        absence_summary.note_left(home.db, time.time())
        with home.open() as terminal:
            home.complete()
            home.idle()
            terminal.signal(signal.SIGKILL)
            terminal.gone()
        assert "arrived" not in home.output_of("status", "--motd")
        home.site.publish("tiny1", 2)
        home.output_of("run", "--quiet")
        home.check_files()
        assert "2 videos" in home.output_of("status", "--motd")
        with home.open() as terminal:
            terminal.shows(CARD)
            terminal.shows("2 videos arrived")


def test_a_line_that_drops_while_the_application_opens(home: Home) -> None:
    lose(home)
    with home.open() as terminal:
        # The library has just been taken; nothing of the screen is there yet.
        home.held_by(terminal.pid)
        terminal.hang_up()
        terminal.gone()
        assert terminal.code == 128 + signal.SIGHUP
    until(lambda: len(home.successors()) == 1)
    home.complete()
    home.sent_once()
    home.deserted()


def test_back_and_forth(tmp_path: Path) -> None:
    with a_home(tmp_path, videos=1) as home:
        for number in (1, 3):
            with home.open() as terminal:
                home.moves(number)
                terminal.hang_up()
                terminal.gone()
            home.moves(number + 1)
        assert len(home.jobs(JobState.RUNNING)) == 1
        home.complete()
        home.sent_once()
        (requests,) = home.transfers().values()
        assert len(requests) == 4
        assert home.pages() == 1
