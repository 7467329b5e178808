"""Rows of a large list: cells in columns, and the source that they are read from in pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, TypeVar

from ytui.core.models import JobState
from ytui.store.database import Database
from ytui.store.lists import related
from ytui.store.lists.channel_queries import of_channel
from ytui.store.lists.filter_syntax import FilterSyntax
from ytui.store.lists.query import ListQuery, Record
from ytui.store.lists.related import RowKind as RowKind

PieceT = TypeVar("PieceT")


class Tone(StrEnum):
    """How a piece of text is to be seen; colour only ever repeats what a word says."""

    PLAIN = "plain"
    STRONG = "strong"
    DIM = "dim"
    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"


TONE_CLASSES = frozenset(f"tone--{tone.value}" for tone in Tone)
"""The component classes that a widget needs to paint tones."""


TONE_STYLES: Mapping[Tone, str] = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.DIM: "$dim",
    Tone.GOOD: "$success",
    Tone.BUSY: "$accent",
    Tone.WARN: "$warning",
    Tone.BAD: "$error",
}
"""The same for text that is not painted cell by cell."""


@dataclass(frozen=True)
class Cell:
    """One harmless piece of text."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Row:
    """One row; ``key`` is the id in the store and stays while rows around it come and go."""

    key: int
    cells: tuple[Cell, ...]
    note: str = ""
    """What the pane says below about the row under the cursor."""
    heading: bool = False
    """A line above a group: its cells follow each other over the whole width, and its key is negative."""
    until: float | None = None
    """The time that a countdown in the row runs to (Unix seconds)."""
    facts: frozenset[str] = frozenset()
    """What is so of it, as far as keys ask for it: its state, and the words of ``acting.py``."""


@dataclass(frozen=True)
class Column:
    """A column of ``width`` cells; a ``flex`` one has as many at least, and shares what is left over.

    One with a ``least`` is shown only where the whole list is that many cells wide, and while the flexible
    ones have their cells. The one with the largest gives way first; one without never does.
    """

    title: str
    width: int
    flex: bool = False
    right: bool = False
    least: int = 0
    sort: str = ""
    """The name of the order in the list's query where a person chooses this column; nothing: it cannot be."""
    largest_first: bool = False
    """So it is sorted at first: who chooses sizes, counts or dates asks for the largest and the newest."""
    name: str = ""
    """Its name in ``screen.columns`` of the configuration; nothing: it is always there."""
    hidden: bool = False
    """Whether it is there only for those who choose it."""


LEAST_NAME = 16
"""Cells that the name in a row is left by the columns that a person chose."""


@dataclass(frozen=True)
class ListSource:
    """Source of a list: a query of the store, and how its rows look; each of them is one record.

    Every method runs in a worker's thread, with that thread's ``db``.
    """

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

    def showing(self, names: Collection[str] | None) -> Self:
        """Return the same rows with these columns as far as there is room.

        First come those that only a choice shows, then the usual ones in their order. None: the usual ones.
        """
        if names is None:
            return self
        columns, taken = list(self.columns), LEAST_NAME
        for place in sorted(range(len(columns)), key=lambda place: not columns[place].hidden):
            column = columns[place]
            if column.name:
                hidden = column.name not in names
                taken += 0 if hidden else column.width + 1
                columns[place] = replace(column, hidden=hidden, least=0 if hidden else taken)
        return replace(self, columns=tuple(columns))

    @property
    def chosen(self) -> list[str]:
        """The names of the columns that are not hidden."""
        return [column.name for column in self.columns if column.name and not column.hidden]

    def filtered(self, text: str) -> Self:
        """Return the same rows as far as they contain ``text``."""
        return replace(self, query=self.query.filtered(text))

    def sorted_by(self, column: int, descending: bool) -> Self:
        """Return the same rows by one of their columns."""
        return replace(self, query=self.query.sorted_by(self.columns[column].sort, descending))

    def of_channel(self, channel: int) -> Self:
        """Return those of the rows that are about a channel, without the column that says which it is."""
        make, place = self.make_row, [column.title for column in self.columns].index("channel")

        def narrower(record: Record) -> Row:
            row = make(record)
            return replace(row, cells=_without(row.cells, place))

        query = of_channel(self.query, channel)
        return replace(self, columns=_without(self.columns, place), query=query, make_row=narrower)

    def fold(self, db: Database, key: int, fold: bool | None = None) -> None:
        """Fold the group of a row away, or open it (None: the other way than now); here there are none."""

    def fold_all(self, db: Database) -> None:
        """Fold all groups away, or open them."""

    def group_beside(self, db: Database, key: int, forward: bool) -> int | None:
        """Return the key of the next group's heading, or of the one before; None where there is none."""
        return None

    def items(self, db: Database, key: int) -> list[int]:
        """Return the items that a row stands for: itself, or those of a heading's group."""
        return [key]

    def count(self, db: Database) -> int:
        """Return how many rows there are."""
        return self.query.count(db)

    def number(self, db: Database) -> int:
        """Return how many items there are: those of folded groups count, headings do not."""
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


