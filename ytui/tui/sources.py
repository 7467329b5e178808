"""How the rows of every list are read from the store: pages along an index, never a whole table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ytui.store.database import Database, data_version
from ytui.tui.filter_words import NOTHING, Wanted, like, parse
from ytui.tui.rows import Column, Row, RowKind

Record = Any
"""A row of SQLite, asked by a column's name."""


CHANNEL_NAME = "t.channel_id IN (SELECT id FROM channels WHERE name LIKE ? ESCAPE '\\')"
"""Stands in ``searched`` and ``words`` for the name of the row's channel."""
CHANNEL_ORDER = "(SELECT name FROM channels c WHERE c.id = t.channel_id) COLLATE NOCASE"
"""Sorts by the name of the row's channel."""


@dataclass(frozen=True)
class SqlSource:
    """Rows of one table in groups, each group read along its index.

    ``groups`` are conditions that come one after the other (running jobs before queued ones); a text is
    looked for in ``searched``.
    """

    kind: RowKind
    columns: tuple[Column, ...]
    table: str
    """The table that has the rows; its alias is ``t``."""
    joined: str
    """What a page's own rows are completed with."""
    select: str
    make_row: Callable[[Record], Row]
    searched: tuple[str, ...]
    order: tuple[str, ...]
    """Columns, the last one unique; only the first may be NULL."""
    descending: bool = False
    groups: tuple[str, ...] = ("1",)
    words: Mapping[str, str] = field(default_factory=dict)
    """What ``word:value`` asks of in a filter: an expression, or a whole condition with one parameter."""
    length: str = ""
    """The column in seconds that ``>20min`` asks of; none where there is none."""
    wanted: Wanted = NOTHING
    sort: int | None = None
    """The column that a person sorts by; None for the list's own order."""
    _counted: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def filtered(self, text: str) -> SqlSource:
        """Return the same rows as far as they contain ``text``."""
        wanted = parse(text, self.words, lengths=bool(self.length))
        return replace(self, wanted=wanted, _counted={})

    def sorted_by(self, column: int, descending: bool) -> SqlSource:
        """Return the same rows by one of their columns; its groups are given up for it."""
        together = (" OR ".join(f"({group})" for group in self.groups),)
        order = (self.columns[column].sort, "t.id")
        return replace(self, order=order, descending=descending, groups=together, sort=column, _counted={})

    def within(self, condition: str) -> SqlSource:
        """Return those of the rows that a condition is true of, as one group."""
        together = " OR ".join(f"({group})" for group in self.groups)
        return replace(self, groups=(f"({together}) AND ({condition})",), _counted={})

    def folded(self, key: int, fold: bool | None = None) -> SqlSource:
        """Return the list itself: it has no headings to fold."""
        return self

    def items(self, db: Database, key: int) -> list[int]:
        """Return the items that a row stands for: itself."""
        return [key]

    def count(self, db: Database) -> int:
        """Return how many rows there are."""
        return sum(self._counts(db))

    def page(self, db: Database, offset: int, limit: int) -> list[Row]:
        """Return up to ``limit`` rows, the first at ``offset``."""
        rows: list[Row] = []
        for group, count in zip(self.groups, self._counts(db), strict=True):
            if offset < count and limit > len(rows):
                # The inner query walks the index alone; only the page's own rows are then looked up.
                keys = f"SELECT t.id FROM {self.table} t WHERE {self._where(group)} {self._order()}"
                sql = (
                    f"SELECT {self.select} FROM {self.table} t {self.joined} "
                    f"WHERE t.id IN ({keys} LIMIT ? OFFSET ?) {self._order()}"
                )
                found = db.all(sql, [*self._patterns(), limit - len(rows), offset])
                rows += [self.make_row(record) for record in found]
            offset = max(0, offset - count)
        return rows

    def position(self, db: Database, key: int) -> int | None:
        """Return the offset of a row; None if it is not (any more) among them."""
        names = ", ".join(self.order)
        before = 0
        for group, count in zip(self.groups, self._counts(db), strict=True):
            where = self._where(group)
            record = db.one(
                f"SELECT {names} FROM {self.table} t WHERE t.id = ? AND {where}", [key, *self._patterns()]
            )
            if record is not None:
                sql = f"SELECT count(*) FROM {self.table} t WHERE {where} AND ({self._earlier(record[0])})"
                return before + int(db.value(sql, [*self._patterns(), *_without_null(record)]))
            before += count
        return None

    def keys(self, db: Database, among: Sequence[int] | None = None) -> list[int]:
        """Return the keys of all rows, or of those ``among`` the given ones."""
        anywhere = " OR ".join(f"({group})" for group in self.groups)
        where, values = self._where(anywhere), self._patterns()
        if among is not None:
            # As one parameter: there may be more keys than SQLite takes parameters.
            where += " AND t.id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(among)))
        return [record[0] for record in db.all(f"SELECT t.id FROM {self.table} t WHERE {where}", values)]

    def aggregated(self, db: Database, select: str, group_by: str) -> list[Record]:
        """Return figures over the rows that are shown, by group."""
        where = self._where(" OR ".join(f"({group})" for group in self.groups))
        return db.all(
            f"SELECT {select} FROM {self.table} t WHERE {where} GROUP BY {group_by}", self._patterns()
        )

    def match(self, db: Database, text: str, key: int, forward: bool) -> int | None:
        """Return the next row after ``key`` that has ``text``, by id; None if there is none."""
        found = replace(self, wanted=replace(self.wanted, texts=(*self.wanted.texts, text)), _counted={})
        where = found._where(" OR ".join(f"({group})" for group in self.groups))
        sign, direction = (">", "ASC") if forward else ("<", "DESC")
        sql = (
            f"SELECT t.id FROM {self.table} t WHERE {where} AND t.id {sign} ? "
            f"ORDER BY t.id {direction} LIMIT 1"
        )
        number: int | None = db.value(sql, [*found._patterns(), key])
        return number

    def _counts(self, db: Database) -> list[int]:
        """Count each group, once for as long as nobody has written: a filter's count looks at every row."""
        now = (id(db), data_version(db), db.connection.total_changes)
        if self._counted.get("at") != now:
            sql = f"SELECT count(*) FROM {self.table} t WHERE "
            counts = [int(db.value(sql + self._where(group), self._patterns())) for group in self.groups]
            self._counted.update(at=now, counts=counts)
        counted: list[int] = self._counted["counts"]
        return counted

    def _where(self, group: str) -> str:
        parts = [f"({group})"]
        for _ in self.wanted.texts:
            parts.append("(" + " OR ".join(_contains(column) for column in self.searched) + ")")
        parts += [_contains(self.words[name]) for name, _ in self.wanted.fields]
        parts += [f"{self.length} > ?"] if self.wanted.longer is not None else []
        parts += [f"{self.length} < ?"] if self.wanted.shorter is not None else []
        return " AND ".join(parts)

    def _patterns(self) -> list[Any]:
        values: list[Any] = []
        for text in self.wanted.texts:
            values += [like(text)] * len(self.searched)
        values += [like(value) for _, value in self.wanted.fields]
        return values + [bound for bound in (self.wanted.longer, self.wanted.shorter) if bound is not None]

    def _order(self) -> str:
        direction = "DESC" if self.descending else "ASC"
        return "ORDER BY " + ", ".join(f"{column} {direction}" for column in self.order)

    def _earlier(self, first: Any) -> str:
        """Return the condition for a row to come before the one with these values; it can use the index.

        SQLite sorts NULL before everything, so first in an ascending order and last in a descending one.
        """
        sign = ">" if self.descending else "<"
        head, *rest = self.order
        if first is None:
            before = f"{head} IS NOT NULL OR " if self.descending else f"{head} IS NULL AND "
            return f"{before}({', '.join(rest)}) {sign} ({', '.join('?' * len(rest))})"
        whole = f"({', '.join(self.order)}) {sign} ({', '.join('?' * len(self.order))})"
        return whole if self.descending or self.sort is None else f"{head} IS NULL OR {whole}"


def _contains(column: str) -> str:
    return column if "?" in column else f"{column} LIKE ? ESCAPE '\\'"


def _without_null(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]
