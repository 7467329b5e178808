"""List query: the rows of one list read in pages along an index, never a whole table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ytui.store.database import Database, data_version
from ytui.store.lists.filter_syntax import NOTHING, SIZE, FilterQuery, FilterSyntax, like, parse

Record = Any
"""A row of SQLite, asked by a column's name."""


@dataclass(frozen=True)
class _Found:
    """What was found out about a list, good for as long as nobody has written."""

    at: object
    places: Mapping[str, Sequence[str]]
    """Where each text of the filter is looked for."""
    also: frozenset[tuple[str, str]] = frozenset()
    """The words and values of the filter whose further condition can be true."""
    counts: tuple[tuple[str, int, list[int] | None], ...] = ()
    """Each group, how many rows it has, and their keys in order where a filter has left few."""

    def anywhere(self, text: str) -> str:
        """Return the condition that a text is somewhere."""
        return "(" + (" OR ".join(_contains(column) for column in self.places[text]) or "0") + ")"


@dataclass(frozen=True)
class _Anchor:
    """A row whose place in its group is known: those around it are found by comparing each with it."""

    at: object
    group: str
    place: int
    values: Sequence[Any]
    """What the rows are in order by."""


FAR = 50_000
"""So far from both ends of a list it costs less to compare every row with one than to sort up to there."""
FEW = 2000
"""Rows that a filter found are kept by their keys up to here, so that they are looked for only once."""


