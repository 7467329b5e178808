"""How a cookie file stands: its age, whether its login has ended, who may read it. Nothing in it is shown."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ytui.core.login_cookies import YOUTUBE_LOGIN
from ytui.paths import Places

_LARGEST = 8_000_000
"""Bytes of a file that may be cookies."""
_COLUMNS = 7
_EXPIRES, _NAME = 4, 5
_LONGEST_END = 11
"""Digits of a time up to the year 5138; a clock knows no later one."""


@dataclass(frozen=True)
class Health:
    """What a look at a cookie file told; ``problem`` says why it cannot be used, empty if it can."""

    problem: str = ""
    age: float = 0.0
    """Seconds since the file was written."""
    open_to_others: bool = False
    ends: float | None = None
    """When the login in it ends or ended (Unix seconds); None if no date is written in it."""
    expired: bool = False


def given_files(places: Places) -> list[Path]:
    """The cookie files that a person gave in the application; copies that jobs work with are none of them."""
    found = places.cookies_dir.glob("*.txt")
    return sorted(path for path in found if not path.name.startswith("job-"))


def look_at(path: Path, now: float) -> Health:
    """Look at a cookie file; whatever is wrong with it is part of the answer."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Health("is no file")
        if status.st_size > _LARGEST:
            return Health("is too large for a cookie file")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return Health(f"cannot be read ({error.strerror})")
    except ValueError:
        return Health("is no text")
    age, open_to_others = max(now - status.st_mtime, 0.0), bool(status.st_mode & 0o077)
    cookies = _cookies(text)
    if cookies is None:
        return Health("is no cookie file in Netscape format", age, open_to_others)
    if not cookies:
        return Health("has no cookies in it", age, open_to_others)
    ends = _end_of_login(cookies)
    return Health("", age, open_to_others, ends, ends is not None and ends <= now)


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
