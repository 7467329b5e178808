"""Taking in a cookie file that a person gives: checked at once, stored for the user alone."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from http.cookiejar import LoadError, MozillaCookieJar
from pathlib import Path
from tempfile import NamedTemporaryFile

from ytui.paths import Places

MARK = "# Netscape HTTP Cookie File"
HOW_TO = (
    "Export them in a browser on your own computer (an extension such as “Get cookies.txt LOCALLY”), "
    "then copy the file here: scp cookies.txt HOST:"
)
"""How such a file gets onto a headless machine."""


class CookieProblem(Exception):
    """What was given are no usable cookies; the text is one sentence with what to do."""


@dataclass(frozen=True)
class Given:
    """A checked cookie file as it is stored now."""

    path: Path
    cookies: int
    expires: float | None
    """When the last of them ends (Unix seconds); None if some last for the session only."""


def take_in(places: Places, given: str, name: str, now: float) -> Given:
    """Check a path or pasted text and store it as ``name``; raises :class:`CookieProblem`."""
    text = _text_of(given.strip())
    if text.startswith(("{", "[")):
        raise CookieProblem(f"these cookies are JSON, and Netscape format is needed. {HOW_TO}")
    if not text.startswith(("# Netscape HTTP Cookie File", "# HTTP Cookie File")):
        text = f"{MARK}\n{text}"
    jar = _jar(text)
    ends = [cookie.expires for cookie in jar]
    alive = [end for end in ends if not end or end > now]
    if not ends:
        raise CookieProblem(f"there are no cookies in it. {HOW_TO}")
    if not alive:
        raise CookieProblem("all of these cookies have expired; export them afresh")
    path = places.cookies_dir / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', name)[:80]}.txt"
    _store(path, text)
    return Given(
        path, len(alive), None if None in ends or 0 in ends else float(max(end for end in ends if end))
    )


def _text_of(given: str) -> str:
    if "\n" in given or "\t" in given or given.startswith(("{", "[", "#")):
        return given
    if not given:
        raise CookieProblem(f"no cookie file was named. {HOW_TO}")
    try:
        path = Path(given).expanduser()
        if path.is_dir():
            raise CookieProblem(f"{path} is a folder; name the cookie file in it")
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError: a "~name" without a home. ValueError: no text, or a name that no file can have.
        raise CookieProblem(f"{given} cannot be read as a cookie file; check the path") from error


def _jar(text: str) -> MozillaCookieJar:
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as draft:
        draft.write(text if text.endswith("\n") else text + "\n")
        draft.flush()
        jar = MozillaCookieJar()
        try:
            jar.load(draft.name, ignore_discard=True, ignore_expires=True)
        except (LoadError, ValueError) as error:
            raise CookieProblem(f"this is no cookie file in Netscape format. {HOW_TO}") from error
    return jar


def _store(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text if text.endswith("\n") else text + "\n")
    draft.replace(path)
