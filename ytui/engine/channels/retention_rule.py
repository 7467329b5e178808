"""Retention rule ``keep``: which of a channel's videos stay, by age or as the newest N of their tab."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from ytui.core.filters import FilterFacts, judge_age
from ytui.core.settings import Channel, KeepKind
from ytui.store import tabs
from ytui.store.database import Database
from ytui.store.rows import Video
from ytui.store.tabs import RankedVideo


def filter_facts_of(video: Video) -> FilterFacts:
    """What the filters need to know of a stored video."""
    return FilterFacts.of(video, video.tab, exact=video.published_exact)


Stays = Callable[[Video], bool]


def retained(db: Database, settings: Channel, now: float) -> Stays:
    """Whether ``keep`` lets a video stay in the library, whatever the channel's filters say of it by now."""
    among_newest = retained_by_count(db, settings)
    return lambda video: among_newest(video) and judge_age(filter_facts_of(video), settings, now).passes


def retained_by_count(db: Database, settings: Channel) -> Stays:
    """Whether ``keep = "last N"`` lets a video stay: fewer than N of its channel's tab are newer.

    A listing's dates are words such as "a month ago": a dozen videos share one, which lies before or after
    the exact date of a video that was downloaded. So the list's order counts where one of two dates is such a
    guess; two exact dates are compared. A file goes only where a guessed date agrees with the order.

    Channels are read when first asked about; what comes later needs another answer.
    """
    if settings.keep.kind is not KeepKind.LAST:
        return lambda video: True
    read: dict[int, dict[str | None, _Tab]] = {}

    def stays(video: Video) -> bool:
        if video.channel_id is None:
            return True
        if video.channel_id not in read:
            read[video.channel_id] = _tabs_of(db, video.channel_id)
        tab = read[video.channel_id].get(video.tab)
        return tab is None or tab.newer(video, settings.keep.count) < settings.keep.count

    return stays


def _tabs_of(db: Database, channel_id: int) -> dict[str | None, _Tab]:
    by_tab: dict[str | None, _Tab] = {}
    for row in tabs.ranked_videos(db, channel_id):
        by_tab.setdefault(row.tab, _Tab()).take(row)
    for tab in by_tab.values():
        tab.sort()
    return by_tab


@dataclass
class _Tab:
    """What is out in one tab; places count from 0 at the top of a list that is newest first."""

    places: dict[int, int] = field(default_factory=dict)
    """By row id."""
    guessed: list[tuple[int, float | None]] = field(default_factory=list)
    """Place and date of what is listed and has no exact date, from the top down."""
    exact: list[float] = field(default_factory=list)
    unlisted: list[float] = field(default_factory=list)
    """Dates of what has no place, exact ones too."""
    unlisted_guesses: list[float] = field(default_factory=list)
    dates: list[float] = field(default_factory=list)

    def take(self, row: RankedVideo) -> None:
        """Count one in; those with a place come in their order."""
        at = row.published_at
        if row.listed:
            if not row.exact:
                self.guessed.append((len(self.places), at))
            self.places[row.id] = len(self.places)
        elif at is not None:
            self.unlisted.append(at)
            if not row.exact:
                self.unlisted_guesses.append(at)
        if at is not None:
            self.dates.append(at)
            if row.exact:
                self.exact.append(at)

    def sort(self) -> None:
        """Make it ready for questions."""
        for dates in (self.exact, self.unlisted, self.unlisted_guesses, self.dates):
            dates.sort()

    def newer(self, video: Video, enough: int) -> int:
        """How many are newer than ``video``; counting may end at ``enough``."""
        place, at = self.places.get(video.id), video.published_at
        if place is None:
            return _after(self.dates, at)
        if not video.published_exact:
            return place + _after(self.unlisted, at)
        newer = _after(self.exact, at) + _after(self.unlisted_guesses, at)
        for other, guess in self.guessed:
            if other > place or newer >= enough:
                break
            newer += guess is not None and at is not None and guess > at
        return newer


def _after(dates: list[float], at: float | None) -> int:
    return 0 if at is None else len(dates) - bisect_right(dates, at)
