"""The rows of a made-up library, as plain dicts and tuples; nothing here knows a database."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.benchmarks.fill_words import PASSING, PUSHBACK, TROUBLES, Trouble, title, video_id
from ytui.core.models import Tab, VideoState
from ytui.core.size_estimate import bytes_a_second

DAY = 86_400.0
LISTED_AGO = 300 * DAY
"""How long ago every channel was first listed; what is younger is news."""

_STATES = {
    VideoState.DOWNLOADED: 55,
    VideoState.NEW: 22,
    VideoState.SKIPPED: 9,
    VideoState.ARCHIVED: 5,
    VideoState.QUEUED: 4,
    VideoState.FAILED: 3,
    VideoState.REMOVED: 2,
}
_HEIGHTS = {1080: 70, 720: 20, 480: 7, 360: 3}
_FORMATS = {1080: "137+140", 720: "136+140", 480: "135+140", 360: "18"}
_WHY = ("min_duration", "title", "not_title", "after", "members", "live")
_ATTEMPTS = {1: 90, 2: 7, 3: 3}
_MEDIAN_SECONDS = {Tab.VIDEOS: 660, Tab.SHORTS: 38, Tab.STREAMS: 5400}
_HELD, _WAITING = 0.1, 0.25
"""Shares of the queue that wait for their site, and that wait for this or for their time."""


@dataclass(frozen=True)
class Listing:
    """One tab of one channel and how many videos it has."""

    channel: int
    channel_name: str
    tab: Tab
    tab_id: int
    videos: int
    url: str
    failing: bool
    """Whether its newest fetch went wrong."""


class Brief(NamedTuple):
    """What a job needs to know of its video."""

    id: int
    size: int
    news: bool
    duration: float
    published_at: float


@dataclass(frozen=True, slots=True)
class JobSketch:
    """A job before it has a number; sorted by when it was made."""

    created_at: float
    state: str
    video: Brief | None
    channel: int | None
    title: str
    url: str
    attempts: int
    trouble: Trouble | None = None
    tab_id: int | None = None
    held: bool = False


@dataclass
class Batch:
    """What one listing adds to the library."""

    videos: list[dict[str, Any]] = field(default_factory=list)
    entries: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    jobs: list[JobSketch] = field(default_factory=list)


def pick(rng: random.Random, weights: dict[Any, int], count: int) -> list[Any]:
    """So many keys, drawn by weight."""
    return rng.choices(list(weights), list(weights.values()), k=count)


def trouble(rng: random.Random, kinds: Sequence[Trouble]) -> Trouble:
    """One of these, drawn by weight."""
    return rng.choices(kinds, [kind.weight for kind in kinds])[0]


def share_out(rng: random.Random, total: int, parts: int) -> list[int]:
    """``total`` as so many whole numbers of very different size, as channels are."""
    weights = [rng.lognormvariate(0, 1.3) for _ in range(parts)]
    scale = total / sum(weights)
    sizes = [int(weight * scale) for weight in weights]
    for index in range(total - sum(sizes)):
        sizes[index % parts] += 1
    return sizes


def split_tabs(rng: random.Random, videos: int) -> dict[Tab, int]:
    """How many of a channel's videos are in which tab; a tab may be missing."""
    shorts = int(videos * rng.uniform(0.1, 0.5)) if rng.random() < 0.6 else 0
    streams = int(videos * rng.uniform(0.02, 0.15)) if rng.random() < 0.35 else 0
    sizes = {Tab.VIDEOS: videos - shorts - streams, Tab.SHORTS: shorts, Tab.STREAMS: streams}
    return {tab: size for tab, size in sizes.items() if size or tab is Tab.VIDEOS}


def batch(rng: random.Random, listing: Listing, first_id: int, now: float) -> Batch:
    """The videos of one tab, newest first, with their entries and jobs."""
    made = Batch()
    states = pick(rng, _STATES, listing.videos)
    heights = pick(rng, _HEIGHTS, listing.videos)
    apart = min(rng.lognormvariate(1.2, 0.8), 4200 / max(1, listing.videos)) * DAY
    published = now - rng.random() * apart
    for position in range(listing.videos):
        video = _video(rng, listing, first_id + position, published, states[position], heights[position], now)
        made.videos.append(video)
        made.entries.append((listing.tab_id, video["id"], position, 12, 1))
        sketch = _job_of(rng, video, now)
        if sketch is not None:
            made.jobs.append(sketch)
        published -= apart * rng.uniform(0.2, 1.8)
    return made


