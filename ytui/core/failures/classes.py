"""The classes of failure: their groups, titles, reasons, remedies and the advice each gives by default."""

from __future__ import annotations

from enum import StrEnum

from ytui.core.failures.sentences import SENTENCES


class FailureGroup(StrEnum):
    """What kind of trouble a class belongs to; the default plan follows the group."""

    NETWORK = "network"
    SERVER = "server"
    PUSHBACK = "pushback"
    ACCESS = "access"
    GONE = "gone"
    LATER = "later"
    MEDIA = "media"
    TOOL = "tool"
    MACHINE = "machine"
    REQUEST = "request"
    OTHER = "other"


class Advice(StrEnum):
    """What is best done next about one failure."""

    RETRY_SOON = "retry_soon"
    RETRY_BACKOFF = "retry_backoff"
    WAIT_COOLDOWN = "wait_cooldown"
    WAIT_UNTIL_START = "wait_until_start"
    LOWER_QUALITY = "lower_quality"
    NEEDS_USER = "needs_user"
    PERMANENT = "permanent"


class FailureClass(StrEnum):
    """Every way an attempt can end without its result."""

    NETWORK_TIMEOUT = "network_timeout"
    NETWORK_CONNECTION = "network_connection"
    NETWORK_DNS = "network_dns"
    NETWORK_TLS = "network_tls"
    NETWORK_PROXY = "network_proxy"
    SERVER_ERROR = "server_error"
    EXPIRED_URL = "expired_url"
    RATE_LIMITED = "rate_limited"
    BOT_CHECK = "bot_check"
    LOGIN_REQUIRED = "login_required"
    COOKIES_INVALID = "cookies_invalid"
    MEMBERS_ONLY = "members_only"
    PREMIUM_REQUIRED = "premium_required"
    AGE_RESTRICTED = "age_restricted"
    GEO_BLOCKED = "geo_blocked"
    PRIVATE = "private"
    FORBIDDEN = "forbidden"
    REMOVED = "removed"
    TERMINATED = "terminated"
    COPYRIGHT = "copyright"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    UPCOMING = "upcoming"
    LIVE_NOW = "live_now"
    NOT_LIVE = "not_live"
    LIVE_PROCESSING = "live_processing"
    FORMAT_UNAVAILABLE = "format_unavailable"
    DRM = "drm"
    JS_RUNTIME = "js_runtime"
    TOKEN_PROVIDER = "token_provider"
    FFMPEG_MISSING = "ffmpeg_missing"
    POSTPROCESS_FAILED = "postprocess_failed"
    IMPERSONATION_REQUIRED = "impersonation_required"
    EXTRACTOR_BROKEN = "extractor_broken"
    DISK_FULL = "disk_full"
    PERMISSION = "permission"
    FILENAME = "filename"
    OTHER_CHANNEL = "other_channel"
    UNSUPPORTED_URL = "unsupported_url"
    INVALID_URL = "invalid_url"
    CONFIG = "config"
    KEEP_CHANGED = "keep_changed"
    CHANNELS_MISSING = "channels_missing"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"

    @property
    def group(self) -> FailureGroup:
        """The group whose default plan this class follows."""
        return _PLANS[self][0]

    @property
    def title(self) -> str:  # type: ignore[override]  # str.title() is never wanted of a class
        """A few plain words for a heading or a column."""
        return SENTENCES[self].title

    @property
    def reason(self) -> str:
        """One sentence saying what happened."""
        return SENTENCES[self].reason

    @property
    def remedy(self) -> str:
        """One sentence saying what to do, or that nothing need be done."""
        return SENTENCES[self].remedy

    @property
    def default_advice(self) -> Advice:
        """The advice where the rule that matched gives none of its own."""
        return _PLANS[self][1]


def class_title(name: str) -> str:
    """The plain words for a class by its name; the name itself for one of another version."""
    try:
        return FailureClass(name).title
    except ValueError:
        return name


_C, _G, _A = FailureClass, FailureGroup, Advice

