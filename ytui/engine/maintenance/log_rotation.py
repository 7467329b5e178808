"""Log rotation: the journal goes into daily files, and old lines, files and job logs go."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from ytui.core.models import JobState
from ytui.core.states import UNRESOLVED_STATES
from ytui.paths import Places
from ytui.store import jobs, journal, key_values, plan
from ytui.store.database import Database
from ytui.store.rows import JournalRow
from ytui.ytdlp.job_log import redact

DAY = 86_400.0
DAILY_DAYS = 30
"""How long a day's journal is kept."""
SUCCESS_DAYS = 7
"""How long the log of a job that went well is kept."""
FAILURE_DAYS = 30
"""How long a failed job's log is kept after its item of the plan is resolved."""
_DAILY = re.compile(r"journal-\d{4}-\d\d-\d\d\.log")
_LINES = 1000


def write_daily(db: Database, places: Places) -> None:
    """Append the journal's new lines to the file of their day. Raises ``OSError``."""
    last = key_values.get(db, key_values.JOURNAL_WRITTEN)
    if last is None:
        # What was there before files were written stays in the database alone.
        key_values.put(db, key_values.JOURNAL_WRITTEN, str(journal.last_id(db)))
        return
    if journal.last_id(db) <= int(last):
        return
    rows = journal.tail(db, after_id=int(last), limit=_LINES)
    by_day: dict[str, list[str]] = {}
    for row in rows:
        by_day.setdefault(f"{datetime.fromtimestamp(row.at):%Y-%m-%d}", []).append(_line(row))
    for day, lines in by_day.items():
        path = places.logs_dir / f"journal-{day}.log"
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.writelines(lines)
    if rows:
        key_values.put(db, key_values.JOURNAL_WRITTEN, str(rows[-1].id))


def _line(row: JournalRow) -> str:
    at = datetime.fromtimestamp(row.at).astimezone().isoformat(timespec="seconds")
    job = f" job {row.job_id}" if row.job_id is not None else ""
    return f"{at} {row.level}{job} {redact(plan.one_line(row.message))}\n"


def rotate_logs(db: Database, places: Places, now: float) -> bool:
    """Delete what is too old: journal lines and files, logs of jobs. Raises ``OSError``.

    Where many lines are too old only some of them go: False then, and the rest goes with the next calls.
    """
    if journal.prune(db) + journal.prune_before(db, now - DAILY_DAYS * DAY) >= journal.AT_ONCE:
        return False
    for path in places.logs_dir.iterdir():
        if _DAILY.fullmatch(path.name) and path.stat().st_mtime < now - DAILY_DAYS * DAY:
            path.unlink()
    for path in places.job_logs_dir.glob("*.log"):
        if path.stem.isdecimal() and _log_is_old(db, int(path.stem), path, now):
            path.unlink()
    return True


def _log_is_old(db: Database, number: int, path: Path, now: float) -> bool:
    job = jobs.by_id(db, number)
    if job is None:
        return path.stat().st_mtime < now - FAILURE_DAYS * DAY
    if job.finished_at is None:
        return False
    item = plan.of_job(db, number)
    if item is None:
        days = SUCCESS_DAYS if job.state in (JobState.DONE, JobState.CANCELLED) else FAILURE_DAYS
        return job.finished_at < now - days * DAY
    if item.state in UNRESOLVED_STATES:
        return False
    return (item.resolved_at or job.finished_at) < now - FAILURE_DAYS * DAY
