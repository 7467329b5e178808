"""How yt-dlp uses ffmpeg and ffprobe in a job: where they are, what is read of a file, and what kills tell.

One that is killed is not taken for missing, and where there is no ffprobe, ffmpeg itself is asked.
"""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from yt_dlp.dependencies import certifi
from yt_dlp.postprocessor import FFmpegPostProcessor
from yt_dlp.utils import PostProcessingError

from ytui.media.patches import ask_versions_by, look_for_ffmpeg_in
from ytui.media.stream_info import parse_stream_info

LOOKING_S = 120.0
"""Seconds that a program may look at one file."""

_CRASHES = frozenset(
    {signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGSEGV}
)


class ToolKilled(PostProcessingError):  # type: ignore[misc]
    """A program of the job was ended by a signal: that says nothing of the file it was at."""

    def __init__(self, program: str, number: int, when: str) -> None:
        hint = ", perhaps out of memory" if number == signal.SIGKILL else ""
        name = PurePath(program).name
        self.crashed = number in _CRASHES
        """Whether it was the program's own fault, and will be again."""
        super().__init__(f"Postprocessing: {name} was killed by signal {number} {when}{hint}")


_by_ffprobe = FFmpegPostProcessor.get_metadata_object
_codec_by_ffprobe = FFmpegPostProcessor.get_audio_codec


def prepare(params: dict[str, Any]) -> None:
    """Make this process one whose ``YoutubeDL`` with ``params`` finds its tools, and tells how they ended."""
    ask_versions_by(version_output)
    FFmpegPostProcessor.get_metadata_object = _metadata
    FFmpegPostProcessor.get_audio_codec = _audio_codec
    look_for_ffmpeg_in(params.get("ffmpeg_location"))
    _tell_certificates("no-certifi" not in (params.get("compat_opts") or ()))


def _tell_certificates(use_certifi: bool) -> None:
    """Let programs that verify certificates, as ffmpeg does since 8, trust those whom yt-dlp trusts."""
    system = ssl.get_default_verify_paths()
    file = certifi.where() if certifi and use_certifi else system.cafile
    if file:
        os.environ.setdefault(system.openssl_cafile_env, file)


def _metadata(tools: Any, path: str, opts: Sequence[str] = ()) -> dict[str, Any]:
    """``FFmpegPostProcessor.get_metadata_object`` that does without ffprobe."""
    if tools.probe_available or not tools.available:
        found: dict[str, Any] = _by_ffprobe(tools, path, list(opts))
        return found
    return stream_info(tools.executable, path)


def _audio_codec(tools: Any, path: str) -> str | None:
    """``FFmpegPostProcessor.get_audio_codec``: without ffprobe, its own knows three-letter languages only."""
    if tools.probe_available or not tools.available:
        codec: str | None = _codec_by_ffprobe(tools, path)
        return codec
    streams = stream_info(tools.executable, path)["streams"]
    return next((found["codec_name"] for found in streams if found["codec_type"] == "audio"), None)


def stream_info(executable: str, path: str) -> dict[str, Any]:
    """Ask ffmpeg for format and streams of a file, as ffprobe would tell them.

    Raises ``PostProcessingError`` if it cannot read the file, :class:`ToolKilled` if it is killed meanwhile.
    """
    command = [executable, "-hide_banner", "-nostdin", "-i", f"file:{path}"]
    try:
        ended = _run(command, timeout=LOOKING_S)
    except subprocess.TimeoutExpired:
        raise PostProcessingError("Postprocessing: ffmpeg gave no answer") from None
    if ended.returncode < 0:
        raise ToolKilled(executable, -ended.returncode, "while it looked at the finished file")
    found = parse_stream_info(ended.stdout)
    if found is None:
        raise PostProcessingError(f"Postprocessing: {_last_line(ended.stdout)} (so says ffmpeg)")
    return found


def _last_line(text: str) -> str:
    return next(reversed([line for line in text.splitlines() if line.strip()]), "unreadable")


def version_output(program: str, arguments: Sequence[str]) -> str | bool | None:
    """Return what ``program`` says, None if it ends with an error, False where there is none.

    :class:`ToolKilled` if it is killed: yt-dlp itself would go on as if it were not installed.
    """
    try:
        ended = _run([program, *arguments])
    except OSError:
        return False
    if ended.returncode < 0:
        raise ToolKilled(program, -ended.returncode, "while it was asked for its version")
    return None if ended.returncode else ended.stdout


def _run(command: Sequence[str], timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=timeout,
    )
