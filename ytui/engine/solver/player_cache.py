"""The scripts of yt-dlp-ejs that preprocess a player, as they lie in the installed package.

A file is the SHA-256 of all that follows, a line of JSON (player and scripts) and the preprocessed text.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Scripts:
    """The two texts in UTF-8, and their SHA3-512, by which yt-dlp knows those that it allows."""

    lib: bytes
    core: bytes
    hashes: tuple[str, str]


def installed_scripts() -> Scripts | None:
    """Read the package's scripts; None if it is not there or they cannot be read."""
    # Imported here: whoever meets no challenge does not need it.
    try:
        from yt_dlp_ejs.yt import solver

        lib, core = solver.lib().encode(), solver.core().encode()
    except (ImportError, OSError, ValueError):
        return None
    return Scripts(lib, core, (hashlib.sha3_512(lib).hexdigest(), hashlib.sha3_512(core).hexdigest()))


KEPT = 3
"""Versions of the player on disk; a new one, of 4 MB, comes several times a week."""
_DIGEST = hashlib.sha256().digest_size
_LONGEST_LABEL = 10_000
_FETCHED, _DRAFT = "fetched-", "draft-"
"""What the names of files begin with that only a killed process leaves behind."""


class PlayerCache:
    """The folder of preprocessed players. Thread-safe: a file is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is needed, readable by the user alone."""
        self._folder = folder

    def tidy(self) -> None:
        """Delete what a killed process has left; nobody else may be using the folder."""
        for path in self._files():
            if path.name.startswith((_FETCHED, _DRAFT)):
                path.unlink(missing_ok=True)

    def place_to_fetch(self, name: str) -> Path:
        """A file that does not exist yet, for a player's code as the site has it. Raises ``OSError``."""
        self._make_folder()
        path = self._folder / f"{_FETCHED}{name}.js"
        path.unlink(missing_ok=True)
        return path

    def open(self, player_url: str, scripts: Scripts) -> IO[bytes] | None:
        """The preprocessed player, open where its text begins; None if it is not there whole and right."""
        path = self._path(player_url, scripts)
        try:
            file = path.open("rb")
            digest = file.read(_DIGEST)
            if hashlib.file_digest(file, "sha256").digest() == digest:
                file.seek(_DIGEST)
                if file.readline(_LONGEST_LABEL) == _label(player_url, scripts):
                    return file
            file.close()
        except OSError:
            return None
        path.unlink(missing_ok=True)
        return None

    def store(self, player_url: str, scripts: Scripts, write: Callable[[IO[bytes]], None]) -> None:
        """Keep what ``write`` writes, and the newest versions. Raises ``OSError`` and what it raises."""
        self._make_folder()
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=_DRAFT)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                file.write(bytes(_DIGEST) + _label(player_url, scripts))
                write(file)
                file.seek(_DIGEST)
                digest = hashlib.file_digest(file, "sha256").digest()
                file.seek(0)
                file.write(digest)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self._path(player_url, scripts))
        finally:
            Path(draft).unlink(missing_ok=True)
        self._prune(scripts)

    def _prune(self, scripts: Scripts) -> None:
        """Delete all but the newest versions, and all that other scripts have made."""
        players = [path for path in self._files() if not path.name.startswith((_FETCHED, _DRAFT))]
        mine = [path for path in players if path.name.startswith(_prefix(scripts))]
        newest = sorted(mine, key=_written_at, reverse=True)[:KEPT]
        for path in set(players).difference(newest):
            path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return list(self._folder.glob("*.js")) + list(self._folder.glob(f"{_DRAFT}*"))
        return []

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, player_url: str, scripts: Scripts) -> Path:
        name = hashlib.sha256(player_url.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._folder / f"{_prefix(scripts)}{name}.js"


def _prefix(scripts: Scripts) -> str:
    return hashlib.sha256("".join(scripts.hashes).encode()).hexdigest()[:16] + "-"


def _label(player_url: str, scripts: Scripts) -> bytes:
    return json.dumps({"player": player_url, "scripts": scripts.hashes}).encode() + b"\n"


def _written_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
