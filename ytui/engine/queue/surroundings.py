"""What bears on whether a job may start, gathered from the store, the clock and the disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ytui.core.clock import opens_at
from ytui.core.eligibility import Circumstances
from ytui.core.setting_tables import Limits
from ytui.core.settings import Settings
from ytui.engine.holds.views import views
from ytui.engine.sites.states import site_views
from ytui.store import key_values
from ytui.store.database import Database


def free_and_total(path: Path) -> tuple[int, int] | None:
    """Free and total bytes of the disk that ``path`` is on; None while it cannot be asked."""
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return None
    return usage.free, usage.total


def _closed_until(limits: Limits, now: float) -> float | None:
    """When the allowed hours begin, if it is not one of them now."""
    begin = opens_at(limits.open_at, now) if limits.hours else now
    return begin if begin > now else None


def look_around(
    db: Database,
    settings: Settings,
    now: float,
    *,
    busy: Mapping[str, int],
    library_problem: str = "",
    promised_bytes: int = 0,
    offline_until: float | None = None,
) -> Circumstances:
    """Everything outside a job that bears on whether it may start; ``busy`` counts running jobs by site."""
    space = free_and_total(settings.library.path)
    return Circumstances(
        now=now,
        limits=settings.limits,
        closed_until=_closed_until(settings.limits, now),
        paused=key_values.is_paused(db),
        library_problem=library_problem,
        free_bytes=space[0] if space else None,
        reserve_bytes=settings.library.reserve_bytes(space[1]) if space else 0,
        promised_bytes=promised_bytes,
        offline_until=offline_until,
        sites=site_views(db, busy),
        holds=views(db),
    )
