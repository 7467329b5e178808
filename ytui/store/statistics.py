"""Statistics of the library and of one run: every query walks a kept count or a bounded part of an index."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ytui.core.models import JobState, LowerCause
from ytui.core.size_estimate import SHORT_DURATION, USUAL_DURATION
from ytui.store import channels, jobs, offers, schema
from ytui.store.database import Database
from ytui.store.rows import PLAN_ITEM, PlanItem

RECENTLY_HEALED = 20_000
"""Resolved items that are looked at, the newest first."""
RECENT_DOWNLOADS = 1_000
"""Files from which sizes are learned, the newest first."""
RECENT_ATTEMPTS = 2_000
"""Attempts from which requests and throughput are learned, the newest first."""


@dataclass(frozen=True)
class ChannelSize:
    """What a channel holds in the library, in bytes; the name is outside text."""

    name: str
    bytes: int


@dataclass(frozen=True)
class FailureFigures:
    """A failure class: unresolved items, and how many healed after one, two, and three or more tries."""

    failure_class: str
    unresolved: int = 0
    healed: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class LearnedRate:
    """Bytes a second of playing time, of ``videos`` files of one height (None: no picture)."""

    height: int | None
    videos: int
    rate: float


@dataclass(frozen=True)
class LearnedJob:
    """What one finished download took on average: requests, and bytes a second; None where unknown."""

    requests: float | None = None
    throughput: float | None = None


@dataclass(frozen=True)
class PlayingTime:
    """How long some videos of one channel and site play, in seconds; ``url`` is that of one of them."""

    channel_id: int | None
    url: str
    videos: int
    seconds: float
    """What is unknown taken as usual."""
    unknown: int
    """How many have no known length."""


def downloads_between(db: Database, moments: Sequence[float]) -> list[int]:
    """How many videos arrived between each two neighbouring moments."""
    sql = "SELECT count(*) FROM videos WHERE downloaded_at >= ? AND downloaded_at < ?"
    return [int(db.value(sql, pair)) for pair in pairwise(moments)]


def largest_channels(db: Database, limit: int = 10) -> list[ChannelSize]:
    """The channels that hold most, the largest first; channel 0 is that of single videos."""
    rows = db.all(
        "SELECT coalesce(c.name, 'single videos'), t.bytes FROM channel_totals t "
        "LEFT JOIN channels c ON c.id = t.channel_id WHERE t.bytes > 0 ORDER BY t.bytes DESC, c.name LIMIT ?",
        (limit,),
    )
    return [ChannelSize(str(name), int(size)) for name, size in rows]


def failures(db: Database) -> list[FailureFigures]:
    """Every class that is in the plan or healed lately, what is unresolved first."""
    unresolved = {
        str(name): int(n)
        for name, n in db.all(
            f"SELECT failure_class, sum(n) FROM plan_counts WHERE state IN {schema.UNRESOLVED} "
            "GROUP BY failure_class"
        )
    }
    healed: dict[str, list[int]] = {}
    rows = db.all(
        "SELECT failure_class, min(max(attempts, 1), 3), count(*) FROM "
        "(SELECT failure_class, attempts, state FROM plan_items WHERE resolved_at IS NOT NULL "
        "ORDER BY resolved_at DESC LIMIT ?) WHERE state = 'resolved' GROUP BY 1, 2",
        (RECENTLY_HEALED,),
    )
    for name, tries, n in rows:
        healed.setdefault(str(name), [0, 0, 0])[int(tries) - 1] += int(n)
    found = [
        FailureFigures(name, unresolved.get(name, 0), _three(healed.get(name)))
        for name in {*unresolved, *healed}
    ]
    return sorted(
        found, key=lambda figures: (-figures.unresolved, -sum(figures.healed), figures.failure_class)
    )


def _three(counts: list[int] | None) -> tuple[int, int, int]:
    return (counts[0], counts[1], counts[2]) if counts else (0, 0, 0)


def learned_rates(db: Database) -> list[LearnedRate]:
    """How large a second of the newest downloads is, by height."""
    rows = db.all(
        "SELECT height, count(*), sum(size) / sum(duration) FROM "
        "(SELECT height, size, duration FROM videos WHERE downloaded_at IS NOT NULL "
        "ORDER BY downloaded_at DESC LIMIT ?) WHERE size > 0 AND duration > 0 GROUP BY height",
        (RECENT_DOWNLOADS,),
    )
    return [LearnedRate(height, int(n), float(rate)) for height, n, rate in rows]


def learned_job(db: Database) -> LearnedJob:
    """What the newest finished downloads took."""
    row = db.one(
        "SELECT avg(CASE WHEN requests > 0 THEN requests END), "
        "sum(bytes) / sum(CASE WHEN bytes > 0 THEN ended_at - started_at END) FROM "
        "(SELECT * FROM attempts ORDER BY id DESC LIMIT ?) "
        "WHERE outcome = 'done' AND video_id IS NOT NULL AND ended_at > started_at",
        (RECENT_ATTEMPTS,),
    )
    return LearnedJob(row[0], row[1])


def library_bytes(db: Database) -> int:
    """What all files in the library take, in bytes."""
    return int(db.value("SELECT coalesce(sum(bytes), 0) FROM channel_totals"))


def oldest_queued(db: Database) -> float | None:
    """When the job that has been in the queue longest came into it, in Unix seconds; None without a queue."""
    found = db.value("SELECT min(created_at) FROM jobs WHERE state = 'queued'")
    return None if found is None else float(found)


def last_download(db: Database) -> float | None:
    """When a video arrived last, in Unix seconds; None if none ever did."""
    found = db.value("SELECT max(downloaded_at) FROM videos WHERE downloaded_at IS NOT NULL")
    return None if found is None else float(found)


def playing_times(db: Database, video_ids: Iterable[int]) -> list[PlayingTime]:
    """How long those of these videos play that are not downloaded."""
    where = f"id IN {schema.GIVEN} AND state <> 'downloaded'"
    return _playing_times(db, where, json.dumps(list(video_ids)))


def playing_times_of_new(db: Database, channel_ids: Iterable[int]) -> list[PlayingTime]:
    """How long the ``new`` videos of these channels play."""
    where = f"channel_id IN {schema.GIVEN} AND state = 'new'"
    return _playing_times(db, where, json.dumps(list(channel_ids)))


def _playing_times(db: Database, where: str, given: str) -> list[PlayingTime]:
    rows = db.all(
        "SELECT channel_id, max(url), count(*), "
        "sum(coalesce(duration, CASE WHEN tab = 'shorts' THEN ? ELSE ? END)), sum(duration IS NULL) "
        f"FROM videos WHERE {where} GROUP BY channel_id, site",
        (SHORT_DURATION, USUAL_DURATION, given),
    )
    return [PlayingTime(*row) for row in rows]


_NEWEST = 1000
"""Items that are looked at, the newest: no index leads by their time."""


def last_event(db: Database) -> float:
    """When anything was last written into the journal or arrived, in Unix seconds; 0 if nothing ever was."""
    return float(
        db.value(
            "SELECT max(coalesce((SELECT at FROM journal ORDER BY id DESC LIMIT 1), 0), coalesce("
            "(SELECT max(downloaded_at) FROM videos WHERE downloaded_at IS NOT NULL), 0))"
        )
    )


def downloaded_since(db: Database, since: float) -> tuple[int, int]:
    """How many videos reached the library after ``since`` (Unix seconds), and their bytes."""
    row = db.one("SELECT count(*), coalesce(sum(size), 0) FROM videos WHERE downloaded_at > ?", (since,))
    return int(row[0]), int(row[1])


def channels_since(db: Database, since: float) -> list[tuple[str, int]]:
    """How many videos of each channel arrived after ``since``, most first; the names are outside text."""
    rows = db.all(
        "SELECT coalesce(c.name, 'single videos'), count(*) AS n FROM videos v LEFT JOIN channels c "
        "ON c.id = v.channel_id WHERE v.downloaded_at > ? GROUP BY +v.channel_id ORDER BY n DESC, 1",
        (since,),
    )
    return [(row[0], row[1]) for row in rows]


def failed_since(db: Database, since: float) -> list[tuple[str, int]]:
    """How many items of each class came onto the plan after ``since`` and are there still, most first.

    Of the newest thousand; also those for which nothing can be done.
    """
    rows = db.all(
        "SELECT failure_class, count(*) AS n FROM plan_items "
        "WHERE id > (SELECT coalesce(max(id), 0) - ? FROM plan_items) AND created_at > ? "
        f"AND +state IN {schema.UNRESOLVED} GROUP BY failure_class ORDER BY n DESC, failure_class",
        (_NEWEST, since),
    )
    return [(row[0], row[1]) for row in rows]


def healed_since(db: Database, since: float) -> int:
    """How many plan items were resolved after ``since``."""
    # The plus keeps SQLite from the index by state, where most items are resolved: that by time has few.
    sql = "SELECT count(*) FROM plan_items WHERE +state = 'resolved' AND resolved_at > ?"
    return int(db.value(sql, (since,)))


def opened_since(db: Database, since: float) -> list[PlanItem]:
    """Items that came onto the plan after ``since``, the oldest first; at most a thousand."""
    rows = db.all(
        f"SELECT {PLAN_ITEM.sql} FROM plan_items "
        "WHERE id > (SELECT coalesce(max(id), 0) - ? FROM plan_items) AND created_at > ? ORDER BY id",
        (_NEWEST, since),
    )
    return [PLAN_ITEM.read(row) for row in rows]


def closed_since(db: Database, since: float) -> list[tuple[str, float, str]]:
    """Sites that pushed back after ``since``: site, when, and the journal's words; oldest first."""
    rows = db.all(
        "SELECT json_extract(data, '$.site'), at, message FROM journal "
        "WHERE type = 'runtime' AND at > ? AND json_extract(data, '$.until') IS NOT NULL ORDER BY id",
        (since,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True)
class StartMark:
    """A moment: the last attempt and the last video that were there."""

    attempt: int
    video: int


@dataclass
class ChannelTally:
    """One channel's part of a run; ``name`` is None for videos that belong to no channel."""

    name: str | None
    new: int = 0
    downloaded: int = 0
    failed: int = 0
    error: str | None = None
    retries: int = 0
    duration_s: float = 0.0
    bytes: int = 0
    cancelled: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    """Jobs whose last attempt failed in this run, by class; those that are tried again among them."""


@dataclass(frozen=True)
class Due:
    """What is tried again by itself, and when the first of it is (Unix time; None: as soon as it can)."""

    failure_class: str
    at: float | None
    items: int


@dataclass(frozen=True)
class Tally:
    """A run in figures; ``channels`` and ``videos`` count everything subscribed to and known."""

    channels: int
    videos: int
    waiting: int
    queued: int
    """Jobs that could not begin, or not go on, before it ended."""
    troubled: int
    """Failures of this run that the plan still holds, those that only await a start left out."""
    plan: dict[str, int]
    by_channel: list[ChannelTally] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    lower: dict[LowerCause, int] = field(default_factory=dict)
    """Of what arrived in this run, how many are lower than their site offers them, by cause."""
    next_fetch: float | None = None
    """When the first channel is due to be fetched again (Unix time)."""


def start_mark(db: Database) -> StartMark:
    """Now, to be counted from."""
    return StartMark(
        db.value("SELECT coalesce(max(id), 0) FROM attempts"),
        db.value("SELECT coalesce(max(id), 0) FROM videos"),
    )


def tally(db: Database, since: StartMark) -> Tally:
    """Everything that happened since ``since``."""
    return Tally(
        channels=channels.count_subscribed(db),
        videos=db.value("SELECT coalesce(sum(n), 0) FROM video_counts"),
        waiting=jobs.count(db, states=[JobState.WAITING]),
        queued=jobs.count(db, states=[JobState.QUEUED, JobState.INTERRUPTED]),
        troubled=_troubled(db, since),
        plan=_plan(db),
        by_channel=_by_channel(db, since),
        due=[Due(*row) for row in db.all(_DUE)],
        lower=offers.arrived_lower(db, since.attempt),
        next_fetch=channels.next_due(db, time.time()),
    )


def _troubled(db: Database, since: StartMark) -> int:
    found: int = db.value(
        f"SELECT count(*) FROM plan_items WHERE state IN {schema.UNRESOLVED} "
        "AND group_name <> 'later' "
        "AND job_id IN (SELECT job_id FROM attempts WHERE id > ? AND outcome = 'failed')",
        (since.attempt,),
    )
    return found


def _plan(db: Database) -> dict[str, int]:
    rows = db.all(
        f"SELECT failure_class, sum(n) FROM plan_counts WHERE state IN {schema.UNRESOLVED} "
        "GROUP BY failure_class ORDER BY failure_class"
    )
    return {name: n for name, n in rows if n}


def _by_channel(db: Database, since: StartMark) -> list[ChannelTally]:
    tallies: dict[int, ChannelTally] = {}
    for channel, name, error, subscribed in db.all(
        "SELECT id, name, error, subscribed FROM channels ORDER BY id"
    ):
        if subscribed:
            tallies[channel] = ChannelTally(name, error=error or None)
    tallies[0] = ChannelTally(None)
    for channel, reason in db.all(_LISTINGS_IN_THE_PLAN):
        if channel in tallies:
            tallies[channel].error = tallies[channel].error or reason
    for channel, new in db.all(
        "SELECT coalesce(channel_id, 0), count(*) FROM videos WHERE id > ? GROUP BY 1", (since.video,)
    ):
        tallies.setdefault(channel, ChannelTally(None)).new = new
    for row in db.all(_WORK, (since.attempt,)):
        entry = tallies.setdefault(row["channel"], ChannelTally(None))
        entry.downloaded, entry.failed, entry.cancelled = row["downloaded"], row["failed"], row["cancelled"]
        entry.retries, entry.bytes, entry.duration_s = row["retries"], row["bytes"], round(row["seconds"], 1)
    for channel, failure_class, number in db.all(_FAILURES, (since.attempt,)):
        tallies.setdefault(channel, ChannelTally(None)).failures[failure_class] = number
    singles = tallies.pop(0)
    return [*tallies.values(), singles] if singles != ChannelTally(None) else list(tallies.values())


_LISTINGS_IN_THE_PLAN = f"""
SELECT p.channel_id, p.reason FROM plan_items p JOIN jobs j ON j.id = p.job_id
WHERE p.state IN {schema.UNRESOLVED} AND j.kind = 'fetch' AND p.channel_id IS NOT NULL
ORDER BY p.id DESC
"""

# `download --metadata-only` brings everything but the video; a second look may find nothing better.
_ARRIVED = (
    "a.outcome = 'done' AND j.kind = 'download' AND json_extract(j.options, '$.metadata_only') IS NOT 1 "
    "AND json_extract(j.options, '$.unimproved') IS NOT 1"
)

_WORK = f"""
SELECT coalesce(j.channel_id, 0) AS channel,
  sum({_ARRIVED}) AS downloaded,
  count(DISTINCT CASE WHEN j.state = 'failed' AND a.outcome = 'failed' THEN j.id END) AS failed,
  count(DISTINCT CASE WHEN j.state = 'cancelled' AND a.outcome = 'cancelled' THEN j.id END) AS cancelled,
  sum(a.number > 1) AS retries,
  coalesce(sum(CASE WHEN {_ARRIVED} THEN v.size END), 0) AS bytes,
  sum(coalesce(a.ended_at, a.started_at) - a.started_at) AS seconds
FROM attempts a JOIN jobs j ON j.id = a.job_id LEFT JOIN videos v ON v.id = a.video_id
WHERE a.id > ? GROUP BY 1
"""

_FAILURES = """
SELECT coalesce(j.channel_id, 0), a.failure_class, count(*)
FROM attempts a JOIN jobs j ON j.id = a.job_id AND j.attempt = a.number
WHERE a.id > ? AND a.outcome = 'failed' AND a.failure_class IS NOT NULL
  AND j.state IN ('failed', 'waiting', 'queued') AND j.hold_id IS NULL
GROUP BY 1, 2 ORDER BY 1, 2
"""

_DUE = """
SELECT failure_class, min(next_at), count(*) FROM plan_items WHERE state IN ('scheduled', 'held')
GROUP BY failure_class ORDER BY min(next_at) IS NULL, min(next_at), failure_class
"""
