"""ffmpeg and ffprobe in a job: where they are, what is read of a file, what kills tell.

``ffmpeg -i FILE`` prints one line a stream, indented by two; what a file says of itself (titles, tags) is
indented further, each of its lines, so that no title can pass for a stream.

One that is killed is not taken for missing, and where there is no ffprobe, ffmpeg itself is asked.
"""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from yt_dlp.dependencies import certifi
from yt_dlp.postprocessor import FFmpegPostProcessor
from yt_dlp.utils import PostProcessingError

from ytui.ytdlp.patches import ask_versions_by, look_for_ffmpeg_in

_INPUT = re.compile(r"Input #0, (?P<format_name>.+?), from '")
_DURATION = re.compile(r"  Duration: (?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>[\d.]+)")
_STREAM = re.compile(
    r"  Stream #0:(?P<index>\d+)(?:\[0x[0-9a-f]+\])?(?:\(.*?\))?: (?P<codec_type>\w+): (?P<codec_name>\w+)"
)
_SIZE = re.compile(r", ([1-9]\d{0,4})x([1-9]\d{0,4})(?=[ ,]|$)")
_TAG = re.compile(r"      (?P<key>\S.*?) *: (?P<value>.*)")


def parse_stream_info(printed: str) -> dict[str, Any] | None:
    """What ``ffprobe -show_format -show_streams`` would say, as far as yt-dlp asks; None for no media file.

    ``format`` has ``format_name`` and ``duration`` (seconds, as text, where it is known); each of ``streams``
    has ``index``, ``codec_type``, ``codec_name``, ``disposition`` (``attached_pic``), ``tags``, and a
    picture ``width`` and ``height``.
    """
    form: dict[str, Any] = {}
    streams: list[dict[str, Any]] = []
    # Not splitlines(): a title may have in it what other programs take for the end of a line.
    for line in printed.split("\n"):
        if not form:
            found = _INPUT.match(line)
            form = found.groupdict() if found else {}
        elif found := _STREAM.match(line):
            streams.append(_stream(found, line))
        elif found := _DURATION.match(line):
            form["duration"] = _seconds(found)
        elif streams and (found := _TAG.match(line)):
            streams[-1]["tags"].setdefault(found["key"], found["value"])
    if not form:
        return None
    return {"format": form, "streams": sorted(streams, key=lambda stream: int(stream["index"]))}


def _stream(found: re.Match[str], line: str) -> dict[str, Any]:
    return {
        "index": int(found["index"]),
        "codec_type": found["codec_type"].lower(),
        "codec_name": found["codec_name"],
        "disposition": {"attached_pic": int("(attached pic)" in line)},
        "tags": {},
        **_size(line),
    }


def _size(line: str) -> dict[str, int]:
    found = _SIZE.search(line)
    return {"width": int(found[1]), "height": int(found[2])} if found else {}


def _seconds(found: re.Match[str]) -> str:
    whole = int(found["hours"]) * 3600 + int(found["minutes"]) * 60
    return f"{whole + float(found['seconds']):.2f}"


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
