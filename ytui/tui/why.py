"""The answer of ``ytui why`` for the row under the cursor, as one sentence."""

from __future__ import annotations

from ytui.core.moments import moment
from ytui.core.outside import clean
from ytui.core.settings import Settings
from ytui.core.states import ENDED_STATES
from ytui.engine.queue.why import Why, why_job, why_video
from ytui.store import channels, jobs, videos
from ytui.store.database import Database
from ytui.store.rows import Channel
from ytui.tui.actions.doing import Target, latest_job
from ytui.tui.tables.rows import RowKind


def why(db: Database, settings: Settings, target: Target, now: float) -> str:
    """Return why it is where it is, and what it waits for."""
    if target.kind is RowKind.VIDEO:
        video = videos.by_id(db, target.keys[0])
        return _sentence(why_video(db, settings, video, now)) if video is not None else "this is gone"
    number = latest_job(db, target)
    job = jobs.by_id(db, number) if number is not None else None
    # A fetch that is over says nothing of when the channel is fetched again.
    if target.kind is RowKind.CHANNEL and (job is None or job.state in ENDED_STATES):
        channel = channels.by_id(db, target.keys[0])
        return _of_channel(channel) if channel is not None else "this is gone"
    return _sentence(why_job(db, settings, job, now)) if job is not None else "there is no job here yet"


def _of_channel(channel: Channel) -> str:
    """Why a channel is not fetched now: nothing of it is queued."""
    if channel.paused:
        return "paused: p lets it go on"
    last = clean(channel.error) or (
        f"fetched {moment(channel.last_fetched)}" if channel.last_fetched else "never fetched"
    )
    due = f"due {moment(channel.next_fetch)}" if channel.next_fetch is not None else "due now"
    return f"{last}; {due}, u fetches it now"


def _sentence(answer: Why) -> str:
    place = f" as number {answer.position}" if answer.position else ""
    about = f", about {moment(answer.until)}" if answer.until is not None else ""
    return clean(f"{answer.state}{place}: {answer.reason}{about}")
