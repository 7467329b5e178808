"""Explanation of why something is not downloaded, for the key ``i``, ``ytui why`` and the details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ytui.core.filters import judge
from ytui.core.formatting import format_duration, format_time, format_time_of_day
from ytui.core.holds import title_of
from ytui.core.lower_quality import AGAIN, lower_phrase
from ytui.core.models import JobState, VideoReason, VideoState
from ytui.core.settings import Settings
from ytui.core.wait_reasons import ITS_TIME, NOTHING, ROOM, THE_LINE, THE_QUEUE, for_site
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import filter_facts_of, retained_by_count
from ytui.engine.queue import turns
from ytui.engine.queue.verdicts import conditions_now, verdict_of
from ytui.engine.sites.site_states import COOLDOWN
from ytui.store import channels, holds, jobs, offers, plan, recordings, sites, tabs
from ytui.store.database import Database
from ytui.store.recordings import Recording
from ytui.store.rows import Job, Video
from ytui.store.trash import TrashReason


@dataclass(frozen=True)
class Explanation:
    """``state`` in the store's word, ``reason`` in plain words, ``until`` in Unix seconds if it is known."""

    state: str
    reason: str
    until: float | None = None
    position: int | None = None
    """Place in the queue, 1 for the next."""


_NEW: Mapping[str, str] = {
    VideoReason.BACKLOG: "the channel's `backlog` left it out; ask for it to have it",
    VideoReason.CANCELLED: "its job was cancelled; ask for it again to have it",
    VideoReason.LIVE_NOW: "it is live now; it will be judged again when the stream has ended",
    "": "nobody asked for it yet",
}
_REMOVED: Mapping[str, str] = {
    TrashReason.RETENTION: "its channel's `keep` let it go; ask for it to have it again",
    TrashReason.DELETED: "it was deleted; ask for it to have it again",
    TrashReason.NEVER_AGAIN: "it was deleted, never to come again; ask for it alone to have it all the same",
    VideoReason.FILE_GONE: "somebody deleted its file; ask for it to have it again",
}


UNLISTED = "its channel does not list it any more"


def recorded_words(parts: Sequence[Recording]) -> str:
    """What lies in the library of a broadcast, in words; empty if nothing does."""
    if not parts:
        return ""
    seconds = [part.seconds for part in parts if part.seconds is not None]
    lasts = f"{format_duration(sum(seconds))} " if seconds else ""
    pieces = f" in {len(parts)} pieces" if len(parts) > 1 else ""
    return f"recorded in part{pieces}: {lasts}from {format_time(parts[0].started_at)}; the whole is awaited"


def explain_video(db: Database, settings: Settings, video: Video, now: float) -> Explanation:
    """Why this video is where it is, and whether its channel shows it still."""
    why = _why_video(db, settings, video, now)
    parts = recorded_words(recordings.of_video(db, video.id))
    if parts and video.state is not VideoState.DOWNLOADED:
        why = replace(why, reason=f"{parts}; {why.reason}" if why.reason else parts)
    if tabs.unlisted_since(db, video.id) is None:
        return why
    return replace(why, reason=f"{why.reason}; {UNLISTED}" if why.reason else UNLISTED)


def _why_video(db: Database, settings: Settings, video: Video, now: float) -> Explanation:
    number = jobs.active_of_video(db, video.id)
    if number is not None:
        return explain_job(db, settings, number, now)
    if video.state is VideoState.SKIPPED:
        return Explanation(video.state, _skipped(db, settings, video, now))
    if video.state is VideoState.NEW:
        return Explanation(video.state, _NEW.get(video.why, video.why))
    if video.state is VideoState.FAILED and (last := jobs.last_download(db, video.id)) is not None:
        return explain_job(db, settings, last, now)
    words = {
        VideoState.DOWNLOADED: f"its file is {video.path}{_lower(db, video)}",
        VideoState.ARCHIVED: "an import said that it is known; there is no file",
        VideoState.REMOVED: _REMOVED.get(video.why, "its file was taken out of the library"),
    }
    return Explanation(video.state, words.get(video.state, ""))


