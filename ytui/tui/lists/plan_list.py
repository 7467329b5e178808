"""Plan list: a heading for each class of failure with its remedy, below it the items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ytui.core.failures.classes import Advice
from ytui.core.formatting import format_time
from ytui.core.holds import waiting_words
from ytui.core.sanitize import clean
from ytui.store.database import Database
from ytui.store.lists import plan_queries
from ytui.store.lists.query import Record, stamp
from ytui.tui.lists.columns import NEVER, STATE_TONES, failure_title, named, plan_word, state_cell
from ytui.tui.lists.plan_detail import USED_UP, PlanGroup, group_standing, heading_key, remedy_of
from ytui.tui.lists.rows import Cell, Column, ListSource, Row, RowKind, Tone
from ytui.tui.text import Glyphs
from ytui.tui.time_input import countdown


@dataclass(frozen=True)
class PlanSource(ListSource):
    """Items in groups of a class; what needs the user first, then by class."""

    glyphs: Glyphs
    clock: Callable[[], float]
    hidden: frozenset[int] = frozenset()
    """The keys of the headings whose groups are folded away."""
    _read: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

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

    def group_of(self, db: Database, key: int) -> PlanGroup | None:
        """Return the group that a row, heading or item, belongs to."""
        name = None if key < 0 else plan_queries.class_of(db, key)
        wanted = key if key < 0 else heading_key(str(name))
        return next((group for group in self.groups(db) if group.key == wanted), None)

    def groups(self, db: Database) -> list[PlanGroup]:
        """Return the groups, read once for as long as nobody has written."""
        now = stamp(db)
        if self._read.get("at") != now:
            self._read.update(at=now, groups=self._groups(db))
        groups: list[PlanGroup] = self._read["groups"]
        return groups

    def _groups(self, db: Database) -> list[PlanGroup]:
        records = plan_queries.by_class(db, self.query)
        tried = self._tried(db)
        by_class: dict[str, list[Record]] = {}
        for record in records:
            by_class.setdefault(record["name"], []).append(record)
        groups = [self._group(db, name, parts, tried.get(name, [])) for name, parts in by_class.items()]
        return sorted(groups, key=lambda group: (not group.yours, group.never == group.count, group.name))

    def _tried(self, db: Database) -> dict[str, list[Record]]:
        """Return the items whose jobs run, by class: never more than there are workers."""
        running = {record["id"]: record for record in plan_queries.tried_now(db)}
        by_class: dict[str, list[Record]] = {}
        for key in self.keys(db, sorted(running)) if running else ():
            by_class.setdefault(running[key]["name"], []).append(running[key])
        return by_class

    def _group(self, db: Database, name: str, parts: Sequence[Record], tried: Sequence[Record]) -> PlanGroup:
        def counted(state: str, *, advice: Collection[str]) -> int:
            both = [(part, part["n"]) for part in parts] + [(item, -1) for item in tried]
            return sum(n for part, n in both if part["state"] == state and part["advice"] in advice)

        theirs = {part["advice"] for part in parts}
        query = plan_queries.of_class(self.query, name)
        next_times = [part["next_at"] for part in parts]
        if tried:
            next_times = plan_queries.next_times(db, query, [item["id"] for item in tried])
        return PlanGroup(
            name,
            sum(part["n"] for part in parts),
            counted("open", advice=theirs - {Advice.PERMANENT}),
            counted("open", advice=theirs - {Advice.PERMANENT, Advice.NEEDS_USER}),
            counted("open", advice={Advice.PERMANENT}),
            counted("held", advice=theirs),
            len(tried),
            min((at for at in next_times if at is not None), default=None),
            remedy_of(db, name),
            ListSource(self.kind, self.columns, query, self.make_row),
        )

    def count(self, db: Database) -> int:
        """Return how many lines there are, headings and items."""
        return sum(self._lines(group) for group in self.groups(db))

    def number(self, db: Database) -> int:
        """Return how many items there are, whether their groups are folded or not."""
        return sum(group.count for group in self.groups(db))

    def _lines(self, group: PlanGroup) -> int:
        return 1 if group.key in self.hidden else 1 + group.count

    def page(self, db: Database, offset: int, limit: int) -> list[Row]:
        """Return up to ``limit`` lines, the first at ``offset``."""
        rows: list[Row] = []
        for group in self.groups(db):
            lines = self._lines(group)
            if offset < lines and limit > len(rows):
                if offset == 0:
                    rows.append(self._heading(group))
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
                place = group.source.position(db, key)
                if place is not None:
                    return before + 1 + place
            before += self._lines(group)
        return None

    def _heading(self, group: PlanGroup) -> Row:
        fold = self.glyphs.state("folded" if group.key in self.hidden else "unfolded")
        state, tone = group_standing(group, self.clock())
        remedy = USED_UP if group.used_up and group.used_up == group.yours else group.remedy
        words = f"{state} {self.glyphs.arrow} {remedy}" if remedy else state
        cells = (
            Cell(f"{fold} {failure_title(group.name)}", Tone.STRONG),
            Cell(str(group.count), Tone.STRONG),
            Cell(words, tone),
        )
        return Row(group.key, cells, heading=True, until=group.next_at)


def plan(glyphs: Glyphs, clock: Callable[[], float]) -> PlanSource:
    """Return the work plan's unresolved items under their headings."""

    def make(record: Record) -> Row:
        at = record["next_at"] if record["state"] == "scheduled" and not record["tried_now"] else None
        cells = (
            _state(record, glyphs),
            Cell(named(record)),
            _channel(record),
            Cell(clean(record["evidence"]), Tone.DIM),
            Cell(str(record["attempts"] or ""), Tone.DIM),
            Cell(countdown(at, clock()) if at is not None else "", Tone.WARN),
        )
        return Row(record["id"], cells, until=at)

    columns = (
        Column("state", 12, sort="state"),
        Column("title", 0, flex=True, sort="title"),
        Column("channel", 16, least=74, sort="channel"),
        Column("evidence", 0, flex=True, least=100, sort="evidence"),
        Column("tries", 5, right=True, sort="attempts", largest_first=True),
        Column("next try", 14, right=True, sort="next_at"),
    )
    return PlanSource(RowKind.PLAN, columns, plan_queries.unresolved(), make, glyphs, clock)


