"""Plan list: a heading for each class of failure with its remedy, below it the items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ytui.core.failures.classes import Advice
from ytui.core.formatting import format_time
from ytui.core.holds import waiting_words
from ytui.core.sanitize import clean
from ytui.store.database import Database
from ytui.store.lists import plan_queries
from ytui.store.lists.query import Record
from ytui.tui.lists import acting
from ytui.tui.lists.columns import NEVER, STATE_TONES, failure_title, named, plan_word, state_cell
from ytui.tui.lists.grouped_list import GroupedSource, heading_key
from ytui.tui.lists.plan_detail import USED_UP, PlanGroup, group_standing, remedy_of
from ytui.tui.lists.rows import Cell, Column, ListSource, Row, RowKind, Tone
from ytui.tui.text import Glyphs
from ytui.tui.time_input import countdown

LONG = 60
"""Lines from which on a plan begins with its groups folded: three screens."""


@dataclass(frozen=True)
class PlanSource(GroupedSource):
    """Items in groups of a class; what needs the user first, then by class."""

    clock: Callable[[], float]

    def groups(self, db: Database) -> Sequence[PlanGroup]:
        """Return the groups; a long plan begins with them folded away."""
        groups: Sequence[PlanGroup] = super().groups(db)
        self.folds.begin(sum(1 + group.count for group in groups) > LONG)
        return groups

    def heading_of(self, db: Database, key: int) -> int:
        """Return the heading of a row's group, which is that of its class."""
        return key if key < 0 else heading_key(str(plan_queries.class_of(db, key)))

    def group_of(self, db: Database, key: int) -> PlanGroup | None:
        """Return the group that a row, heading or item, belongs to."""
        wanted = self.heading_of(db, key)
        return next((group for group in self.groups(db) if group.key == wanted), None)

    def find_groups(self, db: Database) -> list[PlanGroup]:
        """Return the groups of classes; what needs the user first."""
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
            self.plain(query),
        )

    def heading(self, group: PlanGroup) -> Row:
        """Return the class, how many there are, and what mends them."""
        folded = self.folds.has(group.key)
        facts = frozenset({acting.HEADING, acting.FOLDED if folded else acting.OPENED})
        state, tone = group_standing(group, self.clock())
        remedy = USED_UP if group.used_up and group.used_up == group.yours else group.remedy
        words = f"{state} {self.glyphs.arrow} {remedy}" if remedy else state
        cells = (
            Cell(f"{self.fold_sign(group)} {failure_title(group.name)}", Tone.STRONG),
            Cell(str(group.count), Tone.STRONG),
            Cell(words, tone),
        )
        return Row(group.key, cells, heading=True, until=group.next_at, facts=facts)


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
        facts = {acting.ITEM, acting.TRIED if record["tried_now"] else record["state"]}
        if not record["job_id"] and not record["hold_id"]:
            facts.add(acting.ASKS)
        return Row(record["id"], cells, until=at, facts=frozenset(facts))

    columns = (
        Column("state", 12, sort="state"),
        Column("title", 24, flex=True, sort="title"),
        Column("channel", 16, least=74, sort="channel"),
        Column("evidence", 24, flex=True, least=100, sort="evidence"),
        Column("tries", 5, right=True, least=50, sort="attempts", largest_first=True),
        Column("next try", 14, right=True, least=44, sort="next_at"),
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
        return Row(record["id"], cells, facts=frozenset({acting.ITEM, record["state"]}))

    columns = (
        Column("state", 11, sort="state"),
        Column("what it was", 22, least=50, sort="class"),
        Column("title", 20, flex=True, sort="title"),
        Column("channel", 16, least=90, sort="channel"),
        Column("tries", 5, right=True, least=60, sort="attempts", largest_first=True),
        Column("when", 16, least=70, sort="resolved_at", largest_first=True),
    )
    return ListSource(RowKind.PLAN, columns, plan_queries.history(), make)
