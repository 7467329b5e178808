"""What lies beside a video in the library: its metadata, description and subtitles, read when asked for.

Everything in these files comes from outside: nothing is read that does not lie in the library, none without
an end, and what is not as expected is left out.
"""

from __future__ import annotations

import json
import re
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ytui.store.library import safe_relative
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
