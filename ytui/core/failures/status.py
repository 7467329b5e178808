"""What an HTTP status, an errno or an exception's type means, whatever the words beside it are."""

from __future__ import annotations

import errno
import re

from ytui.core.failures.classes import Advice, FailureClass
from ytui.core.models import RequestKind

Verdict = tuple[FailureClass, Advice]

_A, _C, _K = Advice, FailureClass, RequestKind

_BY_STATUS: dict[int, Verdict] = {
    352: (_C.BOT_CHECK, _A.WAIT_COOLDOWN),
    401: (_C.LOGIN_REQUIRED, _A.NEEDS_USER),
    402: (_C.PREMIUM_REQUIRED, _A.NEEDS_USER),
    403: (_C.FORBIDDEN, _A.RETRY_BACKOFF),
    404: (_C.NOT_FOUND, _A.PERMANENT),
    407: (_C.NETWORK_PROXY, _A.NEEDS_USER),
    408: (_C.NETWORK_TIMEOUT, _A.RETRY_SOON),
    410: (_C.REMOVED, _A.PERMANENT),
    412: (_C.BOT_CHECK, _A.WAIT_COOLDOWN),
    414: (_C.INVALID_URL, _A.PERMANENT),
    416: (_C.UNKNOWN, _A.RETRY_BACKOFF),
    418: (_C.BOT_CHECK, _A.WAIT_COOLDOWN),
    420: (_C.RATE_LIMITED, _A.WAIT_COOLDOWN),
    425: (_C.SERVER_ERROR, _A.RETRY_BACKOFF),
    429: (_C.RATE_LIMITED, _A.WAIT_COOLDOWN),
    430: (_C.RATE_LIMITED, _A.WAIT_COOLDOWN),
    451: (_C.GEO_BLOCKED, _A.NEEDS_USER),
    461: (_C.BOT_CHECK, _A.WAIT_COOLDOWN),
    468: (_C.BOT_CHECK, _A.WAIT_COOLDOWN),
    509: (_C.RATE_LIMITED, _A.WAIT_COOLDOWN),
    511: (_C.NETWORK_PROXY, _A.NEEDS_USER),
    999: (_C.BOT_CHECK, _A.WAIT_COOLDOWN),
}

_MEDIA_KINDS = frozenset({_K.MEDIA, _K.FRAGMENT})
_PAGE_KINDS = frozenset({_K.PAGE, _K.API})


def is_youtube(host: str) -> bool:
    """Whether a host belongs to YouTube's pages and API."""
    return host == "youtu.be" or re.search(r"(?:^|\.)youtube(?:-nocookie|kids)?\.com$", host) is not None


def by_status(status: int, kind: RequestKind | None, youtube: bool) -> Verdict | None:
    """The meaning of an HTTP status for a request of this kind; None for one that is no failure."""
    if kind in _MEDIA_KINDS and status in (401, 403, 404, 410):
        return _C.EXPIRED_URL, _A.RETRY_BACKOFF
    if kind in _PAGE_KINDS and status == 403:
        return _C.BOT_CHECK, _A.WAIT_COOLDOWN if youtube else _A.NEEDS_USER
    if youtube and status == 402:
        return _C.RATE_LIMITED, _A.WAIT_COOLDOWN
    if youtube and kind == _K.API and status == 404:
        return _C.NOT_FOUND, _A.RETRY_BACKOFF
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return _C.SERVER_ERROR, _A.RETRY_BACKOFF
    return (_C.EXTRACTOR_BROKEN, _A.RETRY_BACKOFF) if status >= 300 else None


_ERRNO_NAMES: dict[Verdict, str] = {
    (_C.DISK_FULL, _A.NEEDS_USER): "ENOSPC EDQUOT",
    (_C.PERMISSION, _A.NEEDS_USER): (
        "EACCES EPERM EROFS EIO ENXIO EISDIR EEXIST ENODEV ENOTDIR ESTALE ENOTCONN EFBIG ENOLCK"
    ),
    (_C.PERMISSION, _A.RETRY_SOON): "EBUSY ETXTBSY EAGAIN",
    (_C.FILENAME, _A.NEEDS_USER): "ENAMETOOLONG EILSEQ EINVAL",
    (_C.NETWORK_TIMEOUT, _A.RETRY_SOON): "ETIMEDOUT",
    (_C.NETWORK_CONNECTION, _A.RETRY_SOON): "ECONNRESET ECONNABORTED EPIPE ESHUTDOWN",
    (_C.NETWORK_CONNECTION, _A.RETRY_BACKOFF): (
        "ECONNREFUSED EHOSTUNREACH ENETUNREACH ENETDOWN EHOSTDOWN EADDRNOTAVAIL"
    ),
}
# Not every system has every name.
_BY_ERRNO: dict[int, Verdict] = {
    getattr(errno, name): verdict
    for verdict, names in _ERRNO_NAMES.items()
    for name in names.split()
    if hasattr(errno, name)
}


def by_errno(number: int) -> Verdict | None:
    """The meaning of an errno of this system, getaddrinfo's negative ones included."""
    if -11 <= number < 0:
        return _C.NETWORK_DNS, _A.RETRY_BACKOFF
    return _BY_ERRNO.get(number)


