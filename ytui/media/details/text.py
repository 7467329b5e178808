"""The words of captions with their times: from YouTube's own form, WebVTT and SRT."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator

from ytui.media.log import plain

Line = tuple[float, str]
"""Seconds from the start, and what is said then."""

_TIMES = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


def lines_of(text: str, form: str, *, rolling: bool) -> list[Line]:
    """The words by time; ``rolling``: what a cue repeats of the one before it is said once.

    Raises ``ValueError`` for what is not of its form.
    """
    if form == "json3":
        return list(_once(_events(text)))
    cues = _cues(text)
    return list(_once(_unrolled(cues) if rolling else ((start, " ".join(lines)) for start, lines in cues)))


def _events(text: str) -> Iterator[Line]:
    for event in json.loads(text).get("events") or ():
        words = "".join(str(segment.get("utf8") or "") for segment in event.get("segs") or ())
        yield float(event.get("tStartMs") or 0) / 1000, _one_line(words)


def _cues(text: str) -> Iterator[tuple[float, list[str]]]:
    """Each cue's start and its lines; notes, styles and the numbers of cues are left out."""
    start: float | None = None
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        times = _TIMES.match(line.strip())
        if times:
            hours, minutes, seconds, fraction = times.groups()
            start = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
        # Not strip: a line of blanks belongs to a rolling cue, an empty one ends it.
        elif line == "" or line == "\ufeff":
            if start is not None:
                yield start, lines
            start, lines = None, []
        elif start is not None and (words := _one_line(html.unescape(_TAG.sub("", line)))):
            lines.append(words)


def _unrolled(cues: Iterable[tuple[float, list[str]]]) -> Iterator[Line]:
    shown: list[str] = []
    for start, lines in cues:
        yield start, " ".join(line for line in lines if line not in shown)
        shown = lines


def _once(lines: Iterable[Line]) -> Iterator[Line]:
    """Without what is empty, and without what is said twice at one time."""
    last: Line | None = None
    for line in lines:
        if line[1] and line != last:
            yield line
            last = line


def _one_line(words: str) -> str:
    return " ".join(plain(words).split())
