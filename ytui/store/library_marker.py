"""Library marker: ``.ytui/library.id`` in its root says that this is the folder the store knows.

A disk that is not mounted leaves an empty folder behind. Without the mark nothing is written there and
nothing is taken for removed.
"""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from ytui.store import key_values
from ytui.store.database import Database
from ytui.store.videos import known_paths_exist

FOLDER = ".ytui"
"""In the library's root; holds the mark and the partial files."""

_MARK = re.compile(r"[0-9a-f]{32}")


class OutsideLibrary(ValueError):
    """A path that does not lie in the library."""


@dataclass(frozen=True)
class LibraryCheck:
    """Whether the library may be written to, and if not, why not in one sentence."""

    ok: bool
    reason: str = ""


def library_mark(root: Path) -> str | None:
    """The id in the library's root, or ``None`` where there is no readable one."""
    try:
        opened = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        return mark_below(opened)
    finally:
        os.close(opened)


def mark_below(root: int) -> str | None:
    """The same for a descriptor of the root."""
    try:
        file = os.open(f"{FOLDER}/library.id", os.O_RDONLY, dir_fd=root)
        with os.fdopen(file, encoding="ascii") as opened:
            text = opened.read().strip()
    except (OSError, UnicodeDecodeError):
        # Missing, unreadable or damaged: in each case this is not known to be the library.
        return None
    return text if _MARK.fullmatch(text) else None


def create_library(root: Path) -> str:
    """Make a folder a library and return its new id; raises ``OSError`` where that is not possible."""
    (root / FOLDER / "partial").mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    unfinished = root / FOLDER / "library.id.part"
    with unfinished.open("w", encoding="ascii") as file:
        file.write(mark + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(root / FOLDER / "library.id")
    return mark


def inspect_library(db: Database, root: Path) -> LibraryCheck:
    """As :func:`check_library`, but nothing is made or marked: a folder that could become one is fine."""
    return _seen(db, root, library_mark(root), key_values.get(db, key_values.LIBRARY_ID))


def _seen(db: Database, root: Path, mark: str | None, expected: str | None) -> LibraryCheck:
    if (mark is None or mark != expected) and known_paths_exist(db):
        return LibraryCheck(False, f"library not mounted: {root}")
    if mark is not None and not os.access(root, os.W_OK | os.X_OK):
        return LibraryCheck(False, f"library not writable: {root}")
    return LibraryCheck(True)


def check_library(db: Database, root: Path) -> LibraryCheck:
    """Whether ``root`` is the library that the store knows and can be written to.

    A store that knows no file yet takes the folder as it is, creating folder and mark where they are missing.
    Once it knows files, a missing or another mark means "not mounted", and nothing is written.
    """
    mark, expected = library_mark(root), key_values.get(db, key_values.LIBRARY_ID)
    seen = _seen(db, root, mark, expected)
    if not seen.ok:
        return seen
    try:
        if mark is None:
            mark = create_library(root)
        else:
            # Without its parents: unmounted since the mark was read, the folder below the mount stays empty.
            (root / FOLDER / "partial").mkdir(exist_ok=True)
    except OSError as error:
        return LibraryCheck(False, f"library not writable: {root} ({error.strerror})")
    if not os.access(root, os.W_OK | os.X_OK):
        return LibraryCheck(False, f"library not writable: {root}")
    if mark != expected:
        key_values.put(db, key_values.LIBRARY_ID, mark)
    return LibraryCheck(True)


def safe_relative(root: Path, path: str | Path) -> str:
    """A path inside the library relative to its root, in POSIX form; else :class:`OutsideLibrary`.

    Relative paths are taken from the root; symbolic links are followed, so none leads out unnoticed.
    """
    text = os.fspath(path)
    if not text or "\0" in text:
        raise OutsideLibrary(f"not a path in the library: {text!r}")
    base = root.resolve()
    target = (base / path).resolve()
    if target == base or not target.is_relative_to(base):
        raise OutsideLibrary(f"not in the library {root}: {text!r}")
    return target.relative_to(base).as_posix()
