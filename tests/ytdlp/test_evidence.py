"""What yt-dlp's own helpers tell of a failure, raised by a real extractor in a language no rule knows."""

from __future__ import annotations

from typing import Any

import pytest
from yt_dlp import YoutubeDL
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.utils import DownloadError, ExtractorError

from ytui.core.failures.classifier import Evidence, FailureClass, classify
from ytui.ytdlp.evidence import evidence_of
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import RequestGate

WORDS = "Samahani, haiwezekani"


class Site(InfoExtractor):  # type: ignore[misc]  # yt-dlp is untyped
    """A site whose addresses say how it fails."""

    _VALID_URL = r"site:(?P<id>\w+)"
    _NETRC_MACHINE = "site"

    def _perform_login(self, username: str, password: str) -> None:
        raise ExtractorError(WORDS, expected=True)

    def _real_extract(self, url: str) -> dict[str, Any]:
        getattr(self, f"_{self._match_id(url)}")()
        return {"id": "x", "title": "x", "formats": []}

    def _login(self) -> None:
        self.raise_login_required(WORDS)

    def _login_later(self) -> None:
        self.raise_login_required(WORDS, metadata_available=True)

    def _abroad(self) -> None:
        self.raise_geo_restricted(WORDS)

    def _locked(self) -> None:
        self.report_drm("x")

    def _nothing(self) -> None:
        self.raise_no_formats(WORDS)

    def _refuses(self) -> None:
        raise ExtractorError(WORDS, expected=True)

    def _breaks(self) -> None:
        raise ExtractorError(WORDS)

    def _after_another(self) -> None:
        try:
            self.raise_login_required(WORDS)
        except ExtractorError:
            raise ExtractorError(WORDS, expected=True) from None

    def _bare(self) -> None:
        """No format at all: yt-dlp itself complains."""


def _evidence(address: str, **params: Any) -> Evidence:
    with YoutubeDL({"quiet": True, "no_warnings": True, **params}, auto_init=False) as ydl:
        ydl.add_info_extractor(Site())
        with pytest.raises(DownloadError) as caught:
            ydl.extract_info(address)
    return evidence_of(caught.value)


@pytest.mark.parametrize(
    ("how", "raised_by", "expected"),
    [
        ("login", "raise_login_required", True),
        ("abroad", "raise_geo_restricted", True),
        ("locked", "report_drm", True),
        ("nothing", "raise_no_formats", False),
        ("bare", "raise_no_formats", False),
        ("refuses", None, True),
        ("breaks", None, False),
        ("after_another", None, True),
    ],
)
def test_the_helper_and_whether_it_was_expected(how: str, raised_by: str | None, expected: bool) -> None:
    evidence = _evidence(f"site:{how}")
    assert (evidence.raised_by, evidence.expected) == (raised_by, expected)


def test_a_helper_that_warns_because_formats_may_be_missing_is_known_too() -> None:
    gate = RequestGate(JobLog(descriptor=-1))
    params = {"ignore_no_formats_error": True, "logger": gate.log}
    with YoutubeDL(params, auto_init=False) as ydl:
        ydl.add_info_extractor(Site())
        ydl.extract_info("site:login_later", download=False)
    told = next(line for line in gate.log.warnings if WORDS in line)
    evidence = evidence_of(ExtractorError(told, expected=True), gate)
    assert (evidence.raised_by, classify(evidence).failure_class) == (
        "raise_login_required",
        FailureClass.LOGIN_REQUIRED,
    )


def test_a_login_that_fails_is_known_as_one() -> None:
    evidence = _evidence("site:bare", username="u", password="p")
    assert (evidence.raised_by, evidence.expected) == ("_perform_login", True)


def test_what_no_extractor_raised_tells_neither() -> None:
    evidence = evidence_of(OSError(28, "No space left on device"))
    assert (evidence.raised_by, evidence.expected) == (None, None)
