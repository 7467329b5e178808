"""Header counts: figures that come from the store, read in one go in a thread."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.core.models import JobState
from ytui.core.sanitize import clean
from ytui.core.wait_reasons import THE_LINE
from ytui.engine.live_status import QueueView
from ytui.store import channels, jobs, key_values
from ytui.store.database import Database
from ytui.store.plan import needs_user_count
from ytui.store.sites import all_sites


@dataclass(frozen=True)
class SiteLine:
    """One site whose requests are not simply allowed, or the one most used."""

    site: str
    state: str
    until: float | None
    reason: str = ""
    per_minute: float | None = None
    """Requests a minute that the site is asked at most now."""
    left_hour: float | None = None
    """Requests left of the hour."""
    busy: bool = False
    """Whether a job of it runs."""


@dataclass(frozen=True)
class HeaderCounts:
    """Counts kept by the store; nothing here ever scans a large table."""

    channels: int = 0
    queued: int = 0
    waiting: int = 0
    running: int = 0
    need_you: int = 0
    paused: bool = False
    line_down: bool = False
    held: tuple[tuple[str, int], ...] = ()
    """What jobs wait for that many share, in words, and how many of the waiting ones do; most first."""
    sites: tuple[SiteLine, ...] = ()


def window_title(name: str, summary: HeaderCounts, queue: QueueView) -> str:
    """Return the title of the terminal's window."""
    running = queue.running or summary.running
    counts = (
        (running, "running"),
        (summary.queued, "queued"),
        (summary.need_you, "needs you" if summary.need_you == 1 else "need you"),
    )
    told = ", ".join(f"{number} {word}" for number, word in counts if number)
    return f"{name}: {told or 'idle'}"


def read_header_counts(db: Database) -> HeaderCounts:
    """Return the header's figures as they stand in the store."""
    from ytui.core.holds import WAITED_FOR
    from ytui.store.holds import waiting_by_cause

    states = jobs.state_counts(db)
    waiting = states.get(JobState.WAITING, 0)
    return HeaderCounts(
        channels=channels.count_subscribed(db),
        queued=states.get(JobState.QUEUED, 0),
        waiting=waiting,
        running=states.get(JobState.RUNNING, 0),
        need_you=needs_user_count(db),
        paused=key_values.is_paused(db),
        line_down=bool(waiting) and jobs.waits_for(db, THE_LINE),
        held=tuple((WAITED_FOR[cause], n) for cause, n in waiting_by_cause(db).items()),
        sites=tuple(_sites(db)),
    )


def _sites(db: Database) -> list[SiteLine]:
    """The sites that are closed, then those that are busy, then the one last asked."""
    running = jobs.running_sites(db)
    rows = sorted(
        all_sites(db), key=lambda row: (row.state == "ok", row.site not in running, -row.updated_at)
    )
    lines = [
        SiteLine(
            clean(row.site),
            row.state,
            row.until,
            clean(row.reason),
            row.data.get("per_minute"),
            row.data.get("left_hour"),
            row.site in running,
        )
        for row in rows
    ]
    return [line for number, line in enumerate(lines) if not number or line.busy or line.state != "ok"]
