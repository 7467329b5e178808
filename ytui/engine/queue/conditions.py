"""Conditions: what bears on whether a job may start, gathered from the store, the clock and the disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ytui.core.eligibility import Conditions
from ytui.core.holds import POLICIES, WAITED_FOR, HoldKey, HoldView, blocks
from ytui.core.local_time import opens_at
from ytui.core.settings import Settings
from ytui.core.settings.tables import Limits
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.holds.causes import dependencies_of
from ytui.engine.holds.job_facts import JobLike, facts_of
from ytui.engine.sites.site_states import site_views
from ytui.store import channels, holds, key_values
from ytui.store.database import Database


def hold_views(db: Database) -> dict[HoldKey, HoldView]:
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


def dependencies_in_store(
    db: Database, settings: Settings, job: JobLike, channel_id: int | None
) -> frozenset[HoldKey]:
    """What a job or the head of a queue leans on."""
    row = channels.by_id(db, channel_id) if channel_id else None
    return dependencies_of(facts_of(job, settings_of(settings, row), settings))


def disk_space(path: Path) -> tuple[int, int] | None:
    """Free and total bytes of the disk that ``path`` is on; None while it cannot be asked."""
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return None
    return usage.free, usage.total


def closed_until(limits: Limits, now: float) -> float | None:
    """When the allowed hours begin, if it is not one of them now."""
    begin = opens_at(limits.open_at, now) if limits.hours else now
    return begin if begin > now else None


def current_conditions(
    db: Database,
    settings: Settings,
    now: float,
    *,
    busy: Mapping[str, int],
    library_problem: str = "",
    promised_bytes: int = 0,
    offline_until: float | None = None,
) -> Conditions:
    """Everything outside a job that bears on whether it may start; ``busy`` counts running jobs by site."""
    space = disk_space(settings.library.path)
    return Conditions(
        now=now,
        limits=settings.limits,
        closed_until=closed_until(settings.limits, now),
        paused=key_values.is_paused(db),
        library_problem=library_problem,
        free_bytes=space[0] if space else None,
        reserve_bytes=settings.library.reserve_bytes(space[1]) if space else 0,
        promised_bytes=promised_bytes,
        offline_until=offline_until,
        sites=site_views(db, busy),
        holds=hold_views(db),
    )
