"""List queries of channels, videos and the log; those of the jobs and the plan stand beside this file."""

from __future__ import annotations

from ytui.core.models import LowerCause, Priority, Tab, VideoState
from ytui.store.journal import LEVELS
from ytui.store.lists.by_channel_query import ByChannelQuery
from ytui.store.lists.conditions import (
    AGO,
    ALSO_TAG,
    AWAY,
    CHANNEL_BYTES,
    CHANNEL_FILE,
    CHANNEL_KEEP,
    CHANNEL_NAME,
    CHANNEL_ORDER,
    CHANNEL_TAG,
    OWN_TAG,
    VIDEO_ID,
    VIDEO_KEEP,
    VIDEO_QUALITY,
    VIDEO_STATE,
    WITH_CHANNEL,
    folder_of,
)
from ytui.store.lists.filter_syntax import SIZE
from ytui.store.lists.query import ListQuery
from ytui.store.schema import ACTIVE

_KEPT = "(SELECT coalesce(sum(n), 0) FROM {})"
_VIDEOS_IN = "coalesce((SELECT n FROM video_counts c WHERE c.channel_id = t.id AND c.state = '{}'), 0)"
_ALSO_LISTED = (
    "(SELECT count(*) FROM also_listed a JOIN videos v ON v.id = a.video_id "
    "WHERE a.channel_id = t.id AND v.state = '{}')"
)
"""Videos of other channels that this one lists too."""
_ALSO_CHANNEL = (
    "t.id IN (SELECT a.video_id FROM also_listed a JOIN channels o ON o.id = a.channel_id "
    "WHERE o.name LIKE ? ESCAPE '\\')"
)
_ALL_VIDEOS = "coalesce((SELECT sum(n) FROM video_counts c WHERE c.channel_id = t.id), 0)"
_FETCH = (
    "t.id IN (SELECT channel_id FROM jobs INDEXED BY jobs_one_fetch "
    f"WHERE kind = 'fetch' AND state IN {ACTIVE} AND {{}})"
)
"""Found once for all channels: looked for in each one's jobs, of which most are done, it takes a second."""
_OLDER = f"state = 'queued' AND priority = {Priority.OLDER:d}"
"""The older pages of a first listing: they come when nothing else waits, and nobody waits for them."""
_CHANNEL_STATES = {
    "fetching": "state = 'running'",
    "queued": f"state = 'queued' AND priority < {Priority.OLDER:d}",
    "waiting": "state = 'waiting'",
}
"""The word for what becomes of a channel's fetches, and the fetch that it needs."""
_LOWER_CAUSE = "(SELECT o.cause FROM offers o WHERE o.video_id = t.id AND t.state = 'downloaded')"
_ANY = "any"
"""Asks for all causes alike."""
_IS_LOWER = (
    "(t.path IS NOT NULL AND t.id IN (SELECT o.video_id FROM offers o WHERE o.cause IS NOT NULL "
    f"AND '{_ANY} ' || o.cause LIKE ? ESCAPE '\\'))"
)
IN_PART = "in part"
_CHANNEL_STATE = (
    "CASE WHEN t.paused THEN 'paused' "
    + " ".join(f"WHEN {_FETCH.format(fetch)} THEN '{word}'" for word, fetch in _CHANNEL_STATES.items())
    + " WHEN t.state = 'terminated' THEN 'ended'"
    + " WHEN t.state = 'new' AND EXISTS (SELECT 1 FROM tabs b WHERE b.channel_id = t.id AND b.walk > 0)"
    + " AND EXISTS (SELECT 1 FROM video_counts c WHERE c.channel_id = t.id AND c.n > 0)"
    + f" THEN '{IN_PART}'"
    + " ELSE t.state END"
)
"""The state that is shown; ``in part``: some pages of the first listing are in, and usable, others not."""
_LAST_WALK = "(SELECT max(b.last_walk_at) FROM tabs b WHERE b.channel_id = t.id)"


