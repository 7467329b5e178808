"""One read of a list: from what is on the screen to the rows around it, with the cursor kept on its item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ytui.store.database import Database
from ytui.tui.rows import Row, RowSource

READ_AHEAD = 2
"""Windows read before and after the visible one."""


@dataclass(frozen=True)
class Reading:
    """What one read of the source is to bring."""

    source: RowSource
    first: int
    height: int
    cursor: int
    key: int | None
    stick: str
    """``first`` or ``last`` while the cursor keeps to an end whatever comes, else nothing."""


@dataclass(frozen=True)
class Window:
    """What was read: ``rows`` begin at ``start``, and the cursor's item is at ``position`` of ``total``."""

    total: int
    start: int
    rows: list[Row]
    position: int


def read_window(reading: Reading, db: Database) -> Window:
    """Read the rows around what will be visible; runs in a thread."""
    source = reading.source
    total = source.count(db)
    position = _position(reading, db, total)
    first = max(0, min(reading.first + position - reading.cursor, total - reading.height))
    if not first <= position < first + reading.height:
        first = max(0, position - reading.height // 2)
    start = max(0, first - READ_AHEAD * reading.height)
    rows = source.page(db, start, (2 * READ_AHEAD + 1) * reading.height)
    return Window(total, start, rows, position)


def _position(reading: Reading, db: Database, total: int) -> int:
    ends: dict[str, Callable[[], int]] = {"first": lambda: 0, "last": lambda: max(0, total - 1)}
    if reading.stick in ends:
        return ends[reading.stick]()
    found = None if reading.key is None else reading.source.position(db, reading.key)
    return found if found is not None else max(0, min(reading.cursor, total - 1))
