"""The figures of the header that come from the store, read in one go in a thread."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.core.outside import clean
from ytui.engine.board import QueueView
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
class Summary:
    """Counts kept by the store; nothing here ever scans a large table."""

    channels: int = 0
    queued: int = 0
    waiting: int = 0
    running: int = 0
    need_you: int = 0
    paused: bool = False
    line_down: bool = False
    sites: tuple[SiteLine, ...] = ()


def title(name: str, summary: Summary, queue: QueueView) -> str:
    """Return the title of the terminal's window."""
    running = queue.running or summary.running
    counts = (
        (running, "running"),
        (summary.queued, "queued"),
        (summary.need_you, "needs you" if summary.need_you == 1 else "need you"),
    )
    told = ", ".join(f"{number} {word}" for number, word in counts if number)
    return f"{name}: {told or 'idle'}"


def read_summary(db: Database) -> Summary:
    """Return the header's figures as they stand in the store."""
    from ytui.core.eligibility import THE_LINE

    counts = db.all("SELECT state, sum(n) AS n FROM job_counts GROUP BY state")
    states = {record["state"]: int(record["n"]) for record in counts}
    line_down = db.value("SELECT 1 FROM jobs WHERE state = 'waiting' AND waiting_for = ? LIMIT 1", [THE_LINE])
    return Summary(
        channels=int(db.value("SELECT count(*) FROM channels WHERE subscribed = 1")),
        queued=states.get("queued", 0),
        waiting=states.get("waiting", 0),
        running=states.get("running", 0),
        need_you=needs_user_count(db),
        paused=db.value("SELECT value FROM facts WHERE key = 'paused'") == "1",
        line_down=bool(states.get("waiting")) and line_down is not None,
        sites=tuple(_sites(db)),
    )


def _sites(db: Database) -> list[SiteLine]:
    """The sites that are closed, then those that are busy, then the one last asked."""
    running = {record["site"] for record in db.all("SELECT DISTINCT site FROM jobs WHERE state = 'running'")}
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
