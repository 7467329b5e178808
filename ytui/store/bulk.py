"""Bulk reads and writes of videos: what an import takes in at once, what an export walks through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ytui.core.models import VideoState
from ytui.store import plan, schema, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import VIDEO, Video

_PAGE = 1000
_LATER = frozenset({VideoState.NEW, VideoState.SKIPPED, VideoState.FAILED})
"""States in which a video would still be downloaded, at once or when somebody asks again."""

_OVER = (VideoState.DOWNLOADED, VideoState.ARCHIVED, VideoState.REMOVED)
"""States of videos that are not downloaded again unless a person asks."""


@dataclass(frozen=True)
class Brought:
    """A video that needs no download any more; with a ``path`` its file is in the library."""

    site: str
    video_id: str
    url: str
    title: str = ""
    channel_id: int | None = None
    duration: float | None = None
    published_at: float | None = None
    path: str | None = None
    """Relative to the library's root, as are ``files``."""
    files: tuple[str, ...] = ()
    size: int = 0
    height: int | None = None
    downloaded_at: float | None = None


class Fate(StrEnum):
    """What an import makes of a video: it has its file, needs none, or stays as it was."""

    DOWNLOADED = "downloaded"
    ARCHIVED = "archived"
    KNOWN = "known"


IsThere = Callable[[str], bool]
"""Whether a path of the library, relative to its root, has a file."""

_AT_ONCE = {
    Fate.ARCHIVED: frozenset({VideoState.NEW}),
    Fate.DOWNLOADED: frozenset({VideoState.NEW, VideoState.QUEUED, VideoState.DOWNLOADED}),
}
"""From which states a fate follows in one step; any other goes by way of ``new``."""


def placeholder_url(site: str, video_id: str) -> str:
    """What stands for the address of a video of which an archive gave the id alone; a listing replaces it."""
    return f"{site}:{video_id}"


def sites_of(db: Database, video_id: str) -> list[str]:
    """The sites that have a video of this id, as far as the store knows."""
    return [row[0] for row in db.all("SELECT site FROM videos WHERE video_id = ? LIMIT 2", (video_id,))]


def fates(db: Database, batch: Sequence[Brought], is_there: IsThere) -> list[Fate]:
    """What taking these in would make of each."""
    rows = _rows(db, batch)
    return [_fate(db, rows.get((each.site, each.video_id)), each, is_there) for each in batch]


def take_in(db: Database, batch: Sequence[Brought], is_there: IsThere, now: float) -> list[Fate]:
    """Take these in, in one transaction; what became of each. No two of a batch may be the same video.

    One that runs is left to its job, one that a person asked for and has no file stays queued; any other
    job of a video that arrives here is cancelled, and its item in the plan is resolved.
    """
    with transaction(db):
        rows = _rows(db, batch)
        found = []
        for each in batch:
            row = rows.get((each.site, each.video_id))
            fate = _fate(db, row, each, is_there)
            if fate is not Fate.KNOWN:
                row_id = _insert(db, each, now) if row is None else _refresh(db, row, each)
                if row is not None or fate is Fate.DOWNLOADED:
                    _settle(db, row_id, each, fate, now)
            found.append(fate)
    return found


def every_video(db: Database, states: Sequence[VideoState] = ()) -> Iterator[Video]:
    """All videos (of these states) by row id, a page at a time: no query lasts, rows may change meanwhile."""
    return map(VIDEO.read, _pages(db, VIDEO.sql, states))


def archive_keys(db: Database) -> Iterator[tuple[str, str]]:
    """Site and id of every video that is not to be downloaded again, walked as ``every_video`` does."""
    for row in _pages(db, "id, site, video_id, url", _OVER):
        # A single video that was never extracted is known by its address alone.
        if row["video_id"] != row["url"]:
            yield row["site"], row["video_id"]


def _pages(db: Database, columns: str, states: Sequence[VideoState]) -> Iterator[Any]:
    # The plus keeps the index of states out: it would sort what the table has in order.
    where = f"AND +state IN ({', '.join('?' for _ in states)})" if states else ""
    sql = f"SELECT {columns} FROM videos WHERE id > ? {where} ORDER BY id LIMIT ?"
    last = 0
    while rows := db.all(sql, (last, *(str(state) for state in states), _PAGE)):
        yield from rows
        last = rows[-1]["id"]


