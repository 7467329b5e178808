"""Cache of PO tokens in files, shared by all jobs, single flight (one asking at a time a key).

One file a key: JSON with the value and when it expires (Unix seconds). Whoever misses takes an exclusive lock
(flock) on the key and asks a provider; the others wait for a shared one. The flight has an end of its own:
it ends with the token, with :meth:`TokenCache.land`, with the process, and after :data:`FLIGHT_SECONDS`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ytui.ytdlp.file_lock import lock_within

FLIGHT_SECONDS = 30.0
"""A provider plug-in gives up after 25 s (bgutil: 5 s for the ping, 20 s for the token)."""
LOCKS_KEPT = 3600.0
"""Seconds after which the lock file of a key that nobody asks for any more is swept."""

_LARGEST = 16 * 1024
"""Bytes of a file; a token has some hundred."""
_VALUE, _LOCK, _DRAFT = ".token", ".lock", ".draft"


class TokenCache:
    """The tokens in one folder (0700), each in a file of its own (0600). Used by one thread at a time."""

    def __init__(
        self, folder: Path, clock: Callable[[], float] = time.time, flight: float = FLIGHT_SECONDS
    ) -> None:
        """``flight`` is how long one asking may keep the others waiting, in seconds."""
        self._folder = folder
        self._clock = clock
        self._flight_seconds = flight
        self._lock = threading.Lock()
        self._flight: int | None = None
        self._timer: threading.Timer | None = None
        self._served: dict[Path, str] = {}

    def get(self, key: str) -> str | None:
        """The value of ``key``; None: the caller is to ask a provider, and then to store or to land.

        Waits while another process asks for the same key. Raises ``OSError`` where the folder is not usable.
        """
        # Whoever asks for the next token has come to an end with the one before.
        self.land()
        path = self._path(key)
        value = self._read(path)
        if value is None:
            value = self._take_off(path)
        if value is not None:
            self._served[path] = value
        return value

    def store(self, key: str, value: str, expires_at: float) -> None:
        """Keep a value until ``expires_at`` (Unix seconds), and let those who wait have it.

        Raises ``OSError`` where the folder is not usable.
        """
        path = self._path(key)
        try:
            descriptor, draft = tempfile.mkstemp(_DRAFT, dir=self._folder)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump({"expires_at": expires_at, "value": value}, file)
                Path(draft).replace(path)
            except BaseException:
                Path(draft).unlink()
                raise
            self._served[path] = value
            self._sweep()
        finally:
            self.land()

    def delete(self, key: str) -> None:
        """Forget the value of ``key``."""
        self._path(key).unlink(missing_ok=True)

    def forget_served(self) -> None:
        """Delete what this process was given or stored, as the site refused it; a newer value stays."""
        for path, value in self._served.items():
            if self._read(path) == value:
                path.unlink(missing_ok=True)
        self._served.clear()

    def land(self) -> None:
        """End the flight, with a token or without: the others go on."""
        with self._lock:
            descriptor, self._flight = self._flight, None
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if descriptor is not None:
            os.close(descriptor)

    def _path(self, key: str) -> Path:
        # Hashed: whatever a key is made of, the name is none that leads elsewhere.
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{_VALUE}"

    def _take_off(self, path: Path) -> str | None:
        """Become the one who asks (None), or wait until that one has ended; then ask without the lock."""
        descriptor = os.open(path.with_suffix(_LOCK), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        keep = False
        try:
            os.utime(descriptor)
            mine = lock_within(descriptor, 0)
            if not mine:
                lock_within(descriptor, self._flight_seconds, how=fcntl.LOCK_SH)
            value = self._read(path)
            keep = mine and value is None
            return value
        finally:
            if keep:
                self._keep(descriptor)
            else:
                os.close(descriptor)

    def _keep(self, descriptor: int) -> None:
        with self._lock:
            self._flight = descriptor
            self._timer = threading.Timer(self._flight_seconds, self.land)
            self._timer.daemon = True
            self._timer.start()

    def _read(self, path: Path) -> str | None:
        """What a file holds; one that is damaged, too large or expired is a miss and is deleted."""
        try:
            text = _text_of(path)
        except OSError:
            return None
        if text is None:
            return None
        with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
            kept = json.loads(text)
            value, expires_at = kept["value"], float(kept["expires_at"])
            if isinstance(value, str) and value and expires_at > self._clock():
                return value
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def _sweep(self) -> None:
        """Delete what has expired, and what processes that were killed have left."""
        now = self._clock()
        for path in list(self._folder.iterdir()):
            if path.suffix == _VALUE:
                self._read(path)
            elif path.suffix in (_LOCK, _DRAFT):
                with contextlib.suppress(OSError):
                    if path.lstat().st_mtime < now - LOCKS_KEPT:
                        path.unlink()


def _text_of(path: Path) -> str | None:
    """The text of a plain file of a sane size; None for anything else. Raises ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(_LARGEST + 1)[:_LARGEST].decode("utf-8", "replace")
