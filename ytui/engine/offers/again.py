"""Fetching again what arrived lower than offered, once its cause is gone: circuit breakers with probes.

While a cause withholds formats of a site its breaker is open, and now and then one video may try. When any
video of that site and setup comes whole, the breaker closes, and the others follow, a few at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ytui.core.job_options import NO_OPTIONS, JobOptions
from ytui.core.models import LowerCause, PlanState, Priority
from ytui.core.settings import Channel, Settings
from ytui.core.tasks import Leftover, Replaces
from ytui.engine.channels.kept import kept
from ytui.engine.channels.settings import settings_of
from ytui.engine.offers.recording import Setups, next_probe
from ytui.engine.upkeep.retention import REPLACED
from ytui.store import channels, circuits, jobs, offers, plan
from ytui.store.database import Database, transaction
from ytui.store.library import FOLDER
from ytui.store.offers import LowerGroup
from ytui.store.rows import Job, Video

AT_ONCE = 10
"""So many are under way at most: should the cause be back, the others have cost nothing."""
_SEEN = 200


def fetch_again(db: Database, settings: Settings, now: float) -> int:
    """Queue what may have something better by now, as backlog; how many were queued."""
    groups = offers.groups(db)
    if not groups:
        return 0
    room, setups = AT_ONCE - offers.under_way(db), Setups(settings)
    queued = 0
    for group in groups:
        if queued >= room:
            break
        channel = channels.by_id(db, group.channel_id) if group.channel_id is not None else None
        wants = settings_of(settings, channel)
        if channel is not None and (not channel.subscribed or channel.paused or not wants.download):
            continue
        with transaction(db):
            queued += _of_group(db, settings.library.path, group, wants, setups.of(wants), now, room - queued)
    return queued


def _of_group(
    db: Database, library: Path, group: LowerGroup, wants: Channel, setup: str, now: float, room: int
) -> int:
    if group.cause is LowerCause.PROCESSING:
        return _queue(db, library, offers.recheck_due(db, group, now, _SEEN), wants, now, room)
    circuit = circuits.get(db, group.site, setup, group.cause)
    if circuit is None:
        # Another setup than that which they were looked at with: one of them finds out what that changed.
        circuits.opened(db, group.site, setup, group.cause, now=now, probe_at=now)
        circuit = circuits.get(db, group.site, setup, group.cause)
        assert circuit is not None
    if circuit.closed_at is not None:
        found = offers.candidates(db, group, looked_before=circuit.closed_at, limit=_SEEN)
        return _queue(db, library, found, wants, now, room)
    if circuit.probe_at is None or circuit.probe_at > now:
        return 0
    found = offers.candidates(db, group, looked_before=now, limit=_SEEN)
    queued = _queue(db, library, found, wants, now, 1)
    if queued:
        circuits.probed(db, circuit, next_probe(group.cause, circuit.probes, now))
    return queued


def _queue(db: Database, library: Path, found: Sequence[Video], wants: Channel, now: float, room: int) -> int:
    stays = kept(db, wants, now)
    chosen = [
        video
        for video in found
        if (video.keep or stays(video)) and not _put_away(db, video) and not _is_gone(library, video)
    ][:room]
    for video in chosen:
        last = jobs.last_download(db, video.id)
        first = NO_OPTIONS if last is None else last.options
        options = JobOptions(quality=first.quality, cookies=first.cookies, again=True)
        jobs.enqueue_download(db, video=video, priority=Priority.BACKLOG, now=now, options=options)
    offers.look(db, [video.id for video in chosen], now)
    return len(chosen)


def _put_away(db: Database, video: Video) -> bool:
    """Whether a person dismissed the item of a video that did not arrive."""
    last = jobs.last_download(db, video.id) if video.path is None else None
    item = plan.of_job(db, last.id) if last is not None else None
    return item is not None and item.state is PlanState.DISMISSED


def _is_gone(library: Path, video: Video) -> bool:
    """Whether somebody deleted or renamed the file of a video: that is not fetched again by itself."""
    return video.path is not None and not (library / video.path).exists()


def replaces_of(db: Database, job: Job, video: Video, library: Path) -> Replaces | None:
    """What a job that fetches again is to take the place of; None where nothing is there.

    A file that somebody deleted is fetched anew for whom asks for it, and for nobody else.
    """
    row = offers.of_video(db, video.id)
    if not job.options.again or video.path is None or row is None or Path(video.path).is_absolute():
        return None
    if job.asked and _is_gone(library, video):
        return None
    aside = library / FOLDER / REPLACED / aside_name(job, video)
    return Replaces(video.path, video.files, row.available, video.duration, aside)


def leftover_of(job: Job, video: Video, library: Path) -> Leftover | None:
    """What is left of a video whose file somebody deleted; None where nothing is known of it."""
    if video.path is None or Path(video.path).is_absolute() or not _is_gone(library, video):
        return None
    files = tuple(name for name in video.files if name != video.path)
    return Leftover(files, library / FOLDER / REPLACED / aside_name(job, video))


def aside_name(job: Job, video: Video) -> str:
    """The folder among what was replaced that a job's old files go to; the same for each of its attempts."""
    return f"video-{video.id}-{job.id}"
