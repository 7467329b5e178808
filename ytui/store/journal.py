"""The journal: what happened, for the log view, ``logs`` and ``events``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ytui.store.database import Database, transaction
from ytui.store.row_mapping import to_json
from ytui.store.rows import JOURNAL, Job, JournalRow, JournalType, Level, Video

LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")
"""From the least to the most important."""
AT_ONCE = 10_000
"""Lines that are forgotten in one go: in a twentieth of a second, while which nobody else can write."""


def write(
    db: Database,
    *,
    at: float,
    level: Level,
    type: JournalType,
    message: str,
    job_id: int | None = None,
    channel_id: int | None = None,
    video_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Append a line and return its id."""
    with transaction(db):
        cursor = db.execute(
            "INSERT INTO journal (at, level, type, message, job_id, channel_id, video_id, data) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (at, level, type, message, job_id, channel_id, video_id, to_json(data or {})),
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def write_for(
    db: Database,
    job: Job | None,
    video: Video,
    message: str,
    *,
    at: float,
    level: Level = "info",
    type: JournalType = "report",
) -> int:
    """Append a line about a video, by the job that worked on it if one did; the line's id."""
    return write(
        db,
        at=at,
        level=level,
        type=type,
        message=f"{video.title}: {message}",
        job_id=None if job is None else job.id,
        channel_id=video.channel_id,
        video_id=video.id,
    )


def tail(
    db: Database,
    *,
    after_id: int | None = None,
    limit: int = 100,
    level: Level | None = None,
    channel_id: int | None = None,
    job_id: int | None = None,
    type: JournalType | None = None,
    since: float | None = None,
    until: float | None = None,
) -> list[JournalRow]:
    """Lines in the order they were written.

    Without ``after_id`` the newest ``limit`` lines; with it the first ``limit`` after that id, for following.
    ``level`` is the least important one that is shown.
    """
    condition, values = _condition(level, channel_id, job_id, type, since, until)
    direction = "DESC" if after_id is None else "ASC"
    rows = db.all(
        f"SELECT {JOURNAL.sql} FROM journal WHERE id > ? AND {condition} ORDER BY id {direction} LIMIT ?",
        (after_id or 0, *values, limit),
    )
    lines = [JOURNAL.read(row) for row in rows]
    return lines[::-1] if after_id is None else lines


def count(db: Database) -> int:
    """How many lines there are, from the kept counts."""
    return int(db.value("SELECT coalesce(sum(n), 0) FROM journal_counts"))


def by_id(db: Database, line_id: int) -> JournalRow | None:
    """The line of an id."""
    row = db.one(f"SELECT {JOURNAL.sql} FROM journal WHERE id = ?", (line_id,))
    return None if row is None else JOURNAL.read(row)


def last_id(db: Database) -> int:
    """The id of the newest line, 0 when there is none."""
    return int(db.value("SELECT coalesce(max(id), 0) FROM journal"))


def prune(db: Database, keep: int = 200_000) -> int:
    """Forget all but the newest ``keep`` lines, at most :data:`AT_ONCE`; returns how many went."""
    if count(db) <= keep:
        return 0
    last = db.value("SELECT id FROM journal ORDER BY id DESC LIMIT 1 OFFSET ?", (keep,))
    return _forget(db, "id <= ?", last)


def prune_before(db: Database, moment: float) -> int:
    """Forget lines written before a moment (Unix seconds), at most :data:`AT_ONCE`; returns how many went."""
    return _forget(db, "at < ?", moment)


def _forget(db: Database, condition: str, value: float) -> int:
    some = f"SELECT id FROM journal WHERE {condition} LIMIT ?"
    with transaction(db):
        return db.execute(f"DELETE FROM journal WHERE id IN ({some})", (value, AT_ONCE)).rowcount


def _condition(
    level: Level | None,
    channel_id: int | None,
    job_id: int | None,
    type: JournalType | None,
    since: float | None,
    until: float | None,
) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    if level is not None:
        shown = LEVELS[LEVELS.index(level) :]
        parts.append(f"level IN ({', '.join('?' for _ in shown)})")
        values += shown
    exact = {"channel_id = ?": channel_id, "job_id = ?": job_id, "type = ?": type}
    for part, value in {**exact, "at >= ?": since, "at < ?": until}.items():
        if value is not None:
            parts.append(part)
            values.append(value)
    return " AND ".join(parts) or "1", values
