"""Video order in a channel, by date and by place, and which lists show a video."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.store.database import Database


@dataclass(frozen=True, slots=True)
class RankedVideo:
    """A video that is out; ``listed`` says that it has a place in its tab's list, which its turn tells."""

    id: int
    tab: str | None
    published_at: float | None
    exact: bool
    listed: bool


def of_channel(db: Database, channel_id: int) -> list[RankedVideo]:
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
