"""Targets of a command: the rows a key acts on, found with a worker thread's connection."""

from __future__ import annotations

from collections.abc import Collection

from ytui.core.models import JobState
from ytui.store.database import Database
from ytui.store.lists import related
from ytui.tui.lists.rows import RowKind, Target

NO_CHANNEL = "no channel here: this key is for rows of the channels"


def jobs_of(db: Database, target: Target, states: Collection[JobState]) -> list[int]:
    """Return the jobs in ``states`` that the chosen rows stand for."""
    return related.jobs_of(db, target.kind, target.chosen(db), states)


def videos_of(db: Database, target: Target) -> list[int]:
    """Return the videos that the chosen rows speak of."""
    return related.videos_of(db, target.kind, target.chosen(db))


def channels_of(db: Database, target: Target) -> list[int]:
    """Return the chosen channels; a worker or a line of the log stands for none, whatever it speaks of."""
    return target.chosen(db) if target.kind is RowKind.CHANNEL else []


def latest_job(db: Database, target: Target) -> int | None:
    """Return the job whose log and waiting a row stands for: its newest one."""
    return related.latest_job(db, target.kind, target.keys[0]) if target.keys else None
