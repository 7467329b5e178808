"""What a key acts on and what it is about to do, found in a worker's thread with that thread's connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ytui.core.settings import Settings
from ytui.paths import Places
from ytui.store.database import Database
from ytui.tui.actions.undo import Done
from ytui.tui.tables.rows import RowKind, RowSource

Ids = Sequence[int]
Deed = Callable[[Database], str | Done]
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
class Doing:
    """A command about to be done: to these ids, asking ``question`` first if it has one."""

    ids: Ids
    act: Deed
    question: str = ""
    nothing: str = "nothing to do here"
    """What to tell where there are no ids."""
    yes: str = ""
    """The word on the button that does it."""
    other: tuple[str, Deed] | None = None
    """Another answer to the question: its word, and what it does."""


@dataclass(frozen=True)
class Around:
    """What commands need beside the ids."""

    db: Database
    settings: Settings
    now: float
    places: Places


_OF_ITEMS = (
    "WITH chosen AS (SELECT job_id, hold_id, state FROM plan_items WHERE id IN {}) "
    "SELECT job_id FROM chosen UNION SELECT j.id FROM chosen JOIN jobs j ON j.hold_id = chosen.hold_id "
    "WHERE j.state = 'waiting' AND chosen.state IN ('open', 'scheduled', 'held')"
)
"""The jobs of plan items: a hold's item stands for all that wait for it."""
_JOBS_OF = {
    RowKind.JOB: "id IN {}",
    RowKind.VIDEO: "video_id IN {}",
    RowKind.CHANNEL: "channel_id IN {}",
    RowKind.PLAN: f"id IN ({_OF_ITEMS})",
    RowKind.LOG: "id IN (SELECT job_id FROM journal WHERE id IN {})",
}
"""The jobs that rows of each kind stand for."""
_VIDEOS_OF = {
    RowKind.VIDEO: "SELECT id FROM videos WHERE id IN {}",
    RowKind.JOB: "SELECT DISTINCT video_id FROM jobs WHERE video_id IS NOT NULL AND id IN {}",
    RowKind.PLAN: "SELECT DISTINCT video_id FROM plan_items WHERE video_id IS NOT NULL AND id IN {}",
    RowKind.LOG: "SELECT DISTINCT video_id FROM journal WHERE video_id IS NOT NULL AND id IN {}",
}
"""The videos that rows of each kind speak of; a channel speaks of none in particular."""
GIVEN = "(SELECT value FROM json_each(?))"
"""Ids as one parameter: there may be more of them than SQLite takes parameters."""
ASKS = "json_extract(options, '$.parts') IS NOT NULL"
"""Whether a job brings nothing, but asks what a site says of a video."""
NO_CHANNEL = "no channel here: this key is for rows of the channels"
TELLING_FIRST = f"ORDER BY {ASKS}, id DESC LIMIT 1"
"""The newest job first, but those that only ask after all that bring something."""


def jobs_of(db: Database, target: Target, states: str) -> list[int]:
    """Return the jobs in ``states`` that the chosen rows stand for."""
    where = _JOBS_OF[target.kind].format(GIVEN)
    sql = f"SELECT id FROM jobs WHERE {where} AND state IN {states} ORDER BY id"
    return ids_of(db, sql, [json.dumps(target.chosen(db))])


def videos_of(db: Database, target: Target) -> list[int]:
    """Return the videos that the chosen rows speak of."""
    sql = _VIDEOS_OF.get(target.kind)
    return ids_of(db, sql.format(GIVEN), [json.dumps(target.chosen(db))]) if sql else []


def channels_of(db: Database, target: Target) -> list[int]:
    """Return the chosen channels; a worker or a line of the log stands for none, whatever it speaks of."""
    return target.chosen(db) if target.kind is RowKind.CHANNEL else []


def latest_job(db: Database, target: Target) -> int | None:
    """Return the job whose log and waiting a row stands for: its newest one."""
    where = _JOBS_OF[target.kind].format(GIVEN)
    if target.kind is RowKind.CHANNEL:
        where += " AND kind = 'fetch'"
    order = TELLING_FIRST if target.kind is RowKind.VIDEO else "ORDER BY id DESC LIMIT 1"
    found = db.value(f"SELECT id FROM jobs WHERE {where} {order}", [json.dumps(target.keys[:1])])
    return None if found is None else int(found)


def ids_of(db: Database, sql: str, parameters: Sequence[object] = ()) -> list[int]:
    """Return the first column of a query's rows."""
    return [int(record[0]) for record in db.all(sql, parameters)]
