"""Filters: which videos a channel wants, its backlog and what retention would remove anyway.

Dates in flat listings are approximate. A video is refused by such a date only if it lies outside the wanted
range by more than the error; the borderline ones are checked at extraction, when the date is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from ytui.core.models import Tab, VideoReason
from ytui.core.settings import Channel, KeepKind, Members, RecordLive

DAY = 86400.0
APPROXIMATE_ERROR = 45 * DAY
APPROXIMATE_SHARE = 0.2
IS_LIVE = "is_live"
"""yt-dlp's ``live_status`` of what is being broadcast."""


class _Known(Protocol):
    """What a row of a listing, an extraction and a stored video know alike of a video."""

    @property
    def title(self) -> str: ...
    @property
    def duration(self) -> float | None: ...
    @property
    def published_at(self) -> float | None: ...
    @property
    def live_status(self) -> str | None: ...
    @property
    def availability(self) -> str | None: ...


@dataclass(frozen=True)
class FilterFacts:
    """What is known of a video when it is judged; times in Unix seconds, durations in seconds."""

    title: str
    tab: Tab | None = None
    duration: float | None = None
    published_at: float | None = None
    published_exact: bool = False
    live_status: str | None = None
    availability: str | None = None

    @classmethod
    def of(cls, known: _Known, tab: str | None, *, exact: bool) -> FilterFacts:
        """Of ``known``, on the tab of this name; ``exact``: its date is no listing's guess."""
        return cls(
            title=known.title,
            tab=Tab(tab) if tab else None,
            duration=known.duration,
            published_at=known.published_at,
            published_exact=exact,
            live_status=known.live_status,
            availability=known.availability,
        )


@dataclass(frozen=True)
class Judgement:
    """Whether a video passes, and if not: the rule that refused it and what would let it pass."""

    passes: bool
    rule: str = ""
    hint: str = ""


PASSES = Judgement(True)


def date_error(published_at: float, now: float, exact: bool) -> float:
    """How far, in seconds, a listing's date may be off: 45 days, or a fifth of the age if that is more."""
    return 0.0 if exact else max(APPROXIMATE_ERROR, (now - published_at) * APPROXIMATE_SHARE)


def judge(subject: FilterFacts, channel: Channel, now: float) -> Judgement:
    """Whether ``channel`` wants this video, by its filters; what is unknown passes until it is known."""
    for check in (_members, _live, _title, _duration, _dates, judge_age):
        judgement = check(subject, channel, now)
        if not judgement.passes:
            return judgement
    return PASSES


def _members(subject: FilterFacts, channel: Channel, _: float) -> Judgement:
    if channel.members is Members.SKIP and subject.availability == "subscriber_only":
        return Judgement(False, VideoReason.MEMBERS_ONLY, 'would be tried with members = "try"')
    return PASSES


def _live(subject: FilterFacts, channel: Channel, _: float) -> Judgement:
    if subject.live_status == IS_LIVE and channel.record_live is RecordLive.NO:
        return Judgement(False, VideoReason.LIVE_NOW, "will be judged again when the stream has ended")
    streamed = subject.tab is Tab.STREAMS or subject.live_status in ("was_live", "post_live")
    if streamed and not channel.live:
        return Judgement(False, "live", "would pass with live = true")
    return PASSES


def _title(subject: FilterFacts, channel: Channel, _: float) -> Judgement:
    if channel.accepts_title(subject.title):
        return PASSES
    refused_by = "title" if channel.title and not _matches_title(subject, channel) else "not_title"
    return Judgement(False, refused_by, f"would pass without {refused_by}")


def _matches_title(subject: FilterFacts, channel: Channel) -> bool:
    return Channel(url=channel.url, title=channel.title).accepts_title(subject.title)


def _duration(subject: FilterFacts, channel: Channel, _: float) -> Judgement:
    if subject.duration is None:
        return PASSES
    if channel.min_duration is not None and subject.duration < channel.min_duration:
        return Judgement(False, "min_duration", f"would pass with {subject.duration // 1:.0f} s")
    if channel.max_duration is not None and subject.duration > channel.max_duration:
        return Judgement(False, "max_duration", f"would pass with {subject.duration // 1 + 1:.0f} s")
    return PASSES


def _dates(subject: FilterFacts, channel: Channel, now: float) -> Judgement:
    if subject.published_at is None:
        return PASSES
    error = date_error(subject.published_at, now, subject.published_exact)
    if channel.after is not None and subject.published_at + error < _midnight(channel.after):
        return Judgement(False, "after", f"would pass with {_day(subject.published_at)}")
    if channel.before is not None and subject.published_at - error >= _midnight(channel.before) + DAY:
        return Judgement(False, "before", f"would pass with {_day(subject.published_at)}")
    return PASSES


def judge_age(subject: FilterFacts, channel: Channel, now: float) -> Judgement:
    """Whether ``keep = "N days"`` lets it stay, whatever the filters say; any other ``keep`` does."""
    if channel.keep.kind is not KeepKind.DAYS or subject.published_at is None:
        return PASSES
    error = date_error(subject.published_at, now, subject.published_exact)
    if subject.published_at + error < now - channel.keep.count * DAY:
        age = (now - subject.published_at) // DAY
        return Judgement(False, VideoReason.KEEP, f'would pass with keep = "{age + 1:.0f} days"')
    return PASSES


def date_floor(channel: Channel, now: float) -> float | None:
    """The Unix time before which a newest-first walk need not go on, if the channel has such a bound."""
    floors = []
    if channel.after is not None:
        floors.append(_midnight(channel.after))
    if channel.keep.kind is KeepKind.DAYS:
        floors.append(now - channel.keep.count * DAY)
    return max(floors, default=None)


def _day(moment: float) -> str:
    """The date of a Unix time; sites claim times that no calendar has, and those have no date to name."""
    try:
        return datetime.fromtimestamp(moment, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return "another date"


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
