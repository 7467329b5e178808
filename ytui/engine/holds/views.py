"""What eligibility is told: the holds in force, and what a job leans on."""

from __future__ import annotations

from ytui.core.holds import POLICIES, WAITED_FOR, HoldKey, HoldView, blocks
from ytui.core.settings import Settings
from ytui.engine.channels.settings import settings_of
from ytui.engine.holds.causes import leans_on
from ytui.engine.holds.facts import JobLike, facts_of
from ytui.store import channels, holds
from ytui.store.database import Database


def views(db: Database) -> dict[HoldKey, HoldView]:
    """The holds in force as eligibility sees them."""
    return {
        row.key: HoldView(
            WAITED_FOR[row.cause],
            blocks(row.breaker, POLICIES[row.cause]),
            row.next_probe,
            row.probe_job,
        )
        for row in holds.in_force(db)
    }


def leaning(db: Database, settings: Settings, job: JobLike, channel_id: int | None) -> frozenset[HoldKey]:
    """What a job or the head of a queue leans on."""
    row = channels.by_id(db, channel_id) if channel_id else None
    return leans_on(facts_of(job, settings_of(settings, row), settings))
