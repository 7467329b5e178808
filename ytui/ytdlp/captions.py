"""Captions as a transcript: which are right, one request for them, words with times (WebVTT, SRT)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yt_dlp.networking import Request
from yt_dlp.utils import ExtractorError

from ytui.core.sanitize import plain_text
from ytui.ytdlp.request_gate import GatedYoutubeDL

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
    return " ".join(plain_text(words).split())


FORMATS = ("json3", "vtt", "srt")
"""What can be read, best first: YouTube's own form never says a line twice."""
_LARGEST = 16_000_000
"""Bytes of a caption file."""
_NO_LANGUAGE = frozenset({"live_chat", "danmaku", "rechat"})
"""What sites list among the captions and is none."""
_ORIGINAL = "-orig"
"""How YouTube's own transcription, not its translation, is marked."""


class NoCaptions(Exception):
    """The site offers none that could be read."""


@dataclass(frozen=True)
class Captions:
    """The captions of one language, in one form."""

    language: str
    automatic: bool
    form: Mapping[str, Any]


def transcript_of(info: Mapping[str, Any], wanted: Sequence[str], ydl: GatedYoutubeDL) -> dict[str, Any]:
    """The words of the best captions with their times in seconds.

    Raises :class:`NoCaptions`, and whatever the request for them meets.
    """
    chosen = choose(info.get("subtitles"), info.get("automatic_captions"), wanted)
    text = chosen.form.get("data")
    if text is None:
        text = _fetch(chosen.form, ydl)
    lines = lines_of(str(text), str(chosen.form.get("ext")), rolling=chosen.automatic)
    return {
        "language": chosen.language,
        "automatic": chosen.automatic,
        "asked": list(wanted),
        "lines": [[round(start, 3), words] for start, words in lines],
    }


def choose(manual: object, automatic: object, wanted: Sequence[str]) -> Captions:
    """The captions that come nearest to the wanted languages; written ones go before automatic ones.

    Where there are none in a wanted language, any others are better than nothing.
    """
    kinds = ((_offered(manual), False), (_offered(automatic), True))
    for offered, is_automatic in kinds:
        for language in _in_order(offered, wanted):
            return Captions(language, is_automatic, offered[language])
    for offered, is_automatic in kinds:
        # YouTube translates into every language; its own transcription is marked as the original.
        languages = sorted(offered, key=lambda language: not language.endswith(_ORIGINAL))
        if languages:
            return Captions(languages[0], is_automatic, offered[languages[0]])
    if _named(manual) or _named(automatic):
        raise NoCaptions("This video has captions only in a form that cannot be read")
    raise NoCaptions("This video has no captions")


def _named(found: object) -> list[str]:
    return [str(name) for name in found if name not in _NO_LANGUAGE] if isinstance(found, Mapping) else []


def _offered(found: object) -> dict[str, Mapping[str, Any]]:
    """The best readable form of each language."""
    if not isinstance(found, Mapping):
        return {}
    best = {language: _best_form(found[language]) for language in _named(found)}
    return {language: form for language, form in best.items() if form is not None}


def _best_form(forms: object) -> Mapping[str, Any] | None:
    readable = [
        form
        for form in (forms if isinstance(forms, Sequence) else ())
        if form.get("ext") in FORMATS and (form.get("data") is not None or _is_file(form))
    ]
    return min(readable, key=lambda form: FORMATS.index(form["ext"]), default=None)


def _is_file(form: Mapping[str, Any]) -> bool:
    """Whether it is fetched by one request; a playlist of pieces is not."""
    return bool(form.get("url")) and form.get("protocol") in (None, "http", "https")


def _in_order(offered: Mapping[str, Any], wanted: Sequence[str]) -> Iterator[str]:
    """The offered languages that are wanted, in the order of the wish, exact ones before near ones."""
    for wish in wanted:
        yield from (name for name in offered if name == wish)
        near = [name for name in offered if _near(name, wish)]
        yield from sorted(near, key=lambda name: not name.endswith(_ORIGINAL))


def _near(language: str, wish: str) -> bool:
    """Whether ``en`` or ``en.*``, as one writes it for yt-dlp, means a language such as ``en-GB``."""
    if wish == "all" or language.startswith(f"{wish}-"):
        return True
    try:
        return re.fullmatch(wish, language) is not None
    except re.error:
        return False


def _fetch(form: Mapping[str, Any], ydl: GatedYoutubeDL) -> str:
    url = str(form["url"])
    ydl.gate.captions |= {url}
    extensions = {}
    if form.get("impersonate") is not None:
        target = ydl.impersonation_target(form["impersonate"])
        extensions = {"impersonate": target} if target is not None else {}
    response = ydl.urlopen(Request(url, headers=form.get("http_headers") or {}, extensions=extensions))
    data: bytes = response.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ExtractorError("The captions are too large to be kept", expected=True)
    return data.decode("utf-8", "replace")
