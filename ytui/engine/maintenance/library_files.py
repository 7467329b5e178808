"""Moves within a library: by descriptors of its folders, over nothing, and through no symbolic link.

Whoever holds the descriptor of a library's root works on that library, whatever is mounted there meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ytui.store import key_values
from ytui.store.database import Database
from ytui.store.library_marker import FOLDER, mark_below

Parts = tuple[str, ...]
"""A path below the library's root."""
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_DRAFT = ".ytui-moving.part"
"""A copy that is not whole yet; the next one is written over it."""
_ENDS = 65_536
"""Bytes at either end of two files that are compared."""
_BESIDE = re.compile(
    r"\.info\.json|\.description|\.nfo|\.live_chat\.json|(-thumb)?\.(jpe?g|png|webp|gif)"
    r"|(\.[a-z]{2,3}(-\w+)*)?\.(vtt|srt|ass|ssa|lrc|ttml|srv[1-3]|json3)",
    re.IGNORECASE,
)
"""What follows the name of a media file in the names of what lies beside it."""


@contextlib.contextmanager
def opened_library(db: Database, library: Path) -> Iterator[int]:
    """A descriptor of the root of the library that the store knows; ``OSError`` where it is not there."""
    root = os.open(library, _OPEN_FOLDER)
    try:
        mark = mark_below(root)
        if mark is None or mark != key_values.get(db, key_values.LIBRARY_ID):
            raise OSError(errno.ENODEV, "the library is not mounted", str(library))
        yield root
    finally:
        os.close(root)


def parts_of(path: str) -> Parts:
    """The parts of the path of a file in the library; ``OSError`` for any other one."""
    pure = PurePosixPath(path)
    outside = not pure.parts or pure.is_absolute() or ".." in pure.parts or pure.parts[0] == FOLDER
    if outside or "\0" in path:
        raise PermissionError(errno.EPERM, "it is not a file of the library", path)
    return pure.parts


