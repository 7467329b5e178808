"""Videos: finding, listing and counting them, and the changes of state that need no job.

``queued`` and ``running`` mirror the video's active download job; only the job's own transitions write them.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ytui.core.models import VideoState
from ytui.core.states import IllegalTransition, check_video
from ytui.store import schema
from ytui.store.database import Database, transaction
from ytui.store.jobs.user_requests import cancel_for_video
from ytui.store.row_mapping import to_json
from ytui.store.rows import VIDEO, Video

if TYPE_CHECKING:
    from ytui.core.protocol import VideoFacts

_MIRRORS = frozenset({VideoState.QUEUED, VideoState.RUNNING})


def by_id(db: Database, row_id: int) -> Video | None:
    """The video of a row id."""
    row = db.one(f"SELECT {VIDEO.sql} FROM videos WHERE id = ?", (row_id,))
    return None if row is None else VIDEO.read(row)


def by_key(db: Database, site: str, video_id: str) -> Video | None:
    """The video of a site's own id."""
    row = db.one(f"SELECT {VIDEO.sql} FROM videos WHERE site = ? AND video_id = ?", (site, video_id))
    return None if row is None else VIDEO.read(row)


def find(db: Database, text: str) -> Video | None:
    """The video that a person means by a site's video id, a URL, or our row id, tried in that order."""
    candidates: list[tuple[str, Any]] = [("video_id = ?", text), ("url = ?", text)]
    if text.isascii() and text.isdecimal() and len(text) < 19:
        candidates.append(("id = ?", int(text)))
    for where, value in candidates:
        row = db.one(f"SELECT {VIDEO.sql} FROM videos WHERE {where} ORDER BY id LIMIT 1", (value,))
        if row is not None:
            return VIDEO.read(row)
    return None


def add_single(db: Database, *, site: str, video_id: str, url: str, title: str, now: float) -> int:
    """The row id of a video that belongs to no channel, created unless it is there already."""
    with transaction(db):
        db.execute(
            "INSERT INTO videos (site, video_id, url, title, first_seen) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (site, video_id) DO NOTHING",
            (site, video_id, url, title, now),
        )
        found = by_key(db, site, video_id)
    assert found is not None
    return found.id


def set_state(
    db: Database,
    row_id: int,
    to: VideoState,
    *,
    expect: Sequence[VideoState],
    why: str = "",
    now: float | None = None,
) -> bool:
    """Move a video to ``to`` if it is in one of ``expect``; false when it is not.

    A video that leaves ``queued`` takes its queued or waiting job with it (cancelled at ``now``). Raises
    :class:`~ytui.core.states.IllegalTransition` for a move that the table forbids, and for ``queued`` and
    ``running``, which only a job writes.
    """
    if to in _MIRRORS or VideoState.RUNNING in expect:
        raise IllegalTransition(f"{to} from {', '.join(expect)}: a job's own transitions write that")
    for leaving in expect:
        check_video(leaving, to)
    with transaction(db):
        state = db.value("SELECT state FROM videos WHERE id = ?", (row_id,))
        if state is None or state not in expect:
            return False
        if state == VideoState.QUEUED:
            cancel_for_video(db, row_id, time.time() if now is None else now)
        db.execute("UPDATE videos SET state = ?, why = ? WHERE id = ?", (str(to), why, row_id))
    return True


def record_facts(db: Database, row_id: int, facts: VideoFacts) -> None:
    """Keep what an extraction learned; its date is exact, and nothing known is replaced by "unknown".

    A single video that was known by its address alone gets its site's own id, so that a listing finds it. The
    address stays as it was asked for: what is kept of an extraction goes by it.
    """
    published = facts.published_at
    duration = facts.duration
    release = facts.release_at
    with transaction(db):
        db.execute(
            "UPDATE videos SET title = CASE WHEN :title = '' THEN title ELSE :title END, "
            "duration = coalesce(:duration, duration), published_at = coalesce(:published, published_at), "
            "published_exact = max(published_exact, :published IS NOT NULL), "
            "live_status = coalesce(:live_status, live_status), "
            "availability = coalesce(:availability, availability), "
            "release_at = coalesce(:release_at, release_at) WHERE id = :id",
            {
                "title": facts.title,
                "duration": duration if duration is not None and math.isfinite(duration) else None,
                "published": published if published is not None and math.isfinite(published) else None,
                "live_status": facts.live_status,
                "availability": facts.availability,
                "release_at": release if release is not None and math.isfinite(release) else None,
                "id": row_id,
            },
        )
        if facts.site and facts.video_id:
            db.execute(
                "UPDATE OR IGNORE videos SET site = ?, video_id = ? WHERE id = ? AND video_id = url",
                (facts.site, facts.video_id, row_id),
            )


