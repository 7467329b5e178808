"""The cause ``token_provider``: the program that a plug-in of yt-dlp asks for PO tokens makes none.

The subject is the provider's address: the one that the options name, else where the usual plug-in looks; a
provider that is neither (a script, another plug-in's) has none that could be looked at.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from ytui.core.failures.classifier import Failure, FailureClass
from ytui.core.models import JobKind, ProviderTrouble
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.core.sites import is_local
from ytui.engine.holds.job_facts import CauseCheck, HoldWords, JobFacts
from ytui.paths import Places
from ytui.store.rows import Hold

USUAL = "http://127.0.0.1:4416"
"""Where the plug-in bgutil-ytdlp-pot-provider looks unless it is told."""
UNKNOWN = "unknown"

_NAMED = re.compile(r"youtubepot-\w+:(?:.*;)?base_url=(https?://[^;,\s]+)")
_SITE = "youtube"
_PATIENCE = 0.2
"""Seconds for a connection within the machine or its network."""
_SILENT, _ANSWERS = "silent", "answers"


def subject_of(facts: JobFacts, failure: Failure) -> str | None:
    """The hold of a job that got nothing because a provider made no token."""
    if failure.failure_class is not FailureClass.TOKEN_PROVIDER:
        return None
    address = _address_of(facts.args)
    return address if failure.evidence.provider == address else UNKNOWN


def dependencies(facts: JobFacts) -> Collection[str]:
    """Whatever asks YouTube for a video may be asked for a token; listings are not."""
    if facts.kind is JobKind.FETCH or facts.site != _SITE:
        return ()
    return (_address_of(facts.args), UNKNOWN)


def describe(subject: str, failure: Failure) -> HoldWords:
    """What is wrong with the provider, and what to do."""
    trouble = failure.evidence.provider_trouble
    told = None if trouble is None else _WORDS[trouble]
    if told is None:
        return HoldWords(failure.reason, failure.remedy)
    reason = told[0].format(clean(failure.evidence.provider or UNKNOWN))
    return HoldWords(reason, told[1], _SILENT if trouble is ProviderTrouble.DEAD else "")


_WORDS = {
    ProviderTrouble.DEAD: ("{} does not answer.", "Start it."),
    ProviderTrouble.SLOW: ("{} did not answer in time.", "Look at its log, or restart it."),
    ProviderTrouble.REFUSES: ("{} makes no token.", "Look at its log, or restart it."),
}
"""Reason and remedy; the provider is named in the first."""


def check(settings: Settings, places: Places, hold: Hold) -> CauseCheck:
    """Gone once a provider that was silent answers; whether one that answers makes tokens a job must try."""
    if hold.subject == UNKNOWN or not is_local(hold.subject):
        return CauseCheck()
    now = _ANSWERS if _answers(hold.subject) else _SILENT
    return CauseCheck(gone=(hold.fingerprint, now) == (_SILENT, _ANSWERS), fingerprint=now)


def provider_answers(args: tuple[str, ...]) -> bool:
    """Whether the provider that these options name, or the usual one, is there; a far one is not asked."""
    address = _address_of(args)
    return is_local(address) and _answers(address)


def _address_of(args: tuple[str, ...]) -> str:
    named = [found[1] for word in args if (found := _NAMED.search(word))]
    if not named:
        return USUAL
    parts = urlsplit(named[-1])
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _answers(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=_PATIENCE).close()
    except (OSError, ValueError):
        return False
    return True
