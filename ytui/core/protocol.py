"""Protocol of the pipe between engine and job process, beside its task: reports up, replies down.

Everything here is plain data that pickles. The job sends reports; those with an ``ask`` number wait for the
:class:`Reply` that carries the same number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from ytui.core.failures.classifier import Evidence
from ytui.core.js_runtimes import RuntimeCheck
from ytui.core.models import DetailsPart, LowerCause, RequestKind, Stage


@dataclass(frozen=True)
class ListingEntry:
    """One row of a flat listing; times in Unix seconds, durations in seconds."""

    site: str
    """yt-dlp's extractor key in lower case, the first word of its archive line."""
    video_id: str
    url: str
    title: str
    duration: float | None = None
    published_at: float | None = None
    published_exact: bool = False
    views: int | None = None
    live_status: str | None = None
    availability: str | None = None
    release_at: float | None = None


@dataclass(frozen=True)
class Started:
    """The job has its own process group now."""

    pid: int
    group: int


@dataclass(frozen=True)
class Progress:
    """How far a running job is; the last one wins and any may be dropped."""

    stage: Stage
    fraction: float | None = None
    """0 to 1 over the whole job."""
    done_bytes: int = 0
    total_bytes: int | None = None
    speed: float | None = None
    """Bytes a second."""
    eta: float | None = None
    """Seconds."""
    detail: str = ""
    """A few words, such as ``page 2, 14 new``."""
    since: float | None = None
    """Unix time since when a broadcast is being recorded."""


@dataclass(frozen=True)
class ListingPage:
    """One page of a listing, to be saved before the walk goes on (waits for a reply)."""

    ask: int
    number: int
    entries: tuple[ListingEntry, ...]
    channel_name: str | None = None
    channel_id: str | None = None
    handle: str | None = None
    """The channel's present handle, such as ``@Name``."""


@dataclass(frozen=True)
class FeedRead:
    """What a channel's feed names; whether the walk is needed still is the reply (waits for it)."""

    ask: int
    ids: tuple[str, ...] = ()
    problem: str = ""
    """Why the feed tells nothing, in words."""


@dataclass(frozen=True)
class VideoFacts:
    """What an extraction learned of one video."""

    site: str
    video_id: str
    title: str
    url: str
    duration: float | None
    published_at: float | None
    channel_name: str | None
    live_status: str | None
    availability: str | None
    release_at: float | None = None
    """Unix time at which a broadcast or a premiere begins, or began."""


@dataclass(frozen=True)
class Offer:
    """What a site offers of a video within its quality, and what keeps that from coming; sides in pixels."""

    best: int | None
    """The short side of the best picture on offer; None for sound alone, or where no size is known."""
    available: int | None
    """The short side of the picture that is to be had; None for none, or where no size is known."""
    cause: LowerCause | None = None
    """Why less than the best is to be had; None where the best is, as far as is known."""
    withheld: tuple[LowerCause, ...] = ()
    """Every cause that withheld any format, whether that one was wanted or not."""


@dataclass(frozen=True)
class Planned:
    """The extraction is done and the download is about to start (waits for a reply)."""

    ask: int
    facts: VideoFacts
    expected_bytes: int | None
    format_id: str
    height: int | None
    resumed: bool = False
    offer: Offer | None = None
    """None where nothing is known of what the site offers."""


@dataclass(frozen=True)
class PieceRecorded:
    """A piece of a broadcast lies in the library, to be noted before the job goes on (waits for a reply)."""

    ask: int
    path: str
    """Relative to the library."""
    size: int
    started_at: float
    """Unix time."""
    seconds: float | None
    """Of media; None where nothing could tell."""
    from_start: bool
    whole: bool
    """From its beginning to its end: this is the video."""
    format_id: str
    height: int | None


@dataclass(frozen=True)
class Permit:
    """May this request go out? (waits for a reply)"""

    ask: int
    host: str
    kind: RequestKind


@dataclass(frozen=True)
class JsRuntime:
    """The deno that the job's yt-dlp would run, and how."""

    path: str
    jitless: bool = False


class PlayerFetch(StrEnum):
    """Whether the job has fetched the player's code, if :attr:`ChallengeReply.fetch_into` told it to."""

    NOT_TOLD = "not told"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Challenge:
    """One JavaScript challenge: its type as yt-dlp names it (``n`` or ``sig``) and its text."""

    type: str
    text: str


@dataclass(frozen=True)
class ChallengeRequest:
    """Challenges of one player, for the solver that all jobs share (waits for a :class:`ChallengeReply`)."""

    ask: int
    runtime: JsRuntime
    scripts: tuple[str, str]
    """SHA3-512 of the yt-dlp-ejs scripts, lib and core, that the job's yt-dlp found to be right."""
    player_url: str
    challenges: tuple[Challenge, ...]
    fetched: PlayerFetch = PlayerFetch.NOT_TOLD


