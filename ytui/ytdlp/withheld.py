"""Withheld formats: offered by a site, left out by an extractor, each with what withholds it.

yt-dlp drops a YouTube format without an address, without its PO token or with an unsolved challenge, and
says so in sentences for people, if at all. So the player's answers are looked at beside what became of them.
An HLS playlist that is dropped was never read: the best picture of the same answer stands for it, if there
is one. What is protected (DRM) is not on offer for yt-dlp at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ytui.core.models import LowerCause
from ytui.ytdlp.patches import extractor_argument, watch_player_answers

KEY = "withheld_formats"
"""Where an extractor of ours puts such formats in its result: dicts with a format's keys and ``cause``."""
CLIENT = "__yt_dlp_client"
"""The key under which yt-dlp notes in a player's format which client it was offered to."""
_NEEDS_NO_TOKEN = "18"
_LIVE = frozenset({"is_live", "post_live", "is_upcoming"})
_CHALLENGE_IN_PATH = re.compile(r"/n/[^/]+/")


@dataclass(frozen=True)
class Withheld:
    """One such format; ``side`` is the shorter one in pixels, None where it is not told."""

    side: int | None
    picture: bool
    sound: bool
    cause: LowerCause

    @classmethod
    def of(cls, found: Mapping[str, Any], cause: LowerCause) -> Withheld:
        """That of a format's dict."""
        picture, sound = found.get("vcodec") != "none", found.get("acodec") != "none"
        return cls(_short_side(found) if picture else None, picture, sound, cause)

    def to_json(self) -> list[Any]:
        """A list of JSON's own types."""
        return [self.side, self.picture, self.sound, self.cause.value]

    @classmethod
    def from_json(cls, values: list[Any]) -> Withheld:
        """What ``to_json`` gave; raises ``ValueError`` for anything else."""
        side, picture, sound, cause = values
        return cls(side, bool(picture), bool(sound), LowerCause(cause))


class OfferWatch:
    """Notes what a job's extractions withheld. Attach it before the first one."""

    def __init__(self) -> None:
        self._responses: list[Any] = []
        self._without_token: set[tuple[str, str]] = set()
        self._attached: set[int] = set()
        self._withheld: tuple[Withheld, ...] = ()

    def attach(self, extractor: Any) -> None:
        """Look over the shoulder of an extractor, if it is YouTube's."""
        if extractor.ie_key() != "Youtube" or id(extractor) in self._attached:
            return
        if not watch_player_answers(extractor, self._answered, self._left_out_for_token):
            return
        self._attached.add(id(extractor))
        extract = extractor.extract

        def extracted(url: str) -> Any:
            self._responses, self._without_token = [], set()
            info = extract(url)
            scripts = "js" not in extractor_argument(extractor, "player_skip")
            left_out = list(self._left_out(info, scripts))
            if "hls" not in extractor_argument(extractor, "skip"):
                left_out += self._playlists_left_out(info, scripts)
            self._withheld = tuple(left_out)
            return info

        extractor.extract = extracted

    def _answered(self, responses: list[Any]) -> None:
        self._responses = list(responses)

    def _left_out_for_token(self, client: str, protocol: str) -> None:
        self._without_token.add((client, protocol))

    def taken(self, raw: dict[str, Any]) -> tuple[Withheld, ...]:
        """What was withheld of the extraction that gave ``raw``."""
        own = tuple(Withheld.of(found, LowerCause(found["cause"])) for found in raw.pop(KEY, None) or ())
        return own or self._withheld

    def _left_out(self, info: Mapping[str, Any] | None, scripts: bool) -> Iterable[Withheld]:
        came = {str(found.get("format_id")).partition("-")[0] for found in (info or {}).get("formats") or ()}
        for response in self._responses:
            data = (response or {}).get("streamingData") or {}
            for found in [*(data.get("formats") or ()), *(data.get("adaptiveFormats") or ())]:
                if str(found.get("itag")) not in came:
                    cause = self._cause(found, scripts)
                    if cause is not None:
                        yield Withheld.of(_codecs(found), cause)

    def _playlists_left_out(self, info: Mapping[str, Any] | None, scripts: bool) -> Iterable[Withheld]:
        """HLS playlists, where no format came of any of them; broadcasts have rules of their own."""
        came = (info or {}).get("formats") or ()
        if (info or {}).get("live_status") in _LIVE or any(_is_hls(found) for found in came):
            return
        for response in self._responses:
            data = (response or {}).get("streamingData") or {}
            address = data.get("hlsManifestUrl")
            cause = self._playlist_cause(address, data.get(CLIENT), scripts) if address else None
            if cause is not None:
                sides = map(_short_side, data.get("adaptiveFormats") or ())
                best = max((side for side in sides if side is not None), default=None)
                yield Withheld(best, True, True, cause)

    def _playlist_cause(self, address: str, client: str | None, scripts: bool) -> LowerCause | None:
        if (client, "hls") in self._without_token:
            return LowerCause.TOKEN_PROVIDER
        return LowerCause.CHALLENGE if scripts and _CHALLENGE_IN_PATH.search(address) else None

    def _cause(self, found: Mapping[str, Any], scripts: bool) -> LowerCause | None:
        """In the order in which yt-dlp drops a format; None for what it leaves out for other reasons."""
        if found.get("targetDurationSec") or found.get("drmFamilies") or found.get("type"):
            return None
        cipher = parse_qs(found.get("signatureCipher") or "")
        address = found.get("url") or next(iter(cipher.get("url", ())), "")
        if not address:
            return LowerCause.SABR
        if (found.get(CLIENT), "https") in self._without_token and str(found.get("itag")) != _NEEDS_NO_TOKEN:
            return LowerCause.TOKEN_PROVIDER
        challenged = "s" in cipher or "n" in parse_qs(urlsplit(address).query)
        return LowerCause.CHALLENGE if challenged and scripts else None


def _is_hls(found: Mapping[str, Any]) -> bool:
    return str(found.get("protocol") or "").startswith("m3u8")


def _codecs(found: Mapping[str, Any]) -> dict[str, Any]:
    """A player's format with yt-dlp's words for "no picture" and "no sound"."""
    kind = str(found.get("mimeType") or "")
    mixed = "," in kind
    return {
        **found,
        "vcodec": None if kind.startswith("video/") else "none",
        "acodec": None if kind.startswith("audio/") or mixed else "none",
    }


def _short_side(found: Mapping[str, Any]) -> int | None:
    sides = [side for side in (found.get("width"), found.get("height")) if isinstance(side, int) and side > 0]
    return min(sides, default=None)
