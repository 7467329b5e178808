"""The answer of ``ytui why`` for the row under the cursor, as one sentence."""

from __future__ import annotations

from ytui.core.settings import Settings
from ytui.engine.queue.why import Why, why_job, why_video
from ytui.store import jobs, videos
from ytui.store.database import Database
from ytui.tui.actions.doing import Target, latest_job
from ytui.tui.tables.rows import RowKind
from ytui.tui.text import clean, moment


def why(db: Database, settings: Settings, target: Target, now: float) -> str:
    """Return why it is where it is, and what it waits for."""
    if target.kind is RowKind.VIDEO:
        video = videos.by_id(db, target.keys[0])
        return _sentence(why_video(db, settings, video, now)) if video is not None else "this is gone"
    number = latest_job(db, target)
    job = jobs.by_id(db, number) if number is not None else None
    return _sentence(why_job(db, settings, job, now)) if job is not None else "there is no job here yet"


def _sentence(answer: Why) -> str:
    place = f" as number {answer.position}" if answer.position else ""
    about = f", about {moment(answer.until)}" if answer.until is not None else ""
    return clean(f"{answer.state}{place}: {answer.reason}{about}")
