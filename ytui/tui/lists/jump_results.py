"""Jump results: actions, settings, channels, items of the plan and videos that fit a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ytui.core.fuzzy import Rank, fold, rank
from ytui.core.sanitize import clean
from ytui.store.database import Database
from ytui.store.lists import jump_queries
from ytui.store.lists.query import Record, stamp
from ytui.tui.lists import columns
from ytui.tui.lists.columns import failure_title
from ytui.tui.lists.plan_list import plan
from ytui.tui.lists.rows import Cell, ListSource, Row, RowKind, Tone
from ytui.tui.text import Glyphs

MOST_CHANNELS, MOST_VIDEOS, MOST_ITEMS = 12, 20, 8
MOST = 60
"""Results in all; who wants more types another letter."""
_TITLES = 200
"""Videos with the words in their title of which items of the plan are looked for."""


class JumpKind(StrEnum):
    """What a result is; the order is that of results that fit alike."""

    CHANNEL = "channel"
    ACTION = "action"
    SETTING = "setting"
    PLAN = "plan"
    VIDEO = "video"
    THEME = "theme"


_ORDER = list(JumpKind)
ROW_KINDS = {
    JumpKind.CHANNEL: RowKind.CHANNEL,
    JumpKind.PLAN: RowKind.PLAN,
    JumpKind.VIDEO: RowKind.VIDEO,
}
"""What keys act on; the others are done by ``enter`` alone."""


NO_STATE = Cell("")


@dataclass(frozen=True)
class JumpResult:
    """One result, its words harmless."""

    kind: JumpKind
    name: str
    state: Cell = NO_STATE
    """Its state; of an action its keys, of a setting its value."""
    about: str = ""
    key: int = 0
    """The id in the store of what has a row there."""
    run: Callable[[], Any] | None = None
    """What ``enter`` does where there is no row."""
    also: str = ""
    """What is looked for beside name and ``about``."""


@dataclass(frozen=True)
class _Ready:
    """A result with what is compared, folded once."""

    result: JumpResult
    name: str
    about: str

    @classmethod
    def of(cls, result: JumpResult) -> _Ready:
        return cls(result, fold(result.name), fold(f"{result.about} {result.also}"))


class JumpFinder:
    """Finds results; each search runs in a worker's thread with its own ``db``."""

    def __init__(self, fixed: Sequence[JumpResult], glyphs: Glyphs, clock: Callable[[], float]) -> None:
        """``fixed``: what does not come from the store, in the order in which it is shown at first."""
        self._first = list(fixed)
        self._fixed = [_Ready.of(result) for result in fixed]
        self._channels = columns.channels(glyphs)
        self._videos = columns.videos(glyphs)
        self._items = plan(glyphs, clock)
        self._known: tuple[object, list[_Ready]] = (None, [])

    def find(self, db: Database, text: str) -> list[JumpResult]:
        """Return what fits, the best first; with nothing typed what can be done."""
        wanted = fold(text).split()
        if not wanted:
            return self._first
        found = _best(wanted, self._fixed, len(self._fixed))
        found += _best(wanted, self._of_channels(db), MOST_CHANNELS)
        found += [((1, 0), result) for result in self._of_titles(db, text.strip(), wanted)]
        found.sort(key=lambda each: (each[0][0], _ORDER.index(each[1].kind), each[0][1]))
        return [result for _, result in found[:MOST]]

    def _of_channels(self, db: Database) -> list[_Ready]:
        """Every channel, read anew once somebody has written."""
        now = stamp(db)
        if self._known[0] != now:
            records = self._channels.query.page(db, 0, self._channels.count(db))
            made = [self._made(JumpKind.CHANNEL, self._channels, record) for record in records]
            self._known = now, [_Ready.of(result) for result in made]
        return self._known[1]

    def _of_titles(self, db: Database, text: str, wanted: Sequence[str]) -> list[JumpResult]:
        """Videos by their titles or their id, and the items of the plan that are about such, or about none.

        A video that has an item is shown as that.
        """
        numbers = jump_queries.video_numbers(db, text, _TITLES)
        items = jump_queries.items_among(db, numbers).page(db, 0, MOST_ITEMS)
        told = {record["video_id"] for record in items}
        referred = jump_queries.items_referred(db, text)
        items += [] if referred is None else referred.page(db, 0, MOST_ITEMS)
        others = jump_queries.items_of_no_video().page(db, 0, MOST)
        made = [self._made(JumpKind.PLAN, self._items, record) for record in items]
        ready = [_Ready.of(self._made(JumpKind.PLAN, self._items, record)) for record in others]
        made += [result for _, result in _best(wanted, ready, MOST_ITEMS)]
        shown = [number for number in numbers if number not in told][:MOST_VIDEOS]
        by_number = {
            record["id"]: self._made(JumpKind.VIDEO, self._videos, record)
            for record in jump_queries.videos_among(shown).page(db, 0, MOST_VIDEOS)
        }
        return [*made, *(by_number[number] for number in shown if number in by_number)]

    def _made(self, kind: JumpKind, source: ListSource, record: Record) -> JumpResult:
        """A row of a list as a result: its state and its name as the list has them, and a few words more."""
        row: Row = source.make_row(record)
        name = next(cell for column, cell in zip(source.columns, row.cells, strict=True) if column.flex)
        about = row.note
        if kind is JumpKind.PLAN:
            about = failure_title(record["failure_class"])
        also = f"{record['reference']} {record['channel_name'] or ''}" if kind is JumpKind.PLAN else ""
        return JumpResult(kind, name.text, row.cells[0], about, row.key, also=clean(also))


def _best(wanted: Sequence[str], ready: Sequence[_Ready], most: int) -> list[tuple[Rank, JumpResult]]:
    found = [
        (ranked, each.result) for each in ready if (ranked := rank(wanted, each.name, each.about)) is not None
    ]
    return sorted(found, key=lambda each: each[0])[:most]


def as_row(result: JumpResult) -> Row:
    """Return the line of a result."""
    return Row(
        result.key,
        (
            Cell(result.kind.value, Tone.DIM),
            result.state,
            Cell(result.name),
            Cell(result.about, Tone.DIM),
        ),
    )
