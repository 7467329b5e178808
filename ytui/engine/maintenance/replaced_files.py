"""Replaced files: what better ones took the place of lies in ``.ytui/replaced``, as long as in the trash."""

from __future__ import annotations

import contextlib
import shutil
import stat
from pathlib import Path, PurePosixPath

from ytui.engine.maintenance import library_files
from ytui.store import journal, pending_deletes
from ytui.store.database import Database
from ytui.store.library_marker import FOLDER

REPLACED = "replaced"
"""The folder of files that better ones took the place of, each video's in a folder of its own."""
_AT_ONCE = 100
"""Files moved at one go, so that no look of the holder takes long."""


def put_aside(db: Database, library: Path, now: float) -> tuple[int, int]:
    """Move files that were replaced out of the way, at most a hundred; how many went, how many stay.

    A file that cannot be moved is told once and left. ``OSError`` where the library is not there.
    """
    gone = stay = 0
    waiting = pending_deletes.pending(db, _AT_ONCE)
    if not waiting:
        return gone, stay
    with library_files.opened_library(db, library) as root:
        for removal in waiting:
            try:
                target = (
                    FOLDER,
                    REPLACED,
                    PurePosixPath(removal.aside).name,
                    PurePosixPath(removal.path).name,
                )
                library_files.move(root, library_files.parts_of(removal.path), target)
            except OSError as error:
                message = f"{library / removal.path} could not be removed: {error.strerror}; it stays"
                journal.write(db, at=now, level="warning", type="runtime", message=message)
                stay += 1
            else:
                gone += 1
            pending_deletes.deleted(db, removal.id)
    return gone, stay


def by_age(library: Path) -> list[tuple[float, Path]]:
    """The folders of what was replaced, each with the time (Unix seconds) of that. ``OSError``."""
    found = []
    with contextlib.suppress(FileNotFoundError):
        for folder in (library / FOLDER / REPLACED).iterdir():
            status = folder.lstat()
            if stat.S_ISDIR(status.st_mode):
                found.append((status.st_mtime, folder))
    return found


def delete_before(library: Path, at: float) -> None:
    """Delete what was replaced before a time. ``OSError``."""
    for replaced_at, folder in by_age(library):
        if replaced_at < at:
            delete(folder)


def delete(folder: Path) -> int:
    """Delete what was replaced of one video; how many bytes that were."""
    size = sum(path.lstat().st_size for path in folder.rglob("*"))
    shutil.rmtree(folder, ignore_errors=True)
    return size
