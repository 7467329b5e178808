"""Guest cookie jar on disk: what a site set for jobs without credentials, shared under advisory locks.

A jar is one JSON file, replaced whole, and two lock files beside it that are never unlinked (whoever waits
for a lock that was unlinked would hold another one than those who come later). A jar that is refused is
deleted; the next one is another generation, and what a job brings back from an older one is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.cookiejar import Cookie
from pathlib import Path
from typing import IO, Any

from ytui.ytdlp.file_lock import lock_within

MAX_AGE = 30 * 86400.0
"""Seconds after which a guest is exchanged for a new one; YouTube's own cookie lasts six times as long."""
MAX_STRIKES = 3
"""403s in a row, with no success between, after which a guest is given up."""
MIN_AGE = 3600.0
"""Seconds before a guest is given up for them: where they have another reason, the next is no better off."""
LOCK_PATIENCE = 5.0
"""Seconds to wait for another job that merges, which takes milliseconds."""
_MOST_COOKIES = 200
_LONGEST_COOKIE = 8192
"""Characters of name and value; browsers keep 4096 bytes."""
_FOR_EVER = 1 << 40
"""Unix time that no cookie outlasts."""

Key = tuple[str, str, str]
"""Domain, path and name of a cookie."""


@dataclass(frozen=True)
class SavedCookie:
    """A cookie, in plain values; ``expires`` is Unix time, None for the session's."""

    domain: str
    path: str
    name: str
    value: str | None
    expires: float | None
    secure: bool

    @classmethod
    def of(cls, cookie: Cookie) -> SavedCookie:
        """Take a cookie from a cookie jar; yt-dlp writes 0 for the end of the session."""
        return cls(
            *(cookie.domain, cookie.path, cookie.name, cookie.value),
            # A site may name any number, and no float holds those.
            float(min(cookie.expires, _FOR_EVER)) if cookie.expires else None,
            bool(cookie.secure),
        )

    @property
    def key(self) -> Key:
        """What tells it from the other cookies of a jar."""
        return self.domain, self.path, self.name

    def cookie(self) -> Cookie:
        """The same for a cookie jar."""
        dotted = self.domain.startswith(".")
        return Cookie(
            version=0,
            name=self.name,
            value=self.value,
            port=None,
            port_specified=False,
            domain=self.domain,
            domain_specified=dotted,
            domain_initial_dot=dotted,
            path=self.path,
            path_specified=True,
            secure=self.secure,
            expires=None if self.expires is None else int(self.expires),
            discard=self.expires is None,
            comment=None,
            comment_url=None,
            rest={},
        )


Cookies = Mapping[Key, SavedCookie]


@dataclass(frozen=True)
class GuestGeneration:
    """One generation of a jar; ``made_at`` is Unix time."""

    generation: str
    made_at: float
    strikes: int = 0
    about: str = ""
    """Whose guest it is and which way out, for a person; no secret, and empty in a jar of an older ytui."""
    cookies: Cookies = field(default_factory=dict)


