"""Whatever ends the application, the terminal is as it was before, and one sentence says what happened."""

from __future__ import annotations

import os
import re
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.processes.tty_home import VIDEOS, WORKERS, Home, a_home
from tests.support.processes.waiting import until
from tests.support.terminals.pty_terminal import Terminal
from ytui.core.models import JobState

MODES = (
    b"\x1b[?1049l",  # the alternate screen
    b"\x1b[?25h",  # the cursor
    b"\x1b[?1000l",
    b"\x1b[?1003l",
    b"\x1b[?1006l",  # the mouse
    b"\x1b[?2004l",  # bracketed paste
    b"\x1b[?1004l",  # focus
    b"\x1b[?7h",  # line wrap
    b"\x1b[<u",  # the kitty keyboard protocol
)


def check_restored(terminal: Terminal) -> str:
    """The terminal is as it was; what was written after it was left."""
    terminal.settled()
    begun = terminal.output.rindex(b"\x1b[?1049h")
    for mode in MODES:
        switched_on = mode[:-1] + (b"l" if mode.endswith(b"h") else b"h")
        assert terminal.output.rfind(mode) > max(begun, terminal.output.rfind(switched_on)), mode
    # Leaving the alternate screen gives back its own stack of keyboard modes: it comes after.
    assert terminal.output.rindex(b"\x1b[<u") < terminal.output.rindex(b"\x1b[?1049l")
    assert terminal.cooked
    return terminal.text_after(terminal.output.rindex(b"\x1b[?1004l"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_under_load(home: Home, number: signal.Signals) -> None:
    with home.open() as terminal:
        home.busy()
        terminal.signal(number)
        terminal.gone()
        assert terminal.code == 128 + number
        assert check_restored(terminal).strip() == ""
        home.deserted()
        assert len(home.jobs(JobState.QUEUED)) == VIDEOS


def test_sigterm_of_one_that_is_stuck(home: Home) -> None:
    with home.open(module="tests.support.processes.app_stuck") as terminal:
        home.busy()
        terminal.signal(signal.SIGTERM)
        terminal.gone()
        assert terminal.code == 128 + signal.SIGTERM
        check_restored(terminal)
        home.deserted()


def test_sigterm_while_the_line_stalls(home: Home) -> None:
    with home.open(rows=50, columns=160) as terminal:
        home.busy()
        terminal.stop_reading()
        for _ in range(200):
            terminal.type("2345")
        terminal.signal(signal.SIGTERM)
        terminal.gone()
        home.deserted()
        assert len(home.jobs(JobState.QUEUED)) == VIDEOS


def test_a_crash_is_one_sentence(home: Home) -> None:
    with home.open(module="tests.support.processes.app_crashing") as terminal:
        home.busy()
        terminal.type("?")
        terminal.gone()
        assert terminal.code == 1
        said = check_restored(terminal).strip()
        assert len(said.splitlines()) == 1
        assert "nothing is lost" in said
        assert str(home.places.logs_dir / "ytui.log") in said
        assert "a mistake made for this test" in (home.places.logs_dir / "ytui.log").read_text()
        home.deserted()
        assert len(home.jobs(JobState.QUEUED)) == VIDEOS


@pytest.mark.parametrize(("keys", "options"), [("\t\t", "--within 86400s"), ("\t\t\t", "--forever")])
def test_leaving_it_running(home: Home, keys: str, options: str) -> None:
    with home.open() as terminal:
        home.busy()
        terminal.shows(f"{WORKERS} running")
        terminal.type("q")
        terminal.shows("leave running")
        terminal.shows("Left running: it ends with what is queued")
        terminal.type(f"{keys}\r")
        terminal.gone()
        assert terminal.code == 0
        check_restored(terminal)
        until(lambda: len(home.successors()) == 1)
        (successor,) = home.successors()
        assert options in home.processes()[successor]
        home.held_by(successor)
        home.complete()
        home.sent_once()
        if options == "--forever":
            home.idle()
            os.kill(successor, signal.SIGTERM)
        home.deserted()


def test_without_the_mouse_nothing_of_it_is_switched_on_until_asked_for(home: Home) -> None:
    with home.open("--no-mouse") as terminal:
        terminal.shows("Channels")
        assert b"\x1b[?100" not in terminal.output.replace(b"\x1b[?1004", b"")
        terminal.type("m")
        until(lambda: b"\x1b[?1003h" in terminal.output)
        terminal.signal(signal.SIGTERM)
        terminal.gone()
        check_restored(terminal)


@pytest.mark.parametrize("term", ["screen", "linux"])
def test_every_common_terminal(home: Home, term: str) -> None:
    with home.open(environ={"TERM": term, "COLORTERM": ""}) as terminal:
        terminal.shows("Channels")
        terminal.shows("Tiny Channel 1")
        terminal.signal(signal.SIGTERM)
        terminal.gone()
        check_restored(terminal)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_show_it(home: Home, term: str) -> None:
    with home.open(environ={"TERM": term}) as terminal:
        terminal.gone()
        terminal.settled()
        assert terminal.code == 2
        assert len(terminal.text.strip().splitlines()) == 1
        assert "ytui run" in terminal.text


def test_the_title_of_the_window(tmp_path: Path) -> None:
    with a_home(tmp_path, videos=1, settings="[screen]\ntitle = true\n") as home, home.open() as terminal:

        def titles() -> list[bytes]:
            return re.findall(rb"\x1b]2;([^\x07]*)\x07", terminal.output)

        until(lambda: b"ytui: 1 running" in titles())
        home.complete()
        until(lambda: titles()[-1] == b"ytui: idle")
        assert all(one != other for one, other in pairwise(titles())), "it is sent when it changes"
        terminal.signal(signal.SIGTERM)
        terminal.gone()
        check_restored(terminal)
        assert terminal.output.count(b"\x1b[22;2t") == terminal.output.count(b"\x1b[23;2t") == 1
