"""Trash: videos that were taken out of the library, with their files, until they are restored or purged.

An entry is written before a file is moved, and says which way: whoever comes after a process that was killed
finishes the move, or takes it back.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from ytui.core.models import VideoState
from ytui.store import jobs, schema
from ytui.store.database import Database, transaction
from ytui.store.row_mapping import Columns, to_json


class TrashState(StrEnum):
    """Where the files of an entry are."""

    LEAVING = "leaving"
    """On their way out of the library."""
    THERE = "there"
    RETURNING = "returning"
    """On their way back."""
    PURGING = "purging"
    """Being deleted for good."""
    REFUSED = "refused"
    """In the library, as is the video: they could not be moved."""


class TrashReason(StrEnum):
    """Why a video was taken out; stands as ``why`` beside the video, too."""

    RETENTION = "retention"
    DELETED = "deleted"
    NEVER_AGAIN = "never again"


@dataclass(frozen=True)
class TrashEntry:
    """One video that was taken out; what describes its file is as the video's row said."""

    id: int
    """Never used again."""
    video_id: int
    state: TrashState
    reason: TrashReason
    path: str
    """Of the media, relative to the library's root."""
    size: int | None
    files: tuple[str, ...]
    """All that was taken out, the media first; relative to the library's root."""
    format_id: str | None
    height: int | None
    downloaded_at: float | None
    keep: bool
    bytes: int
    """Of all files in the trash."""
    at: float
    """When it was taken out (Unix seconds)."""
    refused_at: float | None
    """When a file could not be moved, so that all of them stay."""
    problem: str
    """Why the move does not go on."""


ENTRY = Columns(
    TrashEntry,
    state=TrashState,
    reason=TrashReason,
    files=lambda text: tuple(json.loads(text)),
    keep=bool,
)
_NO_FILE = (VideoState.NEW, VideoState.FAILED, VideoState.SKIPPED, VideoState.ARCHIVED, VideoState.REMOVED)
_RESTORABLE = schema.in_list(_NO_FILE)


@contextmanager
def alone(db: Database) -> Iterator[None]:
    """Hold the lock of the trash: one process at a time moves files in or out of it."""
    with db.path.with_name(f"{db.path.name}.trash").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def take_out(
    db: Database, video_id: int, files: Sequence[str], reason: TrashReason, now: float
) -> int | None:
    """Let a downloaded video be ``removed``, and its files go next; the entry's id.

    None for a video without a file, one that a job is about to download again, and for retention one with a
    keep mark.
    """
    with transaction(db):
        if jobs.active_of_video(db, video_id) is not None:
            return None
        wanted = "AND keep = 0" if reason is TrashReason.RETENTION else ""
        columns = "path, size, format_id, height, downloaded_at, keep"
        made = db.execute(
            f"INSERT INTO trash (video_id, state, reason, files, at, {columns}) "
            f"SELECT id, 'leaving', ?, ?, ?, {columns} FROM videos "
            f"WHERE id = ? AND state = 'downloaded' AND path IS NOT NULL {wanted}",
            (reason, to_json(list(files)), now, video_id),
        )
        if not made.rowcount:
            return None
        db.execute(
            "UPDATE videos SET state = 'removed', why = ?, path = NULL, size = NULL, files = '[]', keep = 0 "
            "WHERE id = ?",
            (reason, video_id),
        )
        db.execute("DELETE FROM trash WHERE video_id = ? AND state = 'refused'", (video_id,))
        db.execute(
            f"UPDATE recordings SET replaced_at = ? WHERE video_id = ? AND path IN {schema.GIVEN}",
            (now, video_id, to_json(list(files))),
        )
    return made.lastrowid


def by_id(db: Database, entry_id: int) -> TrashEntry | None:
    """The entry of an id."""
    return next(iter(_where(db, "id = ?", (entry_id,))), None)


def by_ids(db: Database, ids: Sequence[int]) -> list[TrashEntry]:
    """The entries of these ids that are there, the oldest first."""
    return _where(db, f"id IN {schema.GIVEN} ORDER BY id", (json.dumps(list(ids)),))


def of_video(db: Database, video_id: int) -> list[TrashEntry]:
    """What of a video lies in the trash, or is on its way: the newest first."""
    return _where(db, "video_id = ? AND state <> 'refused' ORDER BY id DESC", (video_id,))


def entries(db: Database) -> list[TrashEntry]:
    """All that lies in the trash, or is on its way: the newest first."""
    return _where(db, "state <> 'refused' ORDER BY id DESC")


def on_their_way(db: Database, limit: int) -> list[int]:
    """The ids of the entries whose files are to be moved or deleted, in the order they were written."""
    sql = "SELECT id FROM trash WHERE state IN ('leaving', 'returning', 'purging') ORDER BY id LIMIT ?"
    return [row[0] for row in db.all(sql, (limit,))]


def there_before(db: Database, at: float) -> list[TrashEntry]:
    """What was taken out before a time and lies in the trash: the oldest first."""
    return _where(db, "state = 'there' AND at < ? ORDER BY at, id", (at,))


