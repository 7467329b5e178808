"""List queries of the work plan: its unresolved items, its history, and what the headings of classes say."""

from __future__ import annotations

from collections.abc import Sequence

from ytui.core.failures.classes import Advice, FailureClass, FailureGroup
from ytui.core.states import RESOLVED_STATES
from ytui.store.database import Database
from ytui.store.lists.conditions import CHANNEL_NAME, CHANNEL_ORDER, CHANNEL_TAG, WITH_CHANNEL
from ytui.store.lists.query import ListQuery, Record
from ytui.store.schema import UNRESOLVED, in_list

_UNRESOLVED = f"t.state IN {UNRESOLVED}"
_TRIED_NOW = "(SELECT j.state = 'running' FROM jobs j WHERE j.id = t.job_id)"
_HELD_JOBS = "coalesce((SELECT h.waiting FROM holds h WHERE h.id = t.hold_id), 0)"
_TRIED_ITEMS = (
    "SELECT t.id, t.failure_class AS name, t.state, t.advice "
    "FROM plan_items t INDEXED BY plan_one_unresolved "
    f"WHERE {_UNRESOLVED} AND t.job_id IN (SELECT id FROM jobs WHERE state = 'running')"
)
_PLAN_NAMED = (
    "t.id IN (SELECT m.item_id FROM plan_members m JOIN plans p ON p.id = m.plan_id "
    "WHERE p.name LIKE ? ESCAPE '\\')"
)
_STATE = (
    "CASE WHEN t.state = 'open' AND t.advice = 'permanent' THEN 'open never' "
    "WHEN t.state = 'open' THEN 'open needs you' WHEN t.state = 'scheduled' THEN 'scheduled waits' "
    "ELSE t.state END"
)
"""An item's state in the store's word and in the one that is shown."""
_WORDS = {
    "channel": CHANNEL_NAME,
    "tag": CHANNEL_TAG,
    "state": _STATE,
    "class": "t.failure_class",
    "group": "t.group_name",
    "advice": "t.advice",
    "plan": _PLAN_NAMED,
}
_VALUES = {
    "state": ("open never", "open needs you", "scheduled waits", "held", "resolved", "dismissed"),
    "class": tuple(FailureClass),
    "group": tuple(FailureGroup),
    "advice": tuple(Advice),
}
_SEARCHED = ("t.title", CHANNEL_NAME, "t.failure_class", "t.reason", "t.evidence", "t.reference", "t.state")
_SORTS = {
    "state": "t.state",
    "title": "t.title COLLATE NOCASE",
    "channel": CHANNEL_ORDER,
    "evidence": "t.evidence",
    "attempts": "t.attempts",
    "next_at": "t.next_at",
    "class": "t.failure_class",
    "resolved_at": "t.resolved_at",
}


def unresolved() -> ListQuery:
    """Return the query of the items that still ask for something, the oldest first.

    Beside their own columns: ``channel_name``, ``tried_now`` and ``held_jobs``.
    """
    return _items(_UNRESOLVED, ("t.id",))


def history() -> ListQuery:
    """Return the query of the items that are off the plan, the latest first."""
    states = f"t.state IN {in_list(RESOLVED_STATES)}"
    return _items(states, ("t.resolved_at", "t.id"), descending=True)


def _items(states: str, order: tuple[str, ...], *, descending: bool = False) -> ListQuery:
    return ListQuery(
        table="plan_items",
        joined=WITH_CHANNEL,
        select=f"t.*, c.name AS channel_name, {_TRIED_NOW} AS tried_now, {_HELD_JOBS} AS held_jobs",
        searched=_SEARCHED,
        sorts=_SORTS,
        words=_WORDS,
        values=_VALUES,
        dated="t.updated_at",
        order=order,
        descending=descending,
        groups=(states,),
    )


def by_class(db: Database, items: ListQuery) -> list[Record]:
    """Return how many of these items there are (``n``) by class (``name``), state and advice, and when the
    first of them is tried again (``next_at``).

    As the index has them, and to be added up by the caller: no item is read for it.
    """
    return items.aggregated(
        db,
        "t.failure_class AS name, t.state AS state, t.advice AS advice, count(*) AS n, "
        "min(t.next_at) AS next_at",
        "t.state, t.failure_class, t.advice",
    )


def of_class(items: ListQuery, name: str) -> ListQuery:
    """Return the query of those of the items that failed with a class."""
    return items.within(f"t.failure_class = '{name.replace(chr(39), chr(39) * 2)}'")


def next_times(db: Database, items: ListQuery, without: Sequence[int]) -> list[float | None]:
    """Return when the next of each class of these items is tried again, those ``without`` left aside."""
    others = items.within(f"t.id NOT IN ({', '.join(map(str, without))})")
    return [row[0] for row in others.aggregated(db, "min(t.next_at) AS next_at", "t.failure_class")]


def tried_now(db: Database) -> list[Record]:
    """Return id, class (``name``), state and advice of the items whose jobs run: not more than workers."""
    return db.all(_TRIED_ITEMS)


def class_of(db: Database, item_id: int) -> str | None:
    """Return the class that an item failed with."""
    found: str | None = db.value("SELECT failure_class FROM plan_items WHERE id = ?", (item_id,))
    return found


def remedy_of_items(db: Database, failure_class: str) -> str:
    """Return what the items of a class say that mends them."""
    return str(db.value("SELECT max(remedy) FROM plan_items WHERE failure_class = ?", (failure_class,)) or "")
