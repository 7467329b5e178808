"""Tasks: what the engine tells a job process to do; plain data that pickles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ytui.core.embed_options import Embed, Segment, SponsorBlock
from ytui.core.models import DetailsPart, Strategy, Tab
from ytui.core.settings.tables import Layout


@dataclass(frozen=True)
class Common:
    """What every task carries: yt-dlp's options by the person and the modules that add extractors."""

    job: int
    log: Path
    """The job's log; descriptors 1 and 2 end there."""
    args: tuple[str, ...] = ()
    """Options of the yt-dlp command: ``[ytdlp] args`` and then the channel's own."""
    extractor_modules: tuple[str, ...] = ()
    """Modules whose ``register(ydl)`` adds extractors (the demo's)."""
    cookies: Path | None = None
    """The job's private copy of a cookie file, if it is to go along."""
    guests: Path | None = None
    """Folder of the guest jars, if the job may visit its site as the guest that is kept there."""
    asks_permits: bool = False
    """Ask the engine before every counted request."""
    bandwidth: int | None = None
    """Bytes a second that this job may use."""
    socket_timeout: float = 20.0
    tokens: Path | None = None
    """The folder of the PO tokens that all jobs share; None: the job has its own alone."""
    players: Path | None = None
    """The folder of the players' code that all jobs share; None: the job fetches what it needs."""
    shared_solver: bool = False
    """The engine answers :class:`ChallengeRequest`."""


@dataclass(frozen=True)
class ListingTask:
    """Walk one tab (or any other list)."""

    common: Common
    url: str
    tab: Tab
    known: frozenset[str] = frozenset()
    """Video ids that stop a newest-first walk; empty before the tab has once been walked to its end."""
    stop_after_known: int = 5
    whole: bool = False
    """Walk to the end even where the order would let the walk stop early."""
    feed: str | None = None
    """Ask this feed first: its answer (:class:`FeedRead`) may make the walk needless."""
    first_page_only: bool = False
    """First pass over a new channel: end after one page; the walk stays unfinished."""
    by_id: str | None = None
    """Where the same is listed by the channel's id, should there be nothing at ``url`` any more."""
    date_floor: float | None = None
    """Unix time; a newest-first walk ends after entries older than this by more than the dates' error."""


@dataclass(frozen=True)
class Replaces:
    """A video's file in the library that a download is to take the place of, if it is better.

    Paths are relative to the library's root.
    """

    path: str
    files: tuple[str, ...]
    """Every file that belongs to it, the media first."""
    side: int | None
    """The short side of its picture in pixels; None for sound alone."""
    duration: float | None
    """Seconds, as the site told them."""
    aside: Path
    """The folder that what is replaced goes to, on the library's file system."""


@dataclass(frozen=True)
class Leftover:
    """What is left in the library of a video whose media file somebody deleted: it makes room for the new.

    Paths are relative to the library's root.
    """

    files: tuple[str, ...]
    aside: Path
    """The folder that what is written over goes to, on the library's file system."""


@dataclass(frozen=True)
class DownloadTask:
    """Download one video into the library."""

    common: Common
    url: str
    video_id: str | None
    library: Path
    """The library's root, absolute."""
    partial: Path
    """Folder for this video's partial files, on the library's file system."""
    template: str
    """yt-dlp output template, relative to the library."""
    quality: str
    """An upper bound: best, 2160p … 360p, audio."""
    channel_name: str | None = None
    """Stands for ``%(channel)s`` in the template so that a channel's videos share a folder."""
    extras: frozenset[str] = frozenset()
    subtitle_langs: tuple[str, ...] = ()
    layout: Layout = Layout.PLAIN
    embed: frozenset[Embed] = frozenset()
    """What the extra ``embedding`` writes into the file."""
    sponsorblock: SponsorBlock = SponsorBlock.OFF
    """What the extra ``sponsorblock`` does."""
    sponsorblock_categories: tuple[Segment, ...] = ()
    """Of which kinds; empty: those that yt-dlp takes by itself."""
    strategy: Strategy = Strategy.AS_BEFORE
    replaces: Replaces | None = None
    leftover: Leftover | None = None
    """Only where nothing is replaced."""
    fallback: bool = True
    """Take what is to be had where the site offers more; else that is a failure."""
    metadata_only: bool = False
    """Fetch the extras alone, no media."""
    beside: str | None = None
    """With ``metadata_only``: the media file that the extras belong to, relative to the library; their names
    follow its name, not the template."""


@dataclass(frozen=True)
class RecordingTask:
    """Record a broadcast, piece by piece, until it is over."""

    download: DownloadTask
    """What and where; ``partial`` is the folder of the piece under way."""
    from_start: bool
    recorded: int = 0
    """How many pieces there are of it already."""
    finish_only: bool = False
    """File what an interrupted recording left, and record nothing."""
    compares: tuple[str, ...] = ()
    """Measure these files, relative to the library, and record nothing: the whole and then its parts."""

    @property
    def common(self) -> Common:
        """What every task carries."""
        return self.download.common

    @property
    def url(self) -> str:
        """The broadcast's address."""
        return self.download.url


@dataclass(frozen=True)
class DetailsTask:
    """Fetch parts of what a site says of one video; no file is written."""

    common: Common
    url: str
    parts: tuple[DetailsPart, ...]
    languages: tuple[str, ...] = ("en",)
    """Of the transcript, in the order of preference."""


Task = ListingTask | DownloadTask | DetailsTask | RecordingTask
