"""Channels: subscriptions, their states and counts. Their tabs and walks are in ``tabs.py``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ytui.core.channel_address import channel_key
from ytui.core.models import JobState, VideoReason, VideoState
from ytui.core.settings import Keep
from ytui.store import channel_identity, schema
from ytui.store.database import Database, transaction
from ytui.store.rows import CHANNEL, Channel, ChannelState, ChannelSummary

_ACTIVE = "subscribed = 1 AND paused = 0"
"""The channels that are fetched."""
_RELEVANCE = (JobState.RUNNING, JobState.QUEUED, JobState.WAITING, JobState.INTERRUPTED)


def upsert(db: Database, url: str, *, name: str, site: str, now: float) -> Channel:
    """Subscribe to a normalised URL, or find (and subscribe again to) the channel that has it."""
    with transaction(db):
        found = by_url(db, url)
        if found is not None and found.subscribed:
            return found
        if found is None:
            db.execute(
                "INSERT INTO channels (url, name, site, created_at) VALUES (?, ?, ?, ?)",
                (url, _free_name(db, name, None), site, now),
            )
            made = _one(db, "url = ?", url)
            assert made is not None
            channel_identity.note_keys(db, made)
        else:
            db.execute("UPDATE channels SET subscribed = 1, next_fetch = NULL WHERE id = ?", (found.id,))
        channel = by_url(db, url)
    assert channel is not None
    return channel


def by_id(db: Database, channel_id: int) -> Channel | None:
    """The channel of a row id."""
    return _one(db, "id = ?", channel_id)


def by_url(db: Database, url: str) -> Channel | None:
    """The channel of a normalised URL: the one that has it, else the one that is known by it too."""
    return _one(db, "url = ?", url) or channel_identity.by_key(db, channel_key(url))


def by_name(db: Database, name: str) -> Channel | None:
    """The channel of a label, case as given."""
    return _one(db, "name = ?", name)


def labels(db: Database) -> dict[int, str]:
    """The name of every channel, unsubscribed ones too, by row id."""
    return {row["id"]: row["name"] for row in db.all("SELECT id, name FROM channels")}


def all_channels(
    db: Database, subscribed_only: bool = True, *, also_listed: bool = False
) -> list[ChannelSummary]:
    """Every channel with its counts, by name; ``also_listed``: with videos of others that it lists too."""
    where = "WHERE subscribed = 1" if subscribed_only else ""
    channels = db.all(f"SELECT {CHANNEL.sql} FROM channels {where} ORDER BY name COLLATE NOCASE, id")
    counts: dict[int, dict[str, int]] = {}
    for channel_id, state, n in db.all("SELECT channel_id, state, n FROM video_counts"):
        counts.setdefault(channel_id, {})[state] = n
    if also_listed:
        sql = (
            "SELECT a.channel_id, v.state, count(*) FROM also_listed a JOIN videos v ON v.id = a.video_id "
            "GROUP BY a.channel_id, v.state"
        )
        for channel_id, state, n in db.all(sql):
            of_channel = counts.setdefault(channel_id, {})
            of_channel[state] = of_channel.get(state, 0) + n
    sizes = dict(tuple(row) for row in db.all("SELECT channel_id, bytes FROM channel_totals"))
    active = _active_fetches(db)
    return [
        _summary(CHANNEL.read(row), counts.get(row[0], {}), sizes.get(row[0], 0), active.get(row[0]))
        for row in channels
    ]


def size_of(db: Database, channel_id: int) -> int:
    """How many bytes the files of a channel have."""
    return int(db.value("SELECT bytes FROM channel_totals WHERE channel_id = ?", (channel_id,)) or 0)


def set_fetched(
    db: Database,
    channel_id: int,
    *,
    now: float,
    next_fetch: float | None,
    every: float | None = None,
    state: str = ChannelState.OK,
    error: str = "",
) -> None:
    """Record a fetch that went well; ``every`` (seconds) is kept when not given."""
    with transaction(db):
        db.execute(
            "UPDATE channels SET state = ?, error = ?, error_class = NULL, last_fetched = ?, "
            "next_fetch = ?, every = coalesce(?, every), "
            "first_listed_at = coalesce(first_listed_at, ?) WHERE id = ?",
            (str(state), error, now, next_fetch, every, now, channel_id),
        )


def set_failed(
    db: Database,
    channel_id: int,
    *,
    now: float,
    error: str,
    error_class: str,
    next_fetch: float | None,
) -> None:
    """Record a fetch that failed; ``last_fetched`` keeps the time of the last good one.

    A next time that is unknown (``None``) becomes a day from now: a failed channel is never due at once.
    """
    with transaction(db):
        db.execute(
            "UPDATE channels SET state = ?, error = ?, error_class = ?, next_fetch = ? WHERE id = ?",
            (
                ChannelState.FAILED,
                error,
                str(error_class),
                now + 86400 if next_fetch is None else next_fetch,
                channel_id,
            ),
        )


def feed_checks(db: Database, channel_id: int) -> int:
    """How often a channel's feed has stood in for its listing since it was last listed."""
    return int(db.value("SELECT feed_checks FROM channels WHERE id = ?", (channel_id,)) or 0)


