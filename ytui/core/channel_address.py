"""Channel addresses: the key under which all spellings of one are the same, and the address of an id."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ytui.core.sites import site_of

CHANNEL_ID = re.compile(r"UC[\w-]{22}", re.ASCII)
"""YouTube's own id of a channel; the sample site has such ids too."""
_YOUTUBE = "https://www.youtube.com"
_HANDLE = re.compile(r"/@([^/]+)")
_NAME = re.compile(r"/(c|user)/([^/]+)")
_BY_ID = re.compile(r"/channel/(UC[\w-]{22})", re.ASCII)
_ALL_UPLOADS = re.compile(r"UU([\w-]{22})", re.ASCII)
_SAMPLE_SITE = re.compile(r"(http://(127\.0\.0\.1:\d+)/channel)/([^/?#]+)")


def channel_key(url: str) -> str:
    """The key of a normalised address: two addresses that name one channel or list by themselves share it.

    An id, a handle and an old name of one channel have different keys: only the site knows that they are one.
    """
    sample = _SAMPLE_SITE.fullmatch(url)
    if sample:
        name = unquote(sample[3])
        return name if CHANNEL_ID.fullmatch(name) else f"{sample[2]}/{_folded(name)}"
    if site_of(url) != "youtube":
        return url.partition("://")[2]
    parts = urlsplit(url)
    if found := _BY_ID.fullmatch(parts.path):
        return found[1]
    if found := _HANDLE.fullmatch(parts.path):
        return f"@{_folded(found[1])}"
    if found := _NAME.fullmatch(parts.path):
        return f"{found[1]}/{_folded(found[2])}"
    if parts.path in ("/playlist", "/watch") and (listed := list_id(url)):
        uploads = _ALL_UPLOADS.fullmatch(listed)
        return f"UC{uploads[1]}" if uploads else f"list={listed}"
    return url.partition("://")[2]


def _folded(name: str) -> str:
    """A handle or name without escapes; the site knows no upper and lower case in them."""
    return unicodedata.normalize("NFC", unquote(name)).casefold()


def list_id(url: str) -> str | None:
    """The id of the list that a YouTube address names, a mix around a video left out."""
    name = next(iter(parse_qs(urlsplit(url).query).get("list", [])), "")
    return name if name and not name.startswith("RD") else None


def is_channel(url: str) -> bool:
    """Whether a normalised address names a channel, by whatever name, and not a list of videos."""
    if _SAMPLE_SITE.fullmatch(url):
        return True
    key = channel_key(url)
    if CHANNEL_ID.fullmatch(key):
        return True
    return site_of(url) == "youtube" and key.startswith(("@", "c/", "user/"))


def identity_keys(url: str, channel_id: str | None) -> list[str]:
    """Every key by which a channel or list is known: its address's, and a channel's own id.

    What a site says of a list is the id of its owner, who is not the list.
    """
    keys = [channel_key(url)]
    if channel_id and CHANNEL_ID.fullmatch(channel_id) and channel_id not in keys and is_channel(url):
        keys.append(channel_id)
    return keys


def address_of_id(url: str, channel_id: str | None) -> str | None:
    """The lasting address of the channel that ``url`` names, by its id; None where there is none."""
    if channel_id is None or not CHANNEL_ID.fullmatch(channel_id) or not is_channel(url):
        return None
    sample = _SAMPLE_SITE.fullmatch(url)
    return f"{sample[1] if sample else f'{_YOUTUBE}/channel'}/{channel_id}"


def address_of_handle(url: str, handle: str) -> str | None:
    """The address on the site of ``url`` of a handle such as ``@Name``; None for what is no handle."""
    if not handle.startswith("@") or len(handle) < 2 or not is_channel(url):
        return None
    sample = _SAMPLE_SITE.fullmatch(url)
    return f"{sample[1]}/{quote(handle[1:])}" if sample else f"{_YOUTUBE}/{handle}"


def is_handle(url: str) -> bool:
    """Whether a normalised address names a channel by its handle, which may become another channel's."""
    key = channel_key(url)
    return is_channel(url) and not CHANNEL_ID.fullmatch(key) and not key.startswith(("c/", "user/"))


def has_moved(url: str, handle: str | None) -> bool:
    """Whether the channel that a handle's address named has another handle now."""
    if handle is None or not is_handle(url):
        return False
    address = address_of_handle(url, handle)
    return address is not None and channel_key(address) != channel_key(url)


def uploads_list(url: str, channel_id: str | None) -> str | None:
    """The address of the list of all uploads of a YouTube channel; None where there is none."""
    key = channel_key(url)
    own_id = key if CHANNEL_ID.fullmatch(key) else channel_id
    if own_id is None or not CHANNEL_ID.fullmatch(own_id) or not is_channel(url):
        return None
    sample = _SAMPLE_SITE.fullmatch(url)
    if sample:
        return f"{sample[1].removesuffix('/channel')}/uploads/{own_id}"
    return f"{_YOUTUBE}/playlist?list=UU{own_id[2:]}"
