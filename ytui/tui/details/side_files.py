"""Side files of a video: metadata, description, subtitles, thumbnail, each read when asked for.

Everything in these files comes from outside: nothing is read that does not lie in the library, none without
an end, and what is not as expected is left out.

The file comes from outside: its bytes and its pixels are bounded before anything is decoded, and only the
formats in which sites give thumbnails are known. Pillow is an extra, imported when a picture is asked for.
"""

from __future__ import annotations

import io
import json
import re
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ytui.store import videos
from ytui.store.database import Store
from ytui.store.library_marker import safe_relative
from ytui.store.rows import Video

LARGEST_METADATA = 32_000_000
LARGEST_TEXT = 2_000_000
"""Bytes that are read of one file."""

_CUE = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,]\d{3}\s+-->")
_TAG = re.compile(r"<[^<>]*>")

Content = TypeVar("Content")


@dataclass
class SideFiles:
    """The files beside videos of a library; what was read is kept until the file changes. Thread-safe."""

    root: Path
    _locks: dict[Path, threading.Lock] = field(default_factory=dict)
    """One a file: a part that reads a slow one holds up none that reads another."""
    _kept: dict[Path, tuple[int, Any]] = field(default_factory=dict)

    def existing(self, video: Video) -> list[tuple[str, int | None]]:
        """The video's files with their sizes in bytes; None for one that is not there."""
        return [(name, self._size(name)) for name in video.files or ((video.path,) if video.path else ())]

    def sizes(self, names: Iterable[str]) -> list[tuple[str, int | None]]:
        """These files of the library with their sizes in bytes; None for one that is not there."""
        return [(name, self._size(name)) for name in names]

    def metadata(self, video: Video) -> Mapping[str, Any]:
        """What yt-dlp wrote of the video; empty if that was not kept. ``OSError``, ``ValueError``."""
        found = self._read(video, (".info.json",), LARGEST_METADATA, json.loads)
        return found if isinstance(found, Mapping) else {}

    def description(self, video: Video) -> str:
        """The description, from its own file or the metadata; empty if neither was kept."""
        text = self._read(video, (".description",), LARGEST_TEXT, str)
        return text or str(self.metadata(video).get("description") or "")

    def transcript(self, video: Video) -> list[tuple[float, str]]:
        """The words of the first subtitles, a paragraph a minute with its time in seconds."""
        return self._read(video, (".vtt", ".srt"), LARGEST_TEXT, paragraphs) or []

    def _size(self, name: str) -> int | None:
        try:
            return self._inside(name).stat().st_size
        except FileNotFoundError:
            return None

    def _inside(self, name: str) -> Path:
        return self.root / safe_relative(self.root, name)

    def _read(
        self, video: Video, suffixes: tuple[str, ...], largest: int, parse: Callable[[str], Content]
    ) -> Content | None:
        name = next((name for name in video.files if name.endswith(suffixes)), None)
        if name is None:
            return None
        path = self._inside(name)
        stamp = path.stat()
        if not stat.S_ISREG(stamp.st_mode):
            raise ValueError(f"{path.name} is not a plain file")
        if stamp.st_size > largest:
            raise ValueError(f"{path.name} is too large to be shown")
        with self._locks.setdefault(path, threading.Lock()):
            kept = self._kept.get(path)
            if kept is None or kept[0] != stamp.st_mtime_ns:
                text = path.read_text(encoding="utf-8", errors="replace")
                self._kept[path] = kept = (stamp.st_mtime_ns, parse(text))
        content: Content = kept[1]
        return content


def paragraphs(subtitles: str) -> list[tuple[float, str]]:
    """The words of WebVTT or SRT subtitles by minute; lines that roll on are said once."""
    found: list[tuple[float, list[str]]] = []
    start: float | None = None
    last = ""
    for line in subtitles.splitlines():
        cue = _CUE.match(line.strip())
        if cue:
            start = int(cue[1] or 0) * 3600.0 + int(cue[2]) * 60.0 + int(cue[3])
            continue
        words = _TAG.sub("", line).strip()
        if start is None or not words or words.isdecimal() or words == last:
            continue
        last = words
        if not found or start // 60 > found[-1][0] // 60:
            found.append((start, []))
        found[-1][1].append(words)
    return [(at, " ".join(words)) for at, words in found]


SUFFIXES = (".jpg", ".jpeg", ".webp", ".png")
FORMATS = ("JPEG", "WEBP", "PNG")
LARGEST_FILE = 8_000_000
"""Bytes of a file that is opened."""
MOST_PIXELS = 3840 * 2160
"""Pixels of a picture that is decoded: thumbnails have at most those of a 4K frame."""
MISSING = "shown with the extra: pip install 'ytui[thumbnails]'"


class NoThumbnail(ValueError):
    """A picture that cannot be shown, with the reason."""


@dataclass(frozen=True)
class Picture:
    """RGB pixels row by row, three bytes each; ``height`` is even: a cell shows two pixels."""

    width: int
    height: int
    pixels: bytes

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Return red, green and blue, 0 to 255."""
        at = 3 * (y * self.width + x)
        return self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]


@dataclass
class ThumbnailFile:
    """The picture beside a video of the library; kept until the file changes. For one thread at a time."""

    store: Store
    key: int
    root: Path
    _kept: tuple[object, Picture] | None = field(default=None, init=False)

    def read(self, columns: int, rows: int) -> Picture | None:
        """Return it in at most so many cells; None if there is none. ``OSError``, ``ValueError``."""
        video = videos.by_id(self.store.db, self.key)
        names = video.files if video is not None else ()
        name = next((name for name in names if name.lower().endswith(SUFFIXES)), None)
        if name is None:
            return None
        path = self.root / safe_relative(self.root, name)
        try:
            stamp = path.stat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(stamp.st_mode):
            raise NoThumbnail("not a plain file")
        wanted = (path, stamp.st_mtime_ns, columns, rows)
        if self._kept is None or self._kept[0] != wanted:
            with path.open("rb") as file:
                self._kept = (wanted, decode(file.read(LARGEST_FILE + 1), columns, rows))
        return self._kept[1]


def decode(data: bytes, columns: int, rows: int) -> Picture:
    """Return a picture in at most so many cells; raises :class:`NoThumbnail`, or what Pillow does."""
    try:
        from PIL import Image
    except ImportError as error:
        raise NoThumbnail(MISSING) from error
    if len(data) > LARGEST_FILE:
        raise NoThumbnail("the file is too large")
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise NoThumbnail("the picture is too large")
        scale = min(columns / image.width, 2 * rows / image.height)
        size = max(1, round(image.width * scale)), 2 * max(1, round(image.height * scale / 2))
        # A JPEG is decoded at about the size that is needed, other formats whole.
        image.draft("RGB", size)
        small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    return Picture(*size, small.tobytes())
