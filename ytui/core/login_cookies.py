"""Login cookies by name: which of a site's cookies say who is signed in."""

from __future__ import annotations

import re

from ytui.core.limits import site_of

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
