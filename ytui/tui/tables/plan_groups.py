"""The groups of the work plan: all items of a class, what they wait for, and what mends them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from ytui.core.amounts import count
from ytui.core.failures.classes import FailureClass
from ytui.core.outside import clean
from ytui.store import holds
from ytui.store.database import Database
from ytui.store.lists import plan_queries
from ytui.tui.tables.rows import Tone
from ytui.tui.tables.sources import ListSource
from ytui.tui.times import countdown

USED_UP = "its tries are used up: r tries again"
"""What to do about an item that nothing is wrong with on this side."""
DUE = "the next is due"
"""Said where time is not what is waited for any more: a worker, the line, or a site may be."""


@dataclass(frozen=True)
class Group:
    """The unresolved items of one class, as far as the filter shows them."""

    name: str
    count: int
    yours: int
    """How many wait for the user."""
    used_up: int
    """How many of these only for a key that tries again: nothing is to be set or installed."""
    never: int
    """How many will not come."""
    held: int
    tried: int
    """How many are being tried now; they are in none of the numbers before, save ``count``."""
    next_at: float | None
    """When the next of the others is tried."""
    remedy: str
    source: ListSource

    @property
    def key(self) -> int:
        """The heading's key: below 0, and the same as long as the class is."""
        return heading_key(self.name)


def heading_key(name: str) -> int:
    """Return the key of a class's heading."""
    return -1 - zlib.crc32(name.encode())


def remedy_of(db: Database, name: str) -> str:
    """Return what mends the failures of a class: what its one hold says, which knows more, else the class."""
    held = {row.remedy for row in holds.in_force(db) if row.failure_class == name}
    if len(held) == 1:
        return clean(held.pop())
    try:
        return FailureClass(name).remedy
    except ValueError:
        # A class of another version: its items say what is to be done.
        return clean(plan_queries.remedy_of_items(db, name))


def standing(group: Group, now: float) -> tuple[str, Tone]:
    """Say what the items of a group wait for, and how urgent that is."""
    if group.yours:
        return (
            "needs you" if group.yours == group.count else count(group.yours, "needs you", "need you")
        ), Tone.BAD
    if group.never == group.count:
        return "will not come", Tone.DIM
    if group.tried == group.count:
        return "tried now", Tone.BUSY
    if group.held + group.tried == group.count:
        return "held, goes on by itself", Tone.WARN
    if group.next_at is None:
        return "waits for nothing but time", Tone.WARN
    if group.next_at <= now:
        return f"{DUE}, it waits for its turn", Tone.WARN
    return f"waits for nothing but time, next {countdown(group.next_at, now)}", Tone.WARN
