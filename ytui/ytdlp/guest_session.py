"""Guest session of a job without credentials: a private copy of the guest jar, and what becomes of it.

YouTube's visitorData needs no care of its own: yt-dlp takes it from the page, and the page's follows the
cookie.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ytui.core.failures.classifier import Evidence, FailureClass, classify
from ytui.core.models import RequestKind
from ytui.core.protocol import Detailed, Downloaded, JobFailed, Listed, Outcome, Recorded, Unimproved
from ytui.core.sites import is_login_cookie, site_of
from ytui.core.tasks import Task
from ytui.ytdlp.guest_jar import Cookies, GuestGeneration, GuestJar, SavedCookie
from ytui.ytdlp.job_log import JobLog

_PARAMS = (
    *("cookiefile", "cookiesfrombrowser"),
    *("username", "password", "twofactor", "videopassword"),
    *("usenetrc", "netrc_cmd"),
    *("ap_mso", "ap_username", "ap_password"),
    *("client_certificate", "client_certificate_key"),
)
"""Parameters of ``YoutubeDL`` that hold a credential or name where one is."""

_HARMLESS_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "cache-control", "connection", "dnt", "origin"),
        *("pragma", "range", "referer", "upgrade-insecure-requests", "user-agent", "x-forwarded-for"),
    }
)
"""Any other header may say who asks (Authorization, Cookie, a site's own), save for those of ``Sec-``."""

_IDENTITY_ARGUMENTS = frozenset({"visitor_data", "data_sync_id", "po_token", "api_key", "device_id"})
"""Extractor arguments that are an identity of the person's own, or belong to one."""


def credential_in(params: Mapping[str, Any]) -> str:
    """The name of the first parameter, header or extractor argument that says who asks; "" if none does.

    ``params`` are those that ``YoutubeDL`` is made with: its constructor takes a Cookie header out of them.
    """
    named = next((name for name in _PARAMS if params.get(name)), "")
    return named or _header_in(params) or _argument_in(params)


def credential_in_url(url: str) -> bool:
    """Whether an address carries a user's name before its host, which yt-dlp sends as Authorization."""
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


def _header_in(params: Mapping[str, Any]) -> str:
    headers = (str(name) for name in params.get("http_headers") or ())
    return next(
        (
            name
            for name in headers
            if name.lower() not in _HARMLESS_HEADERS and not name.lower().startswith("sec-")
        ),
        "",
    )


def _argument_in(params: Mapping[str, Any]) -> str:
    arguments = params.get("extractor_args") or {}
    return next((key for given in arguments.values() for key in given if key in _IDENTITY_ARGUMENTS), "")


FIRST_VISIT_PATIENCE = 30.0
"""Seconds that a job waits for another one to make the guest: one request, with room for a slow one."""
_FORBIDDEN = 403
_TOO_MANY_REQUESTS = 429
_SUCCESS = (Downloaded, Unimproved, Recorded, Listed, Detailed)


def guest_session(task: Task, log: JobLog) -> GuestSession | None:
    """The session of a job that may visit its site as a guest; None for one that must not."""
    folder, site = task.common.guests, site_of(task.url)
    if folder is None or not site or credential_in_url(task.url):
        return None
    return GuestSession(folder, site, log)


class GuestSession:
    """What one job has of the guest. Trouble with its files is a line in the log, never a failure."""

    def __init__(self, folder: Path, site: str, log: JobLog) -> None:
        self._folder = folder
        self._site = site
        self._log = log
        self._ydl: Any = None
        self._jar: GuestJar | None = None
        self._lent: GuestGeneration | None = None
        self._visited = False

    def begin(self, ydl: Any) -> None:
        """Lend the guest of now to ``ydl``, which has no credential of any kind."""
        with self._harmless():
            self._ydl = ydl
            self._jar = GuestJar(self._folder, network_route(self._site, ydl), about(self._site, ydl))
            self._borrow(self._jar)

    @contextmanager
    def request(self, url: str, kind: RequestKind) -> Iterator[None]:
        """Around each request: the first page that a guest-to-be asks for is asked for by one job alone."""
        jar = self._jar
        if jar is None or self._lent is not None:
            yield
            return
        first = kind is RequestKind.PAGE and site_of(url) == self._site
        with ExitStack() as making:
            if first:
                with self._harmless():
                    making.enter_context(jar.first_visit(FIRST_VISIT_PATIENCE))
                    self._borrow(jar)
                if self._lent is not None:
                    making.close()
            before = self._cookies()
            yield
            self._answered(jar, first=first, changed=self._cookies() != before)

    def _answered(self, jar: GuestJar, *, first: bool, changed: bool) -> None:
        """An answer came to who has no guest yet; what an extractor sets by itself makes none."""
        self._visited = self._visited or first or changed
        if first and changed and self._lent is None:
            with self._harmless():
                # At once, not at the job's end: those that began at the same moment wait for it.
                self._lent = jar.merge(None, self._cookies(), time.time())

    def end(self, outcome: Outcome) -> None:
        """The job is done: give up a guest that was refused, else bring back what the site changed."""
        jar = self._jar
        if jar is None:
            return
        with self._harmless():
            evidence = _evidence_in(outcome)
            if evidence is not None and _is_refusal(evidence):
                if self._lent is not None and jar.renew(self._lent, time.time()):
                    self._log.info(f"{self._site} refused the guest: the next job is another one")
            elif evidence is not None and _is_doubtful(evidence):
                if self._lent is not None:
                    jar.strike(self._lent, time.time())
            elif (self._lent is not None or self._visited) and isinstance(outcome, _SUCCESS):
                jar.merge(self._lent, self._cookies(), time.time())

    def _borrow(self, jar: GuestJar) -> None:
        self._lent = jar.read(time.time())
        for saved in self._lent.cookies.values() if self._lent is not None else ():
            self._ydl.cookiejar.set_cookie(saved.cookie())

    def _cookies(self) -> Cookies:
        """The site's cookies that the job has now; no other site's and none of a login."""
        own = (f".{self._site}", self._site, f"{self._site}.local")
        found = [
            SavedCookie.of(cookie)
            for cookie in self._ydl.cookiejar
            if (cookie.domain in own or site_of(cookie.domain.lstrip(".")) == self._site)
            and not is_login_cookie(cookie.domain, cookie.name)
        ]
        return {saved.key: saved for saved in found}

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._log.info(f"The guest's cookies cannot be kept: {error}")


def network_route(site: str, ydl: Any) -> list[str]:
    """What makes two jobs the same guest: site, proxies with their users, source address, impersonation.

    An address family that is forced is a source address to yt-dlp (0.0.0.0 or ::).
    """
    proxies = sorted(f"{name}={_without_password(str(proxy))}" for name, proxy in ydl.proxies.items())
    return [site, *proxies, str(ydl.params.get("source_address")), str(ydl.params.get("impersonate"))]


NO_PROXY = "__noproxy__"
"""What ``--proxy ""`` is in yt-dlp (``YoutubeDL.proxies``)."""


def about(site: str, ydl: Any) -> str:
    """The site and the way out in words, without any user or password."""
    outward = {str(proxy) for name, proxy in ydl.proxies.items() if name != "no" and proxy}
    proxies = {_without_user(proxy) for proxy in outward - {NO_PROXY}}
    words = [f"through {' or '.join(sorted(proxies))}" if proxies else "without a proxy"]
    if source := ydl.params.get("source_address"):
        words.append(f"from {source}")
    if target := ydl.params.get("impersonate"):
        words.append(f"as {target}")
    return f"{site} {', '.join(words)}"


def _without_user(proxy: str) -> str:
    return _without_password(proxy).rpartition("@")[2].rpartition("//")[2]


def _without_password(proxy: str) -> str:
    try:
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    except ValueError:
        return proxy
    user = parts.username
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{'' if user is None else f'{user}@'}{host}"


def _evidence_in(outcome: Outcome) -> Evidence | None:
    if isinstance(outcome, JobFailed):
        return outcome.evidence
    return outcome.refusal if isinstance(outcome, Detailed) else None


def _is_refusal(evidence: Evidence) -> bool:
    """Whether the site refused the guest itself. A 429 is about the address: another guest would not help."""
    failure_class = classify(evidence).failure_class
    limited = failure_class is FailureClass.RATE_LIMITED and evidence.status != _TOO_MANY_REQUESTS
    return not _is_doubtful(evidence) and (failure_class is FailureClass.BOT_CHECK or limited)


def _is_doubtful(evidence: Evidence) -> bool:
    """Whether it was a 403, which may be about the guest, the address, the video or a challenge."""
    return evidence.status == _FORBIDDEN