def _video(
    rng: random.Random,
    listing: Listing,
    number: int,
    published: float,
    state: VideoState,
    height: int,
    now: float,
) -> dict[str, Any]:
    own_id = video_id(rng)
    news = published > now - LISTED_AGO
    first_seen = min(published + rng.random() * DAY, now - 60) if news else now - LISTED_AGO
    duration = round(rng.lognormvariate(0, 0.7) * _MEDIAN_SECONDS[listing.tab])
    row = {
        "id": number,
        "video_id": own_id,
        "url": f"https://www.youtube.com/watch?v={own_id}",
        "title": title(rng, time.gmtime(published).tm_year),
        "channel_id": listing.channel,
        "tab": listing.tab.value,
        "state": state.value,
        "why": rng.choice(_WHY) if state is VideoState.SKIPPED else "",
        "duration": float(duration),
        "published_at": published,
        "published_exact": state is VideoState.DOWNLOADED,
        "live_status": "was_live" if listing.tab is Tab.STREAMS else None,
        "views": int(rng.lognormvariate(9, 2)),
        "news": news,
        "first_seen": first_seen,
        "path": None,
        "size": None,
        "format_id": None,
        "height": None,
        "files": "[]",
        "downloaded_at": None,
        "keep": 0,
    }
    if state is VideoState.DOWNLOADED:
        _give_file(rng, row, listing.channel_name, height, now)
    return row


def _give_file(rng: random.Random, row: dict[str, Any], channel: str, height: int, now: float) -> None:
    date = time.strftime("%Y-%m-%d", time.gmtime(row["published_at"]))
    stem = f"{channel}/{date} {row['title'].replace('/', '⧸')} [{row['video_id']}]"
    row["path"] = f"{stem}.mp4"
    row["size"] = int(row["duration"] * bytes_a_second(height) * rng.uniform(0.5, 1.4))
    row["files"] = json.dumps([f"{stem}.mp4", f"{stem}.info.json", f"{stem}.jpg"])
    row["height"], row["format_id"] = height, _FORMATS[height]
    row["downloaded_at"] = min(row["first_seen"] + rng.expovariate(1 / (20 * DAY)), now - 30)
    row["keep"] = int(rng.random() < 0.02)


def _job_of(rng: random.Random, video: dict[str, Any], now: float) -> JobSketch | None:
    """The job that made the video what it is, if there was one."""
    state = video["state"]
    if state in (VideoState.DOWNLOADED, VideoState.REMOVED):
        tries = pick(rng, _ATTEMPTS, 1)[0]
        ended = video["downloaded_at"] or video["first_seen"] + DAY
        return _sketch(
            video, ended - 120 * tries, "done", tries, trouble(rng, PASSING) if tries > 1 else None
        )
    if state == VideoState.FAILED:
        return _sketch(video, _since(rng, video, now), "failed", rng.randrange(1, 5), trouble(rng, TROUBLES))
    if state == VideoState.QUEUED:
        return _queued(rng, video, now)
    if state == VideoState.NEW and rng.random() < 0.01:
        return _sketch(video, _since(rng, video, now), "cancelled", 0, None)
    return None


def _queued(rng: random.Random, video: dict[str, Any], now: float) -> JobSketch:
    made, draw = _since(rng, video, now), rng.random()
    if draw < _HELD:
        return _sketch(video, made, "waiting", 1, trouble(rng, PUSHBACK), held=True)
    if draw < _WAITING:
        return _sketch(video, made, "waiting", rng.randrange(1, 4), trouble(rng, PASSING))
    return _sketch(video, made, "queued", 0, None)


def _since(rng: random.Random, video: dict[str, Any], now: float) -> float:
    first: float = video["first_seen"]
    return first + rng.random() * max(0.0, now - 3600 - first)


def _sketch(
    video: dict[str, Any],
    created: float,
    state: str,
    attempts: int,
    wrong: Trouble | None,
    held: bool = False,
) -> JobSketch:
    brief = Brief(video["id"], video["size"] or 0, video["news"], video["duration"], video["published_at"])
    return JobSketch(
        created, state, brief, video["channel_id"], video["title"], video["url"], attempts, wrong, held=held
    )


def fetches(rng: random.Random, listing: Listing, now: float) -> Iterator[JobSketch]:
    """A tab's last three listings, of which the newest may have failed."""
    name = f"{listing.channel_name} / {listing.tab.value}"
    for days in (14.0, 7.0, 0.5):
        last = listing.failing and days < 1
        yield JobSketch(
            created_at=now - days * DAY - rng.random() * 3600,
            state="failed" if last else "done",
            video=None,
            channel=listing.channel,
            title=name,
            url=listing.url,
            attempts=4 if last else 1,
            trouble=trouble(rng, PASSING[:4]) if last else None,
            tab_id=listing.tab_id,
        )
