"""Live pieces of a broadcast on disk: what one is of, how it is made playable, what it is called.

ffmpeg writes a transport stream, yt-dlp appends fragments: both are good for all that they hold whenever
they are killed. What is left of an interruption is remuxed into one file, and stands beside the others.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from yt_dlp.postprocessor import FFmpegPostProcessor
from yt_dlp.utils import PostProcessingError

from ytui.ytdlp.download.layout import safe_component
from ytui.ytdlp.download.resume import BASENAME, journal_of, last_fragment

RECORD = "piece.json"
_FILED = "filed.json"
"""How many fragments from the start lie in the library: the next piece begins behind them."""
_NO_MEDIA = (".ytdl", ".journal", ".tmp", ".json")
_LONGEST_STEM = 170
"""Bytes of the video's own name before the words that tell a piece apart."""


@dataclass
class PieceRecord:
    """The piece under way: written when it begins, so that it can be filed whatever happens to its job."""

    stem: str
    """Where the whole video would lie: relative to the library, without extension."""
    number: int
    started_at: float
    """Unix time."""
    from_start: bool
    format_id: str
    height: int | None
    seconds: float | None = None
    whole: bool = False

    def save(self, folder: Path) -> None:
        """Write it down, at once or not at all."""
        draft = folder / f"{RECORD}.tmp"
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(folder / RECORD)

    @property
    def target(self) -> Path:
        """Where it goes in the library: the name of the whole, or one that says what it is."""
        stem = Path(self.stem)
        if self.whole:
            return stem
        began = time.strftime("%Y-%m-%d %H.%M", time.localtime(self.started_at))
        name = f"{safe_component(stem.name, _LONGEST_STEM)} (part {self.number}, recorded {began})"
        return stem.with_name(name)


def load_record(folder: Path) -> PieceRecord | None:
    """The piece that an earlier job began here; None if there is none, or nothing readable."""
    try:
        return PieceRecord(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def media_in(folder: Path) -> list[Path]:
    """The files that hold what was received, picture first; empty ones and single fragments are none."""
    found = [
        path
        for path in sorted(folder.glob(f"{BASENAME}.*"))
        if path.suffix not in _NO_MEDIA and "-Frag" not in path.name and ".temp." not in path.name
    ]
    found = [path for path in found if path.stat().st_size]
    streams = [path for path in found if path.name.startswith(f"{BASENAME}.f")]
    return streams or found[:1]


def received(folder: Path) -> int:
    """Bytes that lie here of the piece under way."""
    total = 0
    for path in folder.glob(f"{BASENAME}.*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def forget_fragments(folder: Path) -> None:
    """Delete fragments that were not appended yet: one that is whole is asked for at its end, with 416."""
    for path in folder.glob(f"{BASENAME}.*-Frag*"):
        path.unlink(missing_ok=True)


def filed_fragments(folder: Path) -> int | None:
    """How many fragments of a broadcast, counted from its start, earlier pieces have.

    None where there is no earlier one from the start; 0 where that is not made of fragments that are known.
    """
    try:
        return int(json.loads((folder / _FILED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def note_filed(folder: Path) -> None:
    """Remember how far the piece under way came, for the next one.

    Picture and sound may end apart: the next piece begins where the first of them ended.
    """
    ends = [last_fragment(journal) for journal in _journals(folder)]
    draft = folder / f"{_FILED}.tmp"
    draft.write_text(json.dumps(min(ends, default=0)), encoding="utf-8")
    draft.replace(folder / _FILED)


def goes_on(folder: Path) -> bool:
    """Whether the piece under way can be gone on with: ffmpeg would begin it anew, over what is there."""
    return bool(_journals(folder))


def _journals(folder: Path) -> list[Path]:
    return list(folder.glob(str(journal_of(f"{BASENAME}.*"))))


def joined(ydl: Any, folder: Path) -> Path | None:
    """One playable file of what an interruption left; None if nothing was received.

    Raises ``PostProcessingError`` where ffmpeg cannot read it.
    """
    parts = media_in(folder)
    if not parts:
        return None
    tools = FFmpegPostProcessor(ydl)
    if not tools.available:
        # Playable as it is, if of one file: a transport stream.
        return parts[0] if len(parts) == 1 else None
    maps = [word for number in range(len(parts)) for word in ("-map", f"{number}:v?", "-map", f"{number}:a?")]
    last: PostProcessingError | None = None
    for extension in ("mp4", "mkv"):
        target = folder / f"piece.{extension}"
        try:
            tools.run_ffmpeg_multiple_files([str(part) for part in parts], str(target), ["-c", "copy", *maps])
        except PostProcessingError as error:
            last = error
            target.unlink(missing_ok=True)
        else:
            return target
    assert last is not None
    raise last


def seconds_of(ydl: Any, path: Path) -> float | None:
    """How long the media in a file last; None where nothing can tell."""
    try:
        found = FFmpegPostProcessor(ydl).get_metadata_object(str(path))
        return float(found["format"]["duration"])
    except (PostProcessingError, KeyError, TypeError, ValueError):
        return None


def clear(folder: Path) -> None:
    """Delete what a filed piece leaves, but not how far it came."""
    for path in folder.iterdir():
        if path.is_file() and path.name != _FILED:
            path.unlink(missing_ok=True)
