"""What a download learned of its site's offer: kept with the video and with the causes that withhold."""

from __future__ import annotations

import hashlib
import json
import os
import re
import statistics
import sys
from contextlib import suppress

from ytui.core.messages import Offer
from ytui.core.models import LowerCause
from ytui.core.settings import Channel, Settings
from ytui.engine.holds.token_provider import provider_answers
from ytui.store import circuits, offers
from ytui.store.database import Database
from ytui.store.rows import Video

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
) -> None:
    """Keep a video's offer; part of the transaction that ends its job.

    ``fresh``: the site was asked just now, not hours ago. ``again``: this was its second look.
    """
    cause, recheck_at = offer.cause, None
    if cause is None and not again and _may_be_processed(db, video, offer, channel, now):
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
        circuits.opened(db, site, setup, cause, now=now, probe_at=next_probe(cause, 0, now))
    if offer.cause is LowerCause.REFUSED_FORMAT:
        # What was refused never came to show whether anything else withholds it still.
        return
    if was is not LowerCause.REFUSED_FORMAT:
        # Any video may come whole of which nothing was refused: that says nothing of those of which it was.
        withholding.add(LowerCause.REFUSED_FORMAT)
    circuits.close_others(db, site, setup, withholding, now)


def _may_be_processed(db: Database, video: Video, offer: Offer, channel: Channel, now: float) -> bool:
    """Whether a young video has less than its channel's others, so that more of it may come yet."""
    if channel.recheck is None or offer.available is None or video.channel_id is None:
        return False
    if video.published_at is None or not video.published_exact or now - video.published_at >= YOUNG:
        return False
    others = offers.others_had(db, video.channel_id, video.id, _OTHERS)
    return len(others) >= _FEWEST_OTHERS and offer.available < statistics.median_low(others)