@dataclass(frozen=True)
class ListQuery:
    """Query of a list's rows, of one table in groups, each group read along its index.

    ``groups`` are conditions that come one after the other (running jobs before queued ones); a text is
    looked for in ``searched``.
    """

    table: str
    """The table that has the rows; its alias is ``t``."""
    joined: str
    """What a page's own rows are completed with."""
    select: str
    searched: tuple[str, ...]
    sorts: Mapping[str, str]
    """What a person can sort by: an expression by its name."""
    order: tuple[str, ...]
    """Columns, the last one unique; only the first may be NULL."""
    descending: bool = False
    groups: tuple[str, ...] = ("1",)
    kept: tuple[str, ...] = ()
    """Where the store keeps each group's number of rows, as SQL; none: they are counted."""
    words: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    """Another condition under which a row has what a word asks for; looked at only where it can be true."""
    """What ``word:value`` asks of in a filter: an expression, or a whole condition with one parameter."""
    length: str = ""
    """The column in seconds that ``>20min`` asks of; none where there is none."""
    dated: str = ""
    """The Unix time that ``after:2024-01-31`` asks of; none where there is none."""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """All values that a word can have, where they are few."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Numbers that are compared: bytes for ``>1GB`` under ``size``, else seconds away for ``name:<6h``."""
    wanted: FilterQuery = NOTHING
    sort: str | None = None
    """The name in ``sorts`` that a person sorts by; None for the list's own order."""
    _counted: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def filtered(self, text: str) -> ListQuery:
        """Return the same rows as far as they contain ``text``."""
        return replace(self, wanted=parse(text, self.filter_words), _counted={})

    @property
    def filter_words(self) -> FilterSyntax:
        """What may be typed into this list's filter."""
        ages = tuple(name for name in self.measures if name != SIZE)
        return FilterSyntax(
            tuple(self.words), bool(self.length), bool(self.dated), self.values, SIZE in self.measures, ages
        )

    def sorted_by(self, name: str, descending: bool) -> ListQuery:
        """Return the same rows in the order of one of ``sorts``; their groups are given up for it."""
        together = (" OR ".join(f"({group})" for group in self.groups),)
        order = (self.sorts[name], "t.id")
        kept = (" + ".join(self.kept),) if self.kept else ()
        return replace(
            self, order=order, descending=descending, groups=together, kept=kept, sort=name, _counted={}
        )

    def within(self, condition: str) -> ListQuery:
        """Return those of the rows that a condition is true of, as one group."""
        together = " OR ".join(f"({group})" for group in self.groups)
        return replace(self, groups=(f"({together}) AND ({condition})",), kept=(), _counted={})

    def narrowed(self, condition: str) -> Self:
        """Return those of the rows that a condition is true of, in the groups that they are in."""
        groups = tuple(f"({group}) AND ({condition})" for group in self.groups)
        return replace(self, groups=groups, kept=(), _counted={})

    def count(self, db: Database) -> int:
        """Return how many rows there are."""
        return sum(count for _, count, _ in self._count(db).counts)

    def page(self, db: Database, offset: int, limit: int) -> list[Record]:
        """Return up to ``limit`` rows, the first at ``offset``."""
        rows: list[Record] = []
        found = self._count(db)
        for group, count, few in found.counts:
            if offset < count and limit > len(rows):
                wanted = min(limit - len(rows), count - offset)
                # The inner query walks the index alone; only the page's own rows are then looked up.
                if few is not None:
                    rows += self._rows_of(db, few[offset : offset + wanted])
                else:
                    own = self._in(group)
                    keys, values = own._keys_of_page(group, found, wanted, offset, count - offset - wanted)
                    rows += db.all(f"{self._rows} WHERE t.id IN ({keys}) {own._order()}", values)
            offset = max(0, offset - count)
        return rows

    @property
    def _rows(self) -> str:
        return f"SELECT {self.select}, t.id AS row_key FROM {self.table} t {self.joined}"

    def _rows_of(self, db: Database, keys: Sequence[int]) -> list[Record]:
        """Return the rows of these keys, in their order."""
        found = db.all(f"{self._rows} WHERE t.id IN ({_AMONG})", [json.dumps(list(keys))])
        rows = {record["row_key"]: record for record in found}
        return [rows[key] for key in keys if key in rows]

    def _in(self, group: str) -> ListQuery:
        """Return the query with the order of one group."""
        return self

    def _keys_of_page(
        self, group: str, found: _Found, wanted: int, before: int, after: int
    ) -> tuple[str, list[Any]]:
        """Return the query for the keys of so many rows, read from the end of the list that is nearer.

        ``before`` and ``after`` are the numbers of rows on either side: what no index has in order is sorted
        only as far as the page lies from where the reading begins.
        """
        anchor: _Anchor | None = self._counted.get("anchor")
        if anchor is not None and (anchor.at, anchor.group) == (found.at, group):
            above = anchor.place - before
            if min(before, after) > FAR and 0 <= above < wanted:
                return self._keys_around(anchor, found, above, wanted - above)
        order = self._order(backwards=after < before)
        sql = f"SELECT t.id FROM {self.table} t WHERE {self._where(group, found)} {order} LIMIT ? OFFSET ?"
        return sql, [*self._patterns(found), wanted, min(before, after)]

    def _keys_around(self, anchor: _Anchor, found: _Found, above: int, below: int) -> tuple[str, list[Any]]:
        """Return the query for the keys of so many rows before a row, and of so many from it on."""
        earlier = self._earlier(anchor.values[0])
        values = [*self._patterns(found), *_without_null(anchor.values)]
        sql = f"SELECT t.id FROM {self.table} t WHERE {self._where(anchor.group, found)} AND"
        before = f"{sql} ({earlier}) {self._order(backwards=True)} LIMIT ?"
        after = f"{sql} NOT coalesce(({earlier}), 0) {self._order()} LIMIT ?"
        both = f"SELECT id FROM ({before}) UNION ALL SELECT id FROM ({after})"
        return both, [*values, above, *values, below]

    def position(self, db: Database, key: int) -> int | None:
        """Return the offset of a row; None if it is not (any more) among them."""
        before = 0
        found = self._count(db)
        for group, count, few in found.counts:
            if few is not None and key in few:
                return before + few.index(key)
            if few is not None:
                before += count
                continue
            where, own = self._where(group, found), self._in(group)
            names = ", ".join(own.order)
            record = db.one(
                f"SELECT {names} FROM {self.table} t WHERE t.id = ? AND {where}",
                [key, *self._patterns(found)],
            )
            if record is not None:
                sql = f"SELECT count(*) FROM {self.table} t WHERE {where} AND ({own._earlier(record[0])})"
                place = int(db.value(sql, [*self._patterns(found), *_without_null(record)]))
                self._counted["anchor"] = _Anchor(found.at, group, place, tuple(record))
                return before + place
            before += count
        return None

    def keys(self, db: Database, among: Sequence[int] | None = None) -> list[int]:
        """Return the keys of all rows, or of those ``among`` the given ones."""
        found = self._look_up(db)
        anywhere = " OR ".join(f"({group})" for group in self.groups)
        where, values = self._where(anywhere, found), self._patterns(found)
        if among is not None:
            # As one parameter: there may be more keys than SQLite takes parameters.
            where += f" AND t.id IN ({_AMONG})"
            values.append(json.dumps(list(among)))
        return [record[0] for record in db.all(f"SELECT t.id FROM {self.table} t WHERE {where}", values)]

    def aggregated(self, db: Database, select: str, group_by: str) -> list[Record]:
        """Return figures over the rows that are shown, by group."""
        found = self._look_up(db)
        where = self._where(" OR ".join(f"({group})" for group in self.groups), found)
        return db.all(
            f"SELECT {select} FROM {self.table} t WHERE {where} GROUP BY {group_by}", self._patterns(found)
        )

    def match(self, db: Database, text: str, key: int, forward: bool) -> int | None:
        """Return the next row after ``key`` that has ``text``, by id; None if there is none."""
        found = replace(self, wanted=replace(self.wanted, texts=(*self.wanted.texts, text)), _counted={})
        looked = found._look_up(db)
        where = found._where(" OR ".join(f"({group})" for group in self.groups), looked)
        sign, direction = (">", "ASC") if forward else ("<", "DESC")
        sql = (
            f"SELECT t.id FROM {self.table} t WHERE {where} AND t.id {sign} ? "
            f"ORDER BY t.id {direction} LIMIT 1"
        )
        number: int | None = db.value(sql, [*found._patterns(looked), key])
        return number

    def _look_up(self, db: Database) -> _Found:
        """Find where the texts can be at all, once for as long as nobody has written.

        A text that no channel's name has need not be looked for in the channel of each of a million rows.
        """
        now = stamp(db)
        found: _Found | None = self._counted.get("found")
        if found is None or found.at != now:
            texts = {*self.wanted.texts, *self.wanted.without}
            places = {
                text: [column for column in self.searched if _possible(db, column, like(text))]
                for text in texts
            }
            asked = (*self.wanted.fields, *self.wanted.without_fields)
            also = frozenset(
                (name, value)
                for name, value in asked
                if name in self.also and _possible(db, self.also[name], like(value))
            )
            found = self._counted["found"] = _Found(now, places, also)
        return found

    def _count(self, db: Database) -> _Found:
        """Count each group too: a filter's count looks at every row."""
        found = self._look_up(db)
        if not found.counts:
            few = [self._few(db, group, found) for group in self.groups]
            counts = [
                len(keys) if keys is not None else self._number(db, place, found)
                for place, keys in enumerate(few)
            ]
            found = self._counted["found"] = replace(
                found, counts=tuple(zip(self.groups, counts, few, strict=True))
            )
        return found

    def _number(self, db: Database, place: int, found: _Found) -> int:
        if self.kept and not self.wanted:
            return int(db.value(f"SELECT {self.kept[place]}"))
        sql = f"SELECT count(*) FROM {self.table} t WHERE {self._where(self.groups[place], found)}"
        return int(db.value(sql, self._patterns(found)))

    def _few(self, db: Database, group: str, found: _Found) -> list[int] | None:
        """Find the keys of a group's rows in their order; None where they are not few, or all are shown."""
        if not self.wanted:
            return None
        order = self._in(group)._order()
        sql = f"SELECT t.id FROM {self.table} t WHERE {self._where(group, found)} {order} LIMIT ?"
        keys = [record[0] for record in db.all(sql, [*self._patterns(found), FEW + 1])]
        return keys if len(keys) <= FEW else None

    def _where(self, group: str, found: _Found) -> str:
        wanted = self.wanted
        parts = [f"({group})", *(found.anywhere(text) for text in wanted.texts)]
        parts += [self._has(*asked, found) for asked in wanted.fields]
        bounds = (f"{self.length} > ?", f"{self.length} < ?", f"{self.dated} >= ?", f"{self.dated} < ?")
        parts += [sql for sql, bound in zip(bounds, wanted.bounds, strict=True) if bound is not None]
        parts += [f"{self.measures[name]} {sign} ?" for name, sign, _ in wanted.measures]
        # What is unknown does not contain a text.
        parts += [f"NOT coalesce({found.anywhere(text)}, 0)" for text in wanted.without]
        parts += [f"NOT coalesce({self._has(*asked, found)}, 0)" for asked in wanted.without_fields]
        return " AND ".join(parts)

    def _patterns(self, found: _Found) -> list[Any]:
        wanted = self.wanted
        values: list[Any] = [like(text) for text in wanted.texts for _ in found.places[text]]
        values += self._of_fields(wanted.fields, found)
        values += [bound for bound in wanted.bounds if bound is not None]
        values += [amount for _, _, amount in wanted.measures]
        values += [like(text) for text in wanted.without for _ in found.places[text]]
        return values + self._of_fields(wanted.without_fields, found)

    def _has(self, name: str, value: str, found: _Found) -> str:
        """The condition for a row to have what a word asks for."""
        has = _contains(self.words[name])
        return f"({has} OR {self.also[name]})" if (name, value) in found.also else has

    def _of_fields(self, fields: Sequence[tuple[str, str]], found: _Found) -> list[Any]:
        """The pattern of each field, as often as its condition asks for it."""
        return [like(asked[1]) for asked in fields for _ in range(1 + (asked in found.also))]

    def _order(self, *, backwards: bool = False) -> str:
        direction = "DESC" if self.descending is not backwards else "ASC"
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


def stamp(db: Database) -> object:
    """Return what differs as soon as anybody has written, or another connection reads."""
    return id(db), data_version(db), db.connection.total_changes


_AMONG = "SELECT value FROM json_each(?)"


def _possible(db: Database, column: str, pattern: str) -> bool:
    """Whether a column can have what is looked for: ``… IN (SELECT …)`` cannot where nothing is selected."""
    _, among, select = column.partition(" IN (")
    return not among or bool(db.value(f"SELECT EXISTS ({select}", [pattern]))


def _contains(column: str) -> str:
    return column if "?" in column else f"{column} LIKE ? ESCAPE '\\'"


def _without_null(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]