def set_downloaded(
    db: Database,
    row_id: int,
    *,
    path: str,
    size: int,
    files: Sequence[str],
    format_id: str,
    height: int | None,
    now: float,
) -> bool:
    """The file is in the library: record it. False for a video from whose state that cannot follow.

    Put this and ``jobs.finish`` into one transaction. Paths are relative to the library's root.
    """
    with transaction(db):
        state = db.value("SELECT state FROM videos WHERE id = ?", (row_id,))
        if state is None:
            return False
        if state != VideoState.DOWNLOADED:
            try:
                check_video(VideoState(state), VideoState.DOWNLOADED)
            except IllegalTransition:
                return False
        if state == VideoState.QUEUED:
            cancel_for_video(db, row_id, now)
        db.execute(
            "UPDATE videos SET state = 'downloaded', why = '', path = ?, size = ?, files = ?, format_id = ?, "
            "height = ?, downloaded_at = ? WHERE id = ?",
            (path, size, to_json(list(files)), format_id, height, now, row_id),
        )
    return True


def owners_of_listed(db: Database, channel_id: int) -> list[tuple[str, int]]:
    """Whose the videos are that a channel lists and that are not its own: names, and how many of each."""
    sql = (
        "SELECT c.name, count(*) FROM also_listed a JOIN videos v ON v.id = a.video_id "
        "JOIN channels c ON c.id = v.channel_id WHERE a.channel_id = ? GROUP BY c.id ORDER BY c.name"
    )
    return [(row[0], row[1]) for row in db.all(sql, (channel_id,))]


def folder_of(db: Database, channel_id: int) -> str:
    """The folder, relative to the library, of a file of this channel; empty for none."""
    path = db.value(
        "SELECT path FROM videos WHERE channel_id = ? AND path IS NOT NULL ORDER BY downloaded_at LIMIT 1",
        (channel_id,),
    )
    return str(path).rpartition("/")[0] if path else ""


def set_size(db: Database, row_id: int, size: int) -> None:
    """The file of a downloaded video was changed: it has so many bytes now."""
    with transaction(db):
        db.execute("UPDATE videos SET size = ? WHERE id = ? AND path IS NOT NULL", (size, row_id))


def set_keep(db: Database, row_ids: Sequence[int], keep: bool) -> None:
    """Set the mark that retention respects."""
    with transaction(db):
        for row_id in row_ids:
            db.execute("UPDATE videos SET keep = ? WHERE id = ?", (keep, row_id))


def counts(db: Database, channel_id: int | None = None) -> dict[VideoState, int]:
    """How many videos are in each state, of everything or of one channel; every state has its number."""
    where, values = ("", ()) if channel_id is None else ("WHERE channel_id = ?", (channel_id,))
    rows = db.all(f"SELECT state, sum(n) FROM video_counts {where} GROUP BY state", values)
    found = {VideoState(state): int(n) for state, n in rows}
    return {state: found.get(state, 0) for state in VideoState}


def page(
    db: Database,
    *,
    channel_id: int | None = None,
    states: Sequence[VideoState] = (),
    limit: int = 100,
    offset: int = 0,
) -> list[Video]:
    """One page of a channel's videos in these states, newest first; without them, of any."""
    parts: list[str] = []
    values: list[Any] = []
    if channel_id is not None:
        parts.append("(channel_id = ? OR id IN (SELECT video_id FROM also_listed WHERE channel_id = ?))")
        values += [channel_id, channel_id]
    if states:
        parts.append(f"state IN ({', '.join('?' for _ in states)})")
        values.extend(str(state) for state in states)
    condition = "WHERE " + " AND ".join(parts) if parts else ""
    # The inner query skips its offset inside an index; only the page's own rows are read whole.
    ids = f"SELECT id FROM videos {condition} ORDER BY published_at DESC, id DESC LIMIT ? OFFSET ?"
    rows = db.all(
        f"SELECT {VIDEO.sql} FROM videos WHERE id IN ({ids}) ORDER BY published_at DESC, id DESC",
        (*values, limit, offset),
    )
    return [VIDEO.read(row) for row in rows]


