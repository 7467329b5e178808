"""Tabs and their walks: what a listing saw, what may stop the next one, and the order of a channel's videos.

An entry is *known* once a walk that ended properly has seen it. Entries of a walk that was cut short are
stored, usable, and never stop a later walk; nor does anything before the tab has once been walked to its end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ytui.core.models import VideoReason
from ytui.store.database import Database, transaction
from ytui.store.rows import TAB, TabRow

if TYPE_CHECKING:
    from ytui.core.protocol import ListingEntry


_LARGEST = 2**63 - 1
_MEMBERS_FIRST = 60 * 86_400.0
"""Seconds: what members saw first is open to all sooner after its publication."""
_IMPORTED = "(state = 'archived' OR (state = 'downloaded' AND format_id = ''))"
"""Rows that an import made; what ytui downloads itself has a format."""

_GHOSTS = frozenset({"[private video]", "[deleted video]"})
"""Titles under which a list still names what nobody can watch any more."""


@dataclass(frozen=True)
class SavedPage:
    """What one page of a listing brought."""

    new_ids: list[int]
    """``videos.id`` of the rows that did not exist before, in the listing's order."""
    known: int
    """Entries that an earlier, properly ended walk of this tab had seen."""
    seen_ids: list[int]
    """``videos.id`` of every entry, in the listing's order."""


@dataclass(frozen=True)
class Missing:
    """What a walk over the whole of a tab did not see though earlier ones had."""

    count: int
    """Entries that are missing since this walk."""
    believed: bool = True
    """False where more are missing than were seen: rather a wrong answer than so many videos gone."""


