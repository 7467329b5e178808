"""Why an attempt failed: one class, one advice and plain words, from everything known of the attempt.

Types, statuses and errnos are asked before words, because words are translated, reworded and made up by
others. One thing outranks them: a site that names its own reason (private, members only, not a bot) has
said more than the status it said it with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ytui.core.failures.classes import Advice, FailureClass, FailureGroup
from ytui.core.failures.error_text import (
    asks_for_bug_report,
    asks_for_login,
    clean,
    in_errors,
    is_a_plugins,
    matchable,
    offers_vpn,
    site_says,
    starts_in,
)
from ytui.core.failures.evidence import LOGS_IN, NO_FORMATS, Case, Evidence
from ytui.core.failures.rule import Rule, first_match
from ytui.core.failures.status import (
    Verdict,
    by_decisive_type,
    by_errno,
    by_errno_name,
    by_helper,
    by_status,
    by_supporting_type,
    is_mistake,
)
from ytui.core.lower_quality import lower_remedy, lower_sentence
from ytui.core.models import LowerCause, ProviderTrouble, RequestKind

__all__ = ["Advice", "Evidence", "Failure", "FailureClass", "FailureGroup", "classify", "clean", "explain"]


@dataclass(frozen=True)
class Failure:
    """A classified failure, in words for a person and in values for ``decision.decide``."""

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
    """The failure that a line of yt-dlp's output, or all of its output, speaks of."""
    errors, warnings = in_errors(text)
    found = [classify(Evidence(message=error, warnings=warnings)) for error in errors]
    # Where one of several errors is a refusal, the others came of it; else the first that says something
    # began it (a program around yt-dlp may put "Error: yt-dlp failed:" before all of them).
    # A tool's bare exit code says least of all.
    says = [one for one, error in zip(found, errors, strict=True) if not _ONLY_AN_END.search(error)] or found
    told = [one for one in says if one.failure_class is not FailureClass.UNKNOWN] or found
    failure = next((one for one in told if one.failure_class.group is FailureGroup.PUSHBACK), told[0])
    return replace(failure, evidence=Evidence(message=text))


_ONLY_AN_END = re.compile(r"^\s*ERROR: (?:\w+ )?exited with code \S{1,20}\s*$", re.IGNORECASE)


def classify(evidence: Evidence) -> Failure:
    """The failure that all the evidence together speaks of; never raises, at worst it is ``unknown``."""
    case = Case(evidence)
    found = next((verdict for step in _STEPS if (verdict := step(case)) is not None), _UNKNOWN)
    failure_class, advice = _in_view_of_warnings(_in_doubt(found, case), evidence)
    if failure_class is FailureClass.NOT_FOUND and evidence.new_channel:
        advice = Advice.NEEDS_USER
    later = failure_class.group is FailureGroup.LATER
    return Failure(
        failure_class=failure_class,
        advice=advice,
        reason=_reason(failure_class, evidence),
        remedy=_remedy(failure_class, evidence),
        title=failure_class.title,
        evidence=evidence,
        until=evidence.release_at if later else evidence.retry_after,
        starts_in=starts_in(case.text) if later else None,
    )


_UNKNOWN: Verdict = (FailureClass.UNKNOWN, Advice.RETRY_BACKOFF)


def _by_end(case: Case) -> Verdict | None:
    """Step 1: what ytui itself saw, the signal of a dead process or formats that were withheld."""
    number, cause = case.evidence.signal, case.evidence.lower_cause
    if number is not None:
        ended = number in _ENDED_FROM_OUTSIDE
        return (FailureClass.INTERRUPTED, Advice.RETRY_SOON) if ended else _UNKNOWN
    if cause is not None:
        return _LOWER.get(cause, (FailureClass.FORMAT_UNAVAILABLE, Advice.NEEDS_USER))
    return None


