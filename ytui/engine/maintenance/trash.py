"""Trash of the library: files go into ``.ytui/trash``, come back, or are deleted for good.

The store says first what is to become of an entry; :func:`settle` then does it, in whatever process comes
next. What cannot be done is taken back: a video whose files could not be moved is in the library still.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ytui.core.formatting import format_size
from ytui.core.settings import Settings
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import retained
from ytui.engine.maintenance import library_files, replaced_files
from ytui.engine.maintenance.library_files import Parts, parts_of
from ytui.store import channels, journal, recordings, trash, videos
from ytui.store.database import Database
from ytui.store.library_marker import FOLDER
from ytui.store.rows import Video
from ytui.store.trash import TrashEntry, TrashReason, TrashState

TRASH = "trash"
"""The folder of the trash, below ``.ytui``; each entry has one of its own in it."""
REFUSED_AGAIN = 86_400.0
"""Seconds until retention tries again to take out what could not be moved."""
EVERY = 1 << 40
"""More entries than there are."""


@dataclass
class Settled:
    """What became of the entries that were on their way."""

    gone: int = 0
    """Entries whose files are in the trash now."""
    back: int = 0
    """Entries whose files are in the library again."""
    purged: int = 0
    refused: list[tuple[TrashEntry, str]] = field(default_factory=list)
    """What could not be done, with the reason."""


def take_out(
    db: Database, library: Path, found: Iterable[Video], reason: TrashReason, now: float
) -> list[tuple[Video, int]]:
    """Write down that videos leave the library, each with all that lies beside it; those that do, with their
    entries.

    Not among them is what has no file in the library, and what has to stay, as
    :func:`ytui.store.trash.take_out` says. ``OSError`` where the library is not there.
    """
    taken = []
    with library_files.opened_library(db, library) as root:
        neighbours = library_files.Neighbours(root)
        for video in found:
            if not is_inside(video):
                continue
            assert video.path is not None
            pieces = [piece.path for piece in recordings.of_video(db, video.id)]
            try:
                beside = neighbours.of(video.path)
            except OSError:
                # Its folder cannot be read: what is known of its files is enough to be refused.
                beside = []
            files = list(dict.fromkeys([video.path, *video.files, *pieces, *beside]))
            entry = trash.take_out(db, video.id, files, reason, now)
            if entry is not None:
                taken.append((video, entry))
    return taken


@dataclass(frozen=True)
class Deletion:
    """What became of a video that was to leave the library."""

    video: Video
    entry: int | None
    """Its entry in the trash; None where it was left alone."""
    why: str
    """Why its files could not be moved; nothing where they are in the trash."""


def delete(
    db: Database, library: Path, settings: Settings, found: Sequence[Video], reason: TrashReason, now: float
) -> list[Deletion]:
    """Take videos out of the library, and move their files at once. ``OSError`` as :func:`take_out`."""
    entries = {video.id: entry for video, entry in take_out(db, library, found, reason, now)}
    done = settle(db, library, settings, now)
    why = {entry.video_id: words for entry, words in done.refused if entry.id in entries.values()}
    return [Deletion(video, entries.get(video.id), why.get(video.id, "")) for video in found]


def is_inside(video: Video) -> bool:
    """Whether a video has a file in the library: ``download --output`` may have put it anywhere."""
    return video.path is not None and not PurePosixPath(video.path).is_absolute()


def settle(db: Database, library: Path, settings: Settings, now: float, most: int = EVERY) -> Settled:
    """Move or delete the files of the entries that are on their way, at most so many.

    ``OSError`` where the library is not there: all of it stays as it is, and is done when it is back.
    """
    done = Settled()
    waiting = trash.on_their_way(db, most)
    if not waiting:
        return done
    with library_files.opened_library(db, library) as root:
        for number in waiting:
            with trash.alone(db):
                entry = trash.by_id(db, number)
                if entry is not None:
                    _settle(db, root, settings, entry, done, now)
    return done


def _settle(
    db: Database, root: int, settings: Settings, entry: TrashEntry, done: Settled, now: float
) -> None:
    try:
        if entry.state is TrashState.LEAVING:
            _leave(db, root, entry, done, now)
            entry = trash.by_id(db, entry.id) or entry
        if entry.state is TrashState.RETURNING:
            _return(db, root, settings, entry, done, now)
        elif entry.state is TrashState.PURGING:
            library_files.remove_folder(root, _folder(entry))
            trash.purged(db, entry.id)
            done.purged += 1
    except OSError as error:
        words = _words(error)
        done.refused.append((entry, words))
        if trash.set_problem(db, entry.id, words):
            _tell(db, entry, f"its files cannot be moved now ({words}); it is tried again", now)


def _leave(db: Database, root: int, entry: TrashEntry, done: Settled, now: float) -> None:
    try:
        # All names before any move: what somebody wrote into the row may be no file of the library.
        moves = [(parts_of(name), _inside(entry, name)) for name in entry.files]
        for source, target in moves:
            # The folder is this entry's alone: what has its name there went before, and this is a stranger's.
            with contextlib.suppress(FileExistsError):
                library_files.move(root, source, target)
    except OSError as error:
        words = _words(error)
        trash.refuse(db, entry.id, words, now)
        done.refused.append((entry, words))
        return
    size = sum(library_files.size_of(root, _inside(entry, name)) for name in entry.files)
    trash.arrived(db, entry.id, size)
    done.gone += 1


def _return(
    db: Database, root: int, settings: Settings, entry: TrashEntry, done: Settled, now: float
) -> None:
    try:
        # The media last: once it is there, everything is.
        for name in reversed(entry.files):
            _bring_back(root, entry, name)
    except FileExistsError as error:
        if entry.refused_at is None:
            trash.stay(db, entry.id, _words(error))
            _leave(db, root, entry, Settled(), now)
            done.refused.append((entry, _words(error)))
            return
        raise OSError(_words(error)) from error
    if not trash.back(db, entry, entry.keep or _would_go_at_once(db, settings, entry, now)):
        trash.stay(db, entry.id, "it is downloaded again meanwhile")
        done.refused.append((entry, "it is downloaded again meanwhile"))
        return
    library_files.remove_folder(root, _folder(entry))
    if entry.refused_at is not None:
        _tell(db, entry, f"its files could not be taken out of the library ({entry.problem}); it stays", now)
    else:
        done.back += 1


def _bring_back(root: int, entry: TrashEntry, name: str) -> None:
    try:
        inside = _inside(entry, name)
    except PermissionError:
        # No file of the library: it never went.
        return
    if library_files.exists(root, inside):
        library_files.move(root, inside, parts_of(name))


def _would_go_at_once(db: Database, settings: Settings, entry: TrashEntry, now: float) -> bool:
    """Whether retention would take at its next look what a person has brought back."""
    video = videos.by_id(db, entry.video_id)
    if video is None or video.channel_id is None or entry.refused_at is not None:
        return False
    channel = settings_of(settings, channels.by_id(db, video.channel_id))
    return not retained(db, channel, now)(video)


def restore(
    db: Database, library: Path, settings: Settings, ids: Sequence[int], now: float
) -> list[tuple[TrashEntry, str]]:
    """Bring entries back into the library; each with why it is not back, or nothing. ``OSError``."""
    found = trash.by_ids(db, ids)
    with library_files.opened_library(db, library) as root:
        why = {entry.id: _cannot_return(root, entry) or trash.bring_back(db, entry.id) for entry in found}
    done = settle(db, library, settings, now)
    why |= {entry.id: words for entry, words in done.refused if entry.id in why}
    return [(entry, why[entry.id]) for entry in found]


def _cannot_return(root: int, entry: TrashEntry) -> str:
    """Why the files of an entry cannot come back; nothing where they can."""
    if entry.state is not TrashState.THERE:
        return ""
    if not library_files.exists(root, _inside(entry, entry.path)):
        return "its file is not in the trash any more"
    for name in entry.files:
        inside, place = _inside(entry, name), parts_of(name)
        if not library_files.exists(root, inside) or not library_files.exists(root, place):
            continue
        if not library_files.is_same(root, inside, place):
            return f"{name} is there already: move it away first"
    return ""


def purge(db: Database, library: Path, settings: Settings, ids: Sequence[int], now: float) -> Settled:
    """Delete entries for good. ``OSError``."""
    trash.purge(db, ids)
    return settle(db, library, settings, now)


def purge_old(db: Database, library: Path, settings: Settings, now: float) -> None:
    """Delete for good what has been in the trash for as long as the settings say. ``OSError``."""
    before = now - settings.library.trash
    trash.forget_refused(db, now - REFUSED_AGAIN)
    trash.purge(db, [entry.id for entry in trash.there_before(db, before)])
    settle(db, library, settings, now)
    replaced_files.delete_before(library, before)


def make_room(db: Database, library: Path, settings: Settings, wanted: int, now: float) -> int:
    """Delete for good what was taken out longest ago, until so many bytes are freed; how many were.

    What better files took the place of goes by its age among the others. ``OSError``.
    """
    freed = 0
    entries: list[int] = []
    found: list[tuple[float, TrashEntry | Path]] = [(each.at, each) for each in trash.there_before(db, now)]
    found += replaced_files.by_age(library)
    for _, each in sorted(found, key=lambda aged: aged[0]):
        if freed >= wanted:
            break
        if isinstance(each, TrashEntry):
            entries.append(each.id)
            freed += each.bytes
        else:
            freed += replaced_files.delete(each)
    trash.purge(db, entries)
    settle(db, library, settings, now)
    if freed:
        words = f"{format_size(freed)} of the trash deleted for good: the disk had no room"
        journal.write(db, at=now, level="info", type="runtime", message=words)
    return freed


def _folder(entry: TrashEntry) -> Parts:
    # With its time: a database that was put back from a copy counts its entries anew.
    return (FOLDER, TRASH, f"{entry.id}-{entry.at:.0f}")


def _inside(entry: TrashEntry, name: str) -> Parts:
    """Where a file of the library lies in the trash: under its own path, so that no two are called alike."""
    return (*_folder(entry), *parts_of(name))


def _words(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


def _tell(db: Database, entry: TrashEntry, words: str, now: float) -> None:
    video = videos.by_id(db, entry.video_id)
    assert video is not None
    journal.write_for(db, None, video, words, at=now, level="warning", type="runtime")
