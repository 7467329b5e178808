"""The token cache: real files, and real processes that ask for the same token."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes.waiting import PATIENCE, until
from ytui.ytdlp.token_cache import LOCKS_KEPT, TokenCache

KEY = "visitor one"

ASKS = """
import sys
from pathlib import Path
from ytui.ytdlp.token_cache import TokenCache
cache = TokenCache(Path(sys.argv[1]), flight=float(sys.argv[2]))
print(repr(cache.get("visitor one")), flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "store":
        cache.store("visitor one", "made", 2e9 * 2)
    elif word == "land":
        cache.land()
    print(word, flush=True)
"""


class Asker:
    """A process that asks for the one token, and then does what it is told."""

    def __init__(self, folder: Path, flight: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ASKS, str(folder), str(flight)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def do(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        assert self.said() == word

    @property
    def waits(self) -> bool:
        """Whether it has opened the lock that another one holds."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        try:
            return any(str(fd.readlink()).endswith(".lock") for fd in folder.iterdir())
        except OSError:
            return False

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def askers(tmp_path: Path) -> Iterator[list[Asker]]:
    """Two that ask one after the other: the first makes the token, the second waits for it."""
    made = [Asker(tmp_path, PATIENCE)]
    try:
        assert made[0].said() == "None"
        made.append(Asker(tmp_path, PATIENCE))
        until(lambda: made[1].waits)
        yield made
    finally:
        for asker in made:
            asker.end()


def test_one_makes_it_and_the_others_wait_for_it(askers: list[Asker], tmp_path: Path) -> None:
    askers[0].do("store")
    assert askers[1].said() == "'made'"
    assert TokenCache(tmp_path).get(KEY) == "made"
    (kept,) = tmp_path.glob("*.token")
    assert kept.stat().st_mode & 0o777 == 0o600


def test_who_gets_no_token_lets_the_others_ask_for_themselves(askers: list[Asker]) -> None:
    askers[0].do("land")
    assert askers[1].said() == "None"


def test_a_maker_that_is_killed_keeps_nobody_waiting(askers: list[Asker]) -> None:
    askers[0].process.send_signal(signal.SIGKILL)
    assert askers[1].said() == "None"


def test_a_maker_that_hangs_keeps_the_others_waiting_for_a_time_only(tmp_path: Path) -> None:
    hangs = Asker(tmp_path, PATIENCE)
    try:
        assert hangs.said() == "None"
        hangs.process.send_signal(signal.SIGSTOP)
        assert TokenCache(tmp_path, flight=0.3).get(KEY) is None
    finally:
        hangs.end()


def test_the_flight_ends_by_itself(tmp_path: Path) -> None:
    first = TokenCache(tmp_path, flight=0.2)
    assert first.get(KEY) is None
    waiter = Asker(tmp_path, PATIENCE)
    try:
        assert waiter.said() == "None"
    finally:
        waiter.end()


def test_the_next_token_ends_the_flight_of_the_one_before(tmp_path: Path) -> None:
    asks = TokenCache(tmp_path, flight=PATIENCE)
    asks.get(KEY)
    asks.get("visitor two")
    assert TokenCache(tmp_path, flight=PATIENCE).get(KEY) is None
    asks.land()


def test_it_lives_until_it_expires_and_is_swept_then(tmp_path: Path) -> None:
    now = [1000.0]
    cache = TokenCache(tmp_path, clock=lambda: now[0])
    cache.store(KEY, "first", 1010)
    cache.store("other", "second", 5000)
    assert (cache.get(KEY), cache.get("other")) == ("first", "second")
    now[0] = 1010
    assert cache.get(KEY) is None
    cache.store("third", "t", 1020)
    now[0] = 2000
    cache.store("fourth", "f", 5000)
    assert len(list(tmp_path.glob("*.token"))) == 2
    cache.delete("other")
    assert cache.get("other") is None
    cache.land()


def test_what_processes_left_behind_is_swept(tmp_path: Path) -> None:
    old = [tmp_path / "a.lock", tmp_path / "b.draft"]
    young = tmp_path / "c.draft"
    for path in (*old, young):
        path.touch()
    for path in old:
        os.utime(path, (0, time.time() - LOCKS_KEPT - 5))
    TokenCache(tmp_path).store(KEY, "value", time.time() + 60)
    assert not any(path.exists() for path in old)
    assert young.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"value": 5, "expires_at": 99999999999}',
        b'{"value": "x", "expires_at": "soon"}',
        b'{"value": "x"}',
        b'{"value": "x", "expires_at": NaN}',
        b"[" * 10_000,
        json.dumps({"value": "x" * 20_000, "expires_at": 99999999999}).encode(),
    ],
)
def test_a_damaged_file_is_a_miss(tmp_path: Path, content: bytes) -> None:
    cache = TokenCache(tmp_path)
    cache.store(KEY, "value", time.time() + 60)
    (kept,) = tmp_path.glob("*.token")
    kept.write_bytes(content)
    assert TokenCache(tmp_path).get(KEY) is None
    cache.store(KEY, "again", time.time() + 60)
    assert TokenCache(tmp_path).get(KEY) == "again"


def test_a_pipe_or_a_link_in_its_place_is_a_miss(tmp_path: Path) -> None:
    folder, secret = tmp_path / "tokens", tmp_path / "secret"
    folder.mkdir()
    cache = TokenCache(folder)
    cache.store(KEY, "value", time.time() + 60)
    (kept,) = folder.glob("*.token")
    kept.replace(secret)
    kept.symlink_to(secret)
    assert cache.get(KEY) is None
    kept.unlink()
    os.mkfifo(kept)
    assert cache.get(KEY) is None
    cache.store(KEY, "again", time.time() + 60)
    assert cache.get(KEY) == "again"


def test_what_the_site_refused_is_forgotten_and_a_newer_one_stays(tmp_path: Path) -> None:
    cache, other = TokenCache(tmp_path), TokenCache(tmp_path)
    for key in ("one", "two"):
        other.store(key, "old", time.time() + 60)
        assert cache.get(key) == "old"
    other.store("two", "new", time.time() + 60)
    cache.forget_served()
    assert (other.get("one"), other.get("two")) == (None, "new")
    other.land()