def _channel(record: Record) -> Cell:
    """Return the channel's name; of a hold, which has none, how many wait for it."""
    if record["held_jobs"]:
        return Cell(waiting_words(record["held_jobs"]), Tone.WARN)
    return Cell(clean(record["channel_name"] or ""), Tone.DIM)


def _state(record: Record, glyphs: Glyphs) -> Cell:
    if record["tried_now"]:
        return state_cell("running", glyphs, "tried now")
    word = plan_word(record["state"], record["advice"])
    if word == NEVER:
        return Cell(f"{glyphs.state('removed')} {word}", Tone.DIM)
    return state_cell(record["state"], glyphs, word)


def history(glyphs: Glyphs) -> ListSource:
    """Return what became of the items that are off the plan, the latest first."""

    def make(record: Record) -> Row:
        cells = (
            state_cell(record["state"], glyphs),
            Cell(failure_title(record["failure_class"]), STATE_TONES.get(record["state"], Tone.DIM)),
            Cell(named(record)),
            Cell(clean(record["channel_name"] or ""), Tone.DIM),
            Cell(str(record["attempts"] or ""), Tone.DIM),
            Cell(format_time(record["resolved_at"]), Tone.DIM),
        )
        return Row(record["id"], cells)

    columns = (
        Column("state", 11, sort="state"),
        Column("what it was", 22, least=50, sort="class"),
        Column("title", 0, flex=True, sort="title"),
        Column("channel", 16, least=90, sort="channel"),
        Column("tries", 5, right=True, sort="attempts", largest_first=True),
        Column("when", 16, least=70, sort="resolved_at", largest_first=True),
    )
    return ListSource(RowKind.PLAN, columns, plan_queries.history(), make)
