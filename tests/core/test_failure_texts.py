"""The classifier on texts as they come: coloured, doubled, shouted, whole outputs, bare numbers, noise."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_failures import BUG, SAMPLE
from ytui.core.failures.classifier import Advice, FailureClass, FailureGroup, clean, explain

MESSAGES = [message for message, *_ in SAMPLE]
TRACEBACK = (
    '\nTraceback (most recent call last):\n  File "x.py", line 1, in extract\n    raise PermissionError'
)
DRESSED: dict[str, Callable[[str], str]] = {
    "coloured": lambda text: text.replace("ERROR:", "\x1b[0;31mERROR:\x1b[0m", 1),
    "shouted": str.upper,
    "whispered": str.lower,
    "doubled": lambda text: f"ERROR: {text}",
    "raised": lambda text: f"yt_dlp.utils.DownloadError: {text}",
    "curly": lambda text: text.replace("'", "’"),
    "with a line end": lambda text: f"{text}\r\n",
    "escaped for a page": html.escape,
    "after a byte order mark": lambda text: f"\ufeff{text}\x00",
}


@pytest.mark.parametrize("dress", DRESSED.values(), ids=DRESSED)
def test_how_a_message_is_dressed_changes_nothing(dress: Callable[[str], str]) -> None:
    changed = [text for text in MESSAGES if explain(dress(text)).failure_class != explain(text).failure_class]
    assert changed == []


def test_a_traceback_and_the_lines_around_change_nothing() -> None:
    for text in MESSAGES:
        if text.startswith("ERROR:"):
            whole = f"[debug] Command-line config: []\nWARNING: [x] something private\n{text}{TRACEBACK}"
            assert explain(whole).failure_class == explain(text).failure_class, text
            assert explain(whole).evidence.message == whole


@pytest.mark.parametrize(
    ("text", "failure_class"),
    [
        # The warning before an error names the cause behind it.
        (
            "WARNING: [youtube] a: n challenge solving failed: Some formats may be missing.\n"
            "ERROR: [youtube] a: Requested format is not available",
            "js_runtime",
        ),
        # Of several errors the first one began it, unless the site refused.
        ("ERROR: [youtube] a: Private video\nERROR: [youtube] b: Video unavailable", "private"),
        ("ERROR: [youtube] a: Video unavailable\nERROR: [youtube] b: HTTP Error 429", "rate_limited"),
        ("ERROR: \n[download] Got error: HTTP Error 429: Too Many Requests", "rate_limited"),
        (
            "ERROR: [youtube] a: Unable to download API page: \n[SSL: CERTIFICATE_VERIFY_FAILED] x",
            "network_tls",
        ),
        # A tool's exit code says less than the error after it.
        (
            "ERROR: ffmpeg exited with code 1\nERROR: unable to download video data: HTTP Error 403: x",
            "expired_url",
        ),
        # A request that went unanswered explains the blank that the extractor drew; one that was
        # repeated does not.
        (
            "WARNING: [youtube] Unable to download API page: [Errno -3] Try again (caused by "
            "TransportError('[Errno -3] Try again'))\n"
            "ERROR: [youtube] a: Failed to extract any player response",
            "network_dns",
        ),
        (
            "WARNING: [youtube] Unable to download API page: timed out. Retrying (1/3)...\n"
            "ERROR: [youtube] a: Failed to extract any player response",
            "extractor_broken",
        ),
        (
            "WARNING: [youtube] [pot:bgutil:http] Error reaching GET http://127.0.0.1:4416/ping (caused by "
            "TransportError). Please make sure that the server is reachable at http://127.0.0.1:4416.\n"
            "ERROR: [youtube] a: Requested format is not available",
            "token_provider",
        ),
        # Programs around yt-dlp put its lines into one.
        (
            "Stderr: WARNING: [youtube] a: n challenge solving failed: Some formats may be missing. "
            "WARNING: [youtube] a: x ERROR: [youtube] a: Requested format is not available",
            "js_runtime",
        ),
        ("exit 1: ERROR: [youtube] a: Private video ERROR: [youtube] b: HTTP Error 429", "rate_limited"),
        ("Error: yt-dlp failed: ERROR: [youtube] a: Please sign in.", "login_required"),
        ("ERROR: Postprocessing: WARNING: unable to obtain file audio codec", "postprocess_failed"),
        # The video's id and a searched word are somebody's title.
        ("ERROR: [generic] solve-this-captcha: Unable to extract title", "extractor_broken"),
        ("ERROR: [youtube:search] too many requests: Unable to extract data", "extractor_broken"),
        (
            "ERROR: [youtube:search] Robot Wars: not a bot: Unable to download API page: HTTP Error 503: x",
            "server_error",
        ),
        ("ERROR: Unsupported URL: https://example.com/captcha/rate-limit-exceeded", "unsupported_url"),
        (
            "ERROR: Postprocessing: file:Too Many Requests.webm: Invalid data found when processing input",
            "postprocess_failed",
        ),
        (
            "ERROR: unable to open for writing: [Errno 2] No such file or directory: "
            "'How to solve a CAPTCHA.mp4.part'",
            "filename",
        ),
        ("ERROR: Cannot write video description file /srv/Too Many Requests.description", "permission"),
        ("ERROR: Unable to move file 'Unusual traffic.mp4' -> '/srv/Unusual traffic.mp4'", "permission"),
        ("ERROR: both formats failed for robot.mp4", "unknown"),
        # The extractor's own complaints are no words of the site.
        ("ERROR: [x] 1: Unable to extract login token", "extractor_broken"),
        ("ERROR: [x] 1: Unable to download login page: HTTP Error 503: Service Unavailable", "server_error"),
        # What the site says beside a status outranks the status.
        (
            "ERROR: [x] 1: Unable to download JSON metadata: HTTP Error 403: Forbidden: "
            "This video is not available in your country",
            "geo_blocked",
        ),
        ("ERROR: [x] 1: Unable to log in: HTTP Error 400: Bad Request", "login_required"),
        # yt-dlp's call to log in decides where nothing else was understood.
        (
            "ERROR: [x] 1: This content requires a Foo. Use --cookies, --username and --password to provide "
            "account credentials",
            "login_required",
        ),
        ("OSError: [Errno 24] Too many open files", "unknown"),
        ("", "unknown"),
        ("ERROR:", "unknown"),
    ],
)
def test_what_decides(text: str, failure_class: str) -> None:
    assert explain(text).failure_class == failure_class


@pytest.mark.parametrize(
    "form", ["{}", "HTTP Error {}", "HTTP/1.1 {} x", "status code {}", "ERROR: [x] 1: Error {}"]
)
def test_a_status_is_understood_however_it_is_written(form: str) -> None:
    for status in range(400, 600):
        said = explain(f"ERROR: [x] 1: HTTP Error {status}: <none>").failure_class
        assert explain(form.format(status)).failure_class == said, status
    for status in (412, 418, 420, 429):
        assert explain(form.format(status)).failure_class.group is FailureGroup.PUSHBACK


@pytest.mark.parametrize(
    ("text", "failure_class"),
    [
        ("[Errno 28]", "disk_full"),
        ("errno 13", "permission"),
        ("ENOSPC: no space left on device, write", "disk_full"),
        ("connect ECONNREFUSED 151.101.2.167:443", "network_connection"),
        ("read ETIMEDOUT", "network_timeout"),
        ("[Errno 99999]", "unknown"),
    ],
)
def test_an_errno_is_understood_by_number_and_by_name(text: str, failure_class: str) -> None:
    assert explain(text).failure_class == failure_class


_WORDS = st.sampled_from(
    [
        "ERROR: ",
        "WARNING: ",
        "\n",
        "[youtube] ",
        "x: ",
        "HTTP Error ",
        "429",
        "[Errno ",
        "28]",
        "(caused by ",
        "\x1b[31m",
    ]
)


@given(st.lists(_WORDS | st.text(max_size=40), max_size=12))
def test_any_text_has_a_known_class(parts: list[str]) -> None:
    text = "".join(parts)
    failure = explain(text)
    assert failure.failure_class in FailureClass
    assert failure.evidence.message == text


def test_a_long_text_takes_no_time_worth_naming() -> None:
    for text in (
        "\n" * 1_000_000,
        "0" * 100_000,
        "ERROR: " * 5000,
        "a: " * 20_000,
        "not " * 20_000,
        "ERROR: [x] 1: " + "only " * 20_000,
        "ERROR: [x] 1: " + "WARNING: x " * 90_000,
    ):
        assert explain(text).failure_class in FailureClass


@pytest.mark.parametrize("failure_class", FailureClass)
def test_every_class_has_words(failure_class: FailureClass) -> None:
    assert isinstance(failure_class.group, FailureGroup)
    assert isinstance(failure_class.default_advice, Advice)
    assert failure_class.title == failure_class.title.strip() != ""
    for sentence in (failure_class.reason, failure_class.remedy):
        assert sentence[0].isupper() or sentence.startswith(("ffmpeg", "yt-dlp"))
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[0;31mERROR:\x1b[0m [youtube] x: Video unavailable", "[youtube] x: Video unavailable"),
        ("ERROR: \r[download] Got error: timed out", "Got error: timed out"),
        (r"ERROR: \r[download] Got error: timed out", "Got error: timed out"),
        ("ERROR: [x] 1: Cannot parse data" + BUG, "[x] 1: Cannot parse data"),
        (
            "ERROR: [youtube] x: Sign in to confirm your age. Use --cookies-from-browser or --cookies for "
            "the authentication. See  "
            "https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  "
            "for how to manually pass cookies. Also see  "
            "https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-cookies  for tips "
            "on effectively exporting YouTube cookies",
            "[youtube] x: Sign in to confirm your age.",
        ),
        (
            "[Instagram] x: You need to log in. Use --cookies, --cookies-from-browser, --username and "
            "--password, --netrc-cmd, or --netrc (instagram) to provide account credentials",
            "[Instagram] x: You need to log in.",
        ),
        ("a\x1b]0;title\x07b\x00c\u202ed\ne", "ab c d e"),
        ("", ""),
    ],
)
def test_clean(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@settings(deadline=None)  # the first failure compiles the rules
@given(
    st.text(max_size=300),
    st.lists(st.sampled_from(["ERROR: ", "HTTP Error ", "[Errno ", "(caused by ", "'"])),
)
def test_no_text_breaks_it(text: str, parts: list[str]) -> None:
    message = "".join(parts) + text
    failure = explain(message)
    assert failure.evidence.message == message
    shown = clean(message)
    assert shown == shown.strip()
    assert not any(ord(character) < 32 for character in shown)