def by_errno_name(text: str) -> Verdict | None:
    """The meaning of an errno that the text gives by its name or its bare number."""
    found = _ERRNO_IN_TEXT.finditer(text)
    numbers = (int(one[1]) if one[1] else getattr(errno, one[2].upper(), 0) for one in found)
    return next((verdict for number in numbers if (verdict := by_errno(number))), None)


_ERRNO_IN_TEXT = re.compile(r"(?i:\berrno)[ :=]*(-?\d{1,5})\b|\b((?i:e[a-z]{3,14}))\b")


# Types that say all there is to say, wherever they stand in the chain. Subclasses are more telling than
# DownloadCancelled, so the table's order decides, not the chain's.
_DECISIVE = {
    "GeoRestrictedError": _C.GEO_BLOCKED,
    "LiveNow": _C.LIVE_NOW,
    "UserNotLive": _C.NOT_LIVE,
    "UnsupportedError": _C.UNSUPPORTED_URL,
    "CookieLoadError": _C.COOKIES_INVALID,
    "LoginUnusable": _C.COOKIES_INVALID,
    "OtherChannel": _C.OTHER_CHANNEL,
    "MaxDownloadsReached": _C.SKIPPED,
    "ExistingVideoReached": _C.SKIPPED,
    "RejectedVideoReached": _C.SKIPPED,
    "EntryNotInPlaylist": _C.NOT_FOUND,
    "KeyboardInterrupt": _C.CANCELLED,
    "DownloadCancelled": _C.CANCELLED,
}

# Helpers that say it in any language; what ``raise_no_formats`` says is in its words.
_HELPERS = {
    "report_drm": _C.DRM,
    "raise_geo_restricted": _C.GEO_BLOCKED,
    "raise_login_required": _C.LOGIN_REQUIRED,
}

# Types that explain a failure whose words do not, the more telling first.
_SUPPORTING_NAMES: dict[Verdict, str] = {
    (_C.NETWORK_PROXY, _A.NEEDS_USER): "ProxyError Socks4Error Socks5Error",
    (_C.NETWORK_TLS, _A.RETRY_SOON): "SSLEOFError",
    (_C.NETWORK_TLS, _A.NEEDS_USER): "CertificateVerifyError SSLCertVerificationError SSLError",
    (_C.NETWORK_DNS, _A.RETRY_BACKOFF): "gaierror NameResolutionError",
    (_C.NETWORK_TIMEOUT, _A.RETRY_SOON): (
        "TimeoutError timeout ConnectTimeout ReadTimeout ReadTimeoutError ConnectTimeoutError"
    ),
    (_C.NETWORK_CONNECTION, _A.RETRY_SOON): (
        "ContentTooShortError IncompleteRead RemoteDisconnected ConnectionResetError ConnectionAbortedError "
        "BrokenPipeError"
    ),
    (_C.NETWORK_CONNECTION, _A.RETRY_BACKOFF): "ConnectionRefusedError NewConnectionError",
    (_C.RATE_LIMITED, _A.RETRY_SOON): "ThrottledDownload",
    (_C.POSTPROCESS_FAILED, _A.NEEDS_USER): "XAttrMetadataError XAttrUnavailableError",
    (_C.POSTPROCESS_FAILED, _A.RETRY_BACKOFF): "FFmpegPostProcessorError PostProcessingError",
    (_C.CONFIG, _A.NEEDS_USER): "SameFileError",
    (_C.PERMISSION, _A.NEEDS_USER): "PermissionError",
    (_C.INVALID_URL, _A.PERMANENT): "UnsupportedRequest",
    (_C.EXTRACTOR_BROKEN, _A.RETRY_BACKOFF): "RegexNotFoundError",
}
_SUPPORTING = {name: verdict for verdict, names in _SUPPORTING_NAMES.items() for name in names.split()} | {
    # Every failure of the network is one of these.
    "TransportError": (_C.NETWORK_CONNECTION, _A.RETRY_SOON),
}

# What a program mistake raises: in a job, all but always an extractor that met an unknown answer.
_MISTAKE_NAMES = (
    "KeyError IndexError TypeError AttributeError ValueError AssertionError LookupError NameError "
    "JSONDecodeError ParseError XMLSyntaxError UnicodeDecodeError StopIteration RecursionError "
    "NotImplementedError ZeroDivisionError UnboundLocalError"
)
_MISTAKES = frozenset(_MISTAKE_NAMES.split())


def by_decisive_type(types: tuple[str, ...]) -> FailureClass | None:
    """The class that a type in the chain settles by itself, whatever the message says."""
    return next((found for name, found in _DECISIVE.items() if name in types), None)


def by_helper(name: str | None) -> FailureClass | None:
    """The class that a helper of yt-dlp settles by having raised the failure."""
    return _HELPERS.get(name or "")


def by_supporting_type(types: tuple[str, ...]) -> Verdict | None:
    """What a type in the chain suggests where the words say nothing."""
    return next((verdict for name, verdict in _SUPPORTING.items() if name in types), None)


def is_mistake(types: tuple[str, ...]) -> bool:
    """Whether the chain holds an exception that a program mistake raises."""
    return not _MISTAKES.isdisjoint(types)