def of_channel_in_states(
    db: Database, channel_id: int, states: Sequence[VideoState], limit: int | None = None
) -> Iterator[Video]:
    """A channel's videos in these states by id, at most ``limit``; rows may change while it is read."""
    marks = ", ".join("?" for _ in states)
    last, left = 0, limit
    while left is None or left > 0:
        size = 500 if left is None else min(500, left)
        rows = db.all(
            f"SELECT {VIDEO.sql} FROM videos WHERE channel_id = ? AND state IN ({marks}) AND id > ? "
            "ORDER BY id LIMIT ?",
            (channel_id, *states, last, size),
        )
        for row in rows:
            yield VIDEO.read(row)
        if len(rows) < size:
            return
        last = rows[-1]["id"]
        left = None if left is None else left - size


def by_ids(db: Database, row_ids: Sequence[int]) -> list[Video]:
    """The videos of these row ids, in the order given; ids that are not there are left out."""
    found = (by_id(db, row_id) for row_id in row_ids)
    return [video for video in found if video is not None]


def set_why(db: Database, row_id: int, why: str) -> None:
    """Note beside the state of a ``new`` video why it was not queued."""
    with transaction(db):
        db.execute("UPDATE videos SET why = ? WHERE id = ? AND state = 'new'", (why, row_id))


def news_since(db: Database, channel_id: int, since: float) -> int:
    """How many of a channel's videos were first seen after ``since``."""
    return int(
        db.value("SELECT count(*) FROM videos WHERE channel_id = ? AND first_seen > ?", (channel_id, since))
    )


def newest_of_tab(db: Database, tab_id: int) -> list[Video]:
    """The videos that a list's last walk saw, newest first, those without a date last."""
    rows = db.all(
        f"SELECT {VIDEO.of('v')} FROM entries e JOIN videos v ON v.id = e.video_id "
        "JOIN tabs t ON t.id = e.tab_id WHERE e.tab_id = ? AND e.walk = t.walk "
        "ORDER BY v.published_at DESC NULLS LAST, e.position",
        (tab_id,),
    )
    return [VIDEO.read(row) for row in rows]


def known_paths_exist(db: Database) -> bool:
    """Whether the store knows of any file in the library, be it one in the trash or on its way aside."""
    sql = (
        "SELECT 1 FROM videos WHERE path IS NOT NULL UNION ALL SELECT 1 FROM trash "
        "UNION ALL SELECT 1 FROM removals LIMIT 1"
    )
    return db.one(sql) is not None


def broadcasts_among(db: Database, ids: Sequence[int]) -> list[int]:
    """Those of these videos that are live or will be, and are not in the library, as far as is known."""
    rows = db.all(
        f"SELECT id FROM videos WHERE id IN {schema.GIVEN} AND live_status IN ('is_live', 'is_upcoming') "
        "AND state NOT IN ('downloaded', 'archived') ORDER BY id",
        (json.dumps(list(ids)),),
    )
    return [row["id"] for row in rows]


def new_of_channels(db: Database, channel_ids: Sequence[int]) -> list[int]:
    """The row ids of the ``new`` videos of these channels."""
    sql = f"SELECT id FROM videos WHERE state = 'new' AND channel_id IN {schema.GIVEN}"
    return [row[0] for row in db.all(sql, (json.dumps(list(channel_ids)),))]


def not_kept_among(db: Database, ids: Sequence[int]) -> list[int]:
    """Those of the videos that are not kept for good."""
    sql = f"SELECT id FROM videos WHERE keep = 0 AND id IN {schema.GIVEN}"
    return [row[0] for row in db.all(sql, (json.dumps(list(ids)),))]
