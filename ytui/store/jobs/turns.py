"""The queue in the order of its turns: each group for itself, and all that is queued without fairness."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ytui.core.models import JobState
from ytui.core.settings.tables import Order
from ytui.store import key_values, schema
from ytui.store.database import Database
from ytui.store.jobs.queries import QueuedHead
from ytui.store.rows import JOB, Job

AT_ONCE = 16
"""Jobs of a group that are read at once."""
KEYS: Mapping[Order, str] = {
    Order.SHORTEST: "duration_key",
    Order.NEWEST: "-published_at",
    Order.OLDEST: "published_at",
}
"""What rises within a priority and rank."""


def columns_in_turn(order: Order, table: str = "t") -> tuple[str, ...]:
    """The columns by which all that is queued is in order but for fairness; an index has them."""
    key = KEYS[order]
    sign, name = ("-", key[1:]) if key.startswith("-") else ("", key)
    return (f"{table}.priority", f"{table}.rank", f"{sign}{table}.{name}", f"{table}.id")


def group_in_turn(db: Database, head: QueuedHead, order: Order) -> Iterator[tuple[int, float, float]]:
    """Id, rank and key of the queued jobs of a head's group, in their order, the head first."""
    key = KEYS[order]
    sql = (
        f"SELECT id, rank, {key} FROM jobs INDEXED BY jobs_{order.value} WHERE state = 'queued' AND kind = ? "
        "AND priority = ? AND channel_id IS ? AND site = ? "
        f"ORDER BY rank, {'published_at DESC' if key.startswith('-') else key}, id LIMIT ? OFFSET ?"
    )
    group = (str(head.kind), int(head.priority), head.channel_id, head.site)
    offset = 0
    while rows := db.all(sql, (*group, AT_ONCE, offset)):
        yield from ((row[0], row[1], row[2]) for row in rows)
        offset += AT_ONCE


def all_in_turn(db: Database, order: Order, first: Sequence[int]) -> list[int]:
    """The ids of all that is queued: ``first``, then the others by priority and order."""
    columns = ", ".join(columns_in_turn(order))
    rows = db.all(f"SELECT t.id FROM jobs t WHERE t.state = 'queued' ORDER BY {columns}")
    known = set(first)
    return [*first, *(row[0] for row in rows if row[0] not in known)]


def listed(
    db: Database, queued: Sequence[int], *, channel: int | None = None, state: JobState | None = None
) -> list[int]:
    """All jobs by their ids: what runs, ``queued`` in its order, what waits by its time, what has ended.

    ``channel`` is the row id of a channel.
    """
    condition, values = ("channel_id = ?", [channel]) if channel is not None else ("1", [])
    rows = db.all(
        f"SELECT id, state FROM jobs WHERE {condition} ORDER BY "
        "CASE state WHEN 'running' THEN 0 WHEN 'interrupted' THEN 1 WHEN 'queued' THEN 2 "
        "WHEN 'waiting' THEN 3 WHEN 'failed' THEN 4 WHEN 'cancelled' THEN 5 ELSE 6 END, "
        "iif(state = 'waiting', due_at IS NULL, 0), iif(state = 'waiting', due_at, 0), id DESC",
        values,
    )
    places = {number: place for place, number in enumerate(queued)}
    found = [(row[0], JobState(row[1])) for row in rows if state is None or row[1] == state]
    in_queue = sorted(
        (number for number, now in found if now is JobState.QUEUED),
        key=lambda number: places.get(number, len(places)),
    )
    turns = iter(in_queue)
    return [next(turns) if now is JobState.QUEUED else number for number, now in found]


def others_before(db: Database, job: Job, order: Order, first: Sequence[int]) -> int:
    """How many queued jobs that are none of ``first`` come before one by priority and order."""
    columns = ", ".join(columns_in_turn(order))
    return int(
        db.value(
            f"SELECT count(*) FROM jobs t WHERE t.state = 'queued' AND t.id NOT IN {schema.GIVEN} "
            f"AND ({columns}) < (SELECT {columns} FROM jobs t WHERE t.id = ?)",
            (json.dumps(list(first)), job.id),
        )
    )


def by_ids(db: Database, ids: Sequence[int]) -> list[Job]:
    """The jobs of these ids, in their order; what is gone is left out."""
    rows = db.all(f"SELECT {JOB.sql} FROM jobs WHERE id IN {schema.GIVEN}", (json.dumps(list(ids)),))
    found = {job.id: job for job in map(JOB.read, rows)}
    return [found[number] for number in ids if number in found]


def served(db: Database) -> dict[int, int]:
    """How many starts each channel has had since the queue was last empty; 0 stands for single videos."""
    stored = json.loads(key_values.get(db, key_values.SERVED) or "{}")
    return {int(channel): int(count) for channel, count in stored.items()}


def set_served(db: Database, counts: Mapping[int, int]) -> None:
    """Write them down: the next holder of the queue goes on with them."""
    key_values.put(db, key_values.SERVED, json.dumps(counts) if counts else None)
