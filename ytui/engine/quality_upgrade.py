"""Quality upgrade: offers of sites are kept, and what arrived lower than offered is fetched again.

While a cause withholds formats of a site its breaker is open, and now and then one video may try. When any
video of that site and setup comes whole, the breaker closes, and the others follow, a few at a time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import statistics
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ytui.core.job_options import NO_OPTIONS, JobOptions
from ytui.core.models import LowerCause, PlanState, Priority
from ytui.core.protocol import Offer
from ytui.core.settings import Channel, Settings
from ytui.core.tasks import Leftover, Replaces
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import retained
from ytui.engine.holds.token_provider import provider_answers
from ytui.engine.maintenance.replaced_files import REPLACED
from ytui.store import channels, jobs, offers, plan, sites
from ytui.store.database import Database, transaction
from ytui.store.library_marker import FOLDER
from ytui.store.offers import LowerGroup
from ytui.store.rows import Job, Video

_HOUR, _DAY = 3600.0, 86_400.0
_PROBES = {
    LowerCause.TOKEN_PROVIDER: (_HOUR, _DAY),
    LowerCause.CHALLENGE: (_HOUR, _DAY),
    LowerCause.SABR: (_DAY, 7 * _DAY),
}
"""Seconds from one probe to the next, doubling from the first to the second; others go by the setup alone."""
_PARTS = re.compile(r"(?i)^(?:.*yt_?dlp.*|deno-.*)\.dist-info$")
YOUNG = _DAY
"""Seconds after its publication in which the best format of a video may still be in the making."""
_OTHERS = 20
_FEWEST_OTHERS = 3


class Setups:
    """What decides which formats a channel's jobs are given, as hashes: one look for many channels."""

    def __init__(self, settings: Settings) -> None:
        self._args = settings.ytdlp.args
        self._parts = sorted(installed_parts())
        self._known: dict[tuple[str, ...], str] = {}

    def of(self, channel: Channel) -> str:
        """The hash of versions, plug-ins, options, and whether the token provider is there."""
        args = (*self._args, *channel.args)
        if args not in self._known:
            text = json.dumps([self._parts, args, provider_answers(args)])
            self._known[args] = hashlib.sha256(text.encode()).hexdigest()[:16]
        return self._known[args]


def installed_parts() -> set[str]:
    """yt-dlp, its solver, its runtime and its plug-ins, as pip has written their names and versions down."""
    parts: set[str] = set()
    for folder in filter(None, sys.path):
        with suppress(OSError), os.scandir(folder) as entries:
            parts |= {entry.name for entry in entries if _PARTS.match(entry.name)}
    return parts


def record(
    db: Database,
    video: Video,
    offer: Offer,
    *,
    channel: Channel,
    setup: str,
    now: float,
    fresh: bool,
    again: bool = False,
    bound: int | None = None,
) -> None:
    """Keep a video's offer; part of the transaction that ends its job.

    ``fresh``: the site was asked just now, not hours ago. ``again``: this was its second look. ``bound`` is
    the short side in pixels that its job was not to exceed.
    """
    cause, recheck_at = offer.cause, None
    if cause is None and not again and _may_be_processed(db, video, offer, channel, bound, now):
        cause, recheck_at = LowerCause.PROCESSING, now + (channel.recheck or 0.0)
    before = offers.of_video(db, video.id)
    offers.record(db, video.id, offer, cause=cause, setup=setup, now=now, recheck_at=recheck_at)
    if fresh:
        _tell_circuits(db, video.site, setup, offer, now, was=before.cause if before else None)


def next_probe(cause: LowerCause, probes: int, now: float) -> float | None:
    """When a cause may be probed again after so many probes in vain; None: only with another setup."""
    if cause not in _PROBES:
        return None
    first, longest = _PROBES[cause]
    return now + min(longest, first * 2.0 ** min(probes, 16))


def _tell_circuits(
    db: Database, site: str, setup: str, offer: Offer, now: float, *, was: LowerCause | None
) -> None:
    withholding = {*offer.withheld, *([offer.cause] if offer.cause else [])}
    for cause in withholding:
        sites.breaker_opened(db, site, setup, cause, now=now, probe_at=next_probe(cause, 0, now))
    if offer.cause is LowerCause.REFUSED_FORMAT:
        # What was refused never came to show whether anything else withholds it still.
        return
    if was is not LowerCause.REFUSED_FORMAT:
        # Any video may come whole of which nothing was refused: that says nothing of those of which it was.
        withholding.add(LowerCause.REFUSED_FORMAT)
    sites.close_other_breakers(db, site, setup, withholding, now)


def _may_be_processed(
    db: Database, video: Video, offer: Offer, channel: Channel, bound: int | None, now: float
) -> bool:
    """Whether a young video has less than its channel's others, so that more of it may come yet."""
    if channel.recheck is None or offer.available is None or video.channel_id is None:
        return False
    if bound is not None and offer.available >= bound:
        # As much as was asked for, whatever the others had.
        return False
    if video.published_at is None or not video.published_exact or now - video.published_at >= YOUNG:
        return False
    others = offers.others_had(db, video.channel_id, video.id, _OTHERS)
    return len(others) >= _FEWEST_OTHERS and offer.available < statistics.median_low(others)


AT_ONCE = 10
"""So many are under way at most: should the cause be back, the others have cost nothing."""
_SEEN = 200


def queue_upgrades(db: Database, settings: Settings, now: float) -> int:
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
    circuit = sites.breaker(db, group.site, setup, group.cause)
    if circuit is None:
        # Another setup than that which they were looked at with: one of them finds out what that changed.
        sites.breaker_opened(db, group.site, setup, group.cause, now=now, probe_at=now)
        circuit = sites.breaker(db, group.site, setup, group.cause)
        assert circuit is not None
    if circuit.closed_at is not None:
        found = offers.candidates(db, group, looked_before=circuit.closed_at, limit=_SEEN)
        return _queue(db, library, found, wants, now, room)
    if circuit.probe_at is None or circuit.probe_at > now:
        return 0
    found = offers.candidates(db, group, looked_before=now, limit=_SEEN)
    queued = _queue(db, library, found, wants, now, 1)
    if queued:
        sites.breaker_probed(db, circuit, next_probe(group.cause, circuit.probes, now))
    return queued


def _queue(db: Database, library: Path, found: Sequence[Video], wants: Channel, now: float, room: int) -> int:
    stays = retained(db, wants, now)
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
    offers.mark_checked(db, [video.id for video in chosen], now)
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
    aside = library / FOLDER / REPLACED / replaced_name(job, video)
    return Replaces(video.path, video.files, row.available, video.duration, aside)


def leftover_of(job: Job, video: Video, library: Path) -> Leftover | None:
    """What is left of a video whose file somebody deleted; None where nothing is known of it."""
    if video.path is not None and (Path(video.path).is_absolute() or not _is_gone(library, video)):
        return None
    files = tuple(name for name in video.files if name != video.path)
    if video.path is None and not files:
        return None
    return Leftover(files, library / FOLDER / REPLACED / replaced_name(job, video))


def replaced_name(job: Job, video: Video) -> str:
    """The folder among what was replaced that a job's old files go to; the same for each of its attempts."""
    return f"video-{video.id}-{job.id}"
