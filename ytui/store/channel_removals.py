"""Channels that were taken out by hand: what is asked about them, and the jobs that ended with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ytui.store import jobs, key_values
from ytui.store.database import Database, transaction
from ytui.store.jobs import undo
from ytui.store.jobs.undo import RowSnapshot


@dataclass(frozen=True)
class MissingChannels:
    """The row ids of the channels that are asked about, and of those of them that were paused for it."""

    asked: frozenset[int] = frozenset()
    paused: frozenset[int] = frozenset()


def missing(db: Database) -> MissingChannels:
    """What is asked about now."""
    stored = json.loads(key_values.get(db, key_values.MISSING_ASKED) or "{}")
    return MissingChannels(frozenset(stored.get("asked", ())), frozenset(stored.get("paused", ())))


def set_missing(db: Database, found: MissingChannels) -> None:
    """Write that down; nothing is kept where nothing is asked."""
    values = {"asked": sorted(found.asked), "paused": sorted(found.paused)}
    key_values.put(db, key_values.MISSING_ASKED, json.dumps(values) if found.asked else None)


def subscribe(db: Database, ids: Sequence[int]) -> None:
    """These channels are subscribed to again."""
    with transaction(db):
        for number in ids:
            db.execute("UPDATE channels SET subscribed = 1 WHERE id = ?", (number,))


def keep_jobs(db: Database, channel_id: int, now: float) -> None:
    """Note the jobs that are about to end with a channel, as they are; in a transaction with their end."""
    before = undo.snapshot_of(db, jobs.ends_with_channel(db, channel_id))
    if before.jobs:
        kept = {"at": now, "jobs": before.jobs, "items": before.items, "videos": before.videos}
        key_values.put(db, key_values.removed_jobs(channel_id), json.dumps(kept))


def bring_jobs_back(db: Database, channel_id: int, now: float) -> int:
    """The channel is there again: what ended with it and was not touched since is as it was; how many."""
    key = key_values.removed_jobs(channel_id)
    stored = key_values.get(db, key)
    if stored is None:
        return 0
    kept = json.loads(stored)
    before = RowSnapshot(*(_by_id(kept[name]) for name in ("jobs", "items", "videos")))
    with transaction(db):
        key_values.put(db, key, None)
        present = undo.snapshot_of(db, before.jobs, before.videos)
        ended = {
            number: job
            for number, job in present.jobs.items()
            if job["state"] == "cancelled" and job["finished_at"] == kept["at"]
        }
        after = RowSnapshot(ended, present.items, present.videos)
        return undo.restore_rows(db, before, after, now).jobs


def _by_id(rows: dict[str, undo.Record]) -> dict[int, undo.Record]:
    return {int(number): row for number, row in rows.items()}