_ENDED_FROM_OUTSIDE = frozenset({1, 2, 15})
_LOWER: dict[LowerCause, Verdict] = {
    LowerCause.CHALLENGE: (FailureClass.JS_RUNTIME, Advice.NEEDS_USER),
    LowerCause.REFUSED_FORMAT: (FailureClass.FORBIDDEN, Advice.LOWER_QUALITY),
}


def _by_type(case: Case) -> Verdict | None:
    """Step 2: an exception's type, or the helper of yt-dlp that raised it."""
    found = by_decisive_type(case.types) or by_helper(case.evidence.raised_by)
    if found is None and offers_vpn(case.evidence.message) and "HTTP Error" not in case.text:
        found = FailureClass.GEO_BLOCKED
    if found is None:
        return None
    words = _words(case)
    if words is None:
        return found, found.default_advice
    # The words may know better what to do about it ("this livestream has ended"), and a site that asks
    # for a login may say whose ("for members only").
    closer = found is FailureClass.LOGIN_REQUIRED and words.failure_class.group in _BEHIND_A_LOGIN
    return words.verdict if closer or words.failure_class is found else (found, found.default_advice)


_BEHIND_A_LOGIN = frozenset({FailureGroup.ACCESS, FailureGroup.PUSHBACK})


def _words(case: Case) -> Rule | None:
    return (
        first_match("loud", case.text)
        or first_match("said", case.text)
        or first_match("hint", site_says(case.text))
    )


def _by_status(case: Case) -> Verdict | None:
    """Step 3: a status that the message names, unless its words outrank it or give the site's reason."""
    row = first_match("loud", case.text)
    if row is not None:
        return row.verdict
    if case.text_status is None or _NOT_THE_SITES.search(case.text):
        return None
    if case.text_status in _WITH_A_REASON:
        row = first_match("said", case.site_words())
    if row is not None and row.failure_class not in _VAGUE and row.failure_class.group not in _OURS:
        return row.verdict
    return by_status(case.text_status, case.kind, case.youtube)


_NOT_THE_SITES = re.compile("redirect loop|tunnel", re.IGNORECASE)
# Statuses under which a site may say in its own words what it means.
_WITH_A_REASON = frozenset({400, 401, 403, 404, 410})
_OURS = frozenset({FailureGroup.NETWORK, FailureGroup.MACHINE})
# What a refusal looks like once an extractor has swallowed it.
_VAGUE = frozenset(
    {
        FailureClass.FORMAT_UNAVAILABLE,
        FailureClass.UNAVAILABLE,
        FailureClass.SERVER_ERROR,
        FailureClass.EXPIRED_URL,
        FailureClass.FORBIDDEN,
        FailureClass.EXTRACTOR_BROKEN,
    }
)


def _by_phrase(case: Case) -> Verdict | None:
    """Step 4: a phrase; where it says little, what was seen on the wire: a refusal, errno, type, status."""
    row = first_match("said", case.text)
    refused = None
    if row is None or row.failure_class in _VAGUE:
        refused = _refused_on_the_wire(case) or _refused_in_warnings(case)
    return refused or (row.verdict if row else _on_the_wire(case))


def _refused_on_the_wire(case: Case) -> Verdict | None:
    if case.evidence.status is None or case.evidence.request_kind in _SIDE_KINDS:
        return None
    found = by_status(case.evidence.status, case.kind, case.youtube)
    return found if found and found[1] is Advice.WAIT_COOLDOWN else None


_SIDE_KINDS = frozenset({RequestKind.CAPTION, RequestKind.IMAGE})


def _refused_in_warnings(case: Case) -> Verdict | None:
    for warning in case.evidence.warnings:
        if is_a_plugins(warning):
            continue
        row = first_match("loud", matchable(warning))
        if row and row.failure_class.group is FailureGroup.PUSHBACK:
            return row.verdict
    return None


def _on_the_wire(case: Case) -> Verdict | None:
    seen = case.evidence
    verdict = by_errno(seen.errno) if seen.errno is not None else None
    beside_the_point = seen.request_kind in _SIDE_KINDS and case.text != ""
    if verdict is None and seen.status is not None and not beside_the_point:
        verdict = by_status(seen.status, case.kind, case.youtube)
    return verdict or by_supporting_type(case.types)


