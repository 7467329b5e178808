"""Reselection after a channel's settings changed: what they let in, take out, and would cost.

``backlog`` is about the videos of the first listings, in their order: a larger one takes up what an earlier
one left out, a smaller one takes back what waits. What a person asked for, and what runs, is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ytui.core.filters import judge
from ytui.core.formatting import group_digits
from ytui.core.models import Priority, VideoReason, VideoState
from ytui.core.settings import Backlog, BacklogKind, Channel, Settings
from ytui.core.urls import listings
from ytui.engine.channels import selection
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.forecast import Forecast, forecast_videos
from ytui.engine.channels.retention_rule import filter_facts_of, retained_by_count
from ytui.engine.maintenance.keep_changes import KeepChange, change_of
from ytui.store import jobs, key_values, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow

_OPEN = (VideoState.NEW, VideoState.QUEUED, VideoState.SKIPPED)


@dataclass(frozen=True)
class ReselectForecast:
    """What a change of a channel's settings would mean for the queue."""

    entering: int
    leaving: int
    forecast: Forecast
    """Of all that would wait in the queue then."""
    unlisted: tuple[str, ...] = ()
    """Tabs that were not listed to their end yet."""
    going: KeepChange | None = None
    """What a new ``keep`` would take."""

    def words(self) -> str:
        """One line: what comes and goes, what the queue then takes, and what nobody knows yet."""
        moves = [f"queues {group_digits(self.entering)} more"] if self.entering else []
        moves += [f"takes {group_digits(self.leaving)} out of the queue"] if self.leaving else []
        words = " and ".join(moves) or "the queue stays as it is"
        if self.forecast.videos:
            words += f"; then waiting: {self.forecast.words()}"
        if self.going is not None:
            words += f"; by the new keep {self.going.words} would go, and you are asked first"
        if self.unlisted:
            words += f"; not known yet: what {', '.join(self.unlisted)} will bring"
        return words


def forecast_reselect(
    db: Database, settings: Settings, row: ChannelRow, is_now: Channel, now: float
) -> ReselectForecast:
    """What saving ``is_now`` as the settings of a channel would bring; nothing is changed."""
    waiting, after = _waiting_then(db, row, settings_of(settings, row), is_now, now)
    listed = {(tab.tab, tab.url) for tab in tabs.tabs_of(db, row.id) if tab.complete}
    unlisted = [tab.value for tab, url in listings(is_now.url, is_now.tabs) if (tab.value, url) not in listed]
    others = tuple(channel for channel in settings.channels if channel.url != is_now.url)
    then = replace(settings, channels=(*others, is_now))
    forecast = forecast_videos(db, then, after, now, asked=False, queued=len(after & waiting))
    return ReselectForecast(
        entering=len(after - waiting),
        leaving=len(waiting - after),
        forecast=forecast,
        unlisted=tuple(unlisted) if is_now.download else (),
        going=change_of(db, settings, row, now, is_now),
    )


def reselect(db: Database, row: ChannelRow, was: Channel, is_now: Channel, now: float) -> None:
    """Let a channel's new settings decide over what was listed already: its filters, then its backlog."""
    with transaction(db):
        selection.reselect_videos(db, row, is_now, now)
        changed = was.backlog != is_now.backlog
        within, beyond = _split(tabs.first_listings(db, row.id), is_now.backlog, _counted(changed))
        let_in = [number for number in within if changed and _left_out(db, number)]
        for number in let_in:
            videos.set_why(db, number, "")
        if is_now.download:
            selection.queue_left(db, is_now, videos.by_ids(db, let_in), now, asked=False)
        for number in beyond:
            _take_back(db, number, now)


def _counted(changed: bool) -> Callable[[Mapping[str, Any]], bool]:
    """Which videos of a first listing ``backlog`` counts; with a ``changed`` one those it left out too."""
    return lambda record: record["state"] != "skipped" and (changed or record["why"] != VideoReason.BACKLOG)


