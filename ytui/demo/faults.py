"""Faults of the sample site, injected on purpose: what each is, when it strikes, and when it heals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

DOWNLOADED = "downloaded"
SKIPPED = "skipped"


class Place(StrEnum):
    """Which of a video's requests a fault strikes; ``LISTING`` is a page of a channel's tab."""

    PAGE = "page"
    MEDIA = "media"
    SUBTITLES = "subtitles"
    THUMBNAIL = "thumbnail"
    LISTING = "listing"


class Effect(StrEnum):
    """What a fault does."""

    STATUS = "status"
    """Answers with an HTTP status instead of content."""
    REFUSAL = "refusal"
    """A good page that says the video may not be watched, and why."""
    PREMIERE = "premiere"
    """A good page that announces a start; ``heals_after`` counts from the world's ``now``."""
    RESET = "reset"
    """Half of the body, then the connection is reset."""
    TRUNCATE = "truncate"
    """Half of the body, then the connection is closed as if all were well."""
    STALL = "stall"
    """Half of the body, then silence for ``stall`` seconds, then the connection is closed."""
    EXPIRED = "expired"
    """Media addresses from the first ``times`` extractions are refused with 403; newer ones work."""
    REFUSED_STREAMS = "refused_streams"
    """Separate streams are refused with 403, however fresh their address; the progressive file is served."""
    UNREADABLE = "unreadable"
    """Separate streams only, whole but without meaning, so that joining them fails."""
    DRM = "drm"
    """Every format is marked as protected."""
    STORYBOARDS = "storyboards"
    """Nothing but preview images is offered."""
    WITHHELD = "withheld"
    """Pictures better than the progressive file, and sound alone, are announced and not handed out;
    ``reason`` is the cause, as ``LowerCause`` names it."""
    WITHHELD_WHOLLY = "withheld_wholly"
    """The same, and the progressive file too: nothing is handed out."""
    UNKNOWN_HOST = "unknown_host"
    """Media addresses lie on a host that does not exist."""


CUTS = frozenset({Effect.RESET, Effect.TRUNCATE, Effect.STALL})


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """One fault. Without ``times`` and ``heals_after`` it never heals.

    ``times``: so many requests are struck, later ones are served well. ``heals_after``: seconds after the
    first struck request (a premiere: after the world's ``now``). ``outcome``: what the fault leaves behind
    once the client has done all it can: ``downloaded``, ``skipped``, or the name of a failure's class.
    """

    name: str
    effect: Effect
    place: Place = Place.PAGE
    status: int = 0
    reason: str = ""
    countries: tuple[str, ...] = ()
    retry_after: bool = False
    stall: float = 0.0
    times: int = 0
    heals_after: float = 0.0
    outcome: str = DOWNLOADED


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the world turns: seconds, and bytes a second of one media response (None: no limit)."""

    bytes_per_second: float | None
    latency: float
    retry_after: float
    bot_check: float
    stall: float
    premiere: float


FAST = Pace(bytes_per_second=None, latency=0.0, retry_after=3.0, bot_check=2.0, stall=6.0, premiere=8.0)
WATCHABLE = Pace(
    bytes_per_second=45_000.0, latency=0.4, retry_after=15.0, bot_check=10.0, stall=25.0, premiere=75.0
)

REFUSALS = {
    "private": "Private video. Sign in if you've been granted access to this video",
    "members_only": "Join this channel to get access to members-only content like this video, "
    "and other exclusive perks.",
    "age_restricted": "Sign in to confirm your age. This video may be inappropriate for some users.",
    "login_required": "This video is only available for registered users",
    "geo_blocked": "The uploader has not made this video available in your country",
    "forbidden": "Access to this video is forbidden",
    "removed": "Video unavailable. This video has been removed by the uploader",
    "copyright": "This video is no longer available due to a copyright claim by Meridian Rights Agency",
    "terminated": "Video unavailable. This video is no longer available because the account associated "
    "with this video has been terminated.",
    "unavailable": "This video is not available",
}


def refusal(name: str) -> Misbehaviour:
    """A lasting refusal of that name; its outcome is the failure's class, which has the same name."""
    countries = ("NO", "SE") if name == "geo_blocked" else ()
    return Misbehaviour(name, Effect.REFUSAL, reason=REFUSALS[name], countries=countries, outcome=name)


