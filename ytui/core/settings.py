"""What the user may set, as frozen values: durations in seconds, sizes in bytes, paths expanded.

The text of ``config.toml`` is read elsewhere; here is what it means. Two settings compare equal exactly when
nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path

from ytui.core.filling import Embed, Layout, Segment, SponsorBlock
from ytui.core.models import Tab

DEFAULT_TEMPLATE = "%(channel)s/%(upload_date>%Y-%m-%d)s %(title).120B [%(id)s].%(ext)s"
DEFAULT_LIBRARY = "~/Videos/ytui"
MINIMUM_RESERVE = 5_000_000_000
CHANNEL_TABS = (Tab.VIDEOS, Tab.SHORTS, Tab.STREAMS)


class Order(StrEnum):
    """Which job of a class goes first."""

    SHORTEST = "shortest"
    NEWEST = "newest"
    OLDEST = "oldest"


class Policy(StrEnum):
    """How the pause grows from one try to the next."""

    EXPONENTIAL = "exponential"
    LINEAR = "linear"
    FIXED = "fixed"
    IMMEDIATE = "immediate"


class LimitMode(StrEnum):
    """One request budget a site for all workers, or the full rate for each worker."""

    SHARED = "shared"
    INDEPENDENT = "independent"


class OnDisconnect(StrEnum):
    """What becomes of the queue when the terminal is lost."""

    CONTINUE = "continue"
    STOP = "stop"


class Members(StrEnum):
    """What to do with members-only videos seen in a listing."""

    SKIP = "skip"
    TRY = "try"


class CookieUse(StrEnum):
    """When a channel's cookies go along."""

    WHEN_NEEDED = "when_needed"
    ALWAYS = "always"


class GuestUse(StrEnum):
    """Whether what a site set for a job without credentials is kept for the next one."""

    KEEP = "keep"
    FRESH = "fresh"


class NotifyOn(StrEnum):
    """What a notification may tell."""

    DONE = "done"
    FAILED = "failed"
    NEEDS_YOU = "needs_you"
    SITE_CLOSED = "site_closed"


class Extra(StrEnum):
    """A file kept beside the video."""

    METADATA = "metadata"
    THUMBNAIL = "thumbnail"
    SUBTITLES = "subtitles"
    DESCRIPTION = "description"
    NFO = "nfo"


class Quality(StrEnum):
    """An upper bound: the best format at or below it is a success."""

    BEST = "best"
    P2160 = "2160p"
    P1440 = "1440p"
    P1080 = "1080p"
    P720 = "720p"
    P480 = "480p"
    P360 = "360p"
    AUDIO = "audio"

    @property
    def height(self) -> int | None:
        """The greatest height in pixels; None for ``best`` (no bound) and ``audio`` (no picture)."""
        return int(self.value[:-1]) if self.value.endswith("p") else None


class BacklogKind(StrEnum):
    """How much of a first listing is queued."""

    ALL = "all"
    NEWEST = "newest"
    NONE = "none"


class KeepKind(StrEnum):
    """What retention keeps."""

    ALL = "all"
    LAST = "last"
    DAYS = "days"


@dataclass(frozen=True)
class Backlog:
    """What of the first listing is queued; ``count`` matters with ``newest`` only."""

    kind: BacklogKind = BacklogKind.ALL
    count: int = 0


@dataclass(frozen=True)
class Keep:
    """What retention keeps; ``count`` is a number of videos with ``last``, of days with ``days``."""

    kind: KeepKind = KeepKind.ALL
    count: int = 0


