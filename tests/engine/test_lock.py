"""One library, one holder: the second is told, and a dead one is no obstacle."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engine.conftest import Home
from ytui.engine.ownership.lock import LibraryInUse, LibraryLock, holder_of, is_locked, terminal_name
from ytui.paths import Places
from ytui.store import process_state
from ytui.store.rows import Holder

HOLDS = """
import sys
from pathlib import Path
from ytui.engine.ownership.lock import LibraryLock
from ytui.paths import Places
from ytui.store.database import Store
places = Places(*map(Path, sys.argv[1:]))
instance = LibraryLock.acquire(places)
instance.announce(Store.open(places.database), "run")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_holder(places: Places) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the library until it is killed."""
    arguments = [str(place) for place in (places.config_file, places.data_dir, places.cache_dir)]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_the_second_is_told_and_the_lock_dies_with_its_process(home: Home) -> None:
    with another_holder(home.places) as other:
        with pytest.raises(LibraryInUse, match="held"):
            LibraryLock.acquire(home.places)
        assert is_locked(home.places)
        holder = holder_of(home.places, home.store)
        assert holder is not None
        assert (holder.pid, holder.kind) == (other.pid, "run")
        other.kill()
        other.wait()
    # What it had written of itself is still there, and counts for nothing.
    assert process_state.holder(home.db) is not None
    assert holder_of(home.places, home.store) is None
    library_lock = LibraryLock.acquire(home.places)
    library_lock.announce(home.store, "app")
    mine = holder_of(home.places, home.store)
    assert mine is not None
    assert mine.pid == os.getpid()
    library_lock.release(home.store)
    assert not is_locked(home.places)
    assert process_state.holder(home.db) is None


def test_two_in_one_process_are_two(home: Home) -> None:
    library_lock = LibraryLock.acquire(home.places)
    with pytest.raises(LibraryInUse):
        LibraryLock.acquire(home.places)
    library_lock.release(home.store)
    LibraryLock.acquire(home.places).release(home.store)


def test_who_has_it_is_said_in_words() -> None:
    assert str(LibraryInUse(None)) == "the library is held by another process"
    assert (
        str(LibraryInUse(Holder(7, "host", "/dev/pts/3", 0.0, "app")))
        == "the library is held by process 7 on /dev/pts/3"
    )
    assert "no terminal" in str(LibraryInUse(Holder(7, "host", "", 0.0, "run")))


def test_a_terminal_has_a_name_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    try:
        name = os.ttyname(slave)
        monkeypatch.setattr(os, "ttyname", lambda descriptor: name if descriptor == 1 else _none())
        assert terminal_name() == name
        monkeypatch.setattr(os, "ttyname", lambda _: _none())
        assert terminal_name() == ""
    finally:
        os.close(master)
        os.close(slave)


def _none() -> str:
    raise OSError
