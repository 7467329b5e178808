"""Window of a list: one read of the rows around what is shown, the cursor kept on its item."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ytui.store.database import Database, Store
from ytui.tui.lists.rows import Row, RowSource

Answer = TypeVar("Answer")
READ_AHEAD = 2
"""Windows read before and after the visible one."""


@dataclass(frozen=True)
class ReadRequest:
    """What one read of the source is to bring."""

    source: RowSource
    first: int
    height: int
    cursor: int
    key: int | None
    stick: str
    """``first`` or ``last`` while the cursor keeps to an end whatever comes, else nothing."""
    range_from: int | None = None
    """The key of the row at which a range began."""


@dataclass(frozen=True)
class ListWindow:
    """What was read: ``rows`` begin at ``start``, and the cursor's item is at ``position`` of ``total``.

    ``number`` is that of the items, ``total`` that of the lines: headings are lines too.
    """

    total: int
    number: int
    start: int
    rows: list[Row]
    position: int
    range_from: int | None = None
    """The place of the row at which a range began."""

    def row(self, index: int) -> Row | None:
        """Return a row by its place in the whole list, if it was read."""
        offset = index - self.start
        return self.rows[offset] if 0 <= offset < len(self.rows) else None

    def holds(self, first: int, end: int) -> bool:
        """Whether all rows from ``first`` to before ``end`` were read."""
        return self.start <= first and end <= self.start + len(self.rows)


NOTHING_READ = ListWindow(0, 0, 0, [], 0)


class WindowReader:
    """One read at a time, each in a thread: what is asked for meanwhile is remembered and comes after it."""

    def __init__(self, store: Store) -> None:
        self.busy = False
        self._store = store
        self._again = False
        self._lock = threading.Lock()
        self._running_on: Database | None = None

    def begin(self) -> bool:
        """Whether a read may begin; else one more is to follow the one that is under way."""
        self._again = self.busy
        self.busy = True
        return not self._again

    def end(self) -> bool:
        """Note that the read has ended; whether another one was asked for meanwhile."""
        again, self._again, self.busy = self._again, False, False
        return again

    def interrupt(self) -> None:
        """Give the running query up: its rows are of no use any more."""
        with self._lock:
            if self._running_on is not None:
                self._running_on.interrupt()

    def read(self, reading: ReadRequest) -> ListWindow:
        """Read a list, in the calling thread."""
        return self.run(lambda db: read_window(reading, db))

    def run(self, read: Callable[[Database], Answer]) -> Answer:
        """Do a read, in the calling thread and so that it can be interrupted."""
        db = self._store.db
        with self._lock:
            self._running_on = db
        try:
            return read(db)
        finally:
            with self._lock:
                self._running_on = None


def read_window(reading: ReadRequest, db: Database) -> ListWindow:
    """Read the rows around what will be visible; runs in a thread."""
    source = reading.source
    total = source.count(db)
    position = _position(reading, db, total)
    first = max(0, min(reading.first + position - reading.cursor, total - reading.height))
    if not first <= position < first + reading.height:
        first = max(0, position - reading.height // 2)
    start = max(0, first - READ_AHEAD * reading.height)
    rows = source.page(db, start, (2 * READ_AHEAD + 1) * reading.height)
    range_from = None if reading.range_from is None else source.position(db, reading.range_from)
    return ListWindow(total, source.number(db), start, rows, position, range_from)


def _position(reading: ReadRequest, db: Database, total: int) -> int:
    ends: dict[str, Callable[[], int]] = {"first": lambda: 0, "last": lambda: max(0, total - 1)}
    if reading.stick in ends:
        return ends[reading.stick]()
    found = None if reading.key is None else reading.source.position(db, reading.key)
    return found if found is not None else max(0, min(reading.cursor, total - 1))