def misbehaviours(pace: Pace) -> dict[str, Misbehaviour]:
    """Every fault that the site knows, by name."""
    page, media = Place.PAGE, Place.MEDIA
    faults = [
        Misbehaviour("not_found", Effect.STATUS, page, status=404, outcome="not_found"),
        Misbehaviour("gone", Effect.STATUS, page, status=410, outcome="removed"),
        Misbehaviour(
            "blocked", Effect.STATUS, page, status=403, retry_after=True, heals_after=pace.bot_check
        ),
        Misbehaviour(
            "rate_limited", Effect.STATUS, page, status=429, retry_after=True, heals_after=pace.retry_after
        ),
        Misbehaviour("server_error", Effect.STATUS, page, status=500, times=2),
        Misbehaviour("overloaded", Effect.STATUS, page, status=503, times=1),
        Misbehaviour("listing_overloaded", Effect.STATUS, Place.LISTING, status=503, times=1),
        Misbehaviour(
            "bot_check",
            Effect.REFUSAL,
            page,
            reason="Sign in to confirm you’re not a bot",
            heals_after=pace.bot_check,
        ),
        Misbehaviour("premiere", Effect.PREMIERE, page, heals_after=pace.premiere),
        Misbehaviour("reset", Effect.RESET, media, times=1),
        Misbehaviour("truncated", Effect.TRUNCATE, media, times=1),
        Misbehaviour("stalled", Effect.STALL, media, stall=pace.stall, times=1),
        Misbehaviour("expired_url", Effect.EXPIRED, media, status=403, times=1),
        Misbehaviour("unknown_host", Effect.UNKNOWN_HOST, media, outcome="network_dns"),
        Misbehaviour("unreadable", Effect.UNREADABLE, media, outcome="postprocess_failed"),
        Misbehaviour("drm", Effect.DRM, media, outcome="drm"),
        Misbehaviour("storyboards", Effect.STORYBOARDS, media, outcome="format_unavailable"),
        Misbehaviour("subtitles_missing", Effect.STATUS, Place.SUBTITLES, status=404),
        Misbehaviour("thumbnail_missing", Effect.STATUS, Place.THUMBNAIL, status=404),
        *(refusal(name) for name in REFUSALS),
    ]
    return {fault.name: fault for fault in faults}


class Conduct:
    """Which fault each video or listing shows at this moment; counts what was struck. Safe between threads.

    A listing's key is ``handle/tab``, a video's is its id.
    """

    def __init__(self, faults: dict[str, Misbehaviour], *, epoch: float, clock: Callable[[], float]) -> None:
        self._faults = dict(faults)
        self._epoch = epoch
        self._clock = clock
        self._lock = threading.Lock()
        self._first: dict[str, float] = {}
        self._struck: dict[str, int] = {}
        self._extractions: dict[str, int] = {}

    def set(self, key: str, fault: Misbehaviour | None) -> None:
        """Gives ``key`` another fault, or none, and forgets what was struck before."""
        with self._lock:
            self._first.pop(key, None)
            self._struck.pop(key, None)
            self._extractions.pop(key, None)
            if fault is None:
                self._faults.pop(key, None)
            else:
                self._faults[key] = fault

    def fault(self, key: str) -> Misbehaviour | None:
        """The fault that ``key`` has, healed or not."""
        with self._lock:
            return self._faults.get(key)

    def strike(self, key: str, place: Place) -> tuple[Misbehaviour, float] | None:
        """Counts a request to ``place``; its fault and the seconds until that heals (0: unknown), or None."""
        with self._lock:
            fault = self._faults.get(key)
            if fault is None or fault.place is not place:
                return None
            now = self._clock()
            self._struck[key] = self._struck.get(key, 0) + 1
            if fault.times and fault.effect is not Effect.EXPIRED and self._struck[key] > fault.times:
                return None
            if not fault.heals_after:
                return fault, 0.0
            since = self._epoch if fault.effect is Effect.PREMIERE else self._first.setdefault(key, now)
            left = since + fault.heals_after - now
            return (fault, left) if left > 0 else None

    def extracted(self, video_id: str) -> int:
        """Counts a page that hands out media addresses; the number of this extraction, from 1."""
        with self._lock:
            self._extractions[video_id] = self._extractions.get(video_id, 0) + 1
            return self._extractions[video_id]

    @property
    def now(self) -> float:
        """Epoch seconds, as the site takes them."""
        return self._clock()

    def premieres_at(self, key: str) -> float | None:
        """When the announced video starts (epoch seconds), or None if it is no premiere or has begun."""
        fault = self.fault(key)
        if fault is None or fault.effect is not Effect.PREMIERE:
            return None
        start = self._epoch + fault.heals_after
        return start if start > self._clock() else None
