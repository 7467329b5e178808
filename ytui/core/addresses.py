"""The one address that stands for a video, however a person or a site spells it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ytui.core.limits import site_of, youtube_video_id
from ytui.core.urls import looks_like_url, normalise_url

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_OTHER_VIDEO = re.compile(r"/clip/[^/]+/?")
"""What YouTube calls a video besides those with an id in their address."""


def canonical_video(url: str) -> str:
    """The video's one address: that of its watch page on YouTube, elsewhere the normalised one.

    What is no web address (a list may bring anything) stands for itself.
    """
    if not looks_like_url(url):
        return url
    address = normalise_url(url)
    video_id = youtube_video_id(address)
    return f"https://www.youtube.com/watch?v={video_id}" if video_id else address


def video_address(text: str) -> str | None:
    """The canonical address of what a person typed: an address or a bare YouTube id; None if it is neither.

    A YouTube address that names no video (a channel, a list, a broken id) is neither.
    """
    text = text.strip()
    if not looks_like_url(text):
        return f"https://www.youtube.com/watch?v={text}" if _YOUTUBE_ID.fullmatch(text) else None
    address = canonical_video(text)
    if site_of(address) != "youtube" or youtube_video_id(address):
        return address
    return address if _OTHER_VIDEO.fullmatch(urlsplit(address).path) else None
