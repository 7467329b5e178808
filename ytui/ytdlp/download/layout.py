"""Library layout: file names from a template and hostile titles, folders as media servers have them.

In a show's layout the season is the year, and the number of an episode is its day and which of that day's
videos it is: ``S2024E051201``. Kodi takes both from the file's name alone, as Jellyfin and Plex do.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ytui.core.sanitize import plain_text
from ytui.core.settings.tables import Layout
from ytui.core.tasks import DownloadTask

_LONGEST_NAME = 225
"""Bytes of a file's name; the 30 that are left of 255 are for suffixes such as ``.en-orig.vtt``."""

_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SEPARATORS = re.compile(r"[/\\\x00\n\t]")


class UnsafePath(OSError):
    """A name that leads out of the library."""

    def __init__(self, relative: Path) -> None:
        super().__init__(errno.EINVAL, f"{relative} leads out of the library")


def safe_component(name: str, longest: int = _LONGEST_NAME) -> str:
    """One part of a path that is safe on any file system: not empty, not hidden, no dots at its end.

    ``longest`` is in bytes of UTF-8.
    """
    name = _encodable(name)
    name = _DIRECTION_MARKS.sub("", _SEPARATORS.sub("_", plain_text(name)))
    name = name.strip()
    if name.startswith("."):
        name = "_" + name
    name = _cut(name, longest).rstrip(". ")
    return name or "_"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(name: str, longest: int) -> str:
    return name.encode()[:longest].decode("utf-8", "ignore")


def relative_stem(
    ydl: Any, info: Mapping[str, Any], template: str, channel_name: str | None, extension: str
) -> Path:
    """Where the video goes in the library, relative and without its extension.

    Raises ``ValueError`` for a template that cannot be filled in.
    """
    # Half a surrogate pair, which a cut title may end in, cannot be written as a name.
    values = {key: _encodable(value) if isinstance(value, str) else value for key, value in info.items()}
    values["ext"] = extension
    name = channel_name or info.get("channel") or info.get("uploader")
    if name:
        values["channel"] = _encodable(name)
    try:
        text: str = ydl.evaluate_outtmpl(template, values, True)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"Error in output template: {error}") from error
    parts = [part for part in text.split("/") if part not in ("", ".")]
    stem = (parts.pop() if parts else "").removesuffix(f".{extension}")
    room = _LONGEST_NAME - len(extension.encode()) - 1
    return Path(*(safe_component(part) for part in parts), safe_component(stem, room))


def folder_in(library: Path, relative: Path) -> Path:
    """Make and return the folder ``relative`` of the library.

    Raises :class:`UnsafePath` where a link on the way leads out of the library, or ``OSError``.
    """
    root = library.resolve(strict=True)
    folder = root
    for part in relative.parts:
        folder = folder / part
        try:
            folder.mkdir()
        except FileExistsError:
            if not folder.resolve().is_relative_to(root):
                raise UnsafePath(relative) from None
    return folder


def free_stem(folder: Path, stem: str, suffixes: list[str]) -> str:
    """``stem``, or ``stem (2)`` and so on: the first for which none of the files exists."""
    number = 1
    while True:
        candidate = stem if number == 1 else f"{stem} ({number})"
        if not any(os.path.lexists(folder / f"{candidate}{suffix}") for suffix in suffixes):
            return candidate
        number += 1


_SHOW_TEMPLATE = (
    "%(channel)s/Season %(season).4s/%(channel).60B - %(episode)s - %(title).100B [%(id).40B].%(ext)s"
)
_SPECIALS = "00"
"""The season of what has no date: all three read it as specials."""

_CODE = re.compile(r" - S([0-9]{2,4})E([0-9]+) - ")
_LIKE_A_CODE = re.compile(r"(?i)(s[0-9]+[\[\] ._x-]*)(e[0-9])")


@dataclass(frozen=True)
class Episode:
    """A video's place in its show."""

    season: int
    number: int


def episode_of(stem: str) -> Episode | None:
    """The place that a file's name tells; None for a name of another layout."""
    found = _CODE.search(stem)
    return Episode(int(found[1]), int(found[2])) if found else None


@contextlib.contextmanager
def stem_for(task: DownloadTask, ydl: Any, info: Mapping[str, Any], extension: str) -> Iterator[Path]:
    """Where the video's files go in the library, relative and without extension.

    Within the block no other job takes the same episode. Raises ``ValueError`` or ``OSError``.
    """
    if task.replaces is not None:
        yield Path(task.replaces.path).with_suffix("")
    elif task.beside is not None:
        yield Path(task.beside).with_suffix("")
    elif task.layout is Layout.PLAIN:
        yield relative_stem(ydl, info, task.template, task.channel_name, extension)
    else:
        day = _day(info)
        values = {**info, "title": _harmless(info.get("title")), "channel": _harmless(show_of(task, info))}
        values["season"] = day[:4] or _SPECIALS

        def stem(episode: str) -> Path:
            return relative_stem(ydl, {**values, "episode": episode}, _SHOW_TEMPLATE, None, extension)

        folder = folder_in(task.library, stem("S00E00").parent)
        with _alone_in(folder):
            yield stem(_next_code(folder, day, str(info.get("id"))))


def show_of(task: DownloadTask, info: Mapping[str, Any]) -> str:
    """The name of the show that a video is an episode of: its channel's."""
    return str(task.channel_name or info.get("channel") or info.get("uploader") or "Unknown channel")


def _day(info: Mapping[str, Any]) -> str:
    dates = (str(info.get(name) or "") for name in ("upload_date", "release_date"))
    return next((date for date in dates if re.fullmatch("[0-9]{8}", date)), "")


def _harmless(text: object) -> str:
    """``text`` with nothing in it that reads like a season and an episode: Kodi would see a second one."""
    return _LIKE_A_CODE.sub(r"\1,\2", str(text or ""))


def _next_code(folder: Path, day: str, video_id: str) -> str:
    """The code that this video has here already, else the first after those that are taken."""
    start = f"S{day[:4]}E{day[4:]}" if day else f"S{_SPECIALS}E"
    code = re.compile(rf" - {start}([0-9]{{2,}}) - ")
    taken = 0
    for path in folder.iterdir():
        found = code.search(path.name)
        if found:
            if f"[{video_id}]" in path.name:
                return f"{start}{found[1]}"
            taken = max(taken, int(found[1]))
    return f"{start}{taken + 1:02d}"


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; two videos of one day may arrive at the same moment."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            # Some network file systems lock no folders. There two videos may share a number, but not a name.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