def set_feed_checks(db: Database, channel_id: int, checks: int) -> None:
    """Keep how often a channel's feed has stood in for its listing; 0 once it was listed."""
    with transaction(db):
        db.execute("UPDATE channels SET feed_checks = ? WHERE id = ?", (checks, channel_id))


def unknown_ids(db: Database, channel_id: int, ids: Iterable[str]) -> list[str]:
    """Those of a site's video ids that no properly ended walk over a tab of this channel has seen."""
    return [
        video_id
        for video_id in ids
        if not db.value(
            "SELECT 1 FROM videos v JOIN tabs t ON t.channel_id = ? "
            "JOIN entries e ON e.tab_id = t.id AND e.video_id = v.id AND e.known = 1 WHERE v.video_id = ?",
            (channel_id, video_id),
        )
    ]


def shows_broadcast(db: Database, channel_id: int) -> bool:
    """Whether something that its list showed as live waits for the list to show that it is over."""
    sql = "SELECT 1 FROM videos WHERE channel_id = ? AND state = 'new' AND why = ? LIMIT 1"
    return db.one(sql, (channel_id, VideoReason.LIVE_NOW)) is not None


def set_next_fetch(db: Database, channel_id: int, next_fetch: float | None) -> None:
    """Set when a channel is due again; ``None`` is now."""
    with transaction(db):
        db.execute("UPDATE channels SET next_fetch = ? WHERE id = ?", (next_fetch, channel_id))


def set_paused(db: Database, channel_id: int, paused: bool) -> None:
    """Pause or resume a channel."""
    with transaction(db):
        db.execute("UPDATE channels SET paused = ? WHERE id = ?", (paused, channel_id))


def set_keep_in_force(db: Database, channel_id: int, keep: Keep) -> None:
    """From now on this rule decides what stays of a channel."""
    with transaction(db):
        db.execute(
            "UPDATE channels SET keep_kind = ?, keep_count = ? WHERE id = ?",
            (keep.kind, keep.count, channel_id),
        )


def set_quality(db: Database, channel_id: int, quality: str) -> None:
    """Keep the quality that the configuration asks for, so that lists can be filtered and sorted by it."""
    with transaction(db):
        sql = "UPDATE channels SET quality = ? WHERE id = ? AND quality IS NOT ?"
        db.execute(sql, (quality, channel_id, quality))


def set_tags(db: Database, channel_id: int, tags: Sequence[str]) -> None:
    """Note a channel's tags."""
    with transaction(db):
        db.execute("UPDATE channels SET tags = ? WHERE id = ?", (json.dumps(list(tags)), channel_id))


def unsubscribe(db: Database, channel_id: int) -> None:
    """Stop fetching a channel; its videos, files and history stay."""
    with transaction(db):
        db.execute("UPDATE channels SET subscribed = 0 WHERE id = ?", (channel_id,))


