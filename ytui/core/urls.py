"""Web addresses: what is one, and the one spelling in which an address stands for a channel or a video."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

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
    root = _CHANNEL_ROOT.fullmatch(path)
    if root:
        return f"https://www.youtube.com{root[1]}"
    return urlunsplit(("https", "www.youtube.com", path, _query(query, _TRACKING), ""))


def _query(query: str, tracking: frozenset[str]) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in tracking and not name.startswith("utm_")]
    # What needs no change stays letter for letter: some sites mind how a query is written.
    return query if kept == pairs else urlencode(kept)
