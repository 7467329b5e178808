"""The cause ``login``: a site called the login in a cookie file dead. Its subject is that login."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from ytui.core.failures.classifier import Failure, FailureClass
from ytui.core.models import JobKind
from ytui.core.settings import CookieUse, Settings
from ytui.engine.holds.facts import PARTS, JobFacts, Look, Words
from ytui.engine.logins import file_of, login_in
from ytui.paths import Places
from ytui.store.rows import Hold

_REMEDY = (
    "Export the cookies again from a private window and put them in that file's place, or give them with c"
)


def behind(facts: JobFacts, failure: Failure) -> str | None:
    """The hold of a job whose login is dead, or whose cookie file cannot be read."""
    return failure.evidence.login if failure.failure_class is FailureClass.COOKIES_INVALID else None


def leans(facts: JobFacts) -> Collection[str]:
    """A job that is never without its login; one that tries without it first may well need none."""
    if facts.kind is JobKind.FETCH or PARTS in facts.options:
        return ()
    own = facts.options.get("cookies")
    source = Path(own) if own else facts.channel.cookies
    if source is None or not (own or facts.channel.use_cookies is CookieUse.ALWAYS):
        return ()
    login = login_in(source)
    return () if login is None else (login,)


def words(subject: str, failure: Failure) -> Words:
    """Which file it is."""
    return Words(f"the cookies in {file_of(subject)} are no longer valid", _REMEDY)


def look(settings: Settings, places: Places, hold: Hold) -> Look:
    """Gone when the file has another login, or none, or when other channels name it than before."""
    source = file_of(hold.subject)
    users = [(channel.url, channel.use_cookies) for channel in settings.channels if channel.cookies == source]
    now = hashlib.sha256(json.dumps(sorted(users)).encode()).hexdigest()[:16]
    renewed = login_in(source) != hold.subject
    return Look(gone=renewed or (bool(hold.fingerprint) and hold.fingerprint != now), fingerprint=now)
