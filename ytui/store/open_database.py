"""Opening of the database file: checks and migrations before it is used, and why it cannot be."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ytui.store import schema


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


BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it gives up."""

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "ncpfs",
    }
)
"""File systems whose locks SQLite cannot rely on; every ``fuse.`` one below is as bad."""
NETWORK_FUSE = ("fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.s3fs", "fuse.davfs", "fuse.smbnetfs")


def prepare(path: Path, *, migrate: bool) -> None:
    """Make sure that ``path`` is a ytui database of this version, or raise :class:`StoreError`."""
    _check_folder(path.parent, create=migrate)
    kind = network_file_system(path)
    if kind is not None:
        raise StoreError(
            f"{path.parent} is on a network file system ({kind}), where the database would not be safe: "
            "choose a data folder on a local disk with --data-dir."
        )
    if path.exists() and _version(path) == schema.VERSION:
        return
    # Another process may be migrating right now: wait for it, then look again.
    with _exclusive(path):
        version = _version(path) if path.exists() else 0
        if version == schema.VERSION:
            return
        if not migrate:
            raise StoreError(
                f"{path} is of an older version and another ytui is using it: "
                "end that one and start the new ytui once, then try again."
            )
        _migrate(path, version)


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """The network file system that ``path`` lies on, or ``None``; ``mounts`` stands for /proc/self/mounts."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text(errors="surrogateescape")
        except OSError:
            # Only Linux has the table; elsewhere nothing is known, and nothing is refused.
            return None
    target = path.parent.resolve()
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[1]))
        if target.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), fields[2]
    return found if found in NETWORK_FILE_SYSTEMS or found in NETWORK_FUSE else None


def _check_folder(folder: Path, *, create: bool) -> None:
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not folder.is_dir():
            raise StoreError(
                f"{folder} does not exist: start ytui once to create it, or name another --data-dir."
            )
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be created ({error.strerror}): choose another --data-dir."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"{folder} is not writable: mend its permissions, or choose another --data-dir.")


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    try:
        handle = path.with_name(path.name + ".migrating").open("a")
    except OSError as error:
        raise StoreError(
            f"{path.parent} is not writable ({error.strerror}): mend its permissions."
        ) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _version(path: Path) -> int:
    """The schema's version, 0 for an empty file; raises for what is not ours or too new."""
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreError(
            f"{path} cannot be read and written: mend its permissions, or choose another --data-dir."
        )
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            # One snapshot: another process may be creating the tables meanwhile.
            connection.execute("BEGIN")
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            mark: int = connection.execute("PRAGMA application_id").fetchone()[0]
            tables: int = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path} cannot be opened ({error}): make room on its disk or mend its permissions."
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # What SQLite says of a damaged schema may quote bytes that are no text.
        raise StoreError(
            f"{path} is not a database, or is damaged ({error}): move it away, or restore a copy of it."
        ) from error
    if tables and mark != schema.APPLICATION_ID:
        raise StoreError(f"{path} is the database of another program: choose another --data-dir.")
    if version > schema.VERSION:
        raise StoreTooNew(
            f"{path} was written by a newer ytui (schema {version}, this one knows {schema.VERSION}): "
            "upgrade ytui, or choose another --data-dir."
        )
    return version


def _migrate(path: Path, version: int) -> None:
    # Imported here: a start that has nothing to migrate does not pay for the import.
    import sqlite_utils

    from ytui.store.migrations import MIGRATIONS

    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            # Before the first table, so that nobody takes the half-made file for another program's.
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            if version:
                _copy(connection, path.with_name(f"{path.name}.before-{schema.VERSION}"))
            MIGRATIONS.apply(sqlite_utils.Database(connection, execute_plugins=False))
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{path} could not be brought to schema {schema.VERSION} ({error}); nothing in it is lost: "
            "make room on the disk or mend its permissions, and start ytui again."
        ) from error


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    # Written beside and renamed: a copy that is there is a whole one.
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    unfinished.replace(target)
