"""Request gate: every request of a job is counted, permitted, and remembered when it failed."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

from yt_dlp.networking.exceptions import HTTPError, RequestError
from yt_dlp.utils import OUTTMPL_TYPES, DownloadCancelled, replace_extension

from ytui.core.models import ProviderTrouble, RequestKind
from ytui.core.protocol import Permit
from ytui.core.sites import is_local, site_of
from ytui.ytdlp import plugins
from ytui.ytdlp.exception_chain import errno_of, exception_chain, retry_after_of
from ytui.ytdlp.guest_session import GuestSession
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.patches import PatchedYoutubeDL, share_contexts, shared_extractors
from ytui.ytdlp.player_code import PlayerCodeCache, is_player
from ytui.ytdlp.reporter import Reporter

COUNTED = frozenset({RequestKind.PAGE, RequestKind.API, RequestKind.CAPTION, RequestKind.FEED})
"""Kinds that spend a site's budget."""

_TOO_MANY_REQUESTS = 429

_MEDIA_HOSTS = ("googlevideo.com",)
_IMAGE_HOSTS = ("ytimg.com", "ggpht.com")
_IMAGE_PATH = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)$")
_FEED_PATH = re.compile(r"(?i)/feeds?(?:/|$)|\.(?:rss|atom)$|/rss(?:/|$)")
_API_PATH = re.compile(r"(?i)/(?:youtubei|api|graphql|v\d+)/|\.json$")
_FRAGMENT_PROTOCOLS = frozenset(
    {"m3u8_native", "m3u8", "http_dash_segments", "http_dash_segments_generator", "ism", "f4m"}
)


