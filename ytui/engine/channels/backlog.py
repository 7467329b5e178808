"""A changed channel: what its new settings let into the queue, what they take out, and what that would cost.

``backlog`` is about the videos of the first listings, in their order: a larger one takes up what an earlier
one left out, a smaller one takes back what waits. What a person asked for, and what runs, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ytui.core.amounts import grouped
from ytui.core.filters import judge
from ytui.core.models import Priority, VideoState
from ytui.core.settings import Backlog, BacklogKind, Channel, Settings
from ytui.core.tabs import listings
from ytui.engine.channels import wanted
from ytui.engine.channels.forecast import Forecast, forecast_videos
from ytui.engine.channels.kept import kept_by_count
from ytui.engine.channels.settings import settings_of
from ytui.engine.channels.subjects import subject_of
from ytui.store import jobs, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow

_OPEN = (VideoState.NEW, VideoState.QUEUED, VideoState.SKIPPED)


@dataclass(frozen=True)
class Changed:
    """What a change of a channel's settings would mean for the queue."""

    entering: int
    leaving: int
    forecast: Forecast
    """Of all that would wait in the queue then."""
    unlisted: tuple[str, ...] = ()
    """Tabs that were not listed to their end yet."""

    def words(self) -> str:
        """One line: what comes and goes, what the queue then takes, and what nobody knows yet."""
        moves = [f"queues {grouped(self.entering)} more"] if self.entering else []
        moves += [f"takes {grouped(self.leaving)} out of the queue"] if self.leaving else []
        words = " and ".join(moves) or "the queue stays as it is"
        if self.forecast.videos:
            words += f"; then waiting: {self.forecast.words()}"
        if self.unlisted:
            words += f"; not known yet: what {', '.join(self.unlisted)} will bring"
        return words


def forecast_change(
    db: Database, settings: Settings, row: ChannelRow, is_now: Channel, now: float
) -> Changed:
    """What saving ``is_now`` as the settings of a channel would bring; nothing is changed."""
    waiting, after = _waiting_then(db, row, settings_of(settings, row), is_now, now)
    listed = {(tab.tab, tab.url) for tab in tabs.tabs_of(db, row.id) if tab.complete}
    unlisted = [tab.value for tab, url in listings(is_now.url, is_now.tabs) if (tab.value, url) not in listed]
    others = tuple(channel for channel in settings.channels if channel.url != is_now.url)
    then = replace(settings, channels=(*others, is_now))
    forecast = forecast_videos(db, then, after, now, queued=len(after & waiting))
    return Changed(
        entering=len(after - waiting),
        leaving=len(waiting - after),
        forecast=forecast,
        unlisted=tuple(unlisted) if is_now.download else (),
    )


def judge_again(db: Database, row: ChannelRow, was: Channel, is_now: Channel, now: float) -> None:
    """Let a channel's new settings decide over what was listed already: its filters, then its backlog."""
    with transaction(db):
        wanted.rejudge(db, row, is_now, now)
        changed = was.backlog != is_now.backlog
        within, beyond = _split(tabs.first_listings(db, row.id), is_now.backlog, _counted(changed))
        let_in = [number for number in within if changed and _left_out(db, number)]
        for number in let_in:
            videos.set_why(db, number, "")
        if is_now.download:
            wanted.queue_left(db, is_now, videos.by_ids(db, let_in), now, asked=False)
        for number in beyond:
            _take_back(db, number, now)


def _counted(changed: bool) -> Callable[[Mapping[str, Any]], bool]:
    """Which videos of a first listing ``backlog`` counts; with a ``changed`` one those it left out too."""
    return lambda record: record["state"] != "skipped" and (changed or record["why"] != wanted.BACKLOG)


def _left_out(db: Database, number: int) -> bool:
    video = videos.by_id(db, number)
    return video is not None and video.state is VideoState.NEW and video.why == wanted.BACKLOG


def _take_back(db: Database, number: int, now: float) -> None:
    job = jobs.unasked_download(db, number, Priority.BACKLOG)
    if job is not None and jobs.cancel(db, job, now):
        videos.set_why(db, number, wanted.BACKLOG)


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
    kept = kept_by_count(db, is_now)
    passing = {
        video.id: video
        for video in videos.of_channel_in_states(db, row.id, _OPEN)
        if judge(subject_of(video), is_now, now).passes and kept(video)
    }
    waiting = {number for number, job in job_of.items() if job["state"] != "running"}
    after = {number for number in waiting if job_of[number]["asked"] or number in passing}
    if is_now.download:
        after |= {
            number
            for number, video in passing.items()
            if video.state is VideoState.SKIPPED or (changed and video.why == wanted.BACKLOG)
        }

    def counts(record: Any) -> bool:
        if record["id"] in passing:
            return changed or record["why"] != wanted.BACKLOG
        return record["state"] not in ("new", "queued", "skipped") or record["id"] in after

    _, beyond = _split(tabs.first_listings(db, row.id), is_now.backlog, counts)
    return waiting, after - (set(beyond) - fixed)
