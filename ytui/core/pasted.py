"""Pasted text: the addresses in it, whatever stands around them, and what each of them names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from ytui.core.channel_address import CHANNEL_ID, channel_key, is_channel, list_id
from ytui.core.formatting import plural
from ytui.core.sites import site_of, youtube_video_id
from ytui.core.urls import canonical_video, normalise_url, video_address

_END = r"""\s<>"'`|\\^{}"""
_ADDRESS = re.compile(
    rf"(?i:[a-z][a-z0-9+.-]*://(?:(?!(?<![/=])https?://)[^{_END}])*"
    rf"|(?<![\w./@-])(?:(?:(?:www|m|music)\.)?youtube\.com|youtu\.be)/[^{_END}]+)"
    r"|(?<![\w-])UC[\w-]{22}(?![\w-])",
    re.ASCII,
)
_HANDLES = re.compile(r"\s*@[\w.·-]{3,30}(?:[\s,;]+@[\w.·-]{3,30})*[\s,;]*")
"""A line of nothing but handles: among other words an ``@name`` may be anything."""
_AROUND = ".,;:!?'\"*)]}>…"
_SAMPLE_VIDEO = re.compile(r"http://127\.0\.0\.1:\d+/watch/[\w-]{11}")


class AddressKind(StrEnum):
    """What an address names."""

    CHANNEL = "channel"
    PLAYLIST = "playlist"
    VIDEO = "video"
    OTHER = "other address"
    """Of a site whose addresses do not say it: taken as a list."""
    NONE = "none"


@dataclass(frozen=True)
class PastedAddress:
    """One address as it was written, its normalised form, and what it names."""

    text: str
    kind: AddressKind
    url: str = ""


def addresses_in(text: str) -> list[PastedAddress]:
    """The addresses in a text, in their order, each channel, list and video once.

    What is written as an address and is none is among them, as :attr:`AddressKind.NONE`.
    """
    found: dict[str, PastedAddress] = {}
    for token in _tokens(text):
        address = _classified(token)
        found.setdefault(channel_key(address.url) if address.url else token, address)
    return list(found.values())


def summary(addresses: Iterable[PastedAddress], known: int) -> str:
    """What was pasted, in one line; ``known``: how many of the addresses are there already."""
    counts = Counter(address.kind for address in addresses)
    none = counts.pop(AddressKind.NONE, 0)
    parts = [
        plural(counts[kind], kind.value)
        if kind is not AddressKind.OTHER
        else f"{counts[kind]} of other sites"
        for kind in AddressKind
        if counts[kind]
    ]
    parts += [f"{known} known"] if known else []
    parts += [f"{none} {'is' if none == 1 else 'are'} none"] if none else []
    total = plural(sum(counts.values()), "address", "addresses")
    return f"{total}: {', '.join(parts)}" if parts else "no address"


def _tokens(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if _HANDLES.fullmatch(line):
            yield from re.findall(r"@[\w.·-]+", line)
            continue
        for match in _ADDRESS.finditer(line):
            token = match[0]
            if site_of(token) == "youtube":
                # Rows of a table go on behind a comma, which no address there has.
                token = re.split("[,;]", token, maxsplit=1)[0]
            kept = token.rstrip(_AROUND if token.count("(") < token.count(")") or ")" not in token else "")
            yield kept.rstrip(".,;:!?'\"")


def _classified(token: str) -> PastedAddress:
    try:
        return _named(token, normalise_url(_written_out(token)))
    except ValueError:
        return PastedAddress(token, AddressKind.NONE)


def _written_out(token: str) -> str:
    if CHANNEL_ID.fullmatch(token):
        return f"https://www.youtube.com/channel/{token}"
    if token.startswith("@"):
        return f"https://www.youtube.com/{token}"
    return token if "://" in token else f"https://{token}"


def _named(token: str, url: str) -> PastedAddress:
    if _SAMPLE_VIDEO.fullmatch(url):
        return PastedAddress(token, AddressKind.VIDEO, url)
    if is_channel(url):
        return PastedAddress(token, AddressKind.CHANNEL, url)
    if site_of(url) != "youtube":
        return PastedAddress(token, AddressKind.OTHER, url)
    parts = urlsplit(url)
    feed = next(iter(parse_qs(parts.query).get("channel_id", [])), "")
    if parts.path == "/feeds/videos.xml" and CHANNEL_ID.fullmatch(feed):
        return PastedAddress(token, AddressKind.CHANNEL, f"https://www.youtube.com/channel/{feed}")
    listed = list_id(url)
    if listed is not None and parts.path in ("/playlist", "/watch"):
        return PastedAddress(token, AddressKind.PLAYLIST, f"https://www.youtube.com/playlist?list={listed}")
    if youtube_video_id(url) or video_address(url):
        return PastedAddress(token, AddressKind.VIDEO, canonical_video(url))
    if parts.path in ("", "/") or parts.path.startswith(("/watch", "/shorts", "/live", "/embed")):
        return PastedAddress(token, AddressKind.NONE)
    return PastedAddress(token, AddressKind.PLAYLIST, url)