def ensure_tab(db: Database, channel_id: int, tab: str, url: str) -> TabRow:
    """The row of a channel's tab, created if it is not there yet."""
    key = (channel_id, str(tab), url)
    select = f"SELECT {TAB.sql} FROM tabs WHERE channel_id = ? AND tab = ? AND url = ?"
    row = db.one(select, key)
    if row is None:
        with transaction(db):
            db.execute("INSERT INTO tabs (channel_id, tab, url) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key)
            row = db.one(select, key)
    return TAB.read(row)


def tab_by_id(db: Database, tab_id: int) -> TabRow | None:
    """The tab of a row id."""
    row = db.one(f"SELECT {TAB.sql} FROM tabs WHERE id = ?", (tab_id,))
    return None if row is None else TAB.read(row)


def tabs_of(db: Database, channel_id: int) -> list[TabRow]:
    """A channel's tabs in the order they were added."""
    rows = db.all(f"SELECT {TAB.sql} FROM tabs WHERE channel_id = ? ORDER BY id", (channel_id,))
    return [TAB.read(row) for row in rows]


def start_walk(db: Database, tab_id: int, now: float) -> int:
    """Begin a walk and return its number; a walk that was left unfinished is thereby over."""
    with transaction(db):
        db.execute("UPDATE tabs SET walk = walk + 1, last_walk_at = ? WHERE id = ?", (now, tab_id))
        number: int = db.value("SELECT walk FROM tabs WHERE id = ?", (tab_id,))
    return number


def save_page(
    db: Database,
    tab_id: int,
    walk: int,
    entries: Sequence[ListingEntry],
    *,
    channel_id: int | None,
    now: float,
    first_listing: bool,
) -> SavedPage:
    """Store one page of a walk in one transaction.

    New videos get a row; rows that exist get what the listing says of them, and keep their state and their
    channel: a video that came in through another channel only gains an entry here. One that an import brought
    without a channel belongs to this one from now on. What a list names as private or deleted is not seen.
    """
    new_ids: list[int] = []
    seen_ids: list[int] = []
    known = 0
    with transaction(db):
        tab = db.value("SELECT tab FROM tabs WHERE id = ?", (tab_id,))
        position: int = db.value(
            "SELECT coalesce(max(position) + 1, 0) FROM entries WHERE tab_id = ? AND walk = ?", (tab_id, walk)
        )
        for place, entry in enumerate(entries, position):
            row = db.one(
                "SELECT id FROM videos WHERE site = ? AND video_id = ?", (entry.site, entry.video_id)
            )
            if row is None:
                video = _insert(db, entry, channel_id=channel_id, tab=tab, news=not first_listing, now=now)
                new_ids.append(video)
            else:
                video = row[0]
                if entry.title.lower() in _GHOSTS:
                    continue
                if entry.availability is None:
                    _open_to_all(db, video, channel_id, now)
                _refresh(db, video, entry, channel_id, tab, now)
            seen_ids.append(video)
            known += _see(db, tab_id, video, place, walk)
    return SavedPage(new_ids=new_ids, known=known, seen_ids=seen_ids)


def finish_walk(
    db: Database, tab_id: int, walk: int, *, complete: bool, newest_first: bool, now: float
) -> bool:
    """End a walk; only one that is ``complete`` makes its entries known and the tab complete.

    Complete means walked to the end, or stopped early where that is right. Returns whether ``walk`` still was
    the tab's current walk; one that another walk has overtaken changes nothing.
    """
    with transaction(db):
        current = db.execute(
            "UPDATE tabs SET newest_first = ?, last_walk_at = ?, empty_until = NULL, "
            "complete = max(complete, ?) WHERE id = ? AND walk = ?",
            (newest_first, now, complete, tab_id, walk),
        ).rowcount
        if current and complete:
            db.execute(
                "UPDATE entries SET known = 1 WHERE tab_id = ? AND walk = ? AND known = 0", (tab_id, walk)
            )
    return bool(current)


def saw_whole(db: Database, tab_id: int, walk: int, now: float) -> Missing:
    """A walk over the whole of a tab is over: what it did not see counts as not listed any more.

    Only for a walk that went to the list's end and saw something there.
    """
    with transaction(db):
        # What had gone missing before is no news.
        missing = db.value(
            "SELECT count(*) FROM entries e JOIN tabs t ON t.id = e.tab_id "
            "WHERE t.id = ? AND e.tab_id = t.id AND e.walk >= t.whole_walk AND e.walk < ?",
            (tab_id, walk),
        )
        seen = db.value("SELECT count(*) FROM entries WHERE tab_id = ? AND walk = ?", (tab_id, walk))
        believed = missing <= seen
        # The time is kept in either case: the next look at the whole costs as many requests as this one did.
        db.execute(
            "UPDATE tabs SET whole_walk_at = ?, whole_walk = CASE WHEN ? THEN ? ELSE whole_walk END "
            "WHERE id = ? AND walk = ?",
            (now, believed, walk, tab_id, walk),
        )
    return Missing(missing, believed)


def whole_walk_at(db: Database, tab_id: int) -> float | None:
    """When a tab was last seen whole; None for one that never was."""
    at: float | None = db.value("SELECT whole_walk_at FROM tabs WHERE id = ?", (tab_id,))
    return at


def unlisted_since(db: Database, video_id: int) -> float | None:
    """When its channel's lists were last seen whole without a video that they once had; None if they have it.

    A video that another tab of the channel still shows has only moved.
    """
    rows = db.all(
        "SELECT e.walk >= t.whole_walk AS listed, t.whole_walk_at FROM videos v "
        "JOIN tabs t ON t.channel_id = v.channel_id "
        "JOIN entries e ON e.tab_id = t.id AND e.video_id = v.id WHERE v.id = ?",
        (video_id,),
    )
    if not rows or any(row["listed"] for row in rows):
        return None
    return max((row["whole_walk_at"] for row in rows), default=None)


def move_video(db: Database, video_id: int, tab_id: int, *, news: bool) -> None:
    """Let a video belong to the channel of a tab that lists it, ``new`` there, as if that had brought it."""
    with transaction(db):
        db.execute(
            "UPDATE videos SET (channel_id, tab) = (SELECT channel_id, tab FROM tabs WHERE id = ?), "
            "news = ?, state = 'new', why = '' WHERE id = ? AND state IN ('new', 'skipped')",
            (tab_id, news, video_id),
        )


def lists_nothing(db: Database, channel_id: int) -> bool:
    """Whether no listing of a channel ever showed anything."""
    sql = "SELECT 1 FROM tabs t JOIN entries e ON e.tab_id = t.id WHERE t.channel_id = ? LIMIT 1"
    return db.one(sql, (channel_id,)) is None


def mark_empty(db: Database, tab_id: int, until: float) -> None:
    """The channel has no such tab: ask again after ``until``."""
    with transaction(db):
        db.execute("UPDATE tabs SET empty_until = ? WHERE id = ?", (until, tab_id))


def known_ids(db: Database, tab_id: int, limit: int = 300) -> frozenset[str]:
    """The sites' ids of the newest known entries; none before the tab was once walked to its end."""
    rows = db.all(
        "SELECT v.video_id FROM tabs t JOIN entries e ON e.tab_id = t.id JOIN videos v ON v.id = e.video_id "
        "WHERE t.id = ? AND t.complete = 1 AND e.tab_id = ? AND e.known = 1 "
        "ORDER BY e.walk DESC, e.position LIMIT ?",
        (tab_id, tab_id, limit),
    )
    return frozenset(row[0] for row in rows)


def taken_from_backlog(db: Database, tab_id: int) -> int:
    """How many videos of a tab's first listing ``backlog`` has let pass so far."""
    return int(
        db.value(
            "SELECT count(*) FROM tabs t JOIN entries e ON e.tab_id = t.id "
            "JOIN videos v ON v.id = e.video_id WHERE t.id = ? AND v.news = 0 "
            f"AND v.state <> 'skipped' AND v.why <> '{VideoReason.BACKLOG}' "
            "AND (v.state <> 'new' OR coalesce(v.channel_id, t.channel_id) = t.channel_id)",
            (tab_id,),
        )
    )


def first_listings(db: Database, channel_id: int) -> list[Any]:
    """``tab_id``, ``id``, ``state``, ``why`` of a channel's first listings, by tab, in the list's order."""
    return db.all(
        "SELECT e.tab_id, v.id, v.state, v.why FROM tabs t JOIN entries e ON e.tab_id = t.id "
        "JOIN videos v ON v.id = e.video_id WHERE t.channel_id = ? AND v.channel_id = t.channel_id "
        "AND v.news = 0 ORDER BY e.tab_id, e.walk DESC, e.position",
        (channel_id,),
    )


def _see(db: Database, tab_id: int, video_id: int, position: int, walk: int) -> int:
    """Note that a walk saw a video; 1 if it was known before."""
    row = db.one("SELECT known FROM entries WHERE tab_id = ? AND video_id = ?", (tab_id, video_id))
    if row is None:
        db.execute(
            "INSERT INTO entries (tab_id, video_id, position, walk) VALUES (?, ?, ?, ?)",
            (tab_id, video_id, position, walk),
        )
        return 0
    db.execute(
        "UPDATE entries SET position = ?, walk = ? WHERE tab_id = ? AND video_id = ?",
        (position, walk, tab_id, video_id),
    )
    known: int = row[0]
    return known


def _insert(
    db: Database, entry: ListingEntry, *, channel_id: int | None, tab: str | None, news: bool, now: float
) -> int:
    cursor = db.execute(
        "INSERT INTO videos (site, video_id, url, title, channel_id, tab, duration, published_at, "
        "published_exact, live_status, availability, release_at, views, news, first_seen) "
        "VALUES (:site, :video_id, :url, :title, :channel_id, :tab, :duration, :published_at, "
        ":published_exact, :live_status, :availability, :release_at, :views, :news, :now)",
        {**_values(entry), "channel_id": channel_id, "tab": tab, "news": news, "now": now},
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _open_to_all(db: Database, video_id: int, channel_id: int | None, now: float) -> None:
    """Its channel's list shows a young video without the badge of members that kept it out: it is news now.

    Where its page said so, the list's silence says nothing. An old one belongs to the backlog.
    """
    db.execute(
        "UPDATE videos SET availability = NULL, state = 'new', why = '', news = 1 "
        "WHERE id = ? AND channel_id = ? AND state = 'skipped' AND why = ? "
        "AND (news = 1 OR coalesce(published_at, first_seen) > ?) "
        "AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.video_id = videos.id)",
        (video_id, channel_id, VideoReason.MEMBERS_ONLY, now - _MEMBERS_FIRST),
    )


def _refresh(
    db: Database, video_id: int, entry: ListingEntry, channel_id: int | None, tab: str | None, now: float
) -> None:
    # A listing's approximate date never replaces an exact one, and nothing known is replaced by "unknown".
    db.execute(
        "UPDATE videos SET title = CASE WHEN :title = '' THEN title ELSE :title END, "
        "duration = coalesce(:duration, duration), views = coalesce(:views, views), "
        "published_at = CASE WHEN published_exact > :published_exact THEN published_at "
        "  ELSE coalesce(:published_at, published_at) END, "
        "published_exact = max(published_exact, :published_exact), "
        # Lists show no status for what is over.
        "live_status = CASE WHEN :live_status IS NULL AND (live_status = 'is_live' "
        "  OR (live_status = 'is_upcoming' AND coalesce(:release_at, release_at, 0) <= :now)) THEN NULL "
        "  ELSE coalesce(:live_status, live_status) END, "
        "availability = coalesce(:availability, availability), "
        "release_at = coalesce(:release_at, release_at), "
        # An archive of yt-dlp has neither address nor channel, a file's name no channel.
        "url = CASE WHEN url = site || ':' || video_id THEN :url ELSE url END, "
        f"channel_id = CASE WHEN channel_id IS NULL AND {_IMPORTED} THEN :channel_id ELSE channel_id END, "
        f"tab = CASE WHEN tab IS NULL AND {_IMPORTED} AND coalesce(channel_id, :channel_id) = :channel_id "
        "  THEN :tab ELSE tab END "
        "WHERE id = :id",
        {**_values(entry), "id": video_id, "channel_id": channel_id, "tab": tab, "now": now},
    )


def _values(entry: ListingEntry) -> dict[str, Any]:
    return {
        "site": entry.site,
        "video_id": entry.video_id,
        "url": entry.url,
        "title": entry.title,
        "duration": _finite(entry.duration),
        "published_at": _finite(entry.published_at),
        "published_exact": entry.published_exact and entry.published_at is not None,
        "live_status": entry.live_status,
        "availability": entry.availability,
        "release_at": _finite(entry.release_at),
        # Outside text may hold any number; SQLite's integers end here.
        "views": None if entry.views is None else max(-_LARGEST, min(entry.views, _LARGEST)),
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class RankedVideo:
    """A video that is out; ``listed`` says that it has a place in its tab's list, which its turn tells."""

    id: int
    tab: str | None
    published_at: float | None
    exact: bool
    listed: bool


def ranked_videos(db: Database, channel_id: int) -> list[RankedVideo]:
    """A channel's videos that are out, those with a place first and from the top of their list down.

    A video has a place where its tab is known to be newest first and shows it still.
    """
    rows = db.all(
        "SELECT v.id, v.tab, v.published_at, v.published_exact, e.tab_id IS NOT NULL AS listed "
        "FROM videos v LEFT JOIN tabs t ON t.channel_id = v.channel_id AND t.tab = v.tab "
        "AND (t.newest_first OR t.tab <> 'list') "
        "LEFT JOIN entries e ON e.tab_id = t.id AND e.video_id = v.id AND e.walk >= t.whole_walk "
        "WHERE v.channel_id = ? AND v.live_status IS NOT 'is_upcoming' "
        "ORDER BY listed DESC, e.walk DESC, e.position",
        (channel_id,),
    )
    return [RankedVideo(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in rows]


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where the list of a channel that is subscribed to shows a video."""

    channel_id: int
    tab_id: int
    known: bool
    """Seen by a walk that ended properly."""
    ordered: bool
    """Newest first."""
    walk: int
    position: int


def places_of(db: Database, video_id: int, tab_id: int | None = None) -> list[ListPlace]:
    """Every list that shows a video, of whatever channel; or its place in the list of one tab."""
    only = "" if tab_id is None else "AND t.id = :tab"
    rows = db.all(
        "SELECT t.channel_id, t.id, e.known, t.newest_first OR t.tab <> 'list', e.walk, e.position "
        f"FROM channels c JOIN tabs t ON t.channel_id = c.id {only} "
        "JOIN entries e ON e.tab_id = t.id AND e.video_id = :video AND e.walk >= t.whole_walk "
        "WHERE c.subscribed = 1",
        {"video": video_id, "tab": tab_id},
    )
    return [ListPlace(row[0], row[1], bool(row[2]), bool(row[3]), row[4], row[5]) for row in rows]


def count_above(db: Database, place: ListPlace) -> int:
    """How many videos the list shows before this place."""
    return int(
        db.value(
            "SELECT count(*) FROM tabs t JOIN entries e ON e.tab_id = t.id AND e.walk >= t.whole_walk "
            "WHERE t.id = ? AND (e.walk > ? OR (e.walk = ? AND e.position < ?))",
            (place.tab_id, place.walk, place.walk, place.position),
        )
    )