def _by_hint(case: Case) -> Verdict | None:
    """Step 5: a word that gives the reason away; at last whether the site refused or the extractor broke."""
    if (named := by_errno_name(case.text)) is not None:
        return named
    if (row := first_match("hint", site_says(case.text))) is not None:
        return row.verdict
    if asks_for_login(case.evidence.message):
        return FailureClass.LOGIN_REQUIRED, Advice.NEEDS_USER
    row = first_match("vague", case.text)
    return row.verdict if row else _by_expected(case)


def _by_expected(case: Case) -> Verdict | None:
    seen = case.evidence
    if seen.raised_by == NO_FORMATS and not seen.expected:
        return FailureClass.FORMAT_UNAVAILABLE, Advice.RETRY_BACKOFF
    if is_mistake(case.types) or seen.expected is False or asks_for_bug_report(seen.message):
        return FailureClass.EXTRACTOR_BROKEN, Advice.RETRY_BACKOFF
    if seen.raised_by == LOGS_IN:
        return FailureClass.LOGIN_REQUIRED, Advice.NEEDS_USER
    return (FailureClass.UNAVAILABLE, Advice.RETRY_BACKOFF) if seen.expected else None


_STEPS: tuple[Callable[[Case], Verdict | None], ...] = (
    _by_end,
    _by_type,
    _by_status,
    _by_phrase,
    _by_hint,
)


def _in_doubt(verdict: Verdict, case: Case) -> Verdict:
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

_EXPLAINED_BY_A_MISSING_TOKEN = frozenset(
    {
        FailureClass.FORMAT_UNAVAILABLE,
        FailureClass.EXTRACTOR_BROKEN,
        FailureClass.UNKNOWN,
        FailureClass.BOT_CHECK,
        FailureClass.FORBIDDEN,
        FailureClass.EXPIRED_URL,
    }
)

_EXPLAINED_BY_THE_NETWORK = frozenset({FailureClass.EXTRACTOR_BROKEN, FailureClass.UNKNOWN})


def _in_view_of_warnings(verdict: Verdict, evidence: Evidence) -> Verdict:
    """The same verdict, unless a warning of the job, or its token provider, is the cause behind it."""
    if evidence.lowest is not None or evidence.lower_cause not in (None, LowerCause.TOKEN_PROVIDER):
        # What withheld the formats, or that none is low enough, is known, whatever else was amiss.
        return verdict
    if verdict[0] in _EXPLAINED_BY_COOKIES and any(map(_DEAD_COOKIES.search, evidence.warnings)):
        return FailureClass.COOKIES_INVALID, Advice.NEEDS_USER
    if verdict[0] in _EXPLAINED_BY_A_MISSING_TOKEN and _made_no_token(evidence):
        return FailureClass.TOKEN_PROVIDER, Advice.NEEDS_USER
    if verdict[0] in _EXPLAINED_BY_JS and any(map(_NO_JS.search, evidence.warnings)):
        return FailureClass.JS_RUNTIME, Advice.NEEDS_USER
    if _asks_no_client_with_cookies(verdict, evidence):
        return FailureClass.CONFIG, Advice.NEEDS_USER
    if verdict[0] in _EXPLAINED_BY_THE_NETWORK:
        return _network_in(evidence.warnings) or verdict
    return verdict


def _asks_no_client_with_cookies(verdict: Verdict, evidence: Evidence) -> bool:
    """Whether ``player_client`` names only clients that yt-dlp leaves out for a job with a login."""
    nothing_came = verdict[0] in (FailureClass.UNKNOWN, FailureClass.EXTRACTOR_BROKEN) or (
        verdict[0] is FailureClass.FORMAT_UNAVAILABLE
        and any(map(_NOTHING_TO_WATCH.search, (evidence.message, *evidence.warnings)))
    )
    return nothing_came and _client_without_cookies(evidence) is not None


