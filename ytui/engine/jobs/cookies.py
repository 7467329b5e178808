"""Cookie files: every job gets a private copy, and what a site changed in it is merged back.

yt-dlp rewrites its cookie file when it closes; two jobs on one file break it. So the file that a person gave
is only ever replaced whole, under an advisory lock in the data folder, by one that holds its cookies with
those a job's site renewed, with the person's mode.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.cookiejar import Cookie, LoadError, MozillaCookieJar
from pathlib import Path

from ytui.core.failures.classifier import FailureClass, explain
from ytui.core.login_cookies import is_youtube_login
from ytui.core.settings import GuestUse, Limits
from ytui.engine.context import Context
from ytui.paths import Places
from ytui.store import board, journal
from ytui.store.database import Database, transaction

Key = tuple[str, str, str]


def lend(places: Places, source: Path, job: int) -> Path:
    """A private copy of a cookie file for one job, readable by the user alone. Raises ``OSError``."""
    copy = places.cookies_dir / f"job-{job}.txt"
    text = source.read_bytes()
    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
    # What the job was lent, beside what it makes of it: only the difference goes back.
    copy.with_suffix(".lent").write_bytes(text)
    copy.with_suffix(".lent").chmod(0o600)
    return copy


def give_back(places: Places, source: Path, copy: Path) -> bool:
    """Merge what a job's site renewed into the person's file, and delete the copy. True if that changed it.

    A file that cannot be read as cookies changes nothing: the person's is never made worse.
    """
    lent = copy.with_suffix(".lent")
    try:
        before, after = _cookies(lent), _cookies(copy)
        changed = {key: cookie for key, cookie in after.items() if _value(before.get(key)) != _value(cookie)}
        if not changed:
            return False
        with _locked(places, source):
            merged = {**_cookies(source), **changed}
            _replace(source, merged.values())
    except (LoadError, OSError, ValueError):
        # A ValueError is text in another encoding than a cookie file's.
        return False
    finally:
        discard(copy)
    return True


def discard(copy: Path) -> None:
    """Delete a job's private copy."""
    copy.unlink(missing_ok=True)
    copy.with_suffix(".lent").unlink(missing_ok=True)


def guest_folder(places: Places, limits: Limits, site: str) -> Path | None:
    """Where the guest jars lie, for a job that may take part in its site's; None: it is a new guest."""
    return places.guests_dir if limits.for_site(site).guest is GuestUse.KEEP else None


class Loan:
    """A job's private copy of a cookie file, from before its task is built until its process is gone."""

    def __init__(self, context: Context, source: Path | None, job: int) -> None:
        """``source`` is the person's file; None: the job goes without. Raises ``OSError``."""
        self._context = context
        self._source = source
        self._job = job
        # Before the copy: should the person put another login there meanwhile, it is not the one called dead.
        self.login = login_version(source) if source is not None else None
        self.copy = lend(context.places, source, job) if source is not None else None

    def end(self, warnings: Iterable[str]) -> None:
        """What the site renewed goes back into the person's file, unless it called the cookies dead."""
        if self._source is None or self.copy is None:
            return
        if dead(warnings):
            discard(self.copy)
            say_dead(self._context.db, self._source, self.login, self._job, self._context.clock())
        else:
            give_back(self._context.places, self._source, self.copy)


def discard_all(places: Places) -> None:
    """Delete private copies and drafts of jobs whose process vanished: nobody else will."""
    for copy in places.cookies_dir.glob("job-*.txt"):
        discard(copy)
    for draft in places.guests_dir.glob(".*"):
        draft.unlink(missing_ok=True)


def dead(warnings: Iterable[str]) -> bool:
    """Whether a site said of the cookies it was sent that they are good for nothing any more."""
    return any(explain(warning).failure_class is FailureClass.COOKIES_INVALID for warning in warnings)


def say_dead(db: Database, source: Path, login: str | None, job: int, now: float) -> bool:
    """Write into the journal that a login is dead, once until the file has another. True if it was said."""
    with transaction(db):
        if login is None or board.get_fact(db, _fact(source)) == login:
            return False
        board.set_fact(db, _fact(source), login)
        journal.write(
            db,
            at=now,
            level="warning",
            type="runtime",
            message=f"the cookies in {source} are no longer valid: export them afresh",
            job_id=job,
        )
    return True


def is_dead(db: Database, source: Path) -> bool:
    """Whether a site said so of the login that is in the file now."""
    login = login_version(source)
    return login is not None and board.get_fact(db, _fact(source)) == login


def _fact(source: Path) -> str:
    return f"cookies dead: {source}"


def login_version(source: Path) -> str | None:
    """A hash that tells one login in the file from the next; None for a file that is not there.

    Cookies that a site renews all the time are not part of it: they come back from jobs whose login is dead.
    """
    try:
        status = source.stat()
        return _login_hash(source, status.st_mtime_ns, status.st_size)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _login_hash(source: Path, modified: int, size: int) -> str:
    try:
        cookies = _cookies(source)
    except (LoadError, ValueError):
        return f"unreadable {modified}"
    login = {key for key in cookies if is_youtube_login(key[0], key[2])} or set(cookies)
    rows = sorted((*key, cookies[key].value) for key in login)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _cookies(path: Path) -> dict[Key, Cookie]:
    jar = MozillaCookieJar()
    jar.load(str(path), ignore_discard=True, ignore_expires=True)
    return {(cookie.domain, cookie.path, cookie.name): cookie for cookie in jar}


def _value(cookie: Cookie | None) -> tuple[str | None, int | None] | None:
    # "0" and nothing both stand for the end of the session; which one is written is a matter of taste.
    return None if cookie is None else (cookie.value, cookie.expires or None)


def _replace(source: Path, cookies: Iterable[Cookie]) -> None:
    jar = MozillaCookieJar()
    for cookie in cookies:
        jar.set_cookie(cookie)
    target = source.resolve()
    status = target.stat()
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=".ytui-cookies-")
    os.close(descriptor)
    try:
        jar.save(draft, ignore_discard=True, ignore_expires=True)
        with contextlib.suppress(PermissionError):
            os.chown(draft, status.st_uid, status.st_gid)
        Path(draft).chmod(stat.S_IMODE(status.st_mode))
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def _locked(places: Places, source: Path) -> Iterator[None]:
    """Whoever merges into this file; the lock's own file stays, or two could hold a lock of one name."""
    name = hashlib.sha256(os.fsencode(source.resolve())).hexdigest()[:32]
    with (places.cookies_dir / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
