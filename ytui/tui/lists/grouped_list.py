"""Grouped list: a heading above each group of rows, which it folds away."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

from ytui.store.database import Database
from ytui.store.lists.query import ListQuery, stamp
from ytui.tui.lists.rows import ListSource, Row
from ytui.tui.text import Glyphs


def heading_key(name: str) -> int:
    """Return the key of a group's heading: below 0, and the same as long as the group is."""
    return -1 - zlib.crc32(name.encode())


class RowGroup(Protocol):
    """Some of the rows, under one heading."""

    @property
    def key(self) -> int:
        """The heading's key."""

    @property
    def count(self) -> int:
        """How many rows it has."""

    @property
    def source(self) -> ListSource:
        """The rows."""


@dataclass(frozen=True)
class GroupedSource(ListSource):
    """Rows in groups; a subclass says which there are, and what their headings say."""

    glyphs: Glyphs
    hidden: frozenset[int] = field(default=frozenset(), kw_only=True)
    """The keys of the headings whose groups are folded away."""
    _read: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def find_groups(self, db: Database) -> Sequence[RowGroup]:
        """Return the groups in their order."""
        raise NotImplementedError

    def heading(self, group: Any) -> Row:
        """Return the line above a group."""
        raise NotImplementedError

    def groups(self, db: Database) -> Sequence[Any]:
        """Return the groups, read once for as long as nobody has written."""
        now = stamp(db)
        if self._read.get("at") != now:
            self._read.update(at=now, groups=self.find_groups(db))
        groups: Sequence[RowGroup] = self._read["groups"]
        return groups

    def fold_sign(self, group: RowGroup) -> str:
        """Return the sign of whether a group is folded away."""
        return self.glyphs.state("folded" if group.key in self.hidden else "unfolded")

    def plain(self, query: ListQuery | None = None) -> ListSource:
        """Return rows without groups: those of a query, or all."""
        return ListSource(self.kind, self.columns, query or self.query, self.make_row)

    def folded(self, key: int, fold: bool | None = None) -> Self:
        """Return the list with a group folded away or opened; any of its rows may be named by a heading."""
        if key >= 0:
            return self
        fold = key not in self.hidden if fold is None else fold
        return replace(self, hidden=self.hidden | {key} if fold else self.hidden - {key})

    def items(self, db: Database, key: int) -> list[int]:
        """Return the item, or those of a heading's group."""
        if key >= 0:
            return [key]
        return next((group.source.keys(db) for group in self.groups(db) if group.key == key), [])

    def count(self, db: Database) -> int:
        """Return how many lines there are, headings and items."""
        return sum(self._lines(group) for group in self.groups(db))

    def number(self, db: Database) -> int:
        """Return how many items there are, whether their groups are folded or not."""
        return sum(group.count for group in self.groups(db))

    def _lines(self, group: RowGroup) -> int:
        return 1 if group.key in self.hidden else 1 + group.count

    def page(self, db: Database, offset: int, limit: int) -> list[Row]:
        """Return up to ``limit`` lines, the first at ``offset``."""
        rows: list[Row] = []
        for group in self.groups(db):
            lines = self._lines(group)
            if offset < lines and limit > len(rows):
                if offset == 0:
                    rows.append(self.heading(group))
                if lines > 1 and limit > len(rows):
                    rows += group.source.page(db, max(0, offset - 1), limit - len(rows))
            offset = max(0, offset - lines)
        return rows

    def position(self, db: Database, key: int) -> int | None:
        """Return the offset of a heading or an item; None if it is not (any more) shown."""
        before = 0
        for group in self.groups(db):
            if group.key == key:
                return before
            if key >= 0 and group.key not in self.hidden:
                place: int | None = group.source.position(db, key)
                if place is not None:
                    return before + 1 + place
            before += self._lines(group)
        return None
