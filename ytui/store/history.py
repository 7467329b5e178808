"""What happened since a time: for the card of a returning person, and for the statistics."""

from __future__ import annotations

from ytui.store.database import Database
from ytui.store.rows import PLAN_ITEM, PlanItem

_NEWEST = 1000
"""Items that are looked at, the newest: no index leads by their time."""


def last_event(db: Database) -> float:
    """When anything was last written into the journal or arrived, in Unix seconds; 0 if nothing ever was."""
    return float(
        db.value(
            "SELECT max(coalesce((SELECT at FROM journal ORDER BY id DESC LIMIT 1), 0), coalesce("
            "(SELECT max(downloaded_at) FROM videos WHERE downloaded_at IS NOT NULL), 0))"
        )
    )


def downloaded_since(db: Database, since: float) -> tuple[int, int]:
    """How many videos reached the library after ``since`` (Unix seconds), and their bytes."""
    row = db.one("SELECT count(*), coalesce(sum(size), 0) FROM videos WHERE downloaded_at > ?", (since,))
    return int(row[0]), int(row[1])


def healed_since(db: Database, since: float) -> int:
    """How many plan items were resolved after ``since``."""
    # The plus keeps SQLite from the index by state, where most items are resolved: that by time has few.
    sql = "SELECT count(*) FROM plan_items WHERE +state = 'resolved' AND resolved_at > ?"
    return int(db.value(sql, (since,)))


def opened_since(db: Database, since: float) -> list[PlanItem]:
    """Items that came onto the plan after ``since``, the oldest first; at most a thousand."""
    rows = db.all(
        f"SELECT {PLAN_ITEM.sql} FROM plan_items "
        "WHERE id > (SELECT coalesce(max(id), 0) - ? FROM plan_items) AND created_at > ? ORDER BY id",
        (_NEWEST, since),
    )
    return [PLAN_ITEM.read(row) for row in rows]


def closed_since(db: Database, since: float) -> list[tuple[str, float, str]]:
    """Sites that pushed back after ``since``: site, when, and the journal's words; oldest first."""
    rows = db.all(
        "SELECT json_extract(data, '$.site'), at, message FROM journal "
        "WHERE type = 'runtime' AND at > ? AND json_extract(data, '$.until') IS NOT NULL ORDER BY id",
        (since,),
    )
    return [(row[0], row[1], row[2]) for row in rows]
