"""Channel addresses: the many spellings of one (feeds, handles, ids, http and https)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from ytui.core.channel_address import CHANNEL_ID, channel_key, identity_keys
from ytui.core.sanitize import plain_text
from ytui.core.sites import site_of, youtube_video_id
from ytui.core.urls import normalise_url

_HANDLE = re.compile(r"@[\w.·-]{1,100}")
_BARE_YOUTUBE = re.compile(r"(?:(?:www|m|music)\.)?youtube\.com/|youtu\.be/", re.IGNORECASE)
_UPLOADS = re.compile(r"UU(?:LF|SH|LV)?([\w-]{22})", re.ASCII)
"""Lists of all uploads, videos, shorts and streams of a channel."""
_LONGEST = 2000
_LONGEST_NAME = 120


def looks_like_channel(text: str) -> bool:
    """Whether a line is meant as a channel's address, id or handle, right or wrong."""
    return bool(
        "://" in text or _BARE_YOUTUBE.match(text) or CHANNEL_ID.fullmatch(text) or _HANDLE.fullmatch(text)
    )


def channel_address(text: str) -> str:
    """The normalised address of the channel or list that ``text`` names; ``ValueError`` says why not.

    A YouTube feed stands for its channel.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} characters")
    if CHANNEL_ID.fullmatch(text):
        return of_channel_id(text)
    if _HANDLE.fullmatch(text):
        return f"https://www.youtube.com/{text}"
    if _BARE_YOUTUBE.match(text):
        text = f"https://{text}"
    url = normalise_url(text)
    if site_of(url) != "youtube":
        return url
    if urlsplit(url).path in ("", "/"):
        raise ValueError("the site's front page, not a channel")
    if youtube_video_id(url):
        raise ValueError("a single video: `ytui download` takes those")
    return _of_feed(url) if urlsplit(url).path == "/feeds/videos.xml" else url


def of_channel_id(channel_id: str) -> str:
    """The address of a YouTube channel's own id."""
    return f"https://www.youtube.com/channel/{channel_id}"


def channel_id_in(url: str) -> str | None:
    """The YouTube channel id that a normalised address holds."""
    if not url.startswith("https://www.youtube.com/channel/"):
        return None
    last = url.rpartition("/")[2]
    return last if CHANNEL_ID.fullmatch(last) else None


def tidy_name(text: str) -> str:
    """A name from outside as a label of one line; "" where nothing of it is left."""
    return " ".join(plain_text(text[:_LONGEST]).split())[:_LONGEST_NAME].strip()


class ChannelIndex:
    """Channels that are known by any of their addresses or ids."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def add(self, url: str, channel_id: str | None = None, also: Iterable[str] = ()) -> None:
        """Know ``url``, which stays the channel's address whichever spelling is asked for, ``also`` those."""
        for key in [*identity_keys(url, channel_id), *map(channel_key, also)]:
            self._known.setdefault(key, url)

    def find(self, urls: Iterable[str], channel_id: str | None = None) -> str | None:
        """The known address of the channel with one of these addresses or this id."""
        keys = [channel_key(url) for url in urls]
        if channel_id:
            keys.insert(0, channel_id)
        return next((self._known[key] for key in keys if key in self._known), None)


def _of_feed(url: str) -> str:
    query = parse_qs(urlsplit(url).query)

    def given(key: str) -> str:
        return next(iter(query.get(key, [])), "")

    uploads = _UPLOADS.fullmatch(given("playlist_id"))
    if CHANNEL_ID.fullmatch(given("channel_id")):
        return of_channel_id(given("channel_id"))
    if uploads:
        return of_channel_id(f"UC{uploads[1]}")
    if given("user"):
        return normalise_url(f"https://www.youtube.com/user/{given('user')}")
    if given("playlist_id"):
        return normalise_url(f"https://www.youtube.com/playlist?list={given('playlist_id')}")
    raise ValueError("a feed that names neither channel nor list")
