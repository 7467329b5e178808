"""Connections, transactions and the opening of the database file.

One thread, one connection: SQLite serialises writers, and every write takes the write lock at its beginning
(``BEGIN IMMEDIATE``), so that a transaction never finds out halfway that another one was first.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ytui.store.open_database import BUSY_SECONDS, prepare

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