class GuestJar:
    """The jar of one site and way out. Methods raise ``OSError``; ``TimeoutError`` is one, for a lock."""

    def __init__(self, folder: Path, identity: Iterable[str], about: str = "") -> None:
        """``identity`` is what makes two jobs the same guest; only its hash becomes part of a file's name.

        ``about`` says the same to a person, without any secret.
        """
        self._folder = folder
        self._about = about
        self._name = hashlib.sha256(json.dumps(list(identity)).encode()).hexdigest()[:32]

    @property
    def path(self) -> Path:
        """The file of the jar."""
        return self._folder / f"{self._name}.json"

    def read(self, now: float) -> GuestGeneration | None:
        """The guest of now; None where there is none, or it is too old, or its file is damaged."""
        return read_guest(self.path, now)

    def merge(self, lent: GuestGeneration | None, after: Cookies, now: float) -> GuestGeneration | None:
        """Bring back what changed since ``lent`` was read; the guest of now, None if it was dropped.

        A job that was lent nothing makes the guest, unless there is one meanwhile.
        """
        with self._locked():
            current = self.read(now)
            if current is None:
                if lent is not None:
                    return None
                return self._write(GuestGeneration(secrets.token_hex(8), now, cookies=_bounded(after)))
            if lent is None or current.generation != lent.generation:
                return None
            merged = _merged(current.cookies, lent.cookies, after)
            if merged == current.cookies and not current.strikes:
                return current
            return self._write(replace(current, strikes=0, cookies=_bounded(merged)))

    def renew(self, refused: GuestGeneration, now: float) -> bool:
        """Give up a guest that the site refuses; false if that was done already."""
        with self._locked():
            current = self.read(now)
            if current is None or current.generation != refused.generation:
                return False
            self.path.unlink()
            return True

    def strike(self, doubted: GuestGeneration, now: float) -> bool:
        """Count a refusal that may have another reason; true if it was one too many and the guest is gone."""
        with self._locked():
            current = self.read(now)
            if current is None or current.generation != doubted.generation:
                return False
            if current.strikes + 1 >= MAX_STRIKES and now - current.made_at >= MIN_AGE:
                self.path.unlink()
                return True
            self._write(replace(current, strikes=current.strikes + 1))
            return False

    @contextmanager
    def first_visit(self, patience: float) -> Iterator[None]:
        """Single flight: one job makes the guest, the others wait for it, at most ``patience`` seconds."""
        with self._open("making") as lock:
            lock_within(lock, patience, unless=lambda: self.read(time.time()) is not None)
            yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._open("lock") as lock:
            if not lock_within(lock, LOCK_PATIENCE):
                raise TimeoutError("another job holds the guest's lock")
            yield

    def _open(self, suffix: str) -> IO[bytes]:
        path = self._folder / f"{self._name}.{suffix}"
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb")

    def _write(self, guest: GuestGeneration) -> GuestGeneration:
        guest = replace(guest, about=self._about)
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=f".{self._name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(_plain(guest), file)
            Path(draft).replace(self.path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        return guest


def kept_guests(folder: Path, now: float) -> list[GuestGeneration | None]:
    """Every jar of a folder: its guest, None for one that the next job replaces (too old, or damaged)."""
    return [read_guest(path, now) for path in sorted(folder.glob("*.json"))]


def read_guest(path: Path, now: float) -> GuestGeneration | None:
    """The guest of a jar's file; None if it is missing, too old or damaged. Raises ``OSError``."""
    try:
        guest = _parsed(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not 0 <= now - guest.made_at < MAX_AGE:
        return None
    alive = {
        key: saved for key, saved in guest.cookies.items() if saved.expires is None or saved.expires > now
    }
    return replace(guest, cookies=alive)


def _merged(current: Cookies, lent: Cookies, after: Cookies) -> Cookies:
    changed = {key: saved for key, saved in after.items() if lent.get(key) != saved}
    # What the site took away from this job, unless another job was given a new one meanwhile.
    gone = {key for key, saved in lent.items() if key not in after and current.get(key) == saved}
    return {key: saved for key, saved in {**current, **changed}.items() if key not in gone}


def _bounded(cookies: Cookies) -> Cookies:
    """What a site may take of the disk is bounded: it could set any number of cookies of any length."""
    fitting = [
        (key, saved)
        for key, saved in cookies.items()
        if len(saved.name) + len(saved.value or "") <= _LONGEST_COOKIE
    ]
    return dict(fitting[:_MOST_COOKIES])


def _plain(guest: GuestGeneration) -> dict[str, Any]:
    return {
        "generation": guest.generation,
        "made_at": guest.made_at,
        "strikes": guest.strikes,
        "about": guest.about,
        "cookies": [vars(saved) for saved in guest.cookies.values()],
    }


def _parsed(found: Any) -> GuestGeneration:
    cookies = [_saved(**row) for row in found["cookies"]]
    return GuestGeneration(
        str(found["generation"]),
        float(found["made_at"]),
        int(found["strikes"]),
        str(found.get("about", "")),
        {saved.key: saved for saved in cookies},
    )


def _saved(
    *, domain: Any, path: Any, name: Any, value: Any, expires: float | None, secure: Any
) -> SavedCookie:
    """A cookie of a file that anybody may have edited. Raises ``TypeError``, or what ``float`` raises."""
    if not all(isinstance(text, str) for text in (domain, path, name, "" if value is None else value)):
        raise TypeError("a cookie is made of texts")
    return SavedCookie(domain, path, name, value, None if expires is None else float(expires), bool(secure))
