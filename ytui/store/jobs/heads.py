"""The heads of the queue: the first job of each of its groups, of which a large library has thousands."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, Priority
from ytui.store.columns import Columns, options_from_json
from ytui.store.database import Database
from ytui.store.rows import Order

_ORDERS: Mapping[Order, tuple[str, str]] = {
    "shortest": ("jobs_shortest", "rank, duration_key, id"),
    "newest": ("jobs_newest", "rank, published_at DESC, id"),
    "oldest": ("jobs_oldest", "rank, published_at, id"),
}


@dataclass(frozen=True)
class QueuedHead:
    """What decides whose turn it is and whether that job may start; names as in ``Job``."""

    id: int
    kind: JobKind
    priority: Priority
    channel_id: int | None
    site: str
    rank: float
    duration_key: float
    published_at: float
    asked: bool
    options: JobOptions
    channel_paused: bool


_HEAD = Columns(
    QueuedHead, kind=JobKind, priority=Priority, asked=bool, options=options_from_json, channel_paused=bool
)
_COLUMNS = ", ".join(f"j.{name}" for name in _HEAD.names[:-1])


def head_query(order: Order) -> str:
    """The SQL of every group's head, each one step along an index; its parameter is a JSON list of kinds."""
    index, by = _ORDERS[order]

    def first(channel: str) -> str:
        return (
            f"(SELECT id FROM jobs INDEXED BY {index} WHERE state = 'queued' AND kind = q.kind "
            f"AND priority = q.priority AND {channel} AND site = q.site ORDER BY {by} LIMIT 1)"
        )

    return (
        f"SELECT {_COLUMNS}, coalesce(c.paused, 0) FROM queue_counts q CROSS JOIN jobs j ON j.id = "
        f"CASE q.channel_id WHEN 0 THEN {first('channel_id IS NULL')} "
        f"ELSE {first('channel_id = q.channel_id')} END LEFT JOIN channels c ON c.id = j.channel_id "
        "WHERE q.n > 0 AND q.kind IN (SELECT value FROM json_each(?)) ORDER BY q.priority"
    )


def heads(
    db: Database,
    *,
    order: Order = "shortest",
    kinds: Collection[JobKind] = frozenset(JobKind),
    priorities: Collection[Priority] = frozenset(Priority),
) -> list[QueuedHead]:
    """The first queued job of each (kind, priority, channel, site), most urgent class first."""
    wanted = json.dumps([str(kind) for kind in kinds])
    found = (_HEAD.read(row) for row in db.all(head_query(order), (wanted,)))
    return [head for head in found if head.priority in priorities]
