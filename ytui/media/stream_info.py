"""Format and streams of a media file as ffmpeg prints them: a stand-in for ffprobe, in ffprobe's own words.

``ffmpeg -i FILE`` prints one line a stream, indented by two; what a file says of itself (titles, tags) is
indented further, each of its lines, so that no title can pass for a stream.
"""

from __future__ import annotations

import re
from typing import Any

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
