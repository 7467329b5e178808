"""Logins in cookie files: which one is in a file now, told by a hash of the cookies that hold it."""

from __future__ import annotations

import hashlib
import json
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


def login_in(source: Path) -> str | None:
    """The login that is in a file now: a hash and the file's path; None for a file that is not there.

    Cookies that a site renews all the time are not part of it: they come back from jobs whose login is dead.
    """
    try:
        status = source.stat()
        return f"{_hash_of(source, status.st_mtime_ns, status.st_size)} {source}"
    except OSError:
        return None


def file_of(login: str) -> Path:
    """The file of a login that :func:`login_in` told."""
    return Path(login.partition(" ")[2])


@lru_cache(maxsize=256)
def _hash_of(source: Path, modified: int, size: int) -> str:
    try:
        cookies = read_cookies(source)
    except (LoadError, ValueError):
        return f"unreadable-{modified}"
    login = {key for key in cookies if is_youtube_login(key[0], key[2])} or set(cookies)
    rows = sorted((*key, cookies[key].value or "") for key in login)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