def _left_out(db: Database, number: int) -> bool:
    video = videos.by_id(db, number)
    return video is not None and video.state is VideoState.NEW and video.why == VideoReason.BACKLOG


def _take_back(db: Database, number: int, now: float) -> None:
    job = jobs.unasked_download(db, number, Priority.BACKLOG)
    if job is not None and jobs.cancel(db, job, now):
        videos.set_why(db, number, VideoReason.BACKLOG)


def _split(
    records: Iterable[Any], backlog: Backlog, counts: Callable[[Any], bool]
) -> tuple[list[int], list[int]]:
    """The ids that are within ``backlog`` and those beyond, of the videos that count."""
    within: list[int] = []
    beyond: list[int] = []
    taken: dict[int, int] = {}
    for record in records:
        if not counts(record):
            continue
        place = taken[record["tab_id"]] = taken.get(record["tab_id"], 0) + 1
        room = backlog.count if backlog.kind is BacklogKind.NEWEST else 0
        fits = backlog.kind is BacklogKind.ALL or place <= room
        (within if fits else beyond).append(record["id"])
    return within, beyond


def _waiting_then(
    db: Database, row: ChannelRow, was: Channel, is_now: Channel, now: float
) -> tuple[set[int], set[int]]:
    """The videos that wait in the queue, and those that would after the change; what runs is in neither."""
    changed = was.backlog != is_now.backlog
    job_of = {record["video_id"]: record for record in jobs.downloads_of_channel(db, row.id)}
    fixed = {
        number
        for number, job in job_of.items()
        if job["asked"] or job["priority"] < Priority.BACKLOG or job["state"] == "interrupted"
    }
    kept = retained_by_count(db, is_now)
    passing = {
        video.id: video
        for video in videos.of_channel_in_states(db, row.id, _OPEN)
        if judge(filter_facts_of(video), is_now, now).passes and kept(video)
    }
    waiting = {number for number, job in job_of.items() if job["state"] != "running"}
    after = {number for number in waiting if job_of[number]["asked"] or number in passing}
    if is_now.download:
        after |= {
            number
            for number, video in passing.items()
            if video.state is VideoState.SKIPPED or (changed and video.why == VideoReason.BACKLOG)
        }

    def counts(record: Any) -> bool:
        if record["id"] in passing:
            return changed or record["why"] != VideoReason.BACKLOG
        return record["state"] not in ("new", "queued", "skipped") or record["id"] in after

    _, beyond = _split(tabs.first_listings(db, row.id), is_now.backlog, counts)
    return waiting, after - (set(beyond) - fixed)


_PLAIN = (
    "download",
    "members",
    "after",
    "before",
    "min_duration",
    "max_duration",
    "title",
    "not_title",
    "live",
    "record_live",
)


def reselect_if_changed(
    db: Database, row: ChannelRow, is_now: Channel, before: Channel | None, now: float
) -> None:
    """Judge a channel's videos again if other settings judged them last, be it by an edit while nothing ran.

    ``before`` is what a caller knows of them where the store does not.
    """
    key, words = key_values.judged_by(row.id), _words(is_now)
    stored = key_values.get(db, key)
    if stored == words:
        return
    was = before if stored is None else replace(is_now, backlog=_backlog_in(stored))
    with transaction(db):
        if was is not None and (stored is not None or _words(was) != words):
            reselect(db, row, was, is_now, now)
        key_values.put(db, key, words)


def _words(channel: Channel) -> str:
    values: dict[str, object] = {name: str(getattr(channel, name)) for name in _PLAIN}
    for name, value in (("backlog", channel.backlog), ("keep", channel.keep)):
        values[name] = [value.kind.value, value.count]
    return json.dumps(values)


def _backlog_in(words: str) -> Backlog:
    kind, count = json.loads(words)["backlog"]
    return Backlog(BacklogKind(kind), count)
