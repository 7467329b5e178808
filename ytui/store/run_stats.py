"""Run statistics: what happened since a moment, in all and by channel."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ytui.core.models import JobState, LowerCause
from ytui.store import channels, jobs, offers, schema
from ytui.store.database import Database


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