class PermitRefused(DownloadCancelled):  # type: ignore[misc]
    """The engine refused a request. A ``DownloadCancelled``, because extractors swallow ordinary errors."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooManyRequests(DownloadCancelled):  # type: ignore[misc]
    """The site says "too many requests"; the ``HTTPError`` is its cause.

    Extractors would shrug it off and try another way in, which is how an address gets banned.
    """


class Phase(Enum):
    """What the job is at; tells a downloader's requests from an extractor's."""

    EXTRACTION = auto()
    MEDIA = auto()
    FRAGMENTS = auto()
    CAPTIONS = auto()
    IMAGES = auto()


@dataclass(frozen=True)
class Exchange:
    """A failed exchange on the wire."""

    host: str
    kind: RequestKind
    status: int | None
    retry_after: float | None
    errno: int | None
    exception_types: tuple[str, ...]
    error: BaseException


@dataclass(frozen=True)
class ProviderFailure:
    """A token provider that made no token: its address (or a plug-in's name for it), and why not."""

    provider: str
    trouble: ProviderTrouble


def request_kind(url: str, phase: Phase, *, has_body: bool = False) -> RequestKind:
    """What a request is for, by its host, its path and the job's phase."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host.endswith(_IMAGE_HOSTS) or phase is Phase.IMAGES:
        return RequestKind.IMAGE
    if phase is Phase.CAPTIONS or "/timedtext" in parts.path:
        return RequestKind.CAPTION
    if phase is Phase.FRAGMENTS:
        return RequestKind.FRAGMENT
    if phase is Phase.MEDIA or host.endswith(_MEDIA_HOSTS):
        return RequestKind.MEDIA
    return _kind_in_extraction(parts.path, has_body)


def _kind_in_extraction(path: str, has_body: bool) -> RequestKind:
    if _IMAGE_PATH.search(path):
        return RequestKind.IMAGE
    if _FEED_PATH.search(path):
        return RequestKind.FEED
    if has_body or _API_PATH.search(path):
        return RequestKind.API
    return RequestKind.PAGE


class RequestGate:
    """Counts the job's requests and asks for permits.

    ``before_request`` is called before each counted request and may raise a ``DownloadCancelled`` to keep it
    from going out; ``media_opened`` is called with the part's file name, the address and the total size in
    bytes (None if the server does not say) before a byte of a media response is read.
    """

    def __init__(
        self,
        log: JobLog,
        reporter: Reporter | None = None,
        own: str | None = None,
        guest: GuestSession | None = None,
    ) -> None:
        """``own`` is the job's address: another one on this machine or its network is no site then."""
        self.log = log
        self.guest = guest
        self.solver: Reporter | None = None
        """Where the answers to JavaScript challenges are asked; None: nowhere."""
        self.players: PlayerCodeCache | None = None
        """Where the code of players is kept; None: each is fetched."""
        self.provider_hosts: frozenset[str] = frozenset()
        """Hosts that the options name as token providers, wherever they are."""
        self._has_providers = own is not None and not is_local(own)
        self._asks_tokens = own is not None and site_of(own) == _ASKS_TOKENS
        self._provider_failure: tuple[str, ProviderFailure] | None = None
        self.before_request: Callable[[RequestKind], None] | None = None
        self.media_opened: Callable[[str, str, int | None], None] | None = None
        self.requests = 0
        self.counted = 0
        self.bytes_received = 0
        self.failures = 0
        """Exchanges that failed, those that a retry made good among them."""
        self.captions: frozenset[str] = frozenset()
        """Addresses that are captions whatever else is going on beside them."""
        self.phase = Phase.EXTRACTION
        self._part = ""
        self._failure: Exchange | None = None
        self._lock = threading.Lock()
        self._reporter = reporter

    @contextmanager
    def during(self, phase: Phase, part: str = "") -> Iterator[None]:
        """Requests inside belong to ``phase``, and to the part file of that name."""
        before = self.phase, self._part
        self.phase, self._part = phase, part
        try:
            yield
        finally:
            self.phase, self._part = before

    def admit(self, url: str, *, has_body: bool) -> RequestKind:
        """Count a request that is about to go out, or raise :class:`PermitRefused`."""
        phase = Phase.CAPTIONS if url in self.captions else self.phase
        kind = request_kind(url, phase, has_body=has_body)
        if phase is Phase.EXTRACTION and self._is_providers(url):
            kind = RequestKind.PROVIDER
        if kind in COUNTED:
            if self.before_request:
                self.before_request(kind)
            self._ask(url, kind)
        with self._lock:
            self.requests += 1
            self.counted += kind in COUNTED
        return kind

    def _is_providers(self, url: str) -> bool:
        """Whether a plug-in asks its token provider here, which is no site: nobody's budget is spent."""
        host = urlsplit(url).hostname or ""
        return self._has_providers and (host in self.provider_hosts or is_local(host))

    def _ask(self, url: str, kind: RequestKind) -> None:
        if self._reporter:
            reply = self._reporter.ask(Permit(0, urlsplit(url).hostname or "", kind))
            if not reply.go:
                raise PermitRefused(reply.reason)

    def failed(self, url: str, kind: RequestKind, error: BaseException) -> None:
        """Remember a failed exchange: downloaders and extractors often swallow its exception."""
        if kind is RequestKind.PROVIDER:
            # Whatever the site says next, and however this looks: it is no failure of the site's.
            if self._asks_tokens or urlsplit(url).hostname in self.provider_hosts:
                self._provider_failure = url, ProviderFailure(_origin(url), _trouble(error))
            return
        http = next((link for link in exception_chain(error) if isinstance(link, HTTPError)), None)
        exchange = Exchange(
            host=urlsplit(url).hostname or "",
            kind=kind,
            status=http.status if http else None,
            retry_after=retry_after_of(http.response.headers, time.time()) if http else None,
            errno=errno_of(error),
            exception_types=tuple(type(link).__name__ for link in exception_chain(error)),
            error=error,
        )
        with self._lock:
            self.failures += 1
            self._failure = exchange

    def opened(self, url: str, kind: RequestKind, response: Any) -> None:
        """Note a response: count what is read of it, and let the partial be compared with its size."""
        with self._lock:
            if self._failure and (self._failure.host, self._failure.kind) == (urlsplit(url).hostname, kind):
                self._failure = None
            if self._provider_failure and self._provider_failure[0] == url:
                self._provider_failure = None
        if kind is RequestKind.MEDIA and self.media_opened and self._part and self.phase is Phase.MEDIA:
            self.media_opened(self._part, url, _total_size(response))
        self._watch(url, kind, response)

    @property
    def provider_failure(self) -> ProviderFailure | None:
        """The token provider that made no token in this job, unless it made one later."""
        if self._provider_failure:
            return self._provider_failure[1]
        # A provider that is a script, or that refuses with an answer, is known by its plug-in's words alone.
        named = [found[1] for line in self.log.warnings if (found := _NO_TOKEN.search(line))]
        return ProviderFailure(named[-1], ProviderTrouble.REFUSES) if named else None

    def forget_failure(self) -> None:
        """What failed so far does not matter to what comes."""
        with self._lock:
            self._failure = None

    def _watch(self, url: str, kind: RequestKind, response: Any) -> None:
        read = response.read

        def counting_read(*arguments: Any, **named: Any) -> bytes:
            try:
                data: bytes = read(*arguments, **named)
            except RequestError as error:
                self.failed(url, kind, error)
                raise
            with self._lock:
                self.bytes_received += len(data)
            return data

        response.read = counting_read

    def failure_behind(self, error: BaseException) -> Exchange | None:
        """The failed exchange that ``error`` comes from, or may come from if nothing says otherwise.

        An exchange that was made good by a later one with the same host does not count.
        """
        with self._lock:
            failure = self._failure
        if failure is None:
            return None
        links = list(exception_chain(error))
        if any(link is failure.error for link in links):
            return failure
        # Downloaders report by text alone; an error with its own cause in the chain needs no guess.
        explained = any(isinstance(link, (RequestError, OSError)) for link in links)
        return None if explained else failure


_ASKS_TOKENS = "youtube"
"""The site whose extractor has token providers; whatever else a plug-in asks nearby is another helper."""
_NO_TOKEN = re.compile(r"\[pot\] Error fetching PO Token from \"([^\"]{1,100})\" provider: ")


def _origin(url: str) -> str:
    """Scheme, host and port of an address, without a password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _trouble(error: BaseException) -> ProviderTrouble:
    links = list(exception_chain(error))
    if any(isinstance(link, HTTPError) for link in links):
        return ProviderTrouble.REFUSES
    late = any(isinstance(link, TimeoutError) or "Timeout" in type(link).__name__ for link in links)
    return ProviderTrouble.SLOW if late else ProviderTrouble.DEAD


def _total_size(response: Any) -> int | None:
    headers = response.headers
    if headers.get("Content-Encoding"):
        return None
    match = re.fullmatch(r"bytes \d+-\d+/(\d+)", (headers.get("Content-Range") or "").strip())
    if match:
        return int(match[1])
    length = headers.get("Content-Length") or ""
    return int(length) if length.isdecimal() and response.status != 206 else None


class GatedYoutubeDL(PatchedYoutubeDL):
    """A ``YoutubeDL`` whose requests pass a :class:`RequestGate`; ``base`` is its files' path without
    suffix.
    """

    def __init__(self, params: dict[str, Any], gate: RequestGate) -> None:
        self.gate = gate
        self.base: str | None = None
        self.on_extractor: Callable[[Any], None] | None = None
        super().__init__(params, auto_init=False)

    def add_default_info_extractors(self) -> None:
        """Add yt-dlp's own extractors behind those that are there."""
        if self.params.get("allowed_extractors") or plugins.change_extractors():
            super().add_default_info_extractors()
        elif self.extractors:
            mine = self.extractors
            mine.update({key: found for key, found in shared_extractors().items() if key not in mine})
        else:
            # Itself, not a copy: counting a reference to each makes a forked job copy the memory of them all.
            self.extractors = shared_extractors()

    def get_info_extractor(self, ie_key: str) -> Any:
        """An extractor by its key; ``on_extractor`` sees it first."""
        extractor = super().get_info_extractor(ie_key)
        if self.on_extractor is not None:
            self.on_extractor(extractor)
        return extractor

    def build_request_director(self, *arguments: Any, **named: Any) -> Any:
        """What sends requests; its TLS contexts are those that the fork server has made."""
        director = super().build_request_director(*arguments, **named)
        share_contexts(director)
        return director

    def urlopen(self, req: Any) -> Any:
        """Send a request through the gate; may raise :class:`PermitRefused` or :class:`TooManyRequests`."""
        url = req if isinstance(req, str) else getattr(req, "url", None) or req.full_url
        if self.gate.players is not None and is_player(url):
            return self.gate.players.open(url, lambda: self._send(req, url))
        return self._send(req, url)

    def _send(self, req: Any, url: str) -> Any:
        kind = self.gate.admit(url, has_body=getattr(req, "data", None) is not None)
        try:
            with self.gate.guest.request(url, kind) if self.gate.guest else nullcontext():
                response = super().urlopen(req)
        except Exception as error:
            self.gate.failed(url, kind, error)
            if kind in COUNTED and isinstance(error, HTTPError) and error.status == _TOO_MANY_REQUESTS:
                raise TooManyRequests(str(error)) from error
            raise
        self.gate.opened(url, kind, response)
        return response

    def dl(self, name: str, info: dict[str, Any], subtitle: bool = False, test: bool = False) -> Any:
        """Run the downloader; its requests are media, fragments or captions."""
        fragments = info.get("protocol") in _FRAGMENT_PROTOCOLS or bool(info.get("fragments"))
        phase = Phase.CAPTIONS if subtitle else Phase.FRAGMENTS if fragments else Phase.MEDIA
        # What a test of a format receives is no part of the download.
        with self.gate.during(phase, "" if test else name):
            return super().dl(name, info, subtitle, test)

    def prepare_filename(
        self, info_dict: dict[str, Any], dir_type: str = "", *, outtmpl: str | None = None, warn: bool = False
    ) -> Any:
        """Where a file of this job goes: always beside ``base``, whatever the video is called."""
        if self.base is None or outtmpl is not None:
            return super().prepare_filename(info_dict, dir_type, outtmpl=outtmpl, warn=warn)
        extension = self.evaluate_outtmpl("%(ext)s", info_dict, True)
        name = f"{self.base}.{extension}"
        forced = OUTTMPL_TYPES.get(dir_type)
        return replace_extension(name, forced, info_dict.get("ext")) if forced else name
