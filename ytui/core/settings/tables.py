"""Tables of the configuration beside its channels, as frozen values: durations in seconds, sizes in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ytui.core.declarations import Key, NamedTable, Table, ValueType, declare, setting
from ytui.core.failures.classes import FailureClass
from ytui.core.settings.columns import Columns

DEFAULT_TEMPLATE = "%(channel)s/%(upload_date>%Y-%m-%d)s %(title).120B [%(id)s].%(ext)s"
DEFAULT_LIBRARY = "~/Videos/ytui"
MINIMUM_RESERVE = 5_000_000_000
MOST_WORKERS = 16
MOST_RECORDINGS = 8
_MANY = 10**9


class Layout(StrEnum):
    """How files are named: by the template, or as episodes of shows for media servers."""

    PLAIN = "plain"
    MEDIA_SERVER = "media-server"


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


@dataclass(frozen=True)
class Library:
    """Where files go; ``reserve`` is the free space never used, in bytes (None: by the disk's size).

    ``trash``: seconds for which what was taken out is kept.
    """

    path: Path = field(
        default_factory=lambda: Path(DEFAULT_LIBRARY).expanduser(),
        metadata=declare(
            Key(ValueType.PATH, help="the folder of the library; a relative one starts at this file's folder")
        ),
    )
    layout: Layout = setting(
        Layout.PLAIN,
        Key(
            ValueType.ONE_OF,
            words=tuple(Layout),
            comment='files as the template says; or "media-server": Jellyfin, Kodi, Plex',
        ),
    )
    template: str = setting(
        DEFAULT_TEMPLATE,
        Key(ValueType.TEMPLATE, help="a file's name below path, as yt-dlp's --output has it"),
    )
    reserve: int | None = setting(
        None,
        Key(
            ValueType.SIZE,
            unset="auto",
            comment='free space that is never used: the larger of 5 GB and 2 %; or "2 GB"',
        ),
    )
    trash: float = setting(
        604_800.0,
        Key(
            ValueType.DURATION,
            comment="so long what was taken out can be brought back, unless the reserve needs its room",
            help="how long what was taken out can be brought back; less where the reserve needs its room",
        ),
    )

    def reserve_bytes(self, total: int) -> int:
        """The free space never used, in bytes, on a disk of ``total`` bytes."""
        return max(MINIMUM_RESERVE, total // 50) if self.reserve is None else self.reserve


@dataclass(frozen=True)
class Workers:
    """How many jobs run at once, and which goes first; ``live``: broadcasts recorded beside the others."""

    count: int = setting(
        5, Key(ValueType.WHOLE, low=1, high=MOST_WORKERS, comment="1 to 16", help="how many jobs run at once")
    )
    live: int = setting(
        2,
        Key(
            ValueType.WHOLE,
            high=MOST_RECORDINGS,
            comment="so many broadcasts are recorded at once beside these, 0 to 8",
        ),
    )
    order: Order = setting(
        Order.SHORTEST,
        Key(
            ValueType.ONE_OF,
            words=tuple(Order),
            comment="shortest, newest, oldest",
            help="which of the waiting jobs of a kind goes first",
        ),
    )


@dataclass(frozen=True)
class RetryOperation:
    """Pauses in seconds before another try; ``tries`` counts the first too (None: ``max_retries`` + 1)."""

    policy: Policy = setting(
        Policy.EXPONENTIAL,
        Key(
            ValueType.ONE_OF,
            words=tuple(Policy),
            comment="exponential, linear, fixed, immediate",
            help="how the pause grows from one try to the next",
        ),
    )
    base: float = setting(2.0, Key(ValueType.DURATION, comment="the first pause"))
    cap: float = setting(30.0, Key(ValueType.DURATION, comment="the longest pause"))
    tries: int | None = setting(
        None,
        Key(
            ValueType.WHOLE,
            low=1,
            high=100,
            comment="the first one included",
            help="how many tries, the first one included; without it one more than max_retries",
        ),
    )


@dataclass(frozen=True)
class Retry:
    """How failures of an operation are tried again; ``classes`` (a failure class's name) goes before it."""

    max_retries: int = setting(
        3,
        Key(
            ValueType.WHOLE,
            high=100,
            help="how often what failed is tried again where tries says no other number",
        ),
    )
    network: RetryOperation = RetryOperation()
    processing: RetryOperation = setting(
        RetryOperation(Policy.FIXED, 5.0, 60.0, 2), Table(comment="ffmpeg and what comes after the download")
    )
    server: RetryOperation = setting(
        RetryOperation(Policy.EXPONENTIAL, 10.0, 300.0), Table(comment="a site that answers with an error")
    )
    classes: Mapping[str, RetryOperation] = field(
        default_factory=dict,
        metadata=declare(NamedTable(RetryOperation, names=tuple(name.value for name in FailureClass))),
    )


@dataclass(frozen=True)
class SiteLimits:
    """One site's request budget; ``reserve`` is the part of a day kept for what a person asks for.

    ``guest``: whether jobs without credentials visit it as one guest over all runs, or each as a new one.
    """

    requests_per_minute: int = setting(
        30, Key(ValueType.WHOLE, low=1, high=_MANY, help="how many requests go to the site a minute")
    )
    requests_per_hour: int = setting(600, Key(ValueType.WHOLE, low=1, high=_MANY, help="how many an hour"))
    requests_per_day: int = setting(8000, Key(ValueType.WHOLE, low=1, high=_MANY, help="how many a day"))
    reserve: int = setting(
        200, Key(ValueType.WHOLE, high=_MANY, comment="of the day's requests, for what you ask for by key")
    )
    concurrency: int = setting(
        2, Key(ValueType.WHOLE, low=1, high=MOST_WORKERS, help="how many jobs are at the site at once")
    )
    cooldown: float = setting(
        3600.0,
        Key(
            ValueType.DURATION,
            low=1.0,
            comment="after the site has pushed back",
            help="how long the site is left alone after it has pushed back",
        ),
    )
    guest: GuestUse = setting(
        GuestUse.FRESH,
        Key(
            ValueType.ONE_OF,
            words=tuple(GuestUse),
            comment='without cookies: one guest over all runs; or "fresh": a new one each job',
        ),
    )


OTHER_SITE = SiteLimits()
KNOWN_SITES: Mapping[str, SiteLimits] = {
    "youtube": SiteLimits(
        requests_per_minute=60,
        requests_per_hour=900,
        requests_per_day=15000,
        reserve=1000,
        concurrency=3,
        guest=GuestUse.KEEP,
    )
}


@dataclass(frozen=True)
class Limits:
    """Budgets of sites, bandwidth in bytes a second, the hours (minutes of the day) in which work may run."""

    mode: LimitMode = setting(
        LimitMode.SHARED,
        Key(
            ValueType.ONE_OF,
            words=tuple(LimitMode),
            comment='one budget a site for all workers; or "independent"',
        ),
    )
    bandwidth: int | None = setting(
        None, Key(ValueType.RATE, unset="off", comment='or "4 MB/s", over all workers')
    )
    hours: tuple[tuple[int, int], ...] = setting(
        (),
        Key(
            ValueType.HOURS,
            comment='or "01:00-07:00": work in these hours only',
            help="work in these hours only, several divided by commas; what you ask for comes at any time",
        ),
    )
    sites: Mapping[str, SiteLimits] = field(
        default_factory=lambda: dict(KNOWN_SITES),
        metadata=declare(NamedTable(SiteLimits, comment='other sites: [limits.sites."example.com"]')),
    )

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

    max_age: float = setting(
        3600.0, Key(ValueType.DURATION, comment="details older than this are fetched again")
    )


@dataclass(frozen=True)
class Ssh:
    """What happens when the line drops."""

    on_disconnect: OnDisconnect = setting(
        OnDisconnect.CONTINUE,
        Key(
            ValueType.ONE_OF,
            words=tuple(OnDisconnect),
            comment='the queue goes on when the line drops; or "stop"',
        ),
    )


@dataclass(frozen=True)
class Notify:
    """Who is told what; ``every``: seconds, at most one message in so many, save when the queue is done."""

    command: tuple[str, ...] = setting(
        (),
        Key(
            ValueType.TEXT, many=True, comment='gets the message: ["mail", "-s", "{title}", "me@example.org"]'
        ),
    )
    urls: tuple[str, ...] = setting(
        (), Key(ValueType.TEXT, many=True, comment="Apprise addresses, with the extra ytui[notify]")
    )
    on: frozenset[NotifyOn] = setting(
        frozenset(NotifyOn),
        Key(ValueType.ONE_OF, words=tuple(NotifyOn), many=True, empty=False, help="what is told"),
    )
    every: float = setting(
        600.0,
        Key(ValueType.DURATION, comment="at most one message in this time, save when the queue is done"),
    )


class Release(StrEnum):
    """Which versions of yt-dlp an upgrade takes."""

    STABLE = "stable"
    NIGHTLY = "nightly"


@dataclass(frozen=True)
class Ytdlp:
    """Options of the yt-dlp command for every job (a channel's own come after them), and its upgrades."""

    args: tuple[str, ...] = setting(
        (),
        Key(ValueType.OPTIONS, comment='options of the yt-dlp command: ["--proxy", "http://127.0.0.1:3128"]'),
    )
    release: Release = setting(
        Release.STABLE,
        Key(
            ValueType.ONE_OF,
            words=tuple(Release),
            comment='or "nightly": what ! and `ytui upgrade` install',
            help="which yt-dlp `!` and `ytui upgrade` install; nightly: each day's, sooner and less tested",
        ),
    )


PATH_PLACE, URL_PLACE = "{path}", "{url}"
"""What in ``open_command`` gives way to a file, or to an address."""


NO_COLUMNS = Columns()


@dataclass(frozen=True)
class Screen:
    """The look: None lets the terminal decide theme or repaint rate; ``keys`` maps an action to its key."""

    theme: str | None = setting(None, Key(ValueType.TEXT, unset="auto", comment="or the name of a theme"))
    fps: float | None = setting(
        None,
        Key(
            ValueType.NUMBER,
            low=0.5,
            high=30,
            unset="auto",
            comment="or repaints a second: 4 here, 2 over SSH",
            help="repaints a second; by itself 4 here, 2 over SSH",
        ),
    )
    mouse: bool = setting(True, Key(ValueType.FLAG, help="false: the terminal keeps the mouse"))
    title: bool = setting(False, Key(ValueType.FLAG, comment="true: show the state in the terminal's title"))
    details: bool = setting(
        True, Key(ValueType.FLAG, comment="false: nothing stands beside the lists, however wide it is")
    )
    thumbnails: bool = setting(
        False, Key(ValueType.FLAG, comment="true: in the details of a video, with the extra ytui[thumbnails]")
    )
    open_command: tuple[str, ...] | None = setting(
        None,
        Key(
            ValueType.COMMAND,
            unset="auto",
            comment='or, say, "vlc {path}", "firefox {url}": plays or opens a file',
            help="plays or opens a video's file (`. v`); by itself mpv, where there is a display",
        ),
    )
    ssh_host: str | None = setting(
        None,
        Key(
            ValueType.TEXT,
            unset="auto",
            comment="or what other machines call this one, for lines with scp and mpv",
            help="what other machines call this one in lines that are copied (`Y`); by itself the address "
            "that the SSH session came to, else the name of this machine",
        ),
    )
    columns: Columns = NO_COLUMNS
    keys: Mapping[str, str] = field(
        default_factory=dict,
        metadata=declare(
            NamedTable(Key(ValueType.TEXT, help='an action of `ytui help keys` and its key: `fetch = "F"`'))
        ),
    )
