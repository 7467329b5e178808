"""What sites offered of the videos: which arrived lower than offered, why, and which may be fetched again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ytui.core.models import LowerCause
from ytui.store.database import Database, transaction
from ytui.store.row_mapping import Columns
from ytui.store.rows import VIDEO, Video

if TYPE_CHECKING:
    from ytui.core.protocol import Offer


@dataclass(frozen=True)
class OfferRow:
    """What was on offer of one video when it was last looked at; sides in pixels, times in Unix seconds."""

    video_id: int
    offered: int | None
    available: int | None
    cause: LowerCause | None
    setup: str
    looked_at: float
    recheck_at: float | None


@dataclass(frozen=True)
class LowerGroup:
    """Videos that are lower than offered for one cause, of one site and channel (None: single ones)."""

    cause: LowerCause
    site: str
    channel_id: int | None
    count: int


_OFFER = Columns(OfferRow, cause=LowerCause)
_HAS_FILE = "v.path IS NOT NULL"
_MAY_COME_AGAIN = (
    # What lies outside the library, as ``download --output`` puts it, is left alone.
    "((v.state = 'downloaded' AND v.path NOT LIKE '/%') OR (v.state = 'failed' AND v.path IS NULL))"
)


def record(
    db: Database,
    video_id: int,
    offer: Offer,
    *,
    cause: LowerCause | None,
    setup: str,
    now: float,
    recheck_at: float | None = None,
) -> None:
    """Keep what was on offer of a video; ``cause`` is why it arrived lower, or did not arrive."""
    with transaction(db):
        db.execute(
            "INSERT INTO offers (video_id, offered, available, cause, setup, looked_at, recheck_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (video_id) DO UPDATE SET offered = excluded.offered, "
            "available = excluded.available, cause = excluded.cause, setup = excluded.setup, "
            "looked_at = excluded.looked_at, recheck_at = excluded.recheck_at",
            (
                video_id,
                offer.best,
                offer.available,
                None if cause is None else str(cause),
                setup,
                now,
                recheck_at,
            ),
        )


def forget(db: Database, video_id: int) -> None:
    """A file arrived of which nobody knows what was on offer."""
    with transaction(db):
        db.execute("DELETE FROM offers WHERE video_id = ?", (video_id,))


def settled(db: Database, video_id: int, now: float) -> None:
    """The file that is there stays, whatever the site offers."""
    with transaction(db):
        db.execute(
            "UPDATE offers SET cause = NULL, recheck_at = NULL, looked_at = ? WHERE video_id = ?",
            (now, video_id),
        )


def of_video(db: Database, video_id: int) -> OfferRow | None:
    """What was on offer of a video; None where that is unknown."""
    row = db.one(f"SELECT {_OFFER.sql} FROM offers WHERE video_id = ?", (video_id,))
    return None if row is None else _OFFER.read(row)


def is_lower(db: Database, video_id: int) -> bool:
    """Whether a video is known to be lower than offered."""
    row = of_video(db, video_id)
    return row is not None and row.cause is not None


def causes(db: Database) -> dict[int, LowerCause]:
    """Why videos with a file are lower than offered, by the video's row id; the others are left out."""
    rows = db.all(
        "SELECT o.video_id, o.cause FROM offers o JOIN videos v ON v.id = o.video_id "
        f"WHERE o.cause IS NOT NULL AND {_HAS_FILE}"
    )
    return {int(video_id): LowerCause(cause) for video_id, cause in rows}


def lower_counts(db: Database) -> dict[LowerCause, int]:
    """How many videos with a file are lower than offered, by cause; causes without any are left out."""
    rows = db.all(
        "SELECT o.cause, count(*) FROM offers o JOIN videos v ON v.id = o.video_id "
        f"WHERE o.cause IS NOT NULL AND {_HAS_FILE} GROUP BY o.cause"
    )
    return {LowerCause(cause): int(count) for cause, count in rows}


def arrived_lower(db: Database, after_attempt: int) -> dict[LowerCause, int]:
    """The same of those that arrived with attempts after this one."""
    rows = db.all(
        "SELECT o.cause, count(DISTINCT v.id) FROM attempts a JOIN jobs j ON j.id = a.job_id "
        "JOIN videos v ON v.id = a.video_id JOIN offers o ON o.video_id = v.id WHERE a.id > ? "
        f"AND a.outcome = 'done' AND j.kind = 'download' AND o.cause IS NOT NULL AND {_HAS_FILE} "
        "GROUP BY o.cause",
        (after_attempt,),
    )
    return {LowerCause(cause): int(count) for cause, count in rows}


def groups(db: Database) -> list[LowerGroup]:
    """What may be fetched again, by cause, site and channel."""
    rows = db.all(
        "SELECT o.cause, v.site, v.channel_id, count(*) FROM offers o JOIN videos v ON v.id = o.video_id "
        f"WHERE o.cause IS NOT NULL AND {_MAY_COME_AGAIN} GROUP BY 1, 2, 3"
    )
    return [LowerGroup(LowerCause(cause), site, channel, count) for cause, site, channel, count in rows]


def candidates(db: Database, group: LowerGroup, *, looked_before: float, limit: int) -> list[Video]:
    """A group's videos that nobody has looked at since, the newest first."""
    rows = db.all(
        f"SELECT {VIDEO.of('v')} FROM offers o JOIN videos v ON v.id = o.video_id "
        f"WHERE o.cause = ? AND v.site = ? AND v.channel_id IS ? AND o.looked_at < ? AND {_MAY_COME_AGAIN} "
        "ORDER BY v.published_at DESC, v.id LIMIT ?",
        (str(group.cause), group.site, group.channel_id, looked_before, limit),
    )
    return [VIDEO.read(row) for row in rows]


def recheck_due(db: Database, group: LowerGroup, now: float, limit: int) -> list[Video]:
    """A group's videos whose time for a second look has come."""
    rows = db.all(
        f"SELECT {VIDEO.of('v')} FROM offers o JOIN videos v ON v.id = o.video_id "
        f"WHERE o.recheck_at <= ? AND o.cause = ? AND v.site = ? AND v.channel_id IS ? AND {_MAY_COME_AGAIN} "
        "ORDER BY o.recheck_at LIMIT ?",
        (now, str(group.cause), group.site, group.channel_id, limit),
    )
    return [VIDEO.read(row) for row in rows]


def mark_checked(db: Database, video_ids: Sequence[int], now: float) -> None:
    """These are being looked at again: not once more until something changes."""
    with transaction(db):
        for number in video_ids:
            db.execute("UPDATE offers SET looked_at = ?, recheck_at = NULL WHERE video_id = ?", (now, number))


def under_way(db: Database) -> int:
    """How many are being fetched again, or wait for nothing but their turn."""
    return int(
        db.value(
            "SELECT count(*) FROM offers o JOIN jobs j ON j.video_id = o.video_id "
            "WHERE o.cause IS NOT NULL AND j.kind = 'download' AND j.state IN ('queued', 'running') "
            "AND json_extract(j.options, '$.again') = 1"
        )
    )


def others_had(db: Database, channel_id: int, video_id: int, limit: int) -> list[int]:
    """The short sides that the channel's newest other videos arrived with."""
    rows = db.all(
        "SELECT o.available FROM videos v JOIN offers o ON o.video_id = v.id WHERE v.channel_id = ? "
        "AND v.id <> ? AND v.path IS NOT NULL AND o.available IS NOT NULL AND o.cause IS NULL "
        "ORDER BY v.published_at DESC LIMIT ?",
        (channel_id, video_id, limit),
    )
    return [int(side) for (side,) in rows]