def _without(pieces: tuple[PieceT, ...], place: int) -> tuple[PieceT, ...]:
    return pieces[:place] + pieces[place + 1 :]


def filled_columns(rows: Iterable[Row]) -> frozenset[int]:
    """Return the columns in which any of the rows says something."""
    items = [row.cells for row in rows if not row.heading]
    return frozenset(number for cells in items for number, cell in enumerate(cells) if cell.text)


def column_widths(columns: Sequence[Column], width: int, filled: Collection[int] = ()) -> list[int]:
    """Return each column's cells in a list ``width`` cells wide, 0 for one that is not shown; gaps are 1.

    ``filled`` are the columns that say something, where that is known: the others leave their room to names.
    """

    def fits(number: int, column: Column) -> bool:
        return not column.least or (column.least <= width and (not filled or number in filled))

    shown = [n for n, column in enumerate(columns) if not column.hidden and fits(n, column)]
    may_go = sorted(
        (number for number in shown if columns[number].least), key=lambda n: (columns[n].least, n)
    )

    def spare() -> int:
        return width - (len(shown) - 1) - sum(columns[number].width for number in shown)

    while spare() < 0 and may_go:
        shown.remove(may_go.pop())
    widths = [column.width if number in shown else 0 for number, column in enumerate(columns)]
    flexible, left = [number for number in shown if columns[number].flex], spare()
    for place, number in enumerate(flexible):
        share = left // len(flexible) + (1 if place < left % len(flexible) else 0)
        widths[number] = max(0, widths[number] + share)
    return widths


@dataclass(frozen=True)
class Target:
    """What a key acts on: the marked rows that are shown, else the row under the cursor."""

    kind: RowKind
    keys: tuple[int, ...]
    source: ListSource | None = None
    """The list; None where the keys stand for themselves (a details screen, a worker's job)."""
    cursor: int | None = None
    """The key of the row under the cursor, which may be a heading."""

    def chosen(self, db: Database) -> list[int]:
        """Return the keys that are shown: what a filter hides is not acted on, and a heading is no item."""
        return list(self.keys) if self.source is None else self.source.keys(db, self.keys)

    def shown(self, db: Database) -> list[int]:
        """Return every key of the list."""
        return list(self.keys) if self.source is None else self.source.keys(db)

    def jobs(self, db: Database, states: Collection[JobState]) -> list[int]:
        """Return the jobs in ``states`` that the chosen rows stand for."""
        return related.jobs_of(db, self.kind, self.chosen(db), states)

    def videos(self, db: Database) -> list[int]:
        """Return the videos that the chosen rows speak of."""
        return related.videos_of(db, self.kind, self.chosen(db))

    def channels(self, db: Database) -> list[int]:
        """Return the chosen channels; a worker or a line of the log stands for none, whatever it names."""
        return self.chosen(db) if self.kind is RowKind.CHANNEL else []

    def latest_job(self, db: Database) -> int | None:
        """Return the job whose log and waiting the first row stands for: its newest one."""
        return related.latest_job(db, self.kind, self.keys[0]) if self.keys else None
