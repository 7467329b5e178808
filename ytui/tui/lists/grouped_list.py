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


class Folds:
    """Which groups are folded away; it stays while the list is read again, sorted, and left for another one.

    Changed by keys and read by the threads that read the list: each of its values is replaced as a whole.
    """

    def __init__(self) -> None:
        self._all: bool | None = None
        """Whether they are in general; None: nobody has said."""
        self._others: frozenset[int] = frozenset()
        """The headings whose groups are the other way."""

    def begin(self, folded: bool) -> None:
        """Say how the groups are before anybody has said anything; later it folds none by itself."""
        if self._all is None:
            self._all = folded

    def has(self, heading: int) -> bool:
        """Whether a heading's group is folded away."""
        return (heading in self._others) != bool(self._all)

    def put(self, heading: int, folded: bool) -> None:
        """Fold a heading's group away, or open it."""
        self._others = self._others - {heading} if folded == bool(self._all) else self._others | {heading}

    def put_all(self, folded: bool) -> None:
        """Fold all groups away, those too that are to come, or open them."""
        self._all, self._others = folded, frozenset()


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
    folds: Folds = field(default_factory=Folds, compare=False, kw_only=True)
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
        return self.glyphs.state("folded" if self.folds.has(group.key) else "unfolded")

    def plain(self, query: ListQuery | None = None) -> ListSource:
        """Return rows without groups: those of a query, or all."""
        return ListSource(self.kind, self.columns, query or self.query, self.make_row)

    def filtered(self, text: str) -> Self:
        """Return the same rows as far as they contain ``text``; what was folded is not, for these."""
        found = super().filtered(text)
        return replace(found, folds=Folds()) if text else found

    def of_channel(self, channel: int) -> Self:
        """Return those about a channel, folded or not for themselves."""
        return replace(super().of_channel(channel), folds=Folds())

    def heading_of(self, db: Database, key: int) -> int:
        """Return the heading of a row's group; of a heading itself."""
        if key < 0:
            return key
        groups = self.groups(db)
        return next((group.key for group in groups if group.source.position(db, key) is not None), key)

    def fold(self, db: Database, key: int, fold: bool | None = None) -> None:
        """Fold the group of a heading, or of an item, away, or open it."""
        heading = self.heading_of(db, key)
        self.folds.put(heading, not self.folds.has(heading) if fold is None else fold)

    def fold_all(self, db: Database) -> None:
        """Fold all groups away; open them if they are."""
        self.folds.put_all(not all(self.folds.has(group.key) for group in self.groups(db)))

    def group_beside(self, db: Database, key: int, forward: bool) -> int | None:
        """Return the next heading, or the one before; that of its own group comes before an item."""
        headings: list[int] = [group.key for group in self.groups(db)]
        heading = self.heading_of(db, key)
        if heading not in headings:
            return None
        place = headings.index(heading) + (1 if forward else 0 if key >= 0 else -1)
        return headings[place] if 0 <= place < len(headings) else None

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
        return 1 if self.folds.has(group.key) else 1 + group.count

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
        """Return the offset of a heading or an item, in a folded group its heading's; None if it is gone."""
        before = 0
        for group in self.groups(db):
            if group.key == key:
                return before
            place: int | None = group.source.position(db, key) if key >= 0 else None
            if place is not None:
                return before if self.folds.has(group.key) else before + 1 + place
            before += self._lines(group)
        return None
