"""Targets of a command: the rows a key acts on, found with a worker thread's connection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ytui.core.models import JobState
from ytui.core.settings import Settings
from ytui.paths import Places
from ytui.store.database import Database
from ytui.store.lists import related
from ytui.tui.actions.undo import Result
from ytui.tui.lists.rows import RowKind, RowSource

Ids = Sequence[int]
Effect = Callable[[Database], str | Result]
"""Does something and returns what to tell, with the way back if there is one."""


@dataclass(frozen=True)
class Target:
    """What a key acts on: the marked rows that are shown, else the row under the cursor."""

    kind: RowKind
    keys: tuple[int, ...]
    source: RowSource | None = None
    """The list; None where the keys stand for themselves (a details screen, a worker's job)."""
    cursor: int | None = None
    """The key of the row under the cursor, which may be a heading."""

    def chosen(self, db: Database) -> list[int]:
        """Return the keys that are shown: what a filter hides is not acted on, and a heading is no item."""
        return list(self.keys) if self.source is None else self.source.keys(db, self.keys)

    def shown(self, db: Database) -> list[int]:
        """Return every key of the list."""
        return list(self.keys) if self.source is None else self.source.keys(db)


@dataclass(frozen=True)
class Command:
    """A command about to be done: to these ids, asking ``question`` first if it has one."""

    ids: Ids
    act: Effect
    question: str = ""
    nothing: str = "nothing to do here"
    """What to tell where there are no ids."""
    yes: str = ""
    """The word on the button that does it."""
    other: tuple[str, Effect] | None = None
    """Another answer to the question: its word, and what it does."""


@dataclass(frozen=True)
class CommandContext:
    """What commands need beside the ids."""

    db: Database
    settings: Settings
    now: float
    places: Places


NO_CHANNEL = "no channel here: this key is for rows of the channels"


def jobs_of(db: Database, target: Target, states: Collection[JobState]) -> list[int]:
    """Return the jobs in ``states`` that the chosen rows stand for."""
    return related.jobs_of(db, target.kind, target.chosen(db), states)


def videos_of(db: Database, target: Target) -> list[int]:
    """Return the videos that the chosen rows speak of."""
    return related.videos_of(db, target.kind, target.chosen(db))


def channels_of(db: Database, target: Target) -> list[int]:
    """Return the chosen channels; a worker or a line of the log stands for none, whatever it speaks of."""
    return target.chosen(db) if target.kind is RowKind.CHANNEL else []


def latest_job(db: Database, target: Target) -> int | None:
    """Return the job whose log and waiting a row stands for: its newest one."""
    return related.latest_job(db, target.kind, target.keys[0]) if target.keys else None
