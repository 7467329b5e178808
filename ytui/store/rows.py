"""The rows of the store as frozen dataclasses; a field has the name of its column.

Times are Unix seconds, UTC. ``None`` means unknown or not yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from ytui.core.holds import Breaker, HoldCause, HoldKey, with_waiting
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, PlanState, Priority, Strategy, VideoState
from ytui.core.wait_reasons import Wait, WaitReason
from ytui.store.row_mapping import Columns, from_json, options_from_json

Level = Literal["debug", "info", "warning", "error"]
JournalType = Literal["runtime", "failed", "report"]
AttemptOutcome = Literal["done", "failed", "cancelled", "interrupted", "declined"]


class ChannelState(StrEnum):
    """What the last fetch of a channel said."""

    NEW = "new"
    OK = "ok"
    FAILED = "failed"
    TERMINATED = "terminated"
    EMPTY = "empty"


@dataclass(frozen=True)
class Channel:
    """A subscription, or what is left of one; ``name`` is its unique label."""

    id: int
    url: str
    name: str
    channel_id: str | None
    site: str
    subscribed: bool
    paused: bool
    state: ChannelState
    error: str
    error_class: str | None
    created_at: float
    last_fetched: float | None
    next_fetch: float | None
    every: float | None
    """Learned seconds between fetches."""
    first_listed_at: float | None
    handle: str | None = None
    """Its present handle, as the site said when it was last listed."""
    keep_kind: str | None = None
    """With ``keep_count`` the ``keep`` that is in force, see ``channel_settings.keep_in_force``."""
    keep_count: int = 0
    tags: tuple[str, ...] = ()
    """As the configuration has them."""


@dataclass(frozen=True)
class ChannelSummary(Channel):
    """A channel with the counts a list shows beside it."""

    videos: int = 0
    new: int = 0
    queued: int = 0
    running: int = 0
    downloaded: int = 0
    failed: int = 0
    skipped: int = 0
    bytes: int = 0
    """Size of its files in the library."""
    active: JobState | None = None
    """State of its most relevant active fetch job: running before queued before waiting."""


@dataclass(frozen=True)
class TabRow:
    """One listing of a channel."""

    id: int
    channel_id: int
    tab: str
    url: str
    complete: bool
    """Walked to its end once."""
    newest_first: bool
    empty_until: float | None
    last_walk_at: float | None
    walk: int
    """Number of the current walk."""


@dataclass(frozen=True)
class Video:
    """A video of any state."""

    id: int
    site: str
    video_id: str
    url: str
    title: str
    channel_id: int | None
    tab: str | None
    state: VideoState
    why: str
    """Why it was skipped."""
    duration: float | None
    published_at: float | None
    published_exact: bool
    live_status: str | None
    availability: str | None
    release_at: float | None
    views: int | None
    news: bool
    """Published since the channel's first listing."""
    first_seen: float
    path: str | None
    """Relative to the library's root."""
    size: int | None
    format_id: str | None
    height: int | None
    files: tuple[str, ...]
    """Every file that belongs to it, the media first; relative to the library's root."""
    downloaded_at: float | None
    keep: bool


@dataclass(frozen=True)
class Job:
    """A job of any state; ``attempt`` numbers the current or last one, ``charged`` counts against retries."""

    id: int
    kind: JobKind
    state: JobState
    channel_id: int | None
    tab_id: int | None
    video_id: int | None
    site: str
    url: str
    title: str
    priority: Priority
    rank: float
    """Within its class, smaller is sooner; below 0 for what was put to the top."""
    duration_key: float
    published_at: float
    attempt: int
    charged: int
    budget_from: int
    """Attempts up to this number were before the last retry by hand."""
    stage: str | None
    percent: float | None
    bytes: int
    failure_class: str | None
    reference: str | None
    strategy: Strategy
    due_at: float | None
    wait_reason: WaitReason
    first_page_only: bool
    asked: bool
    cancel_requested: bool
    options: JobOptions
    slot: int | None
    pid: int | None
    process_group: int | None
    process_started: float | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    hold_id: int | None = None
    """The hold that it waits for."""
    wait_subject: str = ""

    @property
    def wait(self) -> Wait:
        """What it waits for."""
        return Wait(self.wait_reason, self.wait_subject)


