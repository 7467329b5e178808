"""Metrics of the archive and its queue as they stand now, for commands and for monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ytui.core.models import JobKind, JobState, LowerCause, PlanState, VideoState
from ytui.core.request_budget import SiteBudget
from ytui.core.settings import Settings
from ytui.engine.queue.conditions import disk_space
from ytui.store import channels, jobs, key_values, offers, plan, process_state, sites, statistics, videos
from ytui.store.database import Database
from ytui.store.rows import BoardRow


@dataclass(frozen=True)
class SiteFigures:
    """A site's state, the end of it (Unix seconds) and the requests left of the minute, the hour, the day."""

    site: str
    state: str
    until: float | None
    reason: str
    left: tuple[int, int, int]
    per_minute: float


@dataclass(frozen=True)
class Figures:
    """Counts are of rows, sizes in bytes, ages in seconds."""

    videos: dict[VideoState, int]
    jobs: dict[JobKind, dict[JobState, int]]
    plan: dict[str, dict[PlanState, int]]
    lower: dict[LowerCause, int]
    """Videos with a file that are lower than offered; causes without any are left out."""
    sites: tuple[SiteFigures, ...]
    workers: tuple[BoardRow, ...]
    channels: int
    library_bytes: int
    free_bytes: int | None
    queue_age: float
    last_download: float | None
    paused: bool


def read_figures(db: Database, settings: Settings, now: float) -> Figures:
    """Everything at ``now`` (Unix seconds); no table is walked but the queue."""
    oldest = statistics.oldest_queued(db)
    space = disk_space(settings.library.path)
    return Figures(
        videos=videos.counts(db),
        jobs=jobs.counts(db),
        plan=plan.counts(db),
        lower=offers.lower_counts(db),
        sites=tuple(read_sites(db, settings, now)),
        workers=tuple(process_state.read_board(db)),
        channels=channels.count_subscribed(db),
        library_bytes=statistics.library_bytes(db),
        free_bytes=space[0] if space else None,
        queue_age=max(0.0, now - oldest) if oldest is not None else 0.0,
        last_download=statistics.last_download(db),
        paused=key_values.is_paused(db),
    )


def read_sites(db: Database, settings: Settings, now: float) -> list[SiteFigures]:
    """Each site with what its budget has left; in independent mode that of one worker."""
    found = []
    for row in sites.all_sites(db):
        budget = SiteBudget.load(settings.limits.for_site(row.site), row.data, now)
        left, rate = budget.left(now), budget.per_minute(now)
        found.append(SiteFigures(row.site, row.state, row.until, row.reason, left, rate))
    return found


def last_midnights(now: float, days: int) -> list[float]:
    """The beginnings of the last ``days`` local days, today's last; a day may have 23 or 25 hours."""
    today = datetime.fromtimestamp(now).date()
    return [
        datetime.combine(today - timedelta(days=back), time()).timestamp() for back in range(days - 1, -1, -1)
    ]
