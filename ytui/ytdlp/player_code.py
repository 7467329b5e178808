"""HTTP cache of YouTube's player code, shared by all jobs and runs: one fetch a version, with single flight.

The address of a player names its version and what is there never changes. Where a page does not tell the
player's signature timestamp (as those of signed-in sessions), yt-dlp reads it in the code, in each process.

A file is the SHA-256 of the code and the code.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from yt_dlp.networking import Response

from ytui.ytdlp.file_lock import lock_within

KEPT = 3
"""Versions on disk, 2.5 MB each; a new one comes several times a week."""
FLIGHT_SECONDS = 60.0
"""How long one that fetches keeps the others waiting."""
_ADDRESS = re.compile(r"https://www\.youtube\.com/s/player/[0-9a-fA-F]{8}/[\w./-]{1,200}\.js")
_PLAYER = re.compile(rb"(?:signatureTimestamp|sts)\s*:\s*[0-9]{5}")
"""What yt-dlp looks for: an error page, or that of a captive portal, is no player."""
_KIND = "text/javascript; charset=utf-8"
_LARGEST = 32 << 20
_DIGEST = hashlib.sha256().digest_size
_DRAFT, _LOCK = "draft-", "fetching.lock"


class PlayerCodeCache:
    """The folder of the players' code; trouble with it is a request more, never a failure."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is needed, readable by the user alone."""
        self._folder = folder

    def open(self, url: str, fetch: Callable[[], Any]) -> Any:
        """A response with the code of a player, from the disk or else by ``fetch``, and what that raises."""
        code = self._read(url)
        if code is not None:
            return _response(url, code)
        with self._flight():
            # Another job may have fetched it meanwhile.
            code = self._read(url)
            return self._fetched(url, fetch) if code is None else _response(url, code)

    def _fetched(self, url: str, fetch: Callable[[], Any]) -> Any:
        response = fetch()
        code = response.read()
        if response.status == HTTPStatus.OK and response.url == url:
            with contextlib.suppress(OSError):
                self._write(url, code)
        return _response(response.url, code, response.headers.get("Content-Type"), response.status)

    @contextmanager
    def _flight(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                # Never unlinked: whoever waits for it would hold another lock than those who come later.
                opened = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                lock_within(stack.enter_context(os.fdopen(opened, "rb")), FLIGHT_SECONDS)
            yield

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.js"

    def _read(self, url: str) -> bytes | None:
        """The code, if it is there whole and right; what is damaged is deleted."""
        path = self._path(url)
        try:
            with path.open("rb") as file:
                kept = file.read(_DIGEST + _LARGEST)
        except OSError:
            return None
        code = kept[_DIGEST:]
        if hashlib.sha256(code).digest() == kept[:_DIGEST]:
            return code
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def _write(self, url: str, code: bytes) -> None:
        if len(code) >= _LARGEST or not _PLAYER.search(code):
            return
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=_DRAFT)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(code).digest())
                file.write(code)
            Path(draft).replace(self._path(url))
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        self._prune()

    def _prune(self) -> None:
        """Keep the newest versions; a draft is nobody's here, for who writes holds the lock."""
        newest = sorted(self._folder.glob("*.js"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in [*newest[KEPT:], *self._folder.glob(f"{_DRAFT}*")]:
            path.unlink(missing_ok=True)


def _response(url: str, code: bytes, kind: str | None = None, status: int = HTTPStatus.OK) -> Any:
    return Response(io.BytesIO(code), url, {"Content-Type": kind or _KIND}, status)


def is_player(url: str) -> bool:
    """Whether an address is that of a version of YouTube's player."""
    return _ADDRESS.fullmatch(url) is not None
