"""Statistics: every query walks a kept count or a bounded part of an index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ytui.core.size_estimate import SHORT_DURATION, USUAL_DURATION
from ytui.store import schema
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
    return [ChannelSize(str(name), int(held)) for name, held in rows]


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