def _client_without_cookies(evidence: Evidence) -> str | None:
    found = (_NO_COOKIES_CLIENT.search(warning) for warning in evidence.warnings)
    return next((match[1] for match in found if match), None)


_NO_COOKIES_CLIENT = re.compile(r'Skipping client "([\w.-]{1,40})" since it does not support cookies')
_NOTHING_TO_WATCH = re.compile(r"Only images are available|No video formats found")


def _made_no_token(evidence: Evidence) -> bool:
    return evidence.provider_trouble is not None or any(map(_NO_TOKEN.search, evidence.warnings))


_NO_TOKEN = re.compile(r"\[pot:[^\]\s]+\] Error reaching |\[pot\] Error fetching PO Token from ")


def _network_in(warnings: tuple[str, ...]) -> Verdict | None:
    """What went wrong on the wire where an extractor gave up on a request and then missed its answer."""
    sites = (warning for warning in warnings if not is_a_plugins(warning))
    given_up = (matchable(warning) for warning in sites if "Retrying (" not in warning)
    rows = (row for text in given_up if _UNANSWERED.search(text) and (row := first_match("said", text)))
    return next((row.verdict for row in rows if row.failure_class.group is FailureGroup.NETWORK), None)


_UNANSWERED = re.compile(r"Unable to download (?:webpage|API page|JSON)", re.IGNORECASE)


def _remedy(failure_class: FailureClass, evidence: Evidence) -> str:
    told = "" if evidence.lower_cause is None else lower_remedy(evidence.lower_cause)
    if evidence.lowest is not None:
        told = "Allow a higher `quality` for this channel, or take this one with `ytui download --quality`."
    if failure_class is FailureClass.CONFIG and _client_without_cookies(evidence) is not None:
        told = "Add default to player_client in args, or take the cookies away from the channel."
    return told or failure_class.remedy


def _reason_of_channel(failure_class: FailureClass, evidence: Evidence) -> str:
    """What is wrong with a channel as a whole; empty where it is something else."""
    if failure_class is FailureClass.OTHER_CHANNEL:
        return clean(evidence.message)
    return NO_SUCH_CHANNEL if failure_class is FailureClass.NOT_FOUND and evidence.new_channel else ""


def _reason(failure_class: FailureClass, evidence: Evidence) -> str:
    if of_channel := _reason_of_channel(failure_class, evidence):
        return of_channel
    if evidence.lower_cause is not None:
        return lower_sentence(evidence.lower_cause, evidence.offered, evidence.available)
    if evidence.lowest is not None:
        return f"The lowest that the site offers is {evidence.lowest}p, and `quality` allows less."
    if (tool := _TOOL_KILLED.match(evidence.message)) is not None:
        return f"{tool[1]}."
    if failure_class is FailureClass.TOKEN_PROVIDER and evidence.provider_trouble is not None:
        return _PROVIDER_WORDS[evidence.provider_trouble].format(clean(evidence.provider or "of a plug-in"))
    if failure_class is FailureClass.CONFIG and (client := _client_without_cookies(evidence)) is not None:
        return f"The player client {client} takes no login, and the options name no other that does."
    if evidence.signal is None:
        return failure_class.reason
    hint = ", perhaps out of memory" if evidence.signal == _SIGKILL else ""
    return f"The job's process was killed by signal {evidence.signal}{hint}."


NO_SUCH_CHANNEL = "There is no such channel: e mends the address, delete forgets it."
_TOOL_KILLED = re.compile(r"Postprocessing: (\w+ was killed by signal \d+ while [^\n]{1,80})$")
_PROVIDER_WORDS = {
    ProviderTrouble.DEAD: "The token provider {} does not answer: start it.",
    ProviderTrouble.SLOW: "The token provider {} did not answer in time: look at its log, or restart it.",
    ProviderTrouble.REFUSES: "The token provider {} makes no token: look at its log.",
}
_SIGKILL = 9
