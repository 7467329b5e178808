"""Cookie files that a person gives: checked, stored for the user alone; age, and the login in them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from http.cookiejar import Cookie, LoadError, MozillaCookieJar
from pathlib import Path
from tempfile import NamedTemporaryFile

from ytui.core.sites import YOUTUBE_LOGIN, is_youtube_login
from ytui.paths import Places

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


MARK = "# Netscape HTTP Cookie File"
HOW_TO = (
    "Export them in a browser on your own computer (an extension such as “Get cookies.txt LOCALLY”), "
    "then copy the file here: scp cookies.txt HOST:"
)
"""How such a file gets onto a headless machine."""


class CookieFileError(Exception):
    """What was given are no usable cookies; the text is one sentence with what to do."""


@dataclass(frozen=True)
class CookieFile:
    """A checked cookie file as it is stored now."""

    path: Path
    cookies: int
    expires: float | None
    """When the last of them ends (Unix seconds); None if some last for the session only."""


def store_cookie_file(places: Places, given: str, name: str, now: float) -> CookieFile:
    """Check a path or pasted text and store it as ``name``; raises :class:`CookieFileError`."""
    text = _text_of(given.strip())
    if text.startswith(("{", "[")):
        raise CookieFileError(f"these cookies are JSON, and Netscape format is needed. {HOW_TO}")
    if not text.startswith(("# Netscape HTTP Cookie File", "# HTTP Cookie File")):
        text = f"{MARK}\n{text}"
    jar = _jar(text)
    ends = [cookie.expires for cookie in jar]
    alive = [end for end in ends if not end or end > now]
    if not ends:
        raise CookieFileError(f"there are no cookies in it. {HOW_TO}")
    if not alive:
        raise CookieFileError("all of these cookies have expired; export them afresh")
    path = places.cookies_dir / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', name)[:80]}.txt"
    _store(path, text)
    return CookieFile(
        path, len(alive), None if None in ends or 0 in ends else float(max(end for end in ends if end))
    )


def _text_of(given: str) -> str:
    if "\n" in given or "\t" in given or given.startswith(("{", "[", "#")):
        return given
    if not given:
        raise CookieFileError(f"no cookie file was named. {HOW_TO}")
    try:
        path = Path(given).expanduser()
        if path.is_dir():
            raise CookieFileError(f"{path} is a folder; name the cookie file in it")
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError: a "~name" without a home. ValueError: no text, or a name that no file can have.
        raise CookieFileError(f"{given} cannot be read as a cookie file; check the path") from error


def _jar(text: str) -> MozillaCookieJar:
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as draft:
        draft.write(text if text.endswith("\n") else text + "\n")
        draft.flush()
        jar = MozillaCookieJar()
        try:
            jar.load(draft.name, ignore_discard=True, ignore_expires=True)
        except (LoadError, ValueError) as error:
            raise CookieFileError(f"this is no cookie file in Netscape format. {HOW_TO}") from error
    return jar


def _store(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text if text.endswith("\n") else text + "\n")
    draft.replace(path)


_LARGEST = 8_000_000
"""Bytes of a file that may be cookies."""
_COLUMNS = 7
_EXPIRES, _NAME = 4, 5
_LONGEST_END = 11
"""Digits of a time up to the year 5138; a clock knows no later one."""


@dataclass(frozen=True)
class CookieHealth:
    """What a look at a cookie file told; ``problem`` says why it cannot be used, empty if it can."""

    problem: str = ""
    age: float = 0.0
    """Seconds since the file was written."""
    open_to_others: bool = False
    ends: float | None = None
    """When the login in it ends or ended (Unix seconds); None if no date is written in it."""
    expired: bool = False


def cookie_files_of(places: Places) -> list[Path]:
    """The cookie files that a person gave in the application; copies that jobs work with are none of them."""
    found = places.cookies_dir.glob("*.txt")
    return sorted(path for path in found if not path.name.startswith("job-"))


def cookie_health(path: Path, now: float) -> CookieHealth:
    """Look at a cookie file; whatever is wrong with it is part of the answer."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return CookieHealth("is no file")
        if status.st_size > _LARGEST:
            return CookieHealth("is too large for a cookie file")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return CookieHealth(f"cannot be read ({error.strerror})")
    except ValueError:
        return CookieHealth("is no text")
    age, open_to_others = max(now - status.st_mtime, 0.0), bool(status.st_mode & 0o077)
    cookies = _cookies(text)
    if cookies is None:
        return CookieHealth("is no cookie file in Netscape format", age, open_to_others)
    if not cookies:
        return CookieHealth("has no cookies in it", age, open_to_others)
    ends = _end_of_login(cookies)
    return CookieHealth("", age, open_to_others, ends, ends is not None and ends <= now)


def _cookies(text: str) -> list[tuple[str, int]] | None:
    """Each cookie's name and end (0: that of a browser's session); None if this is no cookie file."""
    found = []
    for line in text.splitlines():
        line = line.removeprefix("#HttpOnly_")
        if not line.strip() or line.startswith(("#", "$")):
            continue
        columns = line.split("\t")
        end = columns[_EXPIRES] if len(columns) == _COLUMNS else "none"
        if end and not (end.isascii() and end.isdecimal() and len(end) <= _LONGEST_END):
            return None
        found.append((columns[_NAME], int(end or 0)))
    return found


def _end_of_login(cookies: Sequence[tuple[str, int]]) -> float | None:
    login = [end for name, end in cookies if name in YOUTUBE_LOGIN and end]
    if login:
        # Each of these is needed, so the login ends with the first of them.
        return min(login)
    # Which of a site's cookies are its login cannot be told: it may be the one that lives longest.
    return max(end for _, end in cookies) if all(end for _, end in cookies) else None
