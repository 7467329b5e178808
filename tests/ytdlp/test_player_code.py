"""The cache of players' code: one fetch a version, whole or not at all, and never an error page."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from yt_dlp.networking import Response

from ytui.ytdlp.player_code import KEPT, PlayerCodeCache, is_player

PLAYER = b"var player={signatureTimestamp:20412};" + b"//" * 1000


def address(number: int = 0) -> str:
    return f"https://www.youtube.com/s/player/{number:08x}/player_ias.vflset/en_US/base.js"


class Site:
    """What fetches, and counts how often it was asked."""

    def __init__(self, code: bytes = PLAYER, *, status: int = 200, url: str = "") -> None:
        self.asked = 0
        self._code, self._status, self._url = code, status, url
        self._lock = threading.Lock()

    def fetch(self, url: str = address()) -> Callable[[], Any]:
        def answer() -> Any:
            with self._lock:
                self.asked += 1
            return Response(io.BytesIO(self._code), self._url or url, {"Content-Type": "x/y"}, self._status)

        return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "player-code"


def test_all_who_begin_at_once_and_all_who_come_later_fetch_once(folder: Path) -> None:
    site, barrier = Site(), threading.Barrier(8)

    def one(_: int) -> bytes:
        barrier.wait(60)
        found: bytes = PlayerCodeCache(folder).open(address(), site.fetch()).read()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(8))) == {PLAYER}
    later = PlayerCodeCache(folder).open(address(), site.fetch())
    assert (later.read(), later.url, later.status) == (PLAYER, address(), 200)
    assert site.asked == 1
    assert folder.stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_fetched_again(folder: Path) -> None:
    site, cache = Site(), PlayerCodeCache(folder)
    cache.open(address(), site.fetch())
    (kept,) = folder.glob("*.js")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert cache.open(address(), site.fetch()).read() == PLAYER
    assert site.asked == 2
    kept.write_bytes(b"")
    assert cache.open(address(), site.fetch()).read() == PLAYER
    assert site.asked == 3


@pytest.mark.parametrize(
    "site",
    [
        Site(b"<html>sign in to this network</html>"),
        Site(url="https://portal.example/base.js"),
        Site(status=203),
    ],
)
def test_what_is_no_player_is_handed_on_and_not_kept(folder: Path, site: Site) -> None:
    cache = PlayerCodeCache(folder)
    for number in (1, 2):
        answer = cache.open(address(), site.fetch())
        assert answer.headers["Content-Type"] == "x/y"
        assert site.asked == number
    assert list(folder.glob("*.js")) == []


def test_the_newest_versions_are_kept_and_nothing_else(folder: Path) -> None:
    site, cache = Site(), PlayerCodeCache(folder)
    for number in range(KEPT + 2):
        if number == 1:
            (folder / "draft-killed").write_bytes(b"half")
        cache.open(address(number), site.fetch(address(number)))
    assert len(list(folder.glob("*.js"))) == KEPT
    assert list(folder.glob("draft-*")) == []
    cache.open(address(KEPT + 1), site.fetch())
    assert site.asked == KEPT + 2


def test_without_a_folder_each_is_fetched(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("in the way")
    site, cache = Site(), PlayerCodeCache(folder)
    for _ in range(2):
        assert cache.open(address(), site.fetch()).read() == PLAYER
    assert site.asked == 2


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        (address(), True),
        ("https://www.youtube.com/s/player/0004de42/tv-player-ias.vflset/tv-player-ias.js", True),
        ("http://www.youtube.com/s/player/0004de42/base.js", False),
        ("https://www.youtube.com.evil.org/s/player/0004de42/base.js", False),
        ("https://www.youtube.com/s/player/0004de42/base.js?x=1", False),
        ("https://www.youtube.com/watch?v=abc", False),
    ],
)
def test_only_what_names_its_version_is_taken_for_a_player(url: str, is_one: bool) -> None:
    assert is_player(url) is is_one