class Neighbours:
    """What lies beside media files and is called after them; each folder is read once."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._listed: dict[Parts, list[str]] = {}

    def of(self, path: str) -> list[str]:
        """The neighbours of a media file, relative to the root, by name. ``OSError``."""
        pure = PurePosixPath(path)
        stem = pure.name.removesuffix(pure.suffix)
        names = self._names_in(parts_of(path)[:-1])
        found = []
        for name in names[bisect_left(names, stem) :]:
            if not name.startswith(stem):
                break
            if _BESIDE.fullmatch(name[len(stem) :]):
                found.append(str(pure.with_name(name)))
        return found

    def _names_in(self, folder: Parts) -> list[str]:
        if folder not in self._listed:
            try:
                with folders(self._root, folder) as chain:
                    self._listed[folder] = sorted(_names(chain[-1]))
            except FileNotFoundError:
                self._listed[folder] = []
        return self._listed[folder]


def move(root: int, source: Parts, target: Parts) -> bool:
    """Move a file to another name below the root, over nothing; false where it is gone. ``OSError``.

    Killed in between it leaves the file under one of the names or both, and is finished by the same call. On
    another file system the file is copied whole before its old name goes.
    """
    found = _lstat(root, source)
    if found is None:
        return False
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), "/".join(source))
    with folders(root, source[:-1]) as here:
        with folders(root, target[:-1], make=True) as there:
            _rename(source[-1], target[-1], here[-1], there[-1])
        _remove_empty(source[:-1], here)
    return True


def size_of(root: int, path: Parts) -> int:
    """Bytes of a file; none of one that is gone. ``OSError``."""
    found = _lstat(root, path)
    return 0 if found is None else found.st_size


def exists(root: int, path: Parts) -> bool:
    """Whether anything has this name. ``OSError``."""
    try:
        with folders(root, path[:-1]) as chain:
            os.stat(path[-1], dir_fd=chain[-1], follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def is_same(root: int, one: Parts, other: Parts) -> bool:
    """Whether two names are of one file, or of copies of one. ``OSError``."""
    with folders(root, one[:-1]) as here, folders(root, other[:-1]) as there:
        return _is_same(one[-1], other[-1], here[-1], there[-1])


def remove_folder(root: int, path: Parts) -> None:
    """Delete a folder with all that is in it; no link is followed. ``OSError``."""
    with contextlib.suppress(FileNotFoundError), folders(root, path[:-1]) as chain:
        shutil.rmtree(path[-1], dir_fd=chain[-1])


@contextlib.contextmanager
def folders(root: int, path: Parts, *, make: bool = False) -> Iterator[list[int]]:
    """Descriptors of the root and of each folder on the way down ``path``; ``OSError``."""
    chain = [os.dup(root)]
    try:
        for part in path:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=chain[-1])
            chain.append(os.open(part, _OPEN_FOLDER | os.O_NOFOLLOW, dir_fd=chain[-1]))
        yield chain
    finally:
        for descriptor in chain:
            os.close(descriptor)


def _lstat(root: int, path: Parts) -> os.stat_result | None:
    """What is known of a file; None where it is gone.

    An empty folder may be that of a disk that is not mounted: ``OSError``, nothing is concluded of it.
    """
    try:
        with folders(root, path[:-1]) as chain:
            try:
                return os.stat(path[-1], dir_fd=chain[-1], follow_symlinks=False)
            except FileNotFoundError:
                if len(path) > 1 and not _names(chain[-1]):
                    raise OSError(errno.ENODEV, "its folder is empty: is a disk not mounted?") from None
                return None
    except FileNotFoundError:
        return None


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _rename(name: str, new: str, here: int, there: int) -> None:
    try:
        # By a second name, which fails where that is taken: a rename would write over it.
        os.link(name, new, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
    except FileExistsError:
        if not _is_same(name, new, here, there):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new) from None
    except OSError:
        _rename_without_links(name, new, here, there)
        return
    os.unlink(name, dir_fd=here)


def _rename_without_links(name: str, new: str, here: int, there: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.stat(new, dir_fd=there, follow_symlinks=False)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
    try:
        os.rename(name, new, src_dir_fd=here, dst_dir_fd=there)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(name, new, here, there)
        os.unlink(name, dir_fd=here)


def _copy(name: str, new: str, here: int, there: int) -> None:
    """Copy a file to another file system, where it has its name only once it is whole."""
    source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=here)
    with os.fdopen(source, "rb") as reading:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(_DRAFT, flags, 0o600, dir_fd=there), "wb") as writing:
            try:
                shutil.copyfileobj(reading, writing, 1 << 20)
                writing.flush()
                found = os.fstat(reading.fileno())
                with contextlib.suppress(PermissionError):
                    # FAT has no modes.
                    os.fchmod(writing.fileno(), stat.S_IMODE(found.st_mode))
                os.utime(writing.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))
                os.fsync(writing.fileno())
            except BaseException:
                os.unlink(_DRAFT, dir_fd=there)
                raise
    os.rename(_DRAFT, new, src_dir_fd=there, dst_dir_fd=there)


def _is_same(name: str, new: str, here: int, there: int) -> bool:
    one = os.stat(name, dir_fd=here, follow_symlinks=False)
    other = os.stat(new, dir_fd=there, follow_symlinks=False)
    if (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino):
        return True
    if not stat.S_ISREG(one.st_mode) or not stat.S_ISREG(other.st_mode):
        return False
    # Some file systems keep times in steps of two seconds.
    if one.st_size != other.st_size or abs(one.st_mtime - other.st_mtime) > 2:
        return False
    return _ends_of(name, here) == _ends_of(new, there)


def _ends_of(name: str, folder: int) -> tuple[bytes, bytes]:
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder), "rb") as file:
        head = file.read(_ENDS)
        file.seek(max(0, os.fstat(file.fileno()).st_size - _ENDS))
        return head, file.read(_ENDS)


def _remove_empty(path: Parts, chain: list[int]) -> None:
    """Remove the folders that a file has left empty, from the innermost on."""
    for depth in range(len(path), 0, -1):
        try:
            os.rmdir(path[depth - 1], dir_fd=chain[depth - 1])
        except OSError:
            return