def _lower(db: Database, video: Video) -> str:
    """That a video is lower than offered, and why, as the end of a sentence; empty where it is not."""
    row = offers.of_video(db, video.id)
    if row is None or row.cause is None:
        return ""
    phrase = lower_phrase(row.cause, row.offered, row.available)
    again = "" if row.recheck_at is not None else f"; {AGAIN}"
    return f"; lower than offered: {phrase}{again}"


def _skipped(db: Database, settings: Settings, video: Video, now: float) -> str:
    channel = channels.by_id(db, video.channel_id) if video.channel_id else None
    wants = settings_of(settings, channel)
    judgement = judge(filter_facts_of(video), wants, now)
    if judgement.passes:
        if not retained_by_count(db, wants)(video):
            return f"not queued: `keep`; its channel keeps the last {wants.keep.count}, and as many are newer"
        return f"`{video.why}` refused it; it would pass now"
    return f"not queued: `{judgement.rule}`; {judgement.hint}"


def explain_job(db: Database, settings: Settings, job: Job, now: float) -> Explanation:
    """Why this job is where it is, and what it waits for."""
    if job.state is JobState.QUEUED:
        return _queued(db, settings, job, now)
    if job.state is JobState.WAITING:
        return Explanation(job.state, _waiting(db, job), job.due_at)
    if job.state is JobState.FAILED:
        item = plan.of_job(db, job.id)
        return Explanation(job.state, f"{item.reason} {item.remedy}".strip() if item else "it failed")
    if job.state is JobState.RUNNING:
        asked = "; it is being ended" if job.cancel_requested else ""
        return Explanation(job.state, f"in slot {job.slot}, try {job.attempt}{asked}")
    if job.state is JobState.INTERRUPTED:
        return Explanation(job.state, "its process was killed; it is queued again when ytui runs")
    return Explanation(job.state, f"since {format_time(job.finished_at)}")


def _waiting(db: Database, job: Job) -> str:
    held = holds.by_id(db, job.hold_id) if job.hold_id is not None else None
    if held is not None:
        mend = held.remedy.removesuffix(".")
        return f"{title_of(held.cause, held.reason)}. {mend}; it goes on by itself then"
    site = sites.get(db, job.site)
    if job.wait == for_site(job.site) and site is not None and site.state == COOLDOWN:
        return f"{job.site} is cooling down ({site.reason})" if site.reason else f"{job.site} is cooling down"
    if job.wait == THE_LINE:
        return "the line is down; it goes on by itself when the line is back"
    item = plan.of_job(db, job.id)
    if job.wait in (ROOM, THE_QUEUE) and item is not None:
        return f"{item.reason.removesuffix('.')}; it goes on by itself when there is room"
    if job.wait in (NOTHING, ITS_TIME) and item is not None:
        return f"{item.reason.removesuffix('.')}; {_comes_by_itself(db, job)}"
    return job.wait.words or "its time has not come"


def _comes_by_itself(db: Database, job: Job) -> str:
    """What becomes of a job that waits for its time; one of a broadcast waits beside its recording."""
    found = jobs.active_recording(db, job.video_id) if job.video_id is not None else None
    if found is None:
        return "it is tried again by itself"
    if found.state is not JobState.RUNNING or found.started_at is None:
        return f"its recording waits for {found.wait.words or 'its turn'}, and the whole for its end"
    return (
        f"it is recorded since {format_time_of_day(found.started_at)[:5]}, and the whole is fetched "
        "when it is over"
    )


def _queued(db: Database, settings: Settings, job: Job, now: float) -> Explanation:
    place = turns.position(db, settings, job, now)
    verdict = verdict_of(db, settings, job, conditions_now(db, settings, now))
    reason = verdict.reason or ("it is the next one" if place == 1 else _others(place - 1))
    return Explanation(job.state, reason, verdict.until, place)


def _others(ahead: int) -> str:
    return "one other goes first" if ahead == 1 else f"{ahead} others go first"
