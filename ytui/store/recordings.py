"""Recordings: pieces of broadcasts that lie in the library until the whole video takes their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ytui.store import schema
from ytui.store.database import Database, transaction
from ytui.store.row_mapping import Columns

if TYPE_CHECKING:
    from ytui.core.protocol import PieceRecorded


@dataclass(frozen=True)
class Recording:
    """One piece of a broadcast."""

    id: int
    video_id: int
    path: str
    """Relative to the library's root."""
    size: int
    started_at: float
    """Unix seconds."""
    seconds: float | None
    """Of media; ``None`` is unknown."""
    from_start: bool
    format_id: str
    height: int | None
    replaced_at: float | None
    """When the whole video took its place; its file lies aside then."""


RECORDING = Columns(Recording, from_start=bool)


def add(db: Database, video_id: int, piece: PieceRecorded) -> None:
    """Note a piece that lies in the library; one that is noted already stays as it is."""
    with transaction(db):
        db.execute(
            "INSERT OR IGNORE INTO recordings "
            "(video_id, path, size, started_at, seconds, from_start, format_id, height) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(video_id, piece.path, piece.size, piece.started_at, piece.seconds),
                *(piece.from_start, piece.format_id, piece.height),
            ),
        )


def of_video(db: Database, video_id: int) -> list[Recording]:
    """The pieces of a video that lie in the library, in the order in which they were recorded."""
    rows = db.all(
        f"SELECT {RECORDING.sql} FROM recordings WHERE video_id = ? AND replaced_at IS NULL "
        "ORDER BY started_at, id",
        (video_id,),
    )
    return [RECORDING.read(row) for row in rows]


def by_video(db: Database) -> dict[int, list[Recording]]:
    """The pieces in the library of every video that has any, by the video's row id."""
    found: dict[int, list[Recording]] = {}
    rows = db.all(
        f"SELECT {RECORDING.sql} FROM recordings WHERE replaced_at IS NULL ORDER BY video_id, started_at, id"
    )
    for row in rows:
        found.setdefault(row["video_id"], []).append(RECORDING.read(row))
    return found


def count(db: Database, video_id: int) -> int:
    """How many pieces there ever were of a video."""
    return int(db.value("SELECT count(*) FROM recordings WHERE video_id = ?", (video_id,)))


def set_replaced(db: Database, ids: Sequence[int], now: float) -> None:
    """The whole video has taken the place of these pieces."""
    with transaction(db):
        for number in ids:
            db.execute("UPDATE recordings SET replaced_at = ? WHERE id = ?", (now, number))


def unfinished(db: Database) -> list[int]:
    """Ids of the videos that are being recorded, or wait for it."""
    rows = db.all(f"SELECT video_id FROM jobs WHERE kind = 'recording' AND state IN {schema.ACTIVE}")
    return [row[0] for row in rows]
