"""Selection in a list: single rows marked by key, and a range that is still being chosen."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.store.database import Database
from ytui.tui.lists.rows import Row, RowSource


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


def keys_between(source: RowSource, db: Database, begin: RangeEnd, end: RangeEnd) -> list[int]:
    """Return the keys of the items from one end to the other, wherever rows that came have moved them."""
    places = []
    for side in (begin, end):
        found = None if side.key is None else source.position(db, side.key)
        places.append(side.index if found is None else found)
    first, last = sorted(places)
    return [row.key for row in source.page(db, first, last - first + 1) if not row.heading]