def refused_since(db: Database, at: float) -> set[int]:
    """The videos whose files could not be moved since a time."""
    return {
        row[0]
        for row in db.all("SELECT video_id FROM trash WHERE state = 'refused' AND refused_at > ?", (at,))
    }


def arrived(db: Database, entry_id: int, size: int) -> None:
    """Its files are in the trash, so many bytes."""
    _move(db, entry_id, TrashState.LEAVING, "state = 'there', bytes = ?, problem = ''", size)


def refuse(db: Database, entry_id: int, problem: str, now: float) -> None:
    """A file cannot be moved: those that were are to come back."""
    _move(db, entry_id, TrashState.LEAVING, "state = 'returning', problem = ?, refused_at = ?", problem, now)


def stay(db: Database, entry_id: int, problem: str) -> None:
    """A file cannot come back to its place: those that did are to go again."""
    _move(db, entry_id, TrashState.RETURNING, "state = 'leaving', problem = ?, refused_at = NULL", problem)


def bring_back(db: Database, entry_id: int) -> str:
    """Let the files of an entry come back next; why they cannot, or nothing."""
    with transaction(db):
        entry = by_id(db, entry_id)
        if entry is None or entry.state is TrashState.REFUSED:
            return "it is not in the trash any more"
        if entry.state is TrashState.PURGING:
            return "it is being deleted for good"
        row = db.one("SELECT state, path FROM videos WHERE id = ?", (entry.video_id,))
        if row["path"] is not None:
            return "it is downloaded again by now"
        if VideoState(row["state"]) not in _NO_FILE:
            return "a download of it is queued: cancel that first (x)"
        db.execute(
            "UPDATE trash SET state = 'returning', problem = '', refused_at = NULL WHERE id = ?", (entry_id,)
        )
    return ""


def back(db: Database, entry: TrashEntry, keep: bool) -> bool:
    """Its files are in the library again, and so is the video; false where that is downloaded meanwhile.

    An entry that was refused is kept for a while, so that it is not tried again at once.
    """
    with transaction(db):
        changed = db.execute(
            "UPDATE videos SET state = 'downloaded', why = '', path = ?, size = ?, files = ?, "
            "format_id = ?, height = ?, downloaded_at = ?, keep = ? "
            f"WHERE id = ? AND path IS NULL AND state IN {_RESTORABLE}",
            (
                *(entry.path, entry.size, to_json(list(_own_files(db, entry))), entry.format_id),
                *(entry.height, entry.downloaded_at, keep, entry.video_id),
            ),
        ).rowcount
        if not changed:
            return False
        db.execute(
            f"UPDATE recordings SET replaced_at = NULL WHERE video_id = ? AND path IN {schema.GIVEN}",
            (entry.video_id, to_json(list(entry.files))),
        )
        if entry.refused_at is None:
            db.execute("DELETE FROM trash WHERE id = ?", (entry.id,))
        else:
            _move(db, entry.id, TrashState.RETURNING, "state = 'refused'")
    return True


def purge(db: Database, ids: Sequence[int]) -> int:
    """Let what lies in the trash be deleted for good next; how many entries."""
    with transaction(db):
        return db.execute(
            f"UPDATE trash SET state = 'purging' WHERE state = 'there' AND id IN {schema.GIVEN}",
            (json.dumps(list(ids)),),
        ).rowcount


def purged(db: Database, entry_id: int) -> None:
    """Its files are gone."""
    with transaction(db):
        db.execute("DELETE FROM trash WHERE id = ? AND state = 'purging'", (entry_id,))


def set_problem(db: Database, entry_id: int, problem: str) -> bool:
    """Note why a move does not go on; whether that is news."""
    with transaction(db):
        sql = "UPDATE trash SET problem = ? WHERE id = ? AND problem <> ?"
        return bool(db.execute(sql, (problem, entry_id, problem)).rowcount)


def forget_refused(db: Database, before: float) -> None:
    """Let what was refused before a time be tried again."""
    with transaction(db):
        db.execute("DELETE FROM trash WHERE state = 'refused' AND refused_at < ?", (before,))


def totals(db: Database) -> tuple[int, int]:
    """How many entries lie in the trash, or are on their way, and their bytes."""
    row = db.one("SELECT count(*), coalesce(sum(bytes), 0) FROM trash WHERE state <> 'refused'")
    return int(row[0]), int(row[1])


def _own_files(db: Database, entry: TrashEntry) -> list[str]:
    """The video's files: pieces of a broadcast have rows of their own."""
    pieces = {row[0] for row in db.all("SELECT path FROM recordings WHERE video_id = ?", (entry.video_id,))}
    return [name for name in entry.files if name not in pieces]


def _move(db: Database, entry_id: int, leaving: TrashState, assignments: str, *values: object) -> None:
    with transaction(db):
        db.execute(f"UPDATE trash SET {assignments} WHERE id = ? AND state = ?", (*values, entry_id, leaving))


def _where(db: Database, condition: str, values: Sequence[object] = ()) -> list[TrashEntry]:
    return [ENTRY.read(row) for row in db.all(f"SELECT {ENTRY.sql} FROM trash WHERE {condition}", values)]
