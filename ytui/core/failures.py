"""Why an attempt failed: one class, one advice and plain words, from everything known of the attempt.

Types, statuses and errnos are asked before words, because words are translated, reworded and made up by
others. One thing outranks them: a site that names its own reason (private, members only, not a bot) has
said more than the status it said it with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ytui.core.failure_rule import Rule, first_match
from ytui.core.failure_rules_access import (
    ACCESS_RULES,
    FIRST_RULES,
    GONE_RULES,
    PERSON_RULES,
)
from ytui.core.failure_rules_early import OWN_RULES, PROCESSING_RULES, PUSHBACK_RULES
from ytui.core.failure_rules_media import (
    FORMAT_RULES,
    LATER_RULES,
    SERVER_RULES,
    TOOL_RULES,
    VAGUE_RULES,
)
from ytui.core.failure_rules_wire import FILE_RULES, WIRE_RULES
from ytui.core.failure_status import (
    Verdict,
    by_decisive_type,
    by_errno,
    by_status,
    by_supporting_type,
    is_mistake,
    is_youtube,
)
from ytui.core.failure_text import asks_for_bug_report, clean, matchable, offers_vpn, starts_in
from ytui.core.failure_words import Advice, FailureClass, Group
from ytui.core.models import RequestKind

__all__ = ["Advice", "Evidence", "Failure", "FailureClass", "Group", "classify", "clean", "explain"]


@dataclass(frozen=True)
class Evidence:
    """All that is known of one failed attempt; plain values only, so it crosses processes and SQLite."""

    message: str
    #: Class names, outermost first, through ``exc_info[1]``, ``cause``, ``__cause__`` and ``__context__``.
    exception_types: tuple[str, ...] = ()
    #: HTTP status of the last failed request seen on the wire, with its host and what it was for.
    status: int | None = None
    host: str | None = None
    request_kind: RequestKind | None = None
    #: Seconds that the server asked to wait.
    retry_after: float | None = None
    errno: int | None = None
    #: The job's recent warnings: dead cookies and a missing JavaScript runtime show nowhere else.
    warnings: tuple[str, ...] = ()
    #: The signal that the job's process died of.
    signal: int | None = None
    #: Unix time announced for a premiere or a scheduled broadcast.
    release_at: float | None = None

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON's own types, without what is not known."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        known = {name: value for name, value in values.items() if value not in (None, ())}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in known.items()} | {
            "message": self.message
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The evidence that ``to_json`` gave; unknown keys are ignored, so that older rows stay readable."""
        known = {field.name: data[field.name] for field in fields(cls) if data.get(field.name) is not None}
        for name in ("exception_types", "warnings"):
            known[name] = tuple(str(item) for item in known.get(name, ()))
        if "request_kind" in known:
            known["request_kind"] = RequestKind(known["request_kind"])
        return cls(**({"message": ""} | known))


@dataclass(frozen=True)
class Failure:
    """A classified failure, in words for a person and in values for ``retry.plan``."""

    failure_class: FailureClass
    advice: Advice
    reason: str
    remedy: str
    title: str
    evidence: Evidence
    #: What the site announced: for the group ``later`` the unix time of the start, for every other
    #: group the seconds to wait (Retry-After), counted from the failure.
    until: float | None = None
    #: Seconds from the failure until the start, where only the words tell it ("in 3 hours").
    starts_in: float | None = None


def explain(text: str) -> Failure:
    """The failure that a line of yt-dlp's output, and nothing else, speaks of."""
    return classify(Evidence(message=text))


def classify(evidence: Evidence) -> Failure:
    """The failure that all the evidence together speaks of; never raises, at worst it is ``unknown``."""
    case = _Case(evidence)
    found = next((verdict for step in _STEPS if (verdict := step(case)) is not None), _UNKNOWN)
    failure_class, advice = _in_view_of_warnings(_in_doubt(found, case), evidence)
    later = failure_class.group is Group.LATER
    return Failure(
        failure_class=failure_class,
        advice=advice,
        reason=_reason(failure_class, evidence),
        remedy=failure_class.remedy,
        title=failure_class.title,
        evidence=evidence,
        until=evidence.release_at if later else evidence.retry_after,
        starts_in=starts_in(case.text) if later else None,
    )


