"""The classifier against real messages, by words, and against typed evidence, by type and status."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from ytui.core.failures import classifier, rule
from ytui.core.failures.classifier import (
    Advice,
    Evidence,
    FailureClass,
    classify,
    explain,
)
from ytui.core.failures.rule import Rule, Section, rules
from ytui.core.models import LowerCause, ProviderTrouble, RequestKind

HERE = Path(__file__).parent
SAMPLE = [
    line.split("\t")
    for line in (HERE / "errors-sample.tsv").read_text(encoding="utf-8").splitlines()[1:]
    if line
]


BUG = (
    "; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate "
    "issue template. Confirm you are on the latest version using  yt-dlp -U"
)


def _further() -> dict[tuple[str, str], list[str]]:
    """By (class, advice) the messages of a corpus against regressions; {bug} asks for a bug report.

    Its messages were gathered beside the rules: it shows what a change turns over, and measures no accuracy.
    """
    messages: dict[tuple[str, str], list[str]] = {}
    verdict = ("", "")
    for line in (HERE / "errors-more.txt").read_text(encoding="utf-8").splitlines():
        words = line.split(" ")
        if line.startswith("# "):
            continue
        if len(words) == 2 and words[0] in FailureClass._value2member_map_:
            verdict = (words[0], words[1])
        else:
            messages.setdefault(verdict, []).append(line.replace("{bug}", BUG))
    return messages


FURTHER = _further()


@pytest.mark.parametrize(("message", "classes", "advices"), SAMPLE)
def test_every_message_of_the_sample(message: str, classes: str, advices: str) -> None:
    failure = explain(message)
    assert failure.failure_class in classes.split("|")
    assert failure.advice in advices.split("|")


@pytest.mark.parametrize("verdict", FURTHER, ids=" ".join)
def test_further_messages(verdict: tuple[str, str]) -> None:
    failures = {message: explain(message) for message in FURTHER[verdict]}
    assert {
        message: (failure.failure_class, failure.advice)
        for message, failure in failures.items()
        if (failure.failure_class, failure.advice) != verdict
    } == {}


def test_there_are_further_messages_of_every_class() -> None:
    assert sum(map(len, FURTHER.values())) >= 2000
    assert {failure_class for failure_class, _ in FURTHER} >= set(FailureClass) - {
        "channels_missing",
        "interrupted",
        "keep_changed",
        "live_now",
        "other_channel",
        "token_provider",
    }


ROWS = [row for section in get_args(Section) for row in rules(section)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.failure_class}-{row.example[:40]}")
def test_a_rows_example_is_decided_by_that_row_alone(row: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    matched: list[Rule] = []

    def first_match(section: Section, text: str) -> Rule | None:
        found = rule.first_match(section, text)
        matched.extend([found] if found else [])
        return found

    monkeypatch.setattr(classifier, "first_match", first_match)
    failure = explain(row.example)
    assert matched[-1] is row
    assert (failure.failure_class, failure.advice) == row.verdict


def test_the_rules_are_read_when_the_first_failure_is_classified() -> None:
    asks = (
        "import sys, ytui.core.failures.classifier as c; print('tomllib' in sys.modules);"
        "c.explain('ERROR: [youtube] x: Private video'); print('tomllib' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "True"]


NO_COOKIES_CLIENT = '[youtube] Skipping client "visionos" since it does not support cookies'
TYPED = [
    (Evidence("", ("GeoRestrictedError", "ExtractorError")), "geo_blocked", "needs_user"),
    (Evidence("", ("DownloadError", "UnsupportedError")), "unsupported_url", "permanent"),
    (Evidence("", ("UserNotLive",)), "not_live", "retry_backoff"),
    (Evidence("This livestream has ended", ("UserNotLive",)), "not_live", "permanent"),
    (Evidence("", ("DownloadError", "ContentTooShortError")), "network_connection", "retry_soon"),
    (Evidence("", ("DownloadError", "CertificateVerifyError")), "network_tls", "needs_user"),
    (Evidence("", ("ExtractorError", "IncompleteRead")), "network_connection", "retry_soon"),
    (Evidence("", ("ExtractorError", "ProxyError", "OSError")), "network_proxy", "needs_user"),
    (Evidence("", ("TransportError", "gaierror")), "network_dns", "retry_backoff"),
    (Evidence("", ("TransportError", "ConnectionRefusedError")), "network_connection", "retry_backoff"),
    (Evidence("", ("TransportError", "TimeoutError")), "network_timeout", "retry_soon"),
    (Evidence("", ("TransportError",)), "network_connection", "retry_soon"),
    (Evidence("", ("CookieLoadError",)), "cookies_invalid", "needs_user"),
    (Evidence("a is b by now", ("OtherChannel",)), "other_channel", "needs_user"),
    (Evidence("HTTP Error 404: Not Found", status=404, new_channel=True), "not_found", "needs_user"),
    (Evidence("", ("MaxDownloadsReached", "DownloadCancelled")), "skipped", "permanent"),
    (Evidence("", ("DownloadCancelled",)), "cancelled", "retry_soon"),
    (Evidence("", ("PostProcessingError",)), "postprocess_failed", "retry_backoff"),
    (Evidence("'videoDetails'", ("KeyError",)), "extractor_broken", "retry_backoff"),
    (Evidence("", ("HTTPError",), status=429), "rate_limited", "wait_cooldown"),
    (Evidence("", status=403, request_kind=RequestKind.MEDIA), "expired_url", "retry_backoff"),
    (Evidence("", status=403, request_kind=RequestKind.FRAGMENT), "expired_url", "retry_backoff"),
    (Evidence("", status=403, request_kind=RequestKind.PAGE), "bot_check", "needs_user"),
    (
        Evidence("", status=403, host="www.youtube.com", request_kind=RequestKind.API),
        "bot_check",
        "wait_cooldown",
    ),
    (
        Evidence("", status=403, host="notyoutube.com", request_kind=RequestKind.PAGE),
        "bot_check",
        "needs_user",
    ),
    (Evidence("", status=404, request_kind=RequestKind.PAGE), "not_found", "permanent"),
    (Evidence("", status=503), "server_error", "retry_backoff"),
    (Evidence("", errno=28), "disk_full", "needs_user"),
    (Evidence("", errno=13), "permission", "needs_user"),
    (Evidence("", errno=36), "filename", "needs_user"),
    (Evidence("", errno=110), "network_timeout", "retry_soon"),
    (Evidence("", errno=-2), "network_dns", "retry_backoff"),
    (Evidence("", signal=9), "unknown", "retry_backoff"),
    (Evidence("", signal=15), "interrupted", "retry_soon"),
    (Evidence(""), "unknown", "retry_backoff"),
    # The message names a status and the wire knows what that request was for.
    (
        Evidence(
            "[download] Got error: HTTP Error 403: Forbidden", status=403, request_kind=RequestKind.MEDIA
        ),
        "expired_url",
        "retry_backoff",
    ),
    # A site's own words outrank the status they came with, and a chain's incidental types.
    (
        Evidence(
            "[youtube] x: Private video",
            ("ExtractorError", "HTTPError"),
            status=404,
            request_kind=RequestKind.IMAGE,
        ),
        "private",
        "needs_user",
    ),
    # Pushback that an extractor swallowed.
    (
        Evidence("[youtube] x: Video unavailable", status=429, request_kind=RequestKind.API),
        "rate_limited",
        "wait_cooldown",
    ),
    (
        Evidence("[youtube] x: Video unavailable", status=429, request_kind=RequestKind.CAPTION),
        "unavailable",
        "retry_backoff",
    ),
    (
        Evidence(
            "[youtube] x: Failed to extract any player response",
            warnings=("[youtube] HTTP Error 429: Too Many Requests. Retrying (1/3)...",),
        ),
        "rate_limited",
        "wait_cooldown",
    ),
    (
        Evidence(
            "[youtube] x: Failed to extract any player response",
            warnings=("Sign in to confirm you’re not a bot",),
        ),
        "bot_check",
        "wait_cooldown",
    ),
    (
        Evidence("[youtube] x: Requested format is not available", status=429, request_kind=RequestKind.API),
        "rate_limited",
        "wait_cooldown",
    ),
    (
        Evidence("[youtube] x: Incomplete data received", status=429, request_kind=RequestKind.API),
        "rate_limited",
        "wait_cooldown",
    ),
    # Causes that only a warning names.
    (
        Evidence(
            "[youtube] x: Requested format is not available",
            warnings=(
                "[youtube] No supported JavaScript runtime could be found. Only deno is enabled by default",
            ),
        ),
        "js_runtime",
        "needs_user",
    ),
    (
        Evidence(
            "[youtube] x: Sign in to confirm your age",
            warnings=("[youtube] The provided YouTube account cookies are no longer valid.",),
        ),
        "cookies_invalid",
        "needs_user",
    ),
    # A login, and no player client that takes one: nothing came, or pictures alone.
    (
        Evidence("[youtube] x: Failed to extract any player response", warnings=(NO_COOKIES_CLIENT,)),
        "config",
        "needs_user",
    ),
    (
        Evidence(
            "[youtube] x: Requested format is not available",
            warnings=(NO_COOKIES_CLIENT, "Only images are available for download. use --list-formats"),
        ),
        "config",
        "needs_user",
    ),
    (
        Evidence("[youtube] x: Requested format is not available", warnings=(NO_COOKIES_CLIENT,)),
        "format_unavailable",
        "lower_quality",
    ),
    # What yt-dlp's own helper says, in a language that no rule knows; the words may say more.
    (
        Evidence("Tafadhali ingia", raised_by="raise_login_required", expected=True),
        "login_required",
        "needs_user",
    ),
    (
        Evidence("[x] 1: For members only", raised_by="raise_login_required", expected=True),
        "members_only",
        "needs_user",
    ),
    (Evidence("Hapana hapa", raised_by="raise_geo_restricted", expected=True), "geo_blocked", "needs_user"),
    (Evidence("Imefungwa", raised_by="report_drm", expected=True), "drm", "permanent"),
    (Evidence("Hakuna", raised_by="raise_no_formats", expected=False), "format_unavailable", "retry_backoff"),
    (Evidence("Si sahihi", raised_by="_perform_login", expected=True), "login_required", "needs_user"),
    (Evidence("Samahani", expected=True), "unavailable", "retry_backoff"),
    (Evidence("Samahani", expected=False), "extractor_broken", "retry_backoff"),
    (
        Evidence("[x] 1: HTTP Error 503: x", raised_by="_perform_login", expected=True),
        "server_error",
        "retry_backoff",
    ),
    # A token provider's trouble explains what comes of a missing token, and nothing else.
    (
        Evidence("[youtube] x: Sign in to confirm you're not a bot", provider_trouble=ProviderTrouble.DEAD),
        "token_provider",
        "needs_user",
    ),
    (
        Evidence(
            "unable to download video data: HTTP Error 403: Forbidden", provider_trouble=ProviderTrouble.SLOW
        ),
        "token_provider",
        "needs_user",
    ),
    (
        Evidence("[youtube] x: Private video", provider_trouble=ProviderTrouble.REFUSES),
        "private",
        "needs_user",
    ),
    (
        Evidence("[youtube] x: HTTP Error 429: Too Many Requests", provider_trouble=ProviderTrouble.DEAD),
        "rate_limited",
        "wait_cooldown",
    ),
    # What a plug-in says of its provider is no word of the site's.
    (
        Evidence(
            "[youtube] x: Requested format is not available",
            warnings=(
                "[youtube] [pot:bgutil:http] HTTP Error reaching GET /ping (HTTP Error 429: Too Many)",
            ),
        ),
        "format_unavailable",
        "lower_quality",
    ),
    (
        Evidence(
            "[youtube] x: Sign in to confirm you're not a bot",
            warnings=("[youtube] The provided YouTube account cookies are no longer valid.",),
        ),
        "bot_check",
        "wait_cooldown",
    ),
]


@pytest.mark.parametrize(("evidence", "failure_class", "advice"), TYPED)
def test_typed_evidence(evidence: Evidence, failure_class: str, advice: str) -> None:
    failure = classify(evidence)
    assert (failure.failure_class, failure.advice) == (failure_class, advice)


def test_killed_by_the_kernel_says_so() -> None:
    assert classify(Evidence("", signal=9)).reason == (
        "The job's process was killed by signal 9, perhaps out of memory."
    )


def test_what_the_site_announced() -> None:
    premiere = Evidence("[youtube] x: Premieres in 3 hours", release_at=1_900_000_000.0, retry_after=5.0)
    assert classify(premiere).until == 1_900_000_000.0
    assert classify(premiere).starts_in == 3 * 3600
    assert explain("[youtube] x: This live event will begin in a day.").starts_in == 86400
    assert classify(Evidence("HTTP Error 429", retry_after=120.0, release_at=1.0)).until == 120.0


def test_evidence_survives_json_and_pickle() -> None:
    evidence = Evidence("m", ("A", "B"), 403, "h", RequestKind.MEDIA, 1.5, 28, ("w",), 9, 1_900_000_000.0)
    assert Evidence.from_json(json.loads(json.dumps(evidence.to_json()))) == evidence
    assert pickle.loads(pickle.dumps(evidence)) == evidence
    told = Evidence("m", raised_by="raise_no_formats", expected=False)
    assert told.to_json() == {"message": "m", "raised_by": "raise_no_formats", "expected": False}
    assert Evidence.from_json(json.loads(json.dumps(told.to_json()))) == told
    assert Evidence("").to_json() == {"message": ""}
    assert Evidence.from_json({"message": "m", "later_key": 1, "status": None}) == Evidence("m")
    assert Evidence.from_json({}) == Evidence("")


@pytest.mark.parametrize(
    ("cause", "trouble", "expected"),
    [
        (LowerCause.TOKEN_PROVIDER, None, FailureClass.FORMAT_UNAVAILABLE),
        (LowerCause.TOKEN_PROVIDER, ProviderTrouble.DEAD, FailureClass.TOKEN_PROVIDER),
        (LowerCause.SABR, ProviderTrouble.DEAD, FailureClass.FORMAT_UNAVAILABLE),
        (LowerCause.CHALLENGE, ProviderTrouble.DEAD, FailureClass.JS_RUNTIME),
    ],
)
def test_what_withholds_formats_decides_the_class_and_the_words(
    cause: LowerCause, trouble: ProviderTrouble | None, expected: FailureClass
) -> None:
    evidence = Evidence("any", lower_cause=cause, offered=1080, available=360, provider_trouble=trouble)
    found = classify(Evidence.from_json(json.loads(json.dumps(evidence.to_json()))))
    assert (found.failure_class, found.advice) == (expected, Advice.NEEDS_USER)
    assert found.reason.startswith("The site offers 1080p and 360p could be had: the rest ")
    assert "`fallback = true`" in found.remedy


@pytest.mark.parametrize(
    ("offered", "reason"),
    [
        (1080, "The site refuses the media addresses that it has just given out, up to 1080p."),
        (None, "The site refuses the media addresses that it has just given out."),
    ],
)
def test_media_that_is_refused_with_fresh_addresses_is_no_expired_address(
    offered: int | None, reason: str
) -> None:
    refused = Evidence(
        "HTTP Error 403", status=403, request_kind=RequestKind.MEDIA, lower_cause=LowerCause.REFUSED_FORMAT,
        offered=offered,
    )  # fmt: skip
    found = classify(refused)
    assert (found.failure_class, found.advice) == (FailureClass.FORBIDDEN, Advice.LOWER_QUALITY)
    assert found.reason == reason
    assert "PO token" in found.remedy


def test_playlists_alone_that_are_withheld_have_no_size() -> None:
    found = classify(Evidence("any", lower_cause=LowerCause.TOKEN_PROVIDER))
    assert found.reason.startswith("Nothing of what the site offers could be had: the rest needs a PO token")
