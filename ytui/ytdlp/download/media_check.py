"""Media check of the finished file, by the ffmpeg that came with ytui, or the person's ffprobe."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from yt_dlp.postprocessor import FFmpegPostProcessor
from yt_dlp.utils import PostProcessingError

from ytui.ytdlp import ffmpeg
from ytui.ytdlp.download.formats import short_side
from ytui.ytdlp.ffmpeg_tools import LOOKING_S, ToolKilled, stream_info


def check_media(ydl: Any, path: Path) -> None:
    """Raise ``PostProcessingError`` if the file is empty, or there are no streams or no duration in it.

    ``ToolKilled`` if the program that looks is killed meanwhile. One that cannot even say its version is as
    good as none.
    """
    if not path.stat().st_size:
        raise _damaged("it is empty")
    tools = FFmpegPostProcessor(ydl)
    try:
        look = _way_to_look(tools)
    except ToolKilled as broken:
        if not broken.crashed:
            raise
        ydl.report_warning(f"{broken}: the finished file is not looked at")
        return
    if look is None:
        return
    found = look(path)
    if not found.get("streams"):
        raise _damaged("there are no streams in it")
    duration = (found.get("format") or {}).get("duration")
    if duration is not None and float(duration) <= 0:
        raise _damaged("it has no duration")


def _way_to_look(tools: Any) -> Callable[[Path], dict[str, Any]] | None:
    """How to ask what is in a file; None if there is nothing to ask. :class:`ToolKilled` if one is killed.

    The ffmpeg that came along goes before the system's ffprobe, though not before what a person named: a
    Debian ffprobe spends 126 ms of processor time on loading its libraries, the other one 21 ms in all.
    """
    if tools.get_param("ffmpeg_location") is None and (own := ffmpeg.bundled()) is not None:
        return partial(_by_ffmpeg, own)
    if tools.probe_available:
        return partial(_by_ffprobe, tools.probe_executable)
    return partial(_by_ffmpeg, tools.executable) if tools.available else None


def _by_ffmpeg(executable: str, path: Path) -> dict[str, Any]:
    try:
        return stream_info(executable, str(path))
    except ToolKilled:
        raise
    except PostProcessingError as error:
        raise _damaged(error.msg.removeprefix("Postprocessing: ")) from None


@dataclass(frozen=True)
class MediaFacts:
    """What a file says of itself; None for what it does not, or where nothing can read it."""

    duration: float | None = None
    """Seconds."""
    side: int | None = None
    """The short side of its picture in pixels."""
    has_sound: bool | None = None


def media_facts(ydl: Any, path: Path) -> MediaFacts:
    """How long a file is and how large its picture; nothing is known where no program can look."""
    try:
        look = _way_to_look(FFmpegPostProcessor(ydl))
        if look is None or not path.is_file():
            return MediaFacts()
        found = look(path)
    except (ToolKilled, PostProcessingError):
        return MediaFacts()
    streams = found.get("streams") or ()
    pictures = (stream for stream in streams if stream.get("codec_type") == "video")
    # A thumbnail in the file is a picture of another kind.
    sizes = [
        short_side(stream) for stream in pictures if not (stream.get("disposition") or {}).get("attached_pic")
    ]
    duration = (found.get("format") or {}).get("duration")
    return MediaFacts(
        None if duration is None else float(duration),
        next(filter(None, sizes), None),
        any(stream.get("codec_type") == "audio" for stream in streams),
    )


def _damaged(why: str) -> PostProcessingError:
    return PostProcessingError(f"Postprocessing: the finished file is damaged: {why}")


def _by_ffprobe(executable: str, path: Path) -> dict[str, Any]:
    command = [executable, "-v", "error", "-of", "json"]
    command += [
        "-show_entries",
        "format=duration:stream=codec_type,width,height:stream_disposition=attached_pic",
        f"file:{path}",
    ]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LOOKING_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise _damaged("ffprobe gave no answer") from None
    if ended.returncode < 0:
        raise ToolKilled(executable, -ended.returncode, "while it looked at the finished file")
    if ended.returncode:
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _damaged(f"{lines[-1] if lines else 'unreadable'} (so says ffprobe)")
    try:
        found: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise _damaged("ffprobe gave no readable answer") from None
    return found
