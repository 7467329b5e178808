"""The cause ``login``: a cookie file has no login that could be lent, or a site called the one in it dead.

The subject is that login, or that there is none; see :func:`ytui.engine.cookie_files.login_in`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from ytui.core.failures.classifier import Failure, FailureClass
from ytui.core.models import JobKind
from ytui.core.settings import CookieUse, Settings
from ytui.engine.cookie_files import LoginState, file_of, login_in, state_of
from ytui.engine.holds.job_facts import CauseCheck, HoldWords, JobFacts
from ytui.paths import Places
from ytui.store.rows import Hold

_WORDS = {
    None: (
        "the cookies in {} are no longer valid",
        "Export the cookies again from a private window and put them in that file's place, or give them with "
        "c",
    ),
    LoginState.MISSING: (
        "the cookie file {} is not there",
        "Put the file there, name another in config.toml, or give cookies with c",
    ),
    LoginState.FORBIDDEN: (
        "the cookie file {} cannot be opened",
        "Let this user read it, or give cookies with c",
    ),
}
"""Reason and remedy; the file is named in the first."""
_NO_COOKIE_FILE = (
    "{} is no cookie file",
    "Export the cookies in Netscape format and put them in that file's place, or give them with c",
)
_UNREADABLE_TO_YT_DLP = "CookieLoadError"


def subject_of(facts: JobFacts, failure: Failure) -> str | None:
    """The hold of a job whose login is dead, or whose cookie file has none."""
    return failure.evidence.login if failure.failure_class is FailureClass.COOKIES_INVALID else None


def dependencies(facts: JobFacts) -> Collection[str]:
    """A job that is never without its login; one that tries without it first may well need none."""
    if facts.kind in (JobKind.FETCH, JobKind.INFO):
        return ()
    own = facts.options.cookies
    source = Path(own) if own else facts.channel.cookies
    if source is None or not (own or facts.channel.use_cookies is CookieUse.ALWAYS):
        return ()
    return (login_in(source),)


def describe(subject: str, failure: Failure) -> HoldWords:
    """Which file it is, and what is wrong with it."""
    malformed = _UNREADABLE_TO_YT_DLP in failure.evidence.exception_types
    reason, remedy = _NO_COOKIE_FILE if malformed else _WORDS[state_of(subject)]
    return HoldWords(reason.format(file_of(subject)), remedy)


def check(settings: Settings, places: Places, hold: Hold) -> CauseCheck:
    """Gone when the file has another login, or none, or when other channels name it than before."""
    source = file_of(hold.subject)
    users = [(channel.url, channel.use_cookies) for channel in settings.channels if channel.cookies == source]
    now = hashlib.sha256(json.dumps(sorted(users)).encode()).hexdigest()[:16]
    renewed = login_in(source) != hold.subject
    return CauseCheck(gone=renewed or (bool(hold.fingerprint) and hold.fingerprint != now), fingerprint=now)
