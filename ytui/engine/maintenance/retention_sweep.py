"""Retention sweep: what ``keep`` no longer wants leaves the library, first the row, then files."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ytui.core.settings import Channel, KeepKind, Settings
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import retained
from ytui.engine.channels.selection import wanted_elsewhere
from ytui.store import channels, journal, pending_deletes, tabs
from ytui.store.database import Database
from ytui.store.library_marker import FOLDER
from ytui.store.rows import Video

WHY = "retention"
"""The reason beside a video whose files ``keep`` gave up."""
REPLACED = "replaced"
"""The folder of files that better ones took the place of, each video's in a folder of its own."""
REPLACED_DAYS = 7
_DAY = 86_400.0
_SWEEP = 100
"""Files deleted at one go, so that no look of the holder takes long."""


@dataclass(frozen=True)
class OverdueVideo:
    """A video in the library that its channel's ``keep`` no longer wants."""

    video: Video
    channel: str
    keep: str


def overdue(db: Database, settings: Settings, now: float) -> Iterator[OverdueVideo]:
    """Every such video, the oldest of each channel first.

    Never among them are those with a keep mark, those that lie outside the library (``download --output``),
    those that another channel lists and keeps, and those that their channel does not list any more: what is
    here may be the last copy.

    The rule is the one by which a download is refused, so nothing comes that would have to go again.
    """
    for row in channels.subscribed(db):
        channel = settings_of(settings, row)
        if channel.keep.kind is KeepKind.ALL:
            continue
        stays = retained(db, channel, now)
        for video in pending_deletes.downloaded_of_channel(db, row.id):
            inside = video.path is None or not PurePosixPath(video.path).is_absolute()
            if stays(video) or not inside or tabs.unlisted_since(db, video.id) is not None:
                continue
            if not wanted_elsewhere(db, settings, video, now):
                yield OverdueVideo(video, row.name, _words(channel))


def mark_removed(db: Database, videos: Iterable[OverdueVideo], now: float) -> int:
    """Take these videos out of the library; how many went. Their files go with :func:`sweep`."""
    given_up = 0
    for found in list(videos):
        if pending_deletes.give_up(db, found.video.id, WHY, now):
            given_up += 1
            journal.write(
                db,
                at=now,
                level="info",
                type="runtime",
                message=f"{found.video.title}: removed, {found.channel} keeps {found.keep}",
                channel_id=found.video.channel_id,
                video_id=found.video.id,
            )
    return given_up


def delete_removed(db: Database, library: Path, now: float) -> tuple[int, int]:
    """Delete files that were given up, or put them aside, at most a hundred; how many went, how many stay.

    The caller has made sure that the library is there. A file that cannot be deleted is told once and left.
    """
    gone = stay = 0
    for removal in pending_deletes.pending(db, _SWEEP):
        try:
            if removal.aside:
                _put_aside(library, removal.path, removal.aside)
            else:
                _delete(library, removal.path)
        except (OSError, ValueError) as error:
            # A ValueError is a path that no file can have, as somebody may have written it into the row.
            words = error.strerror if isinstance(error, OSError) else error
            message = f"{library / removal.path} could not be removed: {words}; it stays"
            journal.write(db, at=now, level="warning", type="runtime", message=message)
            stay += 1
        else:
            gone += 1
        pending_deletes.deleted(db, removal.id)
    return gone, stay


def _delete(library: Path, path: str) -> None:
    """Delete one file of the library and the folder that it leaves empty; no link is followed on the way."""
    _take_out(library, path, lambda name, folder: os.unlink(name, dir_fd=folder))


def _put_aside(library: Path, path: str, aside: str) -> None:
    """Move one file of the library among what was replaced; over nothing, and no link is followed."""
    folder = library / FOLDER / REPLACED / PurePosixPath(aside).name
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / PurePosixPath(path).name
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    _take_out(library, path, lambda name, source: os.rename(name, target, src_dir_fd=source))


def delete_replaced(library: Path, now: float) -> None:
    """Delete what was replaced so many days ago. Raises ``OSError``."""
    with contextlib.suppress(FileNotFoundError):
        for folder in (library / FOLDER / REPLACED).iterdir():
            if not folder.is_symlink() and folder.stat().st_mtime < now - REPLACED_DAYS * _DAY:
                shutil.rmtree(folder, ignore_errors=True)


def _take_out(library: Path, path: str, take: Callable[[str, int], None]) -> None:
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or PurePosixPath(path).is_absolute() or parts[0] == FOLDER:
        raise OSError(errno.EPERM, "it is not a file of the library")
    folders = [os.open(library, os.O_DIRECTORY | os.O_RDONLY)]
    try:
        for part in parts[:-1]:
            folders.append(os.open(part, os.O_DIRECTORY | os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folders[-1]))
        take(parts[-1], folders[-1])
        if len(folders) > 1 and not _has_entries(folders[-1]):
            os.rmdir(parts[-2], dir_fd=folders[-2])
    except FileNotFoundError:
        # Somebody was faster: it is gone, which is all that was wanted.
        return
    finally:
        for folder in folders:
            os.close(folder)


def _has_entries(folder: int) -> bool:
    with os.scandir(folder) as entries:
        return any(entries)


def _words(channel: Channel) -> str:
    if channel.keep.kind is KeepKind.LAST:
        return f"the last {channel.keep.count}"
    return f"{channel.keep.count} days"
