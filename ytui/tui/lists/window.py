"""Window and selection of a list: one read of the rows around what is shown, and the marked ones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ytui.store.database import Database, Store
from ytui.tui.lists.rows import ListSource, Row, filled_columns

Answer = TypeVar("Answer")
READ_AHEAD = 2
"""Windows read before and after the visible one."""


@dataclass(frozen=True)
class ReadRequest:
    """What one read of the source is to bring."""

    source: ListSource
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
    filled: frozenset[int] = frozenset()
    """The columns that say something in these rows."""

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
    return ListWindow(total, source.number(db), start, rows, position, range_from, filled_columns(rows))


def _position(reading: ReadRequest, db: Database, total: int) -> int:
    ends: dict[str, Callable[[], int]] = {"first": lambda: 0, "last": lambda: max(0, total - 1)}
    if reading.stick in ends:
        return ends[reading.stick]()
    found = None if reading.key is None else reading.source.position(db, reading.key)
    return found if found is not None else max(0, min(reading.cursor, total - 1))


@dataclass(frozen=True)
class RangeEnd:
    """One end of a range: its place in the list, and its row's key, by which it is found when rows come."""

    index: int
    key: int | None
    """None for a row that was not read yet."""


class Selection:
    """The marked keys stay while rows are sorted, filtered and read again."""

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.begin: RangeEnd | None = None
        """Where a range began; None while none is being chosen."""

    @property
    def begin_key(self) -> int | None:
        """The key of the row at which a range began, if one is being chosen and that row was read."""
        return self.begin.key if self.begin is not None else None

    def replace(self, keys: set[int]) -> None:
        """Mark exactly these; a range that was begun is given up."""
        self.keys = keys
        self.begin = None

    def toggle(self, key: int) -> None:
        """Mark a row or take its mark off."""
        self.keys ^= {key}

    def found(self, begin: int | None) -> None:
        """Take over where the row stands now at which the range began."""
        if self.begin is not None and begin is not None:
            self.begin = RangeEnd(begin, self.begin.key)

    def covers(self, index: int, row: Row | None, cursor: int) -> bool:
        """Whether a row is to be seen as marked: it is, or it is in the range that is being chosen."""
        if row is not None and row.key in self.keys:
            return True
        if self.begin is None or (row is not None and row.heading):
            return False
        return min(self.begin.index, cursor) <= index <= max(self.begin.index, cursor)


def keys_between(source: ListSource, db: Database, begin: RangeEnd, end: RangeEnd) -> list[int]:
    """Return the keys of the items from one end to the other, wherever rows that came have moved them."""
    places = []
    for side in (begin, end):
        found = None if side.key is None else source.position(db, side.key)
        places.append(side.index if found is None else found)
    first, last = sorted(places)
    return [row.key for row in source.page(db, first, last - first + 1) if not row.heading]
