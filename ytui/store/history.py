"""What happened since a time: for the card of a returning person, and for the statistics."""

from __future__ import annotations

from ytui.store.database import Database


def downloaded_since(db: Database, since: float) -> tuple[int, int]:
    """How many videos reached the library after ``since`` (Unix seconds), and their bytes."""
    row = db.one("SELECT count(*), coalesce(sum(size), 0) FROM videos WHERE downloaded_at > ?", (since,))
    return int(row[0]), int(row[1])


def healed_since(db: Database, since: float) -> int:
    """How many plan items were resolved after ``since``."""
    return int(
        db.value("SELECT count(*) FROM plan_items WHERE state = 'resolved' AND resolved_at > ?", (since,))
    )


def closed_since(db: Database, since: float) -> list[tuple[str, float, str]]:
    """Sites that pushed back after ``since``: site, when, and the journal's words; oldest first."""
    rows = db.all(
        "SELECT json_extract(data, '$.site'), at, message FROM journal "
        "WHERE type = 'runtime' AND at > ? AND json_extract(data, '$.until') IS NOT NULL ORDER BY id",
        (since,),
    )
    return [(row[0], row[1], row[2]) for row in rows]