@dataclass(frozen=True)
class Attempt:
    """One run of a job; ``outcome`` is ``None`` while it lasts."""

    id: int
    job_id: int
    video_id: int | None
    number: int
    started_at: float
    ended_at: float | None
    outcome: AttemptOutcome | None
    failure_class: str | None
    message: str
    status: int | None
    host: str | None
    request_kind: str | None
    bytes: int
    requests: int
    strategy: Strategy
    reference: str | None
    charged: bool
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class PlanItem:
    """What has not arrived, why, and what is to be done about it; a question about a rule has no job."""

    id: int
    job_id: int
    """0 where no job stands behind it."""
    video_id: int | None
    channel_id: int | None
    url: str
    title: str
    failure_class: str
    group_name: str
    advice: str
    state: PlanState
    attempts: int
    """Failed attempts so far."""
    next_at: float | None
    reason: str
    remedy: str
    evidence: str
    """One line."""
    reference: str
    strategy: Strategy
    versions: Mapping[str, Any]
    """Versions of the tools it failed with."""
    created_at: float
    updated_at: float
    resolved_at: float | None
    hold_id: int | None = None
    """The hold that it stands for: its job is then one of all that wait for that."""
    waiting: int = 0
    """How many jobs wait for that hold now."""

    @property
    def name(self) -> str:
        """The title, and how many wait for the same hold."""
        return with_waiting(self.title, self.waiting)

    @property
    def next_strategy(self) -> str:
        """How it is tried next, in words; nothing for as before, and where it waits for a person."""
        unlike = self.strategy is not Strategy.AS_BEFORE and self.state is not PlanState.OPEN
        return self.strategy.replace("_", " ") if unlike else ""


@dataclass(frozen=True)
class Hold:
    """What many jobs wait for at once, see ``core.holds``."""

    id: int
    cause: HoldCause
    subject: str
    failure_class: str
    reason: str
    """A sentence: why it holds."""
    remedy: str
    fingerprint: str
    """What a cheap look found when it last looked: a hold is judged anew when that changes."""
    since: float
    streak: tuple[int, ...]
    next_probe: float | None
    probe_job: int | None
    probes: int
    waiting: int
    """How many jobs wait for it, as a trigger counts them."""

    @property
    def key(self) -> HoldKey:
        """Its cause and subject."""
        return HoldKey(self.cause, self.subject)

    @property
    def breaker(self) -> Breaker:
        """Its state."""
        return Breaker(self.streak, self.next_probe, self.probe_job, self.probes)


@dataclass(frozen=True)
class SiteRow:
    """What the governor remembers of a site across restarts."""

    site: str
    state: str = "ok"
    until: float | None = None
    reason: str = ""
    cooldowns: int = 0
    probe_job: int | None = None
    updated_at: float = 0.0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JournalRow:
    """One line of the journal."""

    id: int
    at: float
    level: Level
    type: JournalType
    message: str
    job_id: int | None
    channel_id: int | None
    video_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class RequestRow:
    """What another process asks of the holder."""

    id: int
    kind: str
    data: Mapping[str, Any]
    created_at: float
    done_at: float | None


@dataclass(frozen=True)
class Holder:
    """Who holds the library."""

    pid: int
    host: str
    terminal: str
    since: float
    kind: str


@dataclass(frozen=True)
class BoardRow:
    """What one worker is doing, for other processes to read."""

    slot: int
    pid: int | None = None
    job_id: int | None = None
    stage: str | None = None
    percent: float | None = None
    speed: float | None = None
    eta: float | None = None
    done_bytes: int = 0
    total_bytes: int | None = None
    waiting_for: str = ""
    detail: str = ""
    title: str = ""
    attempt: int = 0
    updated_at: float = 0.0
    since: float | None = None
    """Unix time since when a broadcast is being recorded."""


CHANNEL = Columns(
    Channel,
    subscribed=bool,
    paused=bool,
    state=ChannelState,
    tags=lambda text: tuple(json.loads(text)),
)
TAB = Columns(TabRow, complete=bool, newest_first=bool)
VIDEO = Columns(
    Video,
    state=VideoState,
    published_exact=bool,
    news=bool,
    files=lambda text: tuple(json.loads(text)),
    keep=bool,
)
JOB = Columns(
    Job,
    kind=JobKind,
    state=JobState,
    priority=Priority,
    strategy=Strategy,
    wait_reason=WaitReason,
    first_page_only=bool,
    asked=bool,
    cancel_requested=bool,
    options=options_from_json,
)
ATTEMPT = Columns(Attempt, strategy=Strategy, charged=bool, evidence=from_json)
PLAN_ITEM = Columns(
    PlanItem,
    {
        "job_id": "coalesce({}job_id, 0)",
        "waiting": "coalesce((SELECT h.waiting FROM holds h WHERE h.id = {}hold_id), 0)",
    },
    state=PlanState,
    strategy=Strategy,
    versions=from_json,
)
HOLD = Columns(Hold, cause=HoldCause, streak=lambda text: tuple(json.loads(text)))
SITE = Columns(SiteRow, data=from_json)
JOURNAL = Columns(JournalRow, data=from_json)
REQUEST = Columns(RequestRow, data=from_json)
HOLDER = Columns(Holder)
BOARD = Columns(BoardRow)


@dataclass(frozen=True)
class Enqueued:
    """The job that will do it; ``created`` is false when an active one was there already."""

    id: int
    created: bool


@dataclass(frozen=True)
class CancelResult:
    """Ids of jobs that are cancelled now, and of running ones whose slot was asked to end them."""

    cancelled_now: tuple[int, ...] = ()
    requested: tuple[int, ...] = ()