def channels() -> ListQuery:
    """Return the query of the subscribed channels, by name.

    Beside their own columns: ``new_count``, ``failed_count``, ``downloaded_count``, ``videos_count``,
    ``shown_state``, ``walked_at``, ``older_to_come``, ``bytes``, ``keep`` and a ``file``.
    """
    return ListQuery(
        table="channels",
        joined="",
        select=", ".join(
            [
                "t.*",
                *(
                    f"{_VIDEOS_IN.format(name)} + {_ALSO_LISTED.format(name)} AS {name}_count"
                    for name in ("new", "failed", "downloaded")
                ),
                _ALL_VIDEOS + " AS videos_count",
                f"{_CHANNEL_STATE} AS shown_state",
                f"{_LAST_WALK} AS walked_at",
                f"{_FETCH.format(_OLDER)} AS older_to_come",
                f"{CHANNEL_BYTES} AS bytes",
                f"{CHANNEL_KEEP} AS keep",
                f"{CHANNEL_FILE} AS file",
            ]
        ),
        searched=("t.name", "t.url"),
        sorts={
            "state": "t.state",
            "name": "t.name COLLATE NOCASE",
            "new": _VIDEOS_IN.format("new"),
            "failed": _VIDEOS_IN.format("failed"),
            "downloaded": _VIDEOS_IN.format("downloaded"),
            "last_fetched": "t.last_fetched",
            "next_fetch": "t.next_fetch",
            "size": CHANNEL_BYTES,
            "quality": "t.quality",
            "keep": CHANNEL_KEEP,
            "folder": CHANNEL_FILE,
        },
        words={
            "channel": "t.name",
            "tag": OWN_TAG,
            "state": _CHANNEL_STATE,
            "site": "t.site",
            "quality": "t.quality",
            "keep": CHANNEL_KEEP,
            "folder": folder_of(CHANNEL_FILE),
        },
        measures={
            SIZE: CHANNEL_BYTES,
            "fetched": AGO.format("last_fetched"),
            "due": AWAY.format("next_fetch"),
        },
        values={"state": (*_CHANNEL_STATES, "paused", IN_PART, "ended", "new", "ok", "failed", "empty")},
        dated="t.last_fetched",
        order=("t.name COLLATE NOCASE", "t.id"),
        groups=("t.subscribed = 1",),
    )


def videos() -> ByChannelQuery:
    """Return the query of all videos, the newest first, with their ``channel_name`` and ``lower_cause``.

    That is why one is in the library lower than offered.
    """
    return ByChannelQuery(
        of_each="SELECT channel_id, sum(n) FROM video_counts GROUP BY channel_id",
        table="videos",
        joined=WITH_CHANNEL,
        select=f"t.*, c.name AS channel_name, {_LOWER_CAUSE} AS lower_cause",
        searched=("t.title", CHANNEL_NAME, VIDEO_STATE, VIDEO_ID),
        sorts={
            "state": "t.state",
            "title": "t.title COLLATE NOCASE",
            "duration": "t.duration",
            "channel": CHANNEL_ORDER,
            "published_at": "t.published_at",
            "size": "t.size",
            "quality": "t.height",
            "keep": "t.keep",
            "path": "t.path",
        },
        also={"channel": _ALSO_CHANNEL, "tag": ALSO_TAG},
        words={
            "channel": CHANNEL_NAME,
            "tag": CHANNEL_TAG,
            "state": VIDEO_STATE,
            "tab": "t.tab",
            "site": "t.site",
            "why": "t.why",
            "lower": _IS_LOWER,
            "quality": VIDEO_QUALITY,
            "keep": VIDEO_KEEP,
            "folder": folder_of("t.path"),
        },
        values={
            "state": tuple(VideoState),
            "tab": tuple(Tab),
            "lower": (_ANY, *LowerCause),
            "keep": ("yes", "no"),
        },
        measures={SIZE: "t.size"},
        length="t.duration",
        dated="t.published_at",
        order=("t.published_at", "t.id"),
        descending=True,
        kept=(_KEPT.format("video_counts"),),
    )


def log() -> ListQuery:
    """Return the query of the journal, the oldest first, with its lines' ``channel_name``."""
    return ListQuery(
        table="journal",
        joined=WITH_CHANNEL,
        select="t.*, c.name AS channel_name",
        searched=("t.message", "t.level", CHANNEL_NAME),
        sorts={"at": "t.id", "level": "t.level", "channel": CHANNEL_ORDER, "message": "t.message"},
        words={"channel": CHANNEL_NAME, "level": "t.level", "type": "t.type", "job": "t.job_id"},
        values={"level": LEVELS, "type": ("runtime", "failed", "report")},
        dated="t.at",
        order=("t.id",),
        kept=(_KEPT.format("journal_counts"),),
    )
