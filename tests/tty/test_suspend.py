"""``ctrl+z`` in a shell with job control: the queue goes on in the background, ``fg`` takes it back."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.processes.tty_home import WORKERS, Home
from tests.support.processes.waiting import until
from tests.support.terminals.pty_terminal import Terminal, is_alive, state_of
from ytui.engine.ownership.lock import LibraryLock
from ytui.store import process_state
from ytui.store.database import Store

PROMPT = "ready> "

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def shell(home: Home) -> Iterator[Terminal]:
    command = ["bash", "--norc", "--noprofile", "--noediting", "-i"]
    with Terminal(command, home.environ(PS1=PROMPT)) as terminal:
        terminal.shows(PROMPT)
        yield terminal


@contextmanager
def slow_holder(home: Home) -> Iterator[None]:
    """A holder, in the successor's place, that answers nobody."""
    (successor,) = home.successors()
    os.kill(successor, signal.SIGKILL)
    until(lambda: not home.successors())
    library_lock = LibraryLock.acquire(home.places)
    try:
        yield
    finally:
        library_lock.release(Store.open(home.places.database, migrate=False))


def wait_in_the_foreground(shell: Terminal) -> None:
    """Have the application back, which says that it waits for the library."""
    before = len(shell.output)
    shell.type("fg\n")
    shell.shows("waiting for it, q leaves it there", since=before)


def suspended(home: Home, shell: Terminal, module: str = "ytui") -> int:
    """Open the application in the shell, have it busy, press the key; its process, which sleeps then."""
    shell.type(f"{shlex.join(home.command(module=module))}\n")
    home.busy()
    holder = home.holder()
    assert holder is not None
    shell.shows(f"{WORKERS} running")
    before = len(shell.output)
    shell.type("\x1a")
    shell.shows(PROMPT, since=before)
    assert state_of(holder.pid) == "T"
    assert b"\x1b[?1049l" in shell.output[before:]
    assert b"\x1b[?1003l" in shell.output[before:]
    until(lambda: len(home.successors()) == 1)
    home.held_by(home.successors()[0])
    return holder.pid


def test_suspended_and_taken_up_again(home: Home, shell: Terminal) -> None:
    pid = suspended(home, shell)
    before = len(shell.output)
    shell.type("fg\n")
    home.held_by(pid)
    shell.shows("Tiny Channel 1", since=before)
    shell.shows(f"{WORKERS} running", since=before)
    assert b"\x1b[?1049h" in shell.output[before:]
    until(lambda: not home.successors())
    # Before its first look at the queue the screen says that nothing is in it: only what comes now counts.
    before = len(shell.output)
    home.complete()
    home.sent_once()
    shell.shows("nothing in the queue", since=before)
    # A slot whose job has just ended still counts as running, and leaving would ask.
    home.idle()
    before = len(shell.output)
    shell.type("q")
    shell.shows(PROMPT, since=before)
    assert state_of(pid) == ""


def test_in_the_background_it_sleeps_on(home: Home, shell: Terminal) -> None:
    pid = suspended(home, shell)
    before = len(shell.output)
    shell.type("bg\n")
    shell.type("\n")
    until(lambda: shell.text_after(before).count(PROMPT) >= 2)
    until(lambda: state_of(pid) == "T")
    assert b"\x1b[?1049h" not in shell.output[before:]
    before = len(shell.output)
    shell.type("fg\n")
    shell.shows("Tiny Channel 1", since=before)
    home.held_by(pid)


def test_taken_up_again_while_it_is_in_the_background(home: Home, shell: Terminal) -> None:
    pid = suspended(home, shell, module="tests.support.processes.app_late_bg")
    before = len(shell.output)
    shell.type("bg\n")
    until((home.root / "in the background").exists)
    shell.type("fg\n")
    home.held_by(pid)
    shell.shows(f"{WORKERS} running", since=before)
    assert "Stopped" not in shell.text_after(before)


def test_taking_it_back_waits_for_a_slow_holder_and_says_so(home: Home, shell: Terminal) -> None:
    pid = suspended(home, shell)
    with slow_holder(home):
        wait_in_the_foreground(shell)
        before = len(shell.output)
        shell.type("\x1a")
        shell.shows(PROMPT, since=before)
        assert state_of(pid) == "T"
        wait_in_the_foreground(shell)
        before = len(shell.output)
    home.held_by(pid)
    shell.shows(f"{WORKERS} running", since=before)
    home.complete()
    # All of this was one person's queue: nothing of it was fetched by two at a time.
    home.sent_once()


def test_leaving_while_it_waits_leaves_the_library_there(home: Home, shell: Terminal) -> None:
    pid = suspended(home, shell)
    with slow_holder(home):
        wait_in_the_foreground(shell)
        before = len(shell.output)
        shell.type("q")
        shell.shows(PROMPT, since=before)
        assert state_of(pid) == ""
        assert process_state.open_requests(home.db) == []


def test_sigterm_while_it_falls_asleep_ends_it(home: Home, shell: Terminal) -> None:
    shell.type(f"{shlex.join(home.command(module='tests.support.processes.app_terminated'))}\n")
    home.busy()
    holder = home.holder()
    assert holder is not None
    shell.type("\x1a")
    until(lambda: not is_alive(holder.pid))
    home.complete()


def test_stopped_from_outside_it_is_painted_again(home: Home, shell: Terminal) -> None:
    shell.type(f"{shlex.join(home.command())}\n")
    home.busy()
    holder = home.holder()
    assert holder is not None
    before = len(shell.output)
    os.kill(holder.pid, signal.SIGSTOP)
    shell.shows(PROMPT, since=before)
    before = len(shell.output)
    with home.open() as other:
        # The shell has the terminal now: whoever hands over in the background leaves it alone.
        other.shows("Take it over?")
        other.type("y\r")
        home.held_by(other.pid)
        until(lambda: state_of(holder.pid) in ("", "Z", "T"))
    assert b"\x1b[" not in shell.output[before:].replace(b"\x1b[?2004", b"")