def set_identity(
    db: Database,
    row_id: int,
    *,
    name: str | None = None,
    channel_id: str | None = None,
    handle: str | None = None,
) -> None:
    """Set the label (made unique with `` (2)``), the site's own id, the handle; ``None`` keeps each."""
    with transaction(db):
        if name:
            unique = _free_name(db, name, row_id)
            db.execute("UPDATE channels SET name = ? WHERE id = ?", (unique, row_id))
        if channel_id:
            db.execute("UPDATE channels SET channel_id = ? WHERE id = ?", (channel_id, row_id))
        if handle:
            db.execute("UPDATE channels SET handle = ? WHERE id = ?", (handle, row_id))


def subscribed(db: Database) -> list[Channel]:
    """Every channel that is subscribed to, by name, without its counts."""
    rows = db.all(f"SELECT {CHANNEL.sql} FROM channels WHERE subscribed = 1 ORDER BY name COLLATE NOCASE, id")
    return [CHANNEL.read(row) for row in rows]


def count_subscribed(db: Database) -> int:
    """How many channels are fetched."""
    return int(db.value("SELECT count(*) FROM channels WHERE subscribed = 1"))


def active_ids(db: Database) -> list[int]:
    """The row ids of the channels that are fetched: subscribed to and not paused."""
    return [row[0] for row in db.all(f"SELECT id FROM channels WHERE {_ACTIVE}")]


def due(db: Database, now: float) -> list[Channel]:
    """The active channels whose fetch is due, or that were never fetched; longest due first."""
    rows = db.all(
        f"SELECT {CHANNEL.sql} FROM channels WHERE {_ACTIVE} "
        "AND (next_fetch IS NULL OR next_fetch <= ?) ORDER BY coalesce(next_fetch, 0), id",
        (now,),
    )
    return [CHANNEL.read(row) for row in rows]


def next_due(db: Database, now: float) -> float | None:
    """When the first active channel is due (Unix seconds): ``now`` for one that was never fetched."""
    found: float | None = db.value(
        f"SELECT min(coalesce(next_fetch, ?)) FROM channels WHERE {_ACTIVE}", (now,)
    )
    return found


def next_fetches(db: Database, ids: Sequence[int]) -> dict[int, float | None]:
    """When each of these channels is due (Unix seconds; None: at once), by row id."""
    sql = f"SELECT id, next_fetch FROM channels WHERE id IN {schema.GIVEN}"
    return {row[0]: row[1] for row in db.all(sql, (json.dumps(list(ids)),))}


def unpaused_among(db: Database, ids: Sequence[int]) -> list[int]:
    """Those of the channels that are not paused."""
    sql = f"SELECT id FROM channels WHERE paused = 0 AND id IN {schema.GIVEN}"
    return [row[0] for row in db.all(sql, (json.dumps(list(ids)),))]


def _one(db: Database, where: str, value: Any) -> Channel | None:
    row = db.one(f"SELECT {CHANNEL.sql} FROM channels WHERE {where}", (value,))
    return None if row is None else CHANNEL.read(row)


def _free_name(db: Database, name: str, own_id: int | None) -> str:
    candidate, number = name, 1
    while db.one("SELECT 1 FROM channels WHERE name = ? AND id IS NOT ?", (candidate, own_id)):
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def _active_fetches(db: Database) -> dict[int, JobState]:
    active: dict[int, JobState] = {}
    rows = db.all(
        "SELECT channel_id, state FROM jobs INDEXED BY jobs_one_fetch "
        f"WHERE kind = 'fetch' AND state IN {schema.ACTIVE}"
    )
    for channel_id, text in rows:
        state = JobState(text)
        if channel_id not in active or _RELEVANCE.index(state) < _RELEVANCE.index(active[channel_id]):
            active[channel_id] = state
    return active


def _summary(channel: Channel, counts: dict[str, int], size: int, active: JobState | None) -> ChannelSummary:
    return ChannelSummary(
        **vars(channel),
        videos=sum(counts.values()),
        new=counts.get(VideoState.NEW, 0),
        queued=counts.get(VideoState.QUEUED, 0),
        running=counts.get(VideoState.RUNNING, 0),
        downloaded=counts.get(VideoState.DOWNLOADED, 0),
        failed=counts.get(VideoState.FAILED, 0),
        skipped=counts.get(VideoState.SKIPPED, 0),
        bytes=size,
        active=active,
    )
