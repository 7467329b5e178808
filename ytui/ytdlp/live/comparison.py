"""Comparison of a whole broadcast with its recorded parts: length, picture and silence, by their files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from yt_dlp.postprocessor import FFmpegPostProcessor

from ytui.core.models import Stage
from ytui.core.protocol import Compared, Measured, Outcome, Progress, Recorded
from ytui.core.tasks import RecordingTask
from ytui.ytdlp.download.media_check import media_facts
from ytui.ytdlp.extractors import opened
from ytui.ytdlp.options import params_for
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import RequestGate

_LISTENING_S = 1800.0
"""Seconds that one file may be listened to: twelve hours of sound take five minutes on a slow machine."""
_DETECT = "silencedetect=noise=-60dB:duration=2"
"""What is muted is silent to the last bit; a quiet room is not."""
_FILTER = r"\[(?:Parsed_)?silencedetect\S* @ [^\]]*\]"
"""ffmpeg 7 writes the filter's name, ffmpeg 9 that of this one in its graph (``Parsed_silencedetect_0``)."""
_BEGINS = re.compile(_FILTER + r" silence_start: (-?[\d.]+)")
_LASTS = re.compile(_FILTER + r" silence_end: .*\| silence_duration: ([\d.]+)")


def run_comparison(task: RecordingTask, gate: RequestGate, reporter: Reporter) -> Outcome:
    """Measure the files of ``task.compares``; what cannot be told of one is None, and fails nothing."""
    reporter.progress(Progress(Stage.FINISHING, detail="the whole beside its parts"))
    with opened(params_for(task.download, gate.log), gate, task.common) as ydl:
        whole, *parts = (_measured(ydl, task.download.library, name) for name in task.compares)
    return Recorded(over=False, compared=Compared(whole, tuple(parts)), warnings=gate.log.warnings)


def _measured(ydl: Any, library: Path, name: str) -> Measured:
    path = library / name
    found = media_facts(ydl, path)
    silent = found.duration if found.has_sound is False else _silent(FFmpegPostProcessor(ydl), path)
    return Measured(found.duration, found.side, silent)


def _silent(tools: Any, path: Path) -> float | None:
    """Seconds of silence in the sound of a file, of which nothing else is decoded."""
    if not tools.available:
        return None
    command = [tools.executable, "-hide_banner", "-nostdin", "-nostats", "-i", f"file:{path}"]
    command += ["-map", "0:a:0", "-af", _DETECT, "-f", "null", "-"]
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_LISTENING_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if ended.returncode else silence_in(ended.stderr)


def silence_in(printed: str) -> float | None:
    """The sum of what ``silencedetect`` printed; None where its last silence has no end."""
    # Not splitlines(): a title may have in it what other programs take for the end of a line.
    lines = printed.split("\n")
    lasted = [float(found[1]) for found in map(_LASTS.match, lines) if found]
    return sum(lasted) if len(lasted) == sum(map(bool, map(_BEGINS.match, lines))) else None
