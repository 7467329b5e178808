"""Feed of a channel as a hint: which videos it names. What cannot be read for certain tells nothing.

Feeds lag, hold the newest few alone and fail for days: nothing is ever concluded from what is not in one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat

from yt_dlp.networking import Request

from ytui.core.protocol import FeedRead
from ytui.ytdlp.request_gate import GatedYoutubeDL, PermitRefused, RequestGate

LARGEST = 1_000_000
"""Bytes; a feed of fifteen videos with long descriptions has about a tenth of it."""

_ATOM = "http://www.w3.org/2005/Atom "
_VIDEO_ID = ["http://www.youtube.com/xml/schemas/2015 videoId"]
_PUBLISHED = [f"{_ATOM}published"]
_ENTRY = [f"{_ATOM}feed", f"{_ATOM}entry"]
_ID = re.compile(r"[\w-]{11}", re.ASCII)


class FeedError(ValueError):
    """This is no feed that tells anything; the message says why."""


@dataclass
class FeedVideo:
    """A video that a feed names, and when it came out (Unix seconds) if that is said."""

    video_id: str = ""
    published: str = ""

    @property
    def published_at(self) -> float | None:
        """The date as Unix time; None where there is none that counts."""
        try:
            moment = datetime.fromisoformat(self.published.strip())
            return moment.timestamp() if moment.tzinfo is not None else None
        except (ValueError, OverflowError, OSError):
            return None


def ask_feed(ydl: GatedYoutubeDL, gate: RequestGate, url: str, date_floor: float | None) -> FeedRead:
    """Ask for a feed, with a permit as every request; what it names from ``date_floor`` on.

    Raises :class:`~ytui.ytdlp.request_gate.PermitRefused`. Every other failure is an answer that tells
    nothing: if the site means it, the listing that follows is refused as well.
    """
    try:
        response = ydl.urlopen(Request(url, headers={"Accept-Encoding": "identity"}))
        data = response.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise FeedError(f"it is larger than {LARGEST} bytes")
        named = parse_feed(data)
    except PermitRefused:
        raise
    except FeedError as wrong:
        return FeedRead(0, problem=str(wrong))
    except Exception as error:  # noqa: BLE001 - a hint that fails in any way costs the listing it stood for
        # A failed hint is no evidence of what becomes of the listing.
        gate.forget_failure()
        return FeedRead(0, problem=f"it could not be read: {error}")
    wanted = [
        video.video_id
        for video in named
        if date_floor is None or video.published_at is None or video.published_at >= date_floor
    ]
    return FeedRead(0, ids=tuple(wanted))


def parse_feed(data: bytes) -> list[FeedVideo]:
    """The videos of a feed in its order; raises :class:`FeedError` for anything that is no feed of some."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    # No feed has a document type, and every attack on readers of XML begins with one.
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FeedError(f"it is not well-formed XML ({expat.ErrorString(error.code)})") from error
    except (LookupError, UnicodeError) as error:
        raise FeedError(f"its encoding cannot be read ({error})") from error
    if not reading.named:
        raise FeedError("it names no video")
    if not all(_ID.fullmatch(video.video_id) for video in reading.named):
        raise FeedError("it has entries without a video's id")
    return reading.named


def _refuse(*_: object) -> None:
    raise FeedError("it declares a document type")


class _Reading:
    """What has been read: the entries so far, and the names of the elements around the present place."""

    def __init__(self) -> None:
        self.named: list[FeedVideo] = []
        self._around: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._around.append(name)
        if self._around == _ENTRY:
            self.named.append(FeedVideo())

    def end(self, name: str) -> None:
        self._around.pop()

    def text(self, data: str) -> None:
        if self._around[:2] != _ENTRY:
            return
        video = self.named[-1]
        if self._around[2:] == _VIDEO_ID:
            video.video_id += data
        elif self._around[2:] == _PUBLISHED:
            video.published += data
