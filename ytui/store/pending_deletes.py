"""Pending deletes: files that better ones took the place of, until they lie aside; files somebody deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytui.store import jobs
from ytui.store.database import Database, transaction
from ytui.store.row_mapping import from_json, to_json
from ytui.store.rows import VIDEO, Video


@dataclass(frozen=True)
class PendingDelete:
    """A file to put ``aside``; ``path`` is relative to the library's root."""

    id: int
    video_id: int
    path: str
    aside: str
    """The folder below ``.ytui/replaced`` that it goes to."""


def put_aside(db: Database, video_id: int, paths: Sequence[str], aside: str, now: float) -> None:
    """Let files that a better one took the place of go to a folder of their own."""
    with transaction(db):
        for path in paths:
            db.execute(
                "INSERT INTO removals (video_id, path, at, aside) VALUES (?, ?, ?, ?)",
                (video_id, path, now, aside),
            )


def forget_deleted(db: Database, video_id: int, why: str) -> bool:
    """A video whose file somebody deleted is ``removed``; what is left of it stays where it is, and known."""
    with transaction(db):
        row = db.one("SELECT path, files FROM videos WHERE id = ?", (video_id,))
        left = [] if row is None else [name for name in from_json(row["files"]) if name != row["path"]]
        if jobs.active_of_video(db, video_id) is not None:
            return False
        return bool(
            db.execute(
                "UPDATE videos SET state = 'removed', why = ?, path = NULL, size = NULL, files = ? "
                "WHERE id = ? AND state = 'downloaded'",
                (why, to_json(left), video_id),
            ).rowcount
        )


def pending(db: Database, limit: int = 100) -> list[PendingDelete]:
    """Files that are still to be put aside, in the order in which they were replaced."""
    rows = db.all("SELECT id, video_id, path, aside FROM removals ORDER BY id LIMIT ?", (limit,))
    return [PendingDelete(*row) for row in rows]


def deleted(db: Database, removal_id: int) -> None:
    """Forget a file that lies aside."""
    with transaction(db):
        db.execute("DELETE FROM removals WHERE id = ?", (removal_id,))


def with_file(db: Database, after_id: int, limit: int) -> list[Video]:
    """Videos that have a file, by id, from the one after ``after_id`` on."""
    rows = db.all(
        f"SELECT {VIDEO.sql} FROM videos WHERE path IS NOT NULL AND state = 'downloaded' AND id > ? "
        "ORDER BY id LIMIT ?",
        (after_id, limit),
    )
    return [VIDEO.read(row) for row in rows]


def downloaded_of_channel(db: Database, channel_id: int) -> list[Video]:
    """A channel's videos in the library that carry no keep mark, the oldest first."""
    rows = db.all(
        f"SELECT {VIDEO.sql} FROM videos WHERE channel_id = ? AND state = 'downloaded' AND keep = 0 "
        "ORDER BY published_at, id",
        (channel_id,),
    )
    return [VIDEO.read(row) for row in rows]
