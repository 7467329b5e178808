"""What is known of a failed attempt, and what its message says of types and statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any

from ytui.core.failures.error_text import matchable, without_id
from ytui.core.failures.status import is_youtube
from ytui.core.js_runtimes import RuntimeCheck
from ytui.core.models import LowerCause, ProviderTrouble, RequestKind

NO_FORMATS = "raise_no_formats"
HELPERS = ("report_drm", "raise_geo_restricted", "raise_login_required", NO_FORMATS)
"""What yt-dlp's extractors raise with, the more telling first: ``report_drm`` calls ``raise_no_formats``."""

LOGS_IN = "_perform_login"
"""The method in which an extractor of yt-dlp gives its site a name and a password."""


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
    #: Unix time announced for a premiere or a scheduled broadcast; of what is live, when it should be over.
    release_at: float | None = None
    #: The token provider that made no token (its address, else its name), and why not.
    provider: str | None = None
    provider_trouble: ProviderTrouble | None = None
    #: The login that the job was lent, where the failure is that it is dead; as ``engine.logins`` tells it.
    login: str | None = None
    #: The JavaScript runtimes that were looked at, where the failure was for want of one.
    js_runtimes: tuple[RuntimeCheck, ...] = ()
    #: Why less could be had than the site offers, and the short sides of both in pixels.
    lower_cause: LowerCause | None = None
    offered: int | None = None
    available: int | None = None
    #: The lowest short side on offer in pixels, where even that exceeds the quality that was asked for.
    lowest: int | None = None
    #: yt-dlp's own helper that raised it ("raise_login_required"), which says the class in any language.
    raised_by: str | None = None
    #: ``ExtractorError.expected``: the site refuses (True), or the extractor broke (False).
    expected: bool | None = None
    #: The listing of a channel of which nothing was ever listed.
    new_channel: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON's own types, without what is not known."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        known = {name: value for name, value in values.items() if value not in (None, ())}
        lists = {name: list(value) if isinstance(value, tuple) else value for name, value in known.items()}
        if self.js_runtimes:
            lists["js_runtimes"] = [runtime.to_json() for runtime in self.js_runtimes]
        return lists | {"message": self.message}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The evidence that ``to_json`` gave; unknown keys are ignored, so that older rows stay readable."""
        known = {field.name: data[field.name] for field in fields(cls) if data.get(field.name) is not None}
        for name in ("exception_types", "warnings"):
            known[name] = tuple(str(item) for item in known.get(name, ()))
        if "request_kind" in known:
            known["request_kind"] = RequestKind(known["request_kind"])
        if "provider_trouble" in known:
            known["provider_trouble"] = ProviderTrouble(known["provider_trouble"])
        if "js_runtimes" in known:
            known["js_runtimes"] = tuple(map(RuntimeCheck.from_json, known["js_runtimes"]))
        if "lower_cause" in known:
            known["lower_cause"] = LowerCause(known["lower_cause"])
        return cls(**({"message": ""} | known))


class Case:
    """One attempt's evidence with what its message says of types and statuses already read out."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        text = without_id(matchable(evidence.message))
        for titled in (_PATH, _FILE, _WRITTEN, *_QUOTED, _ADDRESS):
            text = titled.sub(r"\1", text)
        self.text = text
        status = _STATUS.search(self.text)
        self.text_status = int(next(filter(None, status.groups()))) if status else None
        cause = _CAUSE.search(self.text)
        self.types = (*evidence.exception_types, *((cause[1],) if cause else ()))
        self.youtube = _YOUTUBE_TEXT.search(self.text) is not None or is_youtube(
            (evidence.host or "").lower()
        )
        self.kind = self._kind()

    def site_words(self) -> str:
        """What the site itself said in a message that also names a status."""
        return _AROUND.sub(" ", self.text)

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


_PHRASES = "|".join(re.escape(status.phrase) for status in HTTPStatus if status >= 400)
_STATUS = re.compile(
    r"HTTP(?:/[\d.]+)? ?(?:Error|status code|status|code)?\s*:?\s*\(?(\d{3})\b"
    r"|\b(?:error|status|(?:error|status|response) code)\s*[:=]?\s*\(?([45]\d\d)\b(?!\.\d| bytes)"
    rf"|(?<!tunnel connection failed: )\b([45]\d\d):? (?:Client Error|Server Error|{_PHRASES})|"
    r"^\W*([45]\d\d)(?:\W*$|:?\s*[{<]| status)|"
    # .NET's sentence in any language: "The remote server returned an error: (503) Server Unavailable."
    r"\b(?:error|errore|erreur|Fehler|ошибк\w+)\b[^()]{0,60}: \(([45]\d\d)\) ",
    re.I,
)
# The later pages of YouTube's lists are fetched without the extractor's name before the message.
_YOUTUBE_TEXT = re.compile(r"^\[youtube|^(?!\[).{0,200}Unable to download API page", re.I)
# What yt-dlp and the protocol put around a site's own words.
_AROUND = re.compile(
    rf"\(caused by .*$|HTTP Error \d{{3}}(?::? (?:{_PHRASES}|<none>)(?!\w))?|"
    r"(?:Unable to|Failed to|Could not|Cannot) (?!log|sign)\w+ [^:;]{1,60}: ",
    re.I,
)
_CAUSE = re.compile(r"\(caused by <?([A-Za-z_]\w*)")
# The path after an errno is somebody's title; its words say nothing. (Errno 2 is about the path itself,
# and a browser's own store of cookies is no title.)
_PATH = re.compile(
    r"(\[(?:Errno (?!2\])|WinError (?!2\]))-?\d+\] [^:'\"]{1,160}):? "
    r"['\"](?![^'\"]*(?:User Data|Profiles|firefox|chrom)[^'\"]*[\\/]cookies(?:\.sqlite)?['\"]"
    r"|[^'\"]*\bcookies?[\w-]*\.txt['\"]).*$",
    re.I,
)
# So does the name of a file that ffmpeg complains of.
_FILE = re.compile(r"(\bfile:(?!//)|Error opening (?:in|out)put files? )[^:'\"]{1,300}\.\w{2,5}\b", re.I)
# And of a file that was to be written, or that is named in quotes.
_WRITTEN = re.compile(r"(Cannot write (?:[\w-]+ ){1,6}file )\S.*?(?=: \[(?:Errno|WinError) |$)", re.I)
_QUOTED = tuple(
    re.compile(
        rf"({quote})[^{quote}]{{1,300}}\.(?:mp4|mkv|webm|m4[av]|mp3|opus|ogg|flac|wav|aac|mov|flv|avi|ts|part|"
        rf"ytdl|temp|json|description|nfo|vtt|srt|ass|lrc|jpe?g|png|webp){quote}",
        re.I,
    )
    for quote in ("'", '"')
)
# What an address holds after its host is somebody's words as well.
_ADDRESS = re.compile(r"(\bhttps?://[^\s/'\"<>]{1,200}/)[^\s'\"<>]{1,2000}", re.I)
_MEDIA_TEXT = re.compile(
    r"unable to download video data|^Unable to download video:|Unable to open fragment|"
    r"\bsegment \d+(?: failed)?: ",
    re.I,
)
_MANIFEST_TEXT = re.compile(r"m3u8|MPD|f4m|ISM|manifest|Got error", re.I)
_PAGE_TEXT = re.compile(
    r"(?:Unable to|Failed to|Could not|Cannot) (?!log|sign)\w+ "
    r"(?!.{0,30}(?:m3u8|MPD|f4m|ISM|manifest|subtitles|thumbnail|video data))([\w ]{2,60}?): HTTP Error",
    re.I,
)
