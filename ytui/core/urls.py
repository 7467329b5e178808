"""URLs: which text is one, and the one spelling that stands for a channel, a tab or a video."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from ytui.core.models import Tab
from ytui.core.sites import site_of, youtube_video_id

_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
_TRACKING = frozenset({"si", "feature", "pp"})
_CHANNEL_ROOT = re.compile(r"(/@[^/]+|/(?:channel|c|user)/[^/]+)(?:/(?:featured|videos|shorts|streams))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")


def url_problem(url: str) -> str | None:
    """Why this is no web address, in a few words that follow "it is"; None if it is one."""
    if _CONTROL_OR_SPACE.search(url):
        return "a URL with a space or control character"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "a URL with a broken host or port"
    if parts.scheme not in _DEFAULT_PORTS:
        return "not a URL that starts with https:// or http://"
    return None if host else "a URL with no host"


def looks_like_url(text: str) -> bool:
    """Whether ``text`` is a web address with a host."""
    return url_problem(text) is None


def normalise_url(url: str) -> str:
    """The one spelling of an address that stands for a channel, a list or a video.

    Raises ``ValueError`` with one sentence where ``looks_like_url`` would say no.
    """
    url = url.strip()
    problem = url_problem(url)
    if problem:
        raise ValueError(f"{url!r} is {problem}")
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host in _YOUTUBE:
        return _youtube_url(parts.path, parts.query)
    if host in ("youtu.be", "www.youtu.be") and parts.path.strip("/"):
        more = f"&{parts.query}" if parts.query else ""
        return _youtube_url("/watch", f"v={parts.path.strip('/')}{more}")
    query = _query(parts.query, frozenset())
    return urlunsplit((parts.scheme, _place(parts, host), parts.path.rstrip("/"), query, parts.fragment))


def _place(parts: SplitResult, host: str) -> str:
    user, at, _ = parts.netloc.rpartition("@")
    name = f"[{host}]" if ":" in host else host
    own_port = parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]
    return f"{user}{at}{name}:{parts.port}" if own_port else f"{user}{at}{name}"


def _youtube_url(path: str, query: str) -> str:
    path = path.rstrip("/")
    root = _CHANNEL_ROOT.fullmatch(path) or _CHANNEL_ROOT.fullmatch(_plain(path))
    if root:
        name = _plain(root[1])
        return f"https://www.youtube.com{name.removeprefix('/c') if name.startswith('/c/@') else name}"
    return urlunsplit(("https", "www.youtube.com", path, _query(query, _TRACKING), ""))


def _plain(path: str) -> str:
    """A path without escapes, where that is the same path and can be written so."""
    plain = unquote(path, errors="replace")
    same = plain.count("/") == path.count("/") and not re.search(r"[%?#&\ufffd]", plain)
    return plain if same and not _CONTROL_OR_SPACE.search(plain) else path


def _query(query: str, tracking: frozenset[str]) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in tracking and not name.startswith("utm_")]
    # What needs no change stays letter for letter: some sites mind how a query is written.
    return query if kept == pairs else urlencode(kept)


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


CHANNEL_ROOTS = (
    re.compile(r"https://www\.youtube\.com/(?:@[^/?#]+|channel/UC[\w-]{22}|(?:c|user)/[^/?#]+)"),
    # The sample site is shaped like YouTube so that the demo shows the same behaviour.
    re.compile(r"http://127\.0\.0\.1:\d+/channel/[^/?#]+"),
)


def listings(url: str, tabs: Iterable[Tab]) -> list[tuple[Tab, str]]:
    """The listings to walk for a normalised address: its wanted tabs for a channel's root, else itself.

    The root of a channel nests its tabs; asking it costs a request that brings nothing a tab does not.
    """
    if any(root.fullmatch(url) for root in CHANNEL_ROOTS):
        return [(tab, f"{url}/{tab.value}") for tab in tabs if tab is not Tab.LIST]
    return [(Tab.LIST, url)]
