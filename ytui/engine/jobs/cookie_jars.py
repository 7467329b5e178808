"""Cookie jars of jobs: every job gets a private copy, and what a site changed in it is merged back.

yt-dlp rewrites its cookie file when it closes; two jobs on one file break it. So the file that a person gave
is only ever replaced whole, under an advisory lock in the data folder, by one that holds its cookies with
those a job's site renewed, with the person's mode.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import Cookie, LoadError, MozillaCookieJar
from pathlib import Path

from ytui.core.failures.classifier import Evidence, FailureClass, classify, explain
from ytui.core.models import Strategy
from ytui.core.protocol import Detailed, Downloaded, JobFailed, Outcome, Unimproved
from ytui.core.settings import Channel, CookieUse
from ytui.core.settings.tables import GuestUse, Limits
from ytui.engine.context import EngineContext
from ytui.engine.cookie_files import LoginState, file_of, login_in, read_cookies, state_of
from ytui.paths import Places
from ytui.store import journal, key_values
from ytui.store.database import Database, transaction
from ytui.store.rows import Job

_WITH_WARNINGS = (Downloaded, Unimproved, Detailed, JobFailed)


def copy_for_job(places: Places, source: Path, job: int) -> Path:
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


def merge_back(places: Places, source: Path, copy: Path) -> bool:
    """Merge what a job's site renewed into the person's file, and delete the copy. True if that changed it.

    A file that cannot be read as cookies changes nothing: the person's is never made worse.
    """
    lent = copy.with_suffix(".lent")
    try:
        before, after = read_cookies(lent), read_cookies(copy)
        changed = {key: cookie for key, cookie in after.items() if _value(before.get(key)) != _value(cookie)}
        if not changed:
            return False
        with _locked(places, source):
            merged = {**read_cookies(source), **changed}
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


def wanted_cookies(settings: Channel, job: Job) -> Path | None:
    """The cookie file that goes along with a job, if any does."""
    always = settings.use_cookies is CookieUse.ALWAYS
    own = job.options.cookies
    if own or always or job.strategy is Strategy.WITH_COOKIES:
        return Path(own) if own else settings.cookies
    return None


class JobCookies:
    """A job's private copy of a cookie file, from before its task is built until its process is gone."""

    def __init__(self, context: EngineContext, source: Path | None, job: int) -> None:
        """``source`` is the person's file; None: the job goes without.

        Raises ``OSError``, and :class:`LoginUnusable` for a login that a site called dead, or a file without.
        """
        self._context = context
        self._source = source
        self._job = job
        # Before the copy: should the person put another login there meanwhile, it is not the one called dead.
        self._login = login_in(source) if source is not None else None
        if source is not None and self._login is not None and not _is_usable(context.db, source, self._login):
            raise LoginUnusable(self._login)
        self.copy = copy_for_job(context.places, source, job) if source is not None else None

    def evidence(self, evidence: Evidence) -> Evidence:
        """The evidence of a job that failed, with the login that it was lent where that is what is dead."""
        dead = self._login is not None and classify(evidence).failure_class is FailureClass.COOKIES_INVALID
        return replace(evidence, login=self._login) if dead else evidence

    def end(self, outcome: Outcome | None, *, holds: bool) -> None:
        """What the site renewed goes back into the person's file, unless it called the cookies dead.

        ``holds``: a job of this kind that fails for it is held, and that is where it is said.
        """
        if self._source is None or self.copy is None:
            return
        if login_ended(outcome.warnings if isinstance(outcome, _WITH_WARNINGS) else ()):
            discard(self.copy)
            held = holds and isinstance(outcome, JobFailed) and self.evidence(outcome.evidence).login
            words = "" if held else f"the cookies in {self._source} are no longer valid: export them afresh"
            record_dead_login(
                self._context.db, self._source, self._login, self._job, self._context.clock(), words
            )
        else:
            merge_back(self._context.places, self._source, self.copy)


def discard_all(places: Places) -> None:
    """Delete private copies and drafts of jobs whose process vanished: nobody else will."""
    for copy in places.cookies_dir.glob("job-*.txt"):
        discard(copy)
    for draft in places.guests_dir.glob(".*"):
        draft.unlink(missing_ok=True)


def login_ended(warnings: Iterable[str]) -> bool:
    """Whether a site said of the cookies it was sent that they are good for nothing any more."""
    return any(explain(warning).failure_class is FailureClass.COOKIES_INVALID for warning in warnings)


def record_dead_login(
    db: Database, source: Path, login: str | None, job: int, now: float, words: str
) -> bool:
    """Remember that a login is dead until the file has another. True if that is new: ``words`` are said."""
    with transaction(db):
        if login is None or _is_known_dead(db, source, login):
            return False
        key_values.put(db, key_values.dead_cookies(source), login)
        if words:
            journal.write(db, at=now, level="warning", type="runtime", message=words, job_id=job)
    return True


class LoginUnusable(Exception):
    """A job needs a login that is not there or that a site has called dead; the site was asked nothing."""

    def __init__(self, login: str) -> None:
        super().__init__(f"the cookies in {file_of(login)} {_WORDS[state_of(login)]}")
        self.evidence = Evidence(str(self), exception_types=(type(self).__name__,), login=login)


_WORDS = {
    None: "are no longer valid",
    LoginState.MISSING: "cannot be lent: there is no such file",
    LoginState.FORBIDDEN: "cannot be lent: the file cannot be opened",
}


def is_usable(db: Database, source: Path) -> bool:
    """Whether the file has a login now, and no site called it dead."""
    return _is_usable(db, source, login_in(source))


def has_dead_login(db: Database, source: Path) -> bool:
    """Whether a site said so of the login that is in the file now."""
    return _is_known_dead(db, source, login_in(source))


def _is_usable(db: Database, source: Path, login: str) -> bool:
    return state_of(login) is None and not _is_known_dead(db, source, login)


def _is_known_dead(db: Database, source: Path, login: str) -> bool:
    return key_values.get(db, key_values.dead_cookies(source)) == login


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