@dataclass(frozen=True)
class Library:
    """Where files go; ``reserve`` is the free space never used, in bytes (None: by the disk's size)."""

    path: Path = field(default_factory=lambda: Path(DEFAULT_LIBRARY).expanduser())
    layout: Layout = Layout.PLAIN
    template: str = DEFAULT_TEMPLATE
    reserve: int | None = None

    def reserve_bytes(self, total: int) -> int:
        """The free space never used, in bytes, on a disk of ``total`` bytes."""
        return max(MINIMUM_RESERVE, total // 50) if self.reserve is None else self.reserve


class RecordLive(StrEnum):
    """Whether a broadcast is recorded while it runs: not at all, from now on, or from its start."""

    NO = "no"
    FROM_NOW = "from_now"
    FROM_START = "from_start"


@dataclass(frozen=True)
class Workers:
    """How many jobs run at once, and which goes first."""

    count: int = 5
    live: int = 2
    """How many broadcasts are recorded at once, beside the others."""
    order: Order = Order.SHORTEST


@dataclass(frozen=True)
class RetryOperation:
    """Pauses in seconds before another try; ``tries`` counts the first too (None: ``max_retries`` + 1)."""

    policy: Policy = Policy.EXPONENTIAL
    base: float = 2.0
    cap: float = 30.0
    tries: int | None = None


@dataclass(frozen=True)
class Retry:
    """How failures of an operation are tried again; ``by_class`` (a failure class's name) goes before it."""

    max_retries: int = 3
    network: RetryOperation = RetryOperation()
    processing: RetryOperation = RetryOperation(Policy.FIXED, 5.0, 60.0, 2)
    server: RetryOperation = RetryOperation(Policy.EXPONENTIAL, 10.0, 300.0)
    by_class: Mapping[str, RetryOperation] = field(default_factory=dict)


@dataclass(frozen=True)
class SiteLimits:
    """One site's request budget; ``reserve`` is the part of a day kept for what a person asks for.

    ``guest``: whether jobs without credentials visit it as one guest over all runs, or each as a new one.
    """

    requests_per_minute: int = 30
    requests_per_hour: int = 600
    requests_per_day: int = 8000
    reserve: int = 200
    concurrency: int = 2
    cooldown: float = 3600.0
    guest: GuestUse = GuestUse.FRESH


OTHER_SITE = SiteLimits()
KNOWN_SITES: Mapping[str, SiteLimits] = {
    "youtube": SiteLimits(60, 900, 15000, 1000, 3, 3600.0, GuestUse.KEEP)
}


@dataclass(frozen=True)
class Limits:
    """Budgets of sites, bandwidth in bytes a second, the hours (minutes of the day) in which work may run."""

    mode: LimitMode = LimitMode.SHARED
    bandwidth: int | None = None
    hours: tuple[tuple[int, int], ...] = ()
    sites: Mapping[str, SiteLimits] = field(default_factory=lambda: dict(KNOWN_SITES))

    def for_site(self, name: str) -> SiteLimits:
        """The limits of a site (``youtube`` or a registrable domain), known to the settings or not."""
        return self.sites.get(name, OTHER_SITE)

    def open_at(self, minute: int) -> bool:
        """Whether work may run at this minute of the local day (0 to 1439); spans may wrap midnight."""
        return not self.hours or any(
            start <= minute < end if start < end else minute >= start or minute < end
            for start, end in self.hours
        )


@dataclass(frozen=True)
class Details:
    """``max_age``: seconds for which fetched details count as fresh."""

    max_age: float = 3600.0


@dataclass(frozen=True)
class Ssh:
    """What happens when the line drops."""

    on_disconnect: OnDisconnect = OnDisconnect.CONTINUE


@dataclass(frozen=True)
class Notify:
    """Who is told what; ``every``: seconds, at most one message in so many, save when the queue is done."""

    command: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    on: frozenset[NotifyOn] = frozenset(NotifyOn)
    every: float = 600.0


@dataclass(frozen=True)
class Ytdlp:
    """Options of the yt-dlp command for every job; a channel's own come after them."""

    args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Screen:
    """The look: None lets the terminal decide theme or repaint rate; ``keys`` maps an action to its key."""

    theme: str | None = None
    fps: float | None = None
    title: bool = False
    mouse: bool = True
    thumbnails: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def title_pattern(text: str) -> re.Pattern[str]:
    """The compiled form of a ``title`` or ``not_title``; case does not matter. ``re.error`` if it is none."""
    return re.compile(text, re.IGNORECASE)


@dataclass(frozen=True)
class Channel:
    """One channel or list: ``url`` is normalised; dates are inclusive; durations and ``every`` in seconds.

    ``every`` None means that the pace follows the channel's news, ``recheck`` None that no video is looked at
    again; ``live`` whether streams and their
    recordings are wanted; ``title`` and ``not_title`` are searched for in a title.
    """

    url: str
    name: str | None = None
    tabs: tuple[Tab, ...] = CHANNEL_TABS
    download: bool = True
    backlog: Backlog = Backlog()
    quality: Quality = Quality.P1080
    fallback: bool = True
    recheck: float | None = 86_400.0
    extras: frozenset[Extra] = frozenset({Extra.METADATA, Extra.THUMBNAIL})
    subtitle_langs: tuple[str, ...] = ("en",)
    embed: frozenset[Embed] = frozenset()
    sponsorblock: SponsorBlock = SponsorBlock.OFF
    sponsorblock_categories: tuple[Segment, ...] = ()
    members: Members = Members.SKIP
    after: date | None = None
    before: date | None = None
    min_duration: float | None = None
    max_duration: float | None = None
    title: str | None = None
    not_title: str | None = None
    live: bool = True
    record_live: RecordLive = RecordLive.NO
    every: float | None = None
    keep: Keep = Keep()
    cookies: Path | None = None
    use_cookies: CookieUse = CookieUse.WHEN_NEEDED
    args: tuple[str, ...] = ()

    def accepts_title(self, title: str) -> bool:
        """Whether a video of this title passes ``title`` and ``not_title``."""
        if self.title is not None and not title_pattern(self.title).search(title):
            return False
        return self.not_title is None or not title_pattern(self.not_title).search(title)


@dataclass(frozen=True)
class Settings:
    """Everything the user may set."""

    library: Library = field(default_factory=Library)
    workers: Workers = Workers()
    retry: Retry = field(default_factory=Retry)
    limits: Limits = field(default_factory=Limits)
    details: Details = Details()
    ssh: Ssh = Ssh()
    notify: Notify = Notify()
    ytdlp: Ytdlp = Ytdlp()
    screen: Screen = field(default_factory=Screen)
    channels: tuple[Channel, ...] = ()

    @cached_property
    def by_url(self) -> Mapping[str, Channel]:
        """The channels by their normalised address."""
        return {channel.url: channel for channel in self.channels}