def _rows(db: Database, batch: Sequence[Brought]) -> dict[tuple[str, str], Any]:
    if not batch:
        return {}
    # A join from the keys: with IN, SQLite would walk the whole index of videos.
    marks = ", ".join("(?, ?)" for _ in batch)
    keys = [part for each in batch for part in (each.site, each.video_id)]
    rows = db.all(
        f"WITH wanted (site, video_id) AS (VALUES {marks}) "
        "SELECT v.id, v.site, v.video_id, v.state, v.path FROM wanted "
        "CROSS JOIN videos v ON v.site = wanted.site AND v.video_id = wanted.video_id",
        keys,
    )
    return {(row["site"], row["video_id"]): row for row in rows}


def _fate(db: Database, row: Any, each: Brought, is_there: IsThere) -> Fate:
    arrived = Fate.DOWNLOADED if each.path else Fate.ARCHIVED
    if row is None:
        return arrived
    state = VideoState(row["state"])
    if state is VideoState.RUNNING:
        return Fate.KNOWN
    if each.path:
        # A file that was moved within the library is found again here.
        old = row["path"] if state is VideoState.DOWNLOADED else None
        return Fate.KNOWN if old and (old == each.path or is_there(old)) else arrived
    if state in _LATER or (state is VideoState.QUEUED and not _asked_for(db, row["id"])):
        return arrived
    return Fate.KNOWN


def _asked_for(db: Database, row_id: int) -> bool:
    return bool(
        db.value(
            f"SELECT asked FROM jobs WHERE video_id = ? AND kind = 'download' AND state IN {schema.ACTIVE}",
            (row_id,),
        )
    )


def _insert(db: Database, each: Brought, now: float) -> int:
    cursor = db.execute(
        "INSERT INTO videos (site, video_id, url, title, channel_id, state, duration, published_at, "
        "published_exact, first_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            each.site,
            each.video_id,
            each.url,
            each.title,
            each.channel_id,
            # One with a file becomes downloaded by the same steps as any other.
            str(VideoState.NEW if each.path else VideoState.ARCHIVED),
            each.duration,
            each.published_at,
            each.published_at is not None,
            now,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _refresh(db: Database, row: Any, each: Brought) -> int:
    """Add what the row did not know, and bring its state to ``new``."""
    row_id: int = row["id"]
    db.execute(
        "UPDATE videos SET title = CASE WHEN title = '' THEN ? ELSE title END, "
        "url = CASE WHEN url = ? THEN ? ELSE url END, duration = coalesce(duration, ?), "
        "published_exact = CASE WHEN published_at IS NULL THEN ? ELSE published_exact END, "
        "published_at = coalesce(published_at, ?), channel_id = coalesce(channel_id, ?) WHERE id = ?",
        (
            each.title,
            placeholder_url(each.site, each.video_id),
            each.url,
            each.duration,
            each.published_at is not None,
            each.published_at,
            each.channel_id,
            row_id,
        ),
    )
    return row_id


def _settle(db: Database, row_id: int, each: Brought, fate: Fate, now: float) -> None:
    """Bring a row to its state by the steps that the table of states allows."""
    for row in db.all(
        f"SELECT job_id FROM plan_items WHERE video_id = ? AND state IN {schema.UNRESOLVED}", (row_id,)
    ):
        plan.resolve_for_job(db, row["job_id"], now)
    state = VideoState(db.value("SELECT state FROM videos WHERE id = ?", (row_id,)))
    if state not in _AT_ONCE[fate]:
        videos.set_state(db, row_id, VideoState.NEW, expect=[state], now=now)
    if fate is Fate.ARCHIVED:
        videos.set_state(db, row_id, VideoState.ARCHIVED, expect=[VideoState.NEW])
    else:
        assert each.path is not None
        videos.set_downloaded(
            db,
            row_id,
            path=each.path,
            size=each.size,
            files=each.files or (each.path,),
            format_id="",
            height=each.height,
            now=now if each.downloaded_at is None else min(now, each.downloaded_at),
        )
