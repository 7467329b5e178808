"""Missing files: deleted by hand, noticed once a day, not fetched again unless a person asks."""

from __future__ import annotations

import os
from pathlib import Path

from ytui.core.models import VideoReason
from ytui.store import journal, key_values, pending_deletes
from ytui.store.database import Database, transaction
from ytui.store.library_marker import library_mark
from ytui.store.rows import Video

AT_ONCE = 500
"""Files looked at in one go."""
MOST_NAMED = 10
"""Videos of one go that the journal names; of more it tells the number."""


def look_for_missing(db: Database, library: Path, after_id: int, now: float) -> int | None:
    """Look at the next files, from the video after ``after_id`` on; the last one's id, or None at the end.

    Nothing is concluded of a library that is not there, or goes away meanwhile: its mark is read after the
    files were looked at, and where it is not the known one nothing is written.
    """
    found = pending_deletes.with_file(db, after_id, AT_ONCE)
    absent = [video for video in found if video.path and _is_gone(library / video.path)]
    if absent and library_mark(library) == key_values.get(db, key_values.LIBRARY_ID):
        _conclude(db, absent, now)
    return found[-1].id if len(found) == AT_ONCE else None


def is_missing(db: Database, library: Path, video: Video) -> bool:
    """Whether a video's file is no more though its library is there: who asks for it gets it anew."""
    mark = library_mark(library)
    if video.path is None or mark is None or mark != key_values.get(db, key_values.LIBRARY_ID):
        return False
    return not os.path.lexists(library / video.path)


def _conclude(db: Database, absent: list[Video], now: float) -> None:
    with transaction(db):
        gone = [
            video for video in absent if pending_deletes.forget_deleted(db, video.id, VideoReason.FILE_GONE)
        ]
        for video in gone[:MOST_NAMED]:
            words = "its file is gone from the library; d downloads it again"
            journal.write_for(db, None, video, words, at=now, level="warning", type="runtime")
        if len(gone) > MOST_NAMED:
            message = f"{len(gone) - MOST_NAMED} more files are gone from the library"
            journal.write(db, at=now, level="warning", type="runtime", message=message)


def _is_gone(path: Path) -> bool:
    """Whether a file is no more; an empty folder may be a disk that is not mounted, and says nothing."""
    if os.path.lexists(path):
        return False
    try:
        with os.scandir(path.parent) as entries:
            return any(entries)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
