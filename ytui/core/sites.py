"""Sites: the unit of budgets, cooldowns and slots, and which cookies of one say who is signed in."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

_SITE_OF_HOST = {
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "youtube-nocookie.com": "youtube",
    "googlevideo.com": "youtube",
    "ytimg.com": "youtube",
    "ggpht.com": "youtube",
    "youtubei.googleapis.com": "youtube",
    "youtube.googleapis.com": "youtube",
}

_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_IN_PATH = re.compile(r"/(?:shorts|live|embed|v)/([A-Za-z0-9_-]{11})(?:/|$)")

_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "gob", "gov", "go", "gr", "mil", "ne", "net", "nom", "or", "org"}
)
"""Labels under which country domains hand out names, as in co.uk, com.au, or.jp."""

_COUNTRY_LABEL_LENGTH = 2


@lru_cache(maxsize=4096)
def site_of(url_or_host: str) -> str:
    """The site's name: ``youtube`` for every host of it, else the registrable domain, in lower case.

    IP addresses and single-label hosts stay whole, without their port. An address without a host gives "".
    """
    host = _host(url_or_host)
    if not host or _is_address(host):
        return host
    labels = host.split(".")
    for start in range(len(labels)):
        site = _SITE_OF_HOST.get(".".join(labels[start:]))
        if site:
            return site
    country = len(labels) > 2 and len(labels[-1]) == _COUNTRY_LABEL_LENGTH and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])


def is_local(url_or_host: str) -> bool:
    """Whether it is this machine or its own network: loopback, a private address, a name without a domain."""
    host = _host(url_or_host)
    if _is_address(host):
        address = ipaddress.ip_address(host)
        return not address.is_global and not address.is_multicast
    return bool(host) and ("." not in host or host.endswith(_LOCAL_DOMAINS))


_LOCAL_DOMAINS = (".localhost", ".local", ".lan", ".internal", ".home.arpa")


def youtube_video_id(url: str) -> str | None:
    """The id of the YouTube video that an address names, whatever its form; None for other addresses."""
    if site_of(url) != "youtube":
        return None
    parts = urlsplit(url)
    found = _IN_PATH.match(parts.path)
    named = found[1] if found else next(iter(parse_qs(parts.query).get("v", [])), "")
    return named if _VIDEO_ID.fullmatch(named) else None


def _host(url_or_host: str) -> str:
    text = url_or_host.strip()
    if "//" not in text:
        if _is_address(text.strip("[]")):
            return text.strip("[]").lower()
        text = "//" + text
    try:
        return (urlsplit(text).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


YOUTUBE_LOGIN = frozenset(
    (
        *("LOGIN_INFO", "SID", "HSID", "SSID", "APISID", "SAPISID"),
        *("__Secure-1PSID", "__Secure-3PSID", "__Secure-1PAPISID", "__Secure-3PAPISID"),
    )
)
"""The cookies that hold a login of YouTube; the others in such a file come and go."""

_YOUTUBE_COMPANIONS = re.compile(r"SIDCC|__Secure-[13]PSID(?:CC|TS|RTS)")
"""Renewed with every few requests of a login, and never set for a guest."""
_USUAL = re.compile(
    r"(?i)auth|log(?:in|ged)|passw|credential|(?:access|refresh)_?token|(?:^|[_.-])(?:jwt|sso|user_?id)(?:$|[_.-])"
    r"|user_?session|^sess(?:ionid|data)$|^sid_|^c_user$|^xs$"
)
"""How sites other than YouTube call theirs. A guest's that is called so is not kept, which costs little."""


def is_youtube_login(domain: str, name: str) -> bool:
    """Whether a cookie holds a login of YouTube."""
    return name in YOUTUBE_LOGIN and site_of(domain.lstrip(".")) == "youtube"


def is_login_cookie(domain: str, name: str) -> bool:
    """Whether a cookie of ``domain`` is, or may be, part of a login."""
    if site_of(domain.lstrip(".")) == "youtube":
        return name in YOUTUBE_LOGIN or _YOUTUBE_COMPANIONS.fullmatch(name) is not None
    return _USUAL.search(name) is not None