_PLANS: dict[FailureClass, tuple[FailureGroup, Advice]] = {
    _C.NETWORK_TIMEOUT: (_G.NETWORK, _A.RETRY_SOON),
    _C.NETWORK_CONNECTION: (_G.NETWORK, _A.RETRY_SOON),
    _C.NETWORK_DNS: (_G.NETWORK, _A.RETRY_BACKOFF),
    _C.NETWORK_TLS: (_G.NETWORK, _A.NEEDS_USER),
    _C.NETWORK_PROXY: (_G.NETWORK, _A.NEEDS_USER),
    _C.SERVER_ERROR: (_G.SERVER, _A.RETRY_BACKOFF),
    _C.EXPIRED_URL: (_G.SERVER, _A.RETRY_BACKOFF),
    _C.RATE_LIMITED: (_G.PUSHBACK, _A.WAIT_COOLDOWN),
    _C.BOT_CHECK: (_G.PUSHBACK, _A.WAIT_COOLDOWN),
    _C.LOGIN_REQUIRED: (_G.ACCESS, _A.NEEDS_USER),
    _C.COOKIES_INVALID: (_G.ACCESS, _A.NEEDS_USER),
    _C.MEMBERS_ONLY: (_G.ACCESS, _A.NEEDS_USER),
    _C.PREMIUM_REQUIRED: (_G.ACCESS, _A.NEEDS_USER),
    _C.AGE_RESTRICTED: (_G.ACCESS, _A.NEEDS_USER),
    _C.GEO_BLOCKED: (_G.ACCESS, _A.NEEDS_USER),
    _C.PRIVATE: (_G.ACCESS, _A.NEEDS_USER),
    _C.FORBIDDEN: (_G.ACCESS, _A.RETRY_BACKOFF),
    _C.REMOVED: (_G.GONE, _A.PERMANENT),
    _C.TERMINATED: (_G.GONE, _A.PERMANENT),
    _C.COPYRIGHT: (_G.GONE, _A.PERMANENT),
    _C.NOT_FOUND: (_G.GONE, _A.PERMANENT),
    _C.UNAVAILABLE: (_G.GONE, _A.RETRY_BACKOFF),
    _C.UPCOMING: (_G.LATER, _A.WAIT_UNTIL_START),
    _C.LIVE_NOW: (_G.LATER, _A.RETRY_BACKOFF),
    _C.NOT_LIVE: (_G.LATER, _A.RETRY_BACKOFF),
    _C.LIVE_PROCESSING: (_G.LATER, _A.RETRY_BACKOFF),
    _C.FORMAT_UNAVAILABLE: (_G.MEDIA, _A.LOWER_QUALITY),
    _C.DRM: (_G.MEDIA, _A.PERMANENT),
    _C.JS_RUNTIME: (_G.TOOL, _A.NEEDS_USER),
    _C.TOKEN_PROVIDER: (_G.TOOL, _A.NEEDS_USER),
    _C.FFMPEG_MISSING: (_G.TOOL, _A.NEEDS_USER),
    _C.POSTPROCESS_FAILED: (_G.TOOL, _A.RETRY_BACKOFF),
    _C.IMPERSONATION_REQUIRED: (_G.TOOL, _A.NEEDS_USER),
    _C.EXTRACTOR_BROKEN: (_G.TOOL, _A.RETRY_BACKOFF),
    _C.DISK_FULL: (_G.MACHINE, _A.NEEDS_USER),
    _C.PERMISSION: (_G.MACHINE, _A.NEEDS_USER),
    _C.FILENAME: (_G.MACHINE, _A.NEEDS_USER),
    _C.OTHER_CHANNEL: (_G.REQUEST, _A.NEEDS_USER),
    _C.UNSUPPORTED_URL: (_G.REQUEST, _A.PERMANENT),
    _C.INVALID_URL: (_G.REQUEST, _A.PERMANENT),
    _C.CONFIG: (_G.REQUEST, _A.NEEDS_USER),
    _C.KEEP_CHANGED: (_G.REQUEST, _A.NEEDS_USER),
    _C.CHANNELS_MISSING: (_G.REQUEST, _A.NEEDS_USER),
    _C.CANCELLED: (_G.OTHER, _A.RETRY_SOON),
    _C.SKIPPED: (_G.OTHER, _A.PERMANENT),
    _C.INTERRUPTED: (_G.OTHER, _A.RETRY_SOON),
    _C.UNKNOWN: (_G.OTHER, _A.RETRY_BACKOFF),
}
