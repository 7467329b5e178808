"""List source: a query of the store, and how its rows look on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ytui.store.database import Database
from ytui.store.lists.filter_syntax import FilterSyntax
from ytui.store.lists.query import ListQuery, Record
from ytui.tui.lists.rows import Column, Row, RowKind


@dataclass(frozen=True)
class ListSource:
    """Source of a list whose every row is one record."""

    kind: RowKind
    columns: tuple[Column, ...]
    query: ListQuery
    make_row: Callable[[Record], Row]

    @property
    def sort(self) -> int | None:
        """The column that a person sorts by; None for the list's own order."""
        names = [column.sort for column in self.columns]
        return None if self.query.sort is None else names.index(self.query.sort)

    @property
    def descending(self) -> bool:
        """Whether the order is from large to small."""
        return self.query.descending

    @property
    def filter_words(self) -> FilterSyntax:
        """What may be typed into this list's filter."""
        return self.query.filter_words

    def filtered(self, text: str) -> ListSource:
        """Return the same rows as far as they contain ``text``."""
        return replace(self, query=self.query.filtered(text))

    def sorted_by(self, column: int, descending: bool) -> ListSource:
        """Return the same rows by one of their columns."""
        return replace(self, query=self.query.sorted_by(self.columns[column].sort, descending))

    def folded(self, key: int, fold: bool | None = None) -> ListSource:
        """Return the list itself: it has no headings to fold."""
        return self

    def items(self, db: Database, key: int) -> list[int]:
        """Return the items that a row stands for: itself."""
        return [key]

    def count(self, db: Database) -> int:
        """Return how many rows there are."""
        return self.query.count(db)

    def number(self, db: Database) -> int:
        """Return the same: every row is an item."""
        return self.query.count(db)

    def page(self, db: Database, offset: int, limit: int) -> list[Row]:
        """Return up to ``limit`` rows, the first at ``offset``."""
        return [self.make_row(record) for record in self.query.page(db, offset, limit)]

    def position(self, db: Database, key: int) -> int | None:
        """Return the offset of a row; None if it is not (any more) among them."""
        return self.query.position(db, key)

    def keys(self, db: Database, among: Sequence[int] | None = None) -> list[int]:
        """Return the keys of all rows, or of those ``among`` the given ones."""
        return self.query.keys(db, among)

    def match(self, db: Database, text: str, key: int, forward: bool) -> int | None:
        """Return the next row after ``key`` that has ``text``, by id; None if there is none."""
        return self.query.match(db, text, key, forward)
