"""Connections, transactions and the opening of the database file.

One thread, one connection: SQLite serialises writers, and every write takes the write lock at its beginning
(``BEGIN IMMEDIATE``), so that a transaction never finds out halfway that another one was first.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ytui.store import schema
from ytui.store.search.cjk import add_functions


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
            add_functions(connection)
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


CACHE_KIB = 256
"""What a connection keeps of the file. With SQLite's own 2 MB for each thread the process grew and grew, and
no query got faster by it: the kernel has the pages too."""

Parameters = Sequence[Any] | Mapping[str, Any]


class Database:
    """One connection to the store, for the one thread that opened it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # close_all() closes the connections of threads that have ended: hence check_same_thread=False.
        self.connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self.connection.row_factory = sqlite3.Row
        add_functions(self.connection)
        self._finalizer = weakref.finalize(self, self.connection.close)
        try:
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            self.connection.execute("PRAGMA foreign_keys = ON")
            self.connection.execute("PRAGMA temp_store = MEMORY")
            self.connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        except sqlite3.Error:
            self.close()
            raise

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run one statement; text that is not Unicode (lone surrogates) is stored with U+FFFD there."""
        try:
            return self.connection.execute(sql, parameters)
        except UnicodeEncodeError:
            return self.connection.execute(sql, _encodable(parameters))

    def one(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first row, or ``None``."""
        return self.execute(sql, parameters).fetchone()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """Every row."""
        return self.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or ``None``."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    def interrupt(self) -> None:
        """Abort this connection's running query, from any thread; it raises ``sqlite3.OperationalError``."""
        self.connection.interrupt()

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self._finalizer()


def _encodable(parameters: Parameters) -> Parameters:
    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return value

    if isinstance(parameters, Mapping):
        return {key: clean(value) for key, value in parameters.items()}
    return [clean(value) for value in parameters]


class Store:
    """The database file; ``db`` is the calling thread's own connection to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[Database] = weakref.WeakSet()

    @classmethod
    def open(cls, path: Path, migrate: bool = True) -> Store:
        """Open the store, creating or migrating it where that is needed and ``migrate`` allows it.

        Only the holder of the library may migrate. Raises :class:`StoreTooNew` for a database of a newer
        ytui and :class:`StoreError` for everything else that is in the way.
        """
        prepare(path, migrate=migrate)
        return cls(path)

    @property
    def db(self) -> Database:
        """This thread's connection, opened on first use."""
        database: Database | None = getattr(self._local, "database", None)
        if database is None:
            database = Database(self.path)
            self._local.database = database
            with self._lock:
                self._open.add(database)
        return database

    def close(self) -> None:
        """Close this thread's connection, if it has one."""
        database: Database | None = getattr(self._local, "database", None)
        if database is not None:
            del self._local.database
            with self._lock:
                self._open.discard(database)
            database.close()

    def sync(self) -> None:
        """Have the disk take what was committed so far; SQLite itself sees to that only now and then."""
        try:
            descriptor = os.open(self.path.with_name(f"{self.path.name}-wal"), os.O_RDONLY)
        except FileNotFoundError:
            # All of it is in the database file already, and was written to the disk there.
            return
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close_all(self) -> None:
        """Close the connections of all threads; call it when those threads no longer use them."""
        with self._lock:
            databases = list(self._open)
            self._open.clear()
        self._local = threading.local()
        for database in databases:
            database.close()


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One write transaction, all or nothing; inside another one it joins that."""
    connection = db.connection
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # An error such as a full disk may have rolled back by itself already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    try:
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def data_version(db: Database) -> int:
    """A number that changes when another connection has committed; cheap enough to ask every 100 ms."""
    version: int = db.value("PRAGMA data_version")
    return version


def quick_check(db: Database) -> str:
    """The first thing that is wrong with the file, else ``ok``; reads all of it."""
    return str(db.value("PRAGMA quick_check(1)"))
