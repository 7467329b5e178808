"""Asking for the library: whose wish counts, and how a wait for it ends."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from ytui.engine.ownership.lock import LibraryInUse, LibraryLock
from ytui.engine.ownership.ownership import REQUEST, asked_to_hand_over, take_over
from ytui.store import process_state


def ask(home: Home, pid: int, host: str = "") -> None:
    asker = {"pid": pid, "host": host or socket.gethostname()}
    process_state.post_request(home.db, REQUEST, asker, time.time())


def test_one_that_lives_is_answered_once(home: Home) -> None:
    ask(home, os.getppid())
    assert asked_to_hand_over(home.db)
    assert not asked_to_hand_over(home.db)


def test_a_process_that_was_ended_while_it_waited_is_not(home: Home) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    ask(home, gone.pid)
    assert not asked_to_hand_over(home.db)
    ask(home, gone.pid, "another machine")
    assert asked_to_hand_over(home.db)


def test_nobody_hands_over_to_itself_for_a_wish_of_before(home: Home) -> None:
    ask(home, os.getpid())
    assert not asked_to_hand_over(home.db)


def test_a_wish_that_was_given_up_is_taken_back(home: Home) -> None:
    library_lock = LibraryLock.acquire(home.places)
    given_up = threading.Event()
    given_up.set()
    with pytest.raises(LibraryInUse):
        take_over(home.places, home.store, given_up=given_up)
    assert process_state.open_requests(home.db) == []
    library_lock.release(home.store)


def test_a_holder_that_has_agreed_is_waited_for_all_the_same(home: Home) -> None:
    library_lock = LibraryLock.acquire(home.places)
    given_up = threading.Event()
    taken: list[LibraryLock] = []
    waiting = threading.Thread(
        target=lambda: taken.append(take_over(home.places, home.store, given_up=given_up))
    )
    waiting.start()
    until(lambda: process_state.open_requests(home.db))
    (request,) = process_state.open_requests(home.db)
    assert process_state.done_request(home.db, request.id, time.time())
    given_up.set()
    library_lock.release(home.store)
    waiting.join()
    taken[0].release(home.store)