class _Case:
    """One attempt's evidence with what its message says of types and statuses already read out."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.text = _PATH.sub(r"\1", matchable(evidence.message))
        status = _STATUS.search(self.text)
        self.text_status = int(status[1] or status[2]) if status else None
        cause = _CAUSE.search(self.text)
        self.types = (*evidence.exception_types, *((cause[1],) if cause else ()))
        self.youtube = self.text.startswith("[youtube") or is_youtube((evidence.host or "").lower())
        self.kind = self._kind()

    def _kind(self) -> RequestKind | None:
        """What the request was for: seen on the wire if it is the one the message is about."""
        seen = self.evidence
        if seen.request_kind and (self.text_status is None or self.text_status == seen.status):
            return seen.request_kind
        if _MEDIA_TEXT.search(self.text):
            return RequestKind.MEDIA
        if self.text_status in (404, 410) and _MANIFEST_TEXT.search(self.text):
            return RequestKind.MEDIA
        found = _PAGE_TEXT.search(self.text)
        if found is None:
            return None
        return RequestKind.API if found[1].lower().startswith(("api", "json")) else RequestKind.PAGE


_UNKNOWN: Verdict = (FailureClass.UNKNOWN, Advice.RETRY_BACKOFF)
_STATUS = re.compile(
    r"HTTP (?:Error|status code|status|code)\s*:?\s*(\d{3})\b|\b(\d{3}) (?:Client|Server) Error\b", re.I
)
_CAUSE = re.compile(r"\(caused by <?([A-Za-z_]\w*)")
# The path after an errno is somebody's title; its words say nothing. (Errno 2 is about the path itself.)
_PATH = re.compile(r"(\[(?:Errno (?!2\])|WinError (?!2\]))-?\d+\] [^:'\"]{1,160}):? ['\"].*$")
_MEDIA_TEXT = re.compile(
    r"unable to download video data|^Unable to download video:|Unable to open fragment", re.I
)
_MANIFEST_TEXT = re.compile(r"m3u8|MPD|f4m|ISM|manifest|Got error", re.I)
_PAGE_TEXT = re.compile(
    r"(?:Unable to (?:download|fetch|open|get)|Failed to (?:download|fetch|get)) "
    r"(?!.{0,30}(?:m3u8|MPD|f4m|ISM|manifest|subtitles|thumbnail|video data))([\w ]{2,60}?): HTTP Error",
    re.I,
)


def _died(case: _Case) -> Verdict | None:
    number = case.evidence.signal
    if number is None:
        return None
    if number in _ENDED_FROM_OUTSIDE:
        return FailureClass.INTERRUPTED, Advice.RETRY_SOON
    return _UNKNOWN


_ENDED_FROM_OUTSIDE = frozenset({1, 2, 15})


def _decisive(case: _Case) -> Verdict | None:
    found = by_decisive_type(case.types)
    if found is None and offers_vpn(case.evidence.message) and "HTTP Error" not in case.text:
        found = FailureClass.GEO_BLOCKED
    if found is None:
        return None
    # The words may still know better what to do about it ("this livestream has ended").
    words = first_match(ALL_RULES, case.text)
    if words is not None and words.failure_class is found:
        return found, words.advice
    return found, found.default_advice


def _in_words(*tables: tuple[Rule, ...]) -> Callable[[_Case], Verdict | None]:
    rules = tuple(row for table in tables for row in table)

    def step(case: _Case) -> Verdict | None:
        row = first_match(rules, case.text)
        return (row.failure_class, row.advice) if row else None

    return step


def _status_in_words(case: _Case) -> Verdict | None:
    if case.text_status is None or _REDIRECT_LOOP.search(case.text):
        return None
    return by_status(case.text_status, case.kind, case.youtube)


_REDIRECT_LOOP = re.compile("redirect loop", re.IGNORECASE)


def _refused_on_the_wire(case: _Case) -> Verdict | None:
    """Pushback seen on the wire: extractors swallow it and then complain of something vague."""
    if case.evidence.status is None or case.evidence.request_kind in _SIDE_KINDS:
        return None
    found = by_status(case.evidence.status, case.kind, case.youtube)
    return found if found and found[1] is Advice.WAIT_COOLDOWN else None


_SIDE_KINDS = frozenset({RequestKind.CAPTION, RequestKind.IMAGE})


def _refused_in_warnings(case: _Case) -> Verdict | None:
    for warning in case.evidence.warnings:
        row = first_match(PUSHBACK_RULES, matchable(warning))
        if row and row.failure_class.group is Group.PUSHBACK:
            return row.failure_class, row.advice
        if _TOO_MANY.search(warning):
            return FailureClass.RATE_LIMITED, Advice.WAIT_COOLDOWN
    return None


_TOO_MANY = re.compile(r"HTTP Error 429")


def _on_the_wire(case: _Case) -> Verdict | None:
    """Errno, type and status of the chain itself, for a message that explains nothing."""
    seen = case.evidence
    verdict = by_errno(seen.errno) if seen.errno is not None else None
    beside_the_point = seen.request_kind in _SIDE_KINDS and case.text != ""
    if verdict is None and seen.status is not None and not beside_the_point:
        verdict = by_status(seen.status, case.kind, case.youtube)
    return verdict or by_supporting_type(case.types)


def _as_a_mistake(case: _Case) -> Verdict | None:
    if is_mistake(case.types) or asks_for_bug_report(case.evidence.message):
        return FailureClass.EXTRACTOR_BROKEN, Advice.RETRY_BACKOFF
    return None


_SITE_WORDS = (
    *FIRST_RULES,
    *ACCESS_RULES,
    *PERSON_RULES,
    *LATER_RULES,
    *TOOL_RULES,
    *GONE_RULES,
)
#: Every rule in the order of its evidence; each must decide the message it was written for.
ALL_RULES: tuple[Rule, ...] = (
    *OWN_RULES,
    *PUSHBACK_RULES,
    *PROCESSING_RULES,
    *WIRE_RULES,
    *FILE_RULES,
    *_SITE_WORDS,
    *FORMAT_RULES,
    *SERVER_RULES,
    *VAGUE_RULES,
)

_STEPS: tuple[Callable[[_Case], Verdict | None], ...] = (
    _died,
    _in_words(OWN_RULES),
    _decisive,
    _in_words(PUSHBACK_RULES, PROCESSING_RULES),
    _status_in_words,
    _in_words(WIRE_RULES, FILE_RULES, _SITE_WORDS),
    _refused_on_the_wire,
    _refused_in_warnings,
    _in_words(FORMAT_RULES, SERVER_RULES),
    _on_the_wire,
    _in_words(VAGUE_RULES),
    _as_a_mistake,
)


def _in_doubt(verdict: Verdict, case: _Case) -> Verdict:
    """Never "for ever" on words that yt-dlp itself takes for a fault of its extractor."""
    doubtful = verdict[0] in (FailureClass.FORMAT_UNAVAILABLE, FailureClass.NOT_FOUND)
    if doubtful and verdict[1] is Advice.PERMANENT and case.text_status is None:
        return (verdict[0], Advice.RETRY_BACKOFF) if asks_for_bug_report(case.evidence.message) else verdict
    return verdict


_DEAD_COOKIES = re.compile(r"cookies are no longer valid", re.IGNORECASE)
_NO_JS = re.compile(
    r"No supported JavaScript runtime|(?:n challenge|signature) solving failed|nsig extraction failed"
    r"|challenge solver",
    re.IGNORECASE,
)
_EXPLAINED_BY_COOKIES = frozenset(
    {
        FailureClass.LOGIN_REQUIRED,
        FailureClass.PRIVATE,
        FailureClass.MEMBERS_ONLY,
        FailureClass.PREMIUM_REQUIRED,
        FailureClass.AGE_RESTRICTED,
    }
)
_EXPLAINED_BY_JS = frozenset(
    {FailureClass.FORMAT_UNAVAILABLE, FailureClass.EXTRACTOR_BROKEN, FailureClass.UNKNOWN}
)


def _in_view_of_warnings(verdict: Verdict, evidence: Evidence) -> Verdict:
    """The same verdict, unless a warning of the job names the cause behind it."""
    if verdict[0] in _EXPLAINED_BY_COOKIES and any(map(_DEAD_COOKIES.search, evidence.warnings)):
        return FailureClass.COOKIES_INVALID, Advice.NEEDS_USER
    if verdict[0] in _EXPLAINED_BY_JS and any(map(_NO_JS.search, evidence.warnings)):
        return FailureClass.JS_RUNTIME, Advice.NEEDS_USER
    return verdict


def _reason(failure_class: FailureClass, evidence: Evidence) -> str:
    if evidence.signal is None:
        return failure_class.reason
    hint = ", perhaps out of memory" if evidence.signal == _SIGKILL else ""
    return f"The job's process was killed by signal {evidence.signal}{hint}."


_SIGKILL = 9
