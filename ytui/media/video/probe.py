"""Is the finished file really media? Asked of ffprobe, where it is there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from yt_dlp.postprocessor import FFmpegPostProcessor
from yt_dlp.utils import PostProcessingError

from ytui.media.tools import ToolKilled

_PATIENCE_S = 120.0


def check_media(ydl: Any, path: Path) -> None:
    """Raise ``PostProcessingError`` if the file is empty or ffprobe finds no streams or no duration in it.

    ``ToolKilled`` if ffprobe is killed meanwhile. One that cannot even say its version is as good as none.
    """
    if not path.stat().st_size:
        raise _damaged("it is empty")
    tools = FFmpegPostProcessor(ydl)
    try:
        if not tools.probe_available:
            return
    except ToolKilled as broken:
        if not broken.crashed:
            raise
        ydl.report_warning(f"{broken}: the finished file is not looked at")
        return
    found = _probe(tools.probe_executable, path)
    if not found.get("streams"):
        raise _damaged("ffprobe finds no streams")
    duration = (found.get("format") or {}).get("duration")
    if duration is not None and float(duration) <= 0:
        raise _damaged("ffprobe finds no duration")


def _damaged(why: str) -> PostProcessingError:
    return PostProcessingError(f"Postprocessing: the finished file is damaged: {why}")


def _probe(executable: str, path: Path) -> dict[str, Any]:
    command = [executable, "-v", "error", "-of", "json"]
    command += ["-show_entries", "format=duration:stream=codec_type", f"file:{path}"]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_S, check=False
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
