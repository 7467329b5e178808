"""Logins in cookie files: which one is in a file now, told by a hash of the cookies that hold it."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from functools import lru_cache
from http.cookiejar import Cookie, LoadError, MozillaCookieJar
from pathlib import Path

from ytui.core.login_cookies import is_youtube_login

Key = tuple[str, str, str]
"""Domain, path and name of a cookie."""


def read_cookies(path: Path) -> dict[Key, Cookie]:
    """The cookies of a file in Netscape format. Raises ``OSError``, ``LoadError`` or ``ValueError``."""
    jar = MozillaCookieJar()
    jar.load(str(path), ignore_discard=True, ignore_expires=True)
    return {(cookie.domain, cookie.path, cookie.name): cookie for cookie in jar}


class LoginState(StrEnum):
    """Why no login can be read; the first word of what :func:`login_in` tells then."""

    MISSING = "missing"
    FORBIDDEN = "forbidden"
    """It is there and cannot be opened."""


def login_in(source: Path) -> str:
    """The login that is in a file now: a hash, or a :class:`LoginState`, and the file's path.

    Cookies that a site renews all the time are not part of it: they come back from jobs whose login is dead.
    """
    try:
        status = source.stat()
        return f"{_hash_of(source, status.st_mtime_ns, status.st_size)} {source}"
    except (FileNotFoundError, NotADirectoryError):
        return f"{LoginState.MISSING} {source}"
    except OSError:
        return f"{LoginState.FORBIDDEN} {source}"


def file_of(login: str) -> Path:
    """The file of a login that :func:`login_in` told."""
    return Path(login.partition(" ")[2])


def state_of(login: str) -> LoginState | None:
    """Why that file's login cannot be read; None where it can, whatever yt-dlp or a site says of it."""
    word = login.partition(" ")[0]
    return LoginState(word) if word in set(LoginState) else None


@lru_cache(maxsize=256)
def _hash_of(source: Path, modified: int, size: int) -> str:
    try:
        cookies = read_cookies(source)
    except (LoadError, ValueError):
        # yt-dlp leaves lines out where Python gives up, and so may well read it.
        return f"unreadable-{modified}"
    login = {key for key in cookies if is_youtube_login(key[0], key[2])} or set(cookies)
    rows = sorted((*key, cookies[key].value or "") for key in login)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
