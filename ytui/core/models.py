"""Enumerations shared by every layer: kinds, states, priorities and stages."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class JobKind(StrEnum):
    """What a job does."""

    FETCH = "fetch"
    """List a channel's tab."""
    DOWNLOAD = "download"
    INFO = "info"
    """Ask what a site says of a video; it writes no file."""
    EXTRAS = "extras"
    """Bring what lies beside a video that is in the library, or goes into its file."""
    RECORDING = "recording"
    """Record a broadcast while it is live."""

    @property
    def word(self) -> str:
        """The word for a person and for scripts, who know ``INFO`` and ``EXTRAS`` alike as ``details``."""
        return "details" if self in (JobKind.INFO, JobKind.EXTRAS) else self.value


class JobState(StrEnum):
    """Where a job stands; the legal moves between these are in ``states.py``."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class VideoState(StrEnum):
    """What is known of one video of the library."""

    NEW = "new"
    QUEUED = "queued"
    RUNNING = "running"
    DOWNLOADED = "downloaded"
    FAILED = "failed"
    SKIPPED = "skipped"
    ARCHIVED = "archived"
    REMOVED = "removed"


class VideoReason(StrEnum):
    """Why a video is ``new``, ``skipped`` or ``removed``, where code goes by it; scripts see it as ``why``.

    Else that is the filter that refused it, or the ``TrashReason`` of one that was taken out.
    """

    BACKLOG = "backlog"
    """Of the first listing, and ``backlog`` left it out; a person may still ask for it."""
    CANCELLED = "cancelled"
    """Its job was cancelled."""
    LIVE_NOW = "live now"
    """It waits for the end of its broadcast."""
    MEMBERS_ONLY = "members only"
    KEEP = "keep"
    """Retention would remove it as soon as it came."""
    FILE_GONE = "its file is gone"
    """Somebody deleted it."""


class PlanState(StrEnum):
    """Where a plan item stands: open needs the user, scheduled a time, held a site or the machine."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    HELD = "held"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class Tab(StrEnum):
    """One listing of a channel; ``LIST`` is any other list (a playlist, a feed, a user page, one URL)."""

    VIDEOS = "videos"
    SHORTS = "shorts"
    STREAMS = "streams"
    LIST = "list"


class Priority(IntEnum):
    """Classes of the queue, most urgent first."""

    ASKED = 0
    NEWS = 1
    BACKLOG = 2
    OLDER = 3


class Stage(StrEnum):
    """What a running job is doing, in words a person understands."""

    STARTING = "starting"
    LISTING = "listing"
    EXTRACTING = "extracting"
    VIDEO = "video"
    AUDIO = "audio"
    SUBTITLES = "subtitles"
    MERGING = "merging"
    FINISHING = "finishing"
    RECORDING = "recording"


class RequestKind(StrEnum):
    """What one request on the wire was for, as ``ytdlp/request_gate.py`` tells them apart."""

    PAGE = "page"
    API = "api"
    MEDIA = "media"
    FRAGMENT = "fragment"
    CAPTION = "caption"
    IMAGE = "image"
    FEED = "feed"
    PROVIDER = "provider"
    """To a token provider, which is no site."""


class ProviderTrouble(StrEnum):
    """Why a token provider made no token."""

    DEAD = "dead"
    SLOW = "slow"
    REFUSES = "refuses"


class Strategy(StrEnum):
    """How the next attempt differs from the last one."""

    AS_BEFORE = "as_before"
    FRESH_EXTRACTION = "fresh_extraction"
    WITHOUT_PARTIAL = "without_partial"
    LOWER_QUALITY = "lower_quality"
    WITH_COOKIES = "with_cookies"


class LowerCause(StrEnum):
    """Why a video arrived lower than its site offers it."""

    TOKEN_PROVIDER = "token_provider"
    """Formats need a PO token, and none was to be had."""
    CHALLENGE = "challenge"
    """Formats need a JavaScript challenge solved, and it was not."""
    SABR = "sabr"
    """Formats come without an address, for a protocol that yt-dlp does not speak."""
    REFUSED_FORMAT = "refused_format"
    """A format was refused, and the channel's ``fallback`` took the next lower one."""
    PROCESSING = "processing"
    """Young, and below what its channel's others have: the site may still be making the best format."""


class DetailsPart(StrEnum):
    """What can be known of one video without its media; each part is fetched and fails on its own."""

    METADATA = "metadata"
    STATISTICS = "statistics"
    TRANSCRIPT = "transcript"
    COMMENTS = "comments"
