"""Comparison of a whole broadcast with its recorded parts: length, picture and silence, by their files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from yt_dlp.postprocessor import FFmpegPostProcessor

from ytui.core.models import Stage
from ytui.core.part_comparison import Span
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
_SECONDS = r"(-?[\d.]+(?:e-\d+)?)"
_BEGINS = re.compile(f"{_FILTER} silence_start: {_SECONDS}")
_ENDS = re.compile(f"{_FILTER} silence_end: {_SECONDS} ")


def run_comparison(task: RecordingTask, gate: RequestGate, reporter: Reporter) -> Outcome:
    """Measure the files of ``task.compares``; what cannot be told of one is None, and fails nothing."""
    reporter.progress(Progress(Stage.FINISHING, detail="the whole beside its parts"))
    with opened(params_for(task.download, gate.log), gate, task.common) as ydl:
        whole, *parts = (_measured(ydl, task.download.library, name) for name in task.compares)
    return Recorded(over=False, compared=Compared(whole, tuple(parts)), warnings=gate.log.warnings)


def _measured(ydl: Any, library: Path, name: str) -> Measured:
    path = library / name
    found = media_facts(ydl, path)
    silences: tuple[Span, ...] | None
    if found.has_sound is False:
        silences = None if found.duration is None else ((0.0, found.duration),)
    else:
        silences = _silences(FFmpegPostProcessor(ydl), path)
    return Measured(found.duration, found.side, silences)


def _silences(tools: Any, path: Path) -> tuple[Span, ...] | None:
    """Where the sound of a file is silent; nothing else of it is decoded."""
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
    return None if ended.returncode else silences_in(ended.stderr)


def silences_in(printed: str) -> tuple[Span, ...] | None:
    """Begin and end of each silence that ``silencedetect`` printed; None where the last one has no end."""
    # Not splitlines(): a title may have in it what other programs take for the end of a line.
    lines = printed.split("\n")
    begins, ends = (
        [float(found[1]) for found in map(pattern.match, lines) if found] for pattern in (_BEGINS, _ENDS)
    )
    return tuple(zip(begins, ends, strict=True)) if len(begins) == len(ends) else None
