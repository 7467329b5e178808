"""The configuration's files as they were at one moment: their text, their data, how to tell a change."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ytui.config.problems import ConfigError, Problem
from ytui.core.settings import Settings

_BYTE_ORDER_MARK = "\ufeff"
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Stamp:
    """What tells one state of a file from another, without reading it."""

    path: Path
    modified_ns: int
    size: int
    inode: int


@dataclass(frozen=True)
class Source:
    """One file as read: ``text`` letter for letter, ``data`` what it says."""

    stamp: Stamp
    text: str
    data: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """Where it lies, symbolic links not followed."""
        return self.stamp.path


@dataclass(frozen=True)
class Loaded:
    """Settings in force and the files they came from, ``config.toml`` first."""

    settings: Settings
    files: tuple[Stamp, ...]


def file_paths(config: Path) -> list[Path]:
    """``config.toml`` and the files of ``channels.d`` beside it, in the order in which they count."""
    folder = config.parent / "channels.d"
    try:
        names = sorted(path.name for path in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return [config]
    except OSError as error:
        raise ConfigError([Problem(folder, None, f"cannot be read: {error.strerror}")]) from error
    # Editors leave hidden lock and swap files that end in .toml too.
    return [config, *(folder / name for name in names if name.endswith(".toml") and not name.startswith("."))]


def read_sources(config: Path) -> list[Source]:
    """Read all files; ``FileNotFoundError`` if ``config`` is missing, ``ConfigError`` if one is no TOML."""
    return [read_source(path) for path in file_paths(config)]


def read_source(path: Path) -> Source:
    """Read one file; raises as ``read_sources`` does."""
    try:
        with path.open("rb") as file:
            stamp = stamp_of(path, os.fstat(file.fileno()))
            text = file.read().decode()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError([Problem(path, None, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError([Problem(path, line, "must be UTF-8 text")]) from error
    return Source(stamp, text, parse(path, text))


def parse(path: Path, text: str) -> dict[str, Any]:
    """What a file's text says; ``ConfigError`` if it is no TOML."""
    try:
        return tomllib.loads(text.removeprefix(_BYTE_ORDER_MARK))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_broken(path, text, str(error))]) from error
    except (ValueError, RecursionError) as error:
        sentence = "is not valid TOML: a number is too long or a value too deep"
        raise ConfigError([Problem(path, None, sentence)]) from error


def _broken(path: Path, text: str, message: str) -> Problem:
    place = _PLACE.search(message)
    reason = _PLACE.sub("", message)
    # The rest of the line may be quoted: control characters must not reach a terminal.
    reason = "".join(letter if letter.isprintable() else "�" for letter in reason)
    if place and place[1]:
        return Problem(path, int(place[1]), f"is not valid TOML: {reason} (column {place[2]})")
    last = len(text.rstrip().splitlines()) or 1
    return Problem(path, last, f"is not valid TOML: {reason} (at the end of the file)")


def stamp_of(path: Path, status: os.stat_result) -> Stamp:
    """The stamp of a file with this status."""
    return Stamp(path, status.st_mtime_ns, status.st_size, status.st_ino)


def changed(loaded: Loaded) -> bool:
    """Whether any file was edited, added or taken away since: a few system calls, nothing is read."""
    try:
        paths = file_paths(loaded.files[0].path)
        return loaded.files != tuple(stamp_of(path, path.stat()) for path in paths)
    except (OSError, ConfigError):
        # Missing or unreadable now is a change too; loading will say what is wrong.
        return True