@dataclass(frozen=True)
class ExtractorFound:
    """The extractor that takes an address, by its pattern; empty if none does."""

    extractor: str


@dataclass(frozen=True)
class RuntimesFound:
    """The JavaScript runtimes of this machine, as a job finds them."""

    runtimes: tuple[RuntimeCheck, ...]


@dataclass(frozen=True)
class Reply:
    """The engine's answer: ``go`` or not, and why not."""

    ask: int
    go: bool
    reason: str = ""


@dataclass(frozen=True)
class ChallengeReply(Reply):
    """The shared solver's answer; with ``go`` false, yt-dlp's own provider is to be taken."""

    solutions: tuple[str | None, ...] = ()
    """One a challenge, in their order; None where the player itself failed."""
    fetch_into: Path | None = None
    """No solutions yet: fetch the player's code into this file, and ask again."""


@dataclass(frozen=True)
class ExtraFailure:
    """An extra (a thumbnail, subtitles …) that did not arrive; the video stands."""

    extra: str
    evidence: Evidence


@dataclass(frozen=True)
class Listed:
    """A listing ended properly."""

    complete: bool
    """Walked to its end, or stopped early where that is right."""
    stopped_early: bool
    pages: int
    entries: int
    newest_first: bool
    requests: int = 0
    empty_tab: bool = False
    """The channel has no such tab."""
    by_feed: bool = False
    """The feed names nothing new: no list was walked."""


@dataclass(frozen=True)
class Downloaded:
    """A video is in the library; paths are relative to the library's root."""

    path: str
    size: int
    files: tuple[str, ...]
    """Every file that belongs to it, the media first."""
    format_id: str
    height: int | None
    facts: VideoFacts
    bytes_received: int
    requests: int = 0
    extra_failures: tuple[ExtraFailure, ...] = ()
    warnings: tuple[str, ...] = ()
    offer: Offer | None = None
    """None where nothing is known of what the site offers."""


@dataclass(frozen=True)
class Unimproved:
    """What was to be replaced stays: the site has nothing better of it now."""

    shorter: bool = False
    """A better picture came, which is shorter than what is there, or lower than it said."""
    offer: Offer | None = None
    facts: VideoFacts | None = None
    bytes_received: int = 0
    requests: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What a media file is by itself, whatever its site said; None for what no program could tell."""

    seconds: float | None = None
    side: int | None = None
    """The short side of its picture in pixels."""
    silences: tuple[tuple[float, float], ...] | None = None
    """Where nothing is heard: begin and end in seconds, in order. All of it where there is no sound."""


@dataclass(frozen=True)
class Compared:
    """A whole broadcast and the parts of it that were recorded, measured."""

    whole: Measured
    parts: tuple[Measured, ...]


@dataclass(frozen=True)
class Recorded:
    """There is nothing to record any more."""

    over: bool
    """The broadcast has ended; False where only what an interruption left was filed."""
    requests: int = 0
    warnings: tuple[str, ...] = ()
    compared: Compared | None = None
    """What was asked for with :attr:`RecordingTask.compares`; nothing was recorded then."""


@dataclass(frozen=True)
class PartAnswer:
    """One part of a video's details: its body as JSON takes it, or what went wrong, or why there is none."""

    part: DetailsPart
    body: Mapping[str, Any] | None = None
    evidence: Evidence | None = None
    missing: str = ""
    """The site answered, and this is not in its answer: a sentence."""


@dataclass(frozen=True)
class Detailed:
    """Every part that was asked for has its answer."""

    parts: tuple[PartAnswer, ...]
    facts: VideoFacts | None = None
    refusal: Evidence | None = None
    """Why the site would not let the video be watched, though it may have told what it is."""
    requests: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declined:
    """The engine's reply to :class:`Planned` or a permit was no; nothing failed."""

    reason: str


@dataclass(frozen=True)
class JobFailed:
    """The job ended with a failure."""

    evidence: Evidence
    traceback: str = ""
    """Where it arose, of a failure of no known class."""
    bytes_received: int = 0
    requests: int = 0
    warnings: tuple[str, ...] = field(default=())
    offer: Offer | None = None
    """What the site offers, where not as much could be had."""


Outcome = Listed | Downloaded | Unimproved | Recorded | Detailed | Declined | JobFailed
Report = (
    Started
    | Progress
    | FeedRead
    | ListingPage
    | Planned
    | PieceRecorded
    | Permit
    | ChallengeRequest
    | ExtractorFound
    | RuntimesFound
    | Outcome
)
