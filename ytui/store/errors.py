"""Why a store cannot be used."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class StoreError(Exception):
    """The store cannot be used; the message is one sentence that says what to do."""


class StoreTooNew(StoreError):
    """The database was written by a newer ytui; a command ends with exit code 2."""


_TROUBLE = {
    sqlite3.SQLITE_FULL: "the disk with {path} is full: make room there",
    sqlite3.SQLITE_BUSY: "another program keeps {path} locked: end it",
    sqlite3.SQLITE_READONLY: "{path} can be read but not written: mend its permissions, or its disk",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: mend its permissions, or its disk",
    sqlite3.SQLITE_IOERR: "the disk with {path} answers with errors: look after it",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged: move it away, or restore a copy of it",
    sqlite3.SQLITE_NOTADB: "{path} is damaged: move it away, or restore a copy of it",
}
_PRIMARY = 0xFF
"""The part of SQLite's error code that says what kind of error it is; the rest says where it was met."""


def trouble_words(path: Path, error: sqlite3.Error) -> str:
    """What is wrong with the database at ``path`` and what mends it, in a sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    known = _TROUBLE.get(code)
    return known.format(path=path) if known else f"{path} cannot be used: {error}"
