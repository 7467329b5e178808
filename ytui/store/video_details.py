"""Video details as sites told them: a part a row, with its age, and the failure since then if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ytui.core.models import DetailsPart
from ytui.core.urls import canonical_video
from ytui.store import videos
from ytui.store.database import Database, transaction
from ytui.store.row_mapping import Columns, from_json, to_json


@dataclass(frozen=True)
class DetailsRow:
    """One part of what is known of a video; its ``body`` is as old as ``fetched_at``."""

    id: int
    video_id: int | None
    """``videos.id``; None for a video that is not one of the library's."""
    url: str
    part: DetailsPart
    fetched_at: float | None
    body: Mapping[str, Any] | None
    failed_at: float | None
    """When the last try failed; None where it did not."""
    failure_class: str | None
    message: str


DETAILS = Columns(DetailsRow, part=DetailsPart, body=from_json)

Known = Mapping[DetailsPart, DetailsRow]


def of_url(db: Database, url: str) -> Known:
    """What is kept of the video with this canonical address, by part."""
    return _read(db.all(f"SELECT {DETAILS.sql} FROM details WHERE url = ?", (url,)))


def of_video(db: Database, video_id: int) -> Known:
    """What is kept of a video of the library, by part."""
    rows = db.all(f"SELECT {DETAILS.sql} FROM details WHERE video_id = ?", (video_id,))
    if rows:
        return _read(rows)
    video = videos.by_id(db, video_id)
    return of_url(db, canonical_video(video.url)) if video is not None else {}


def save(
    db: Database, *, url: str, video_id: int | None, part: DetailsPart, body: Mapping[str, Any], now: float
) -> None:
    """Keep a part as fetched now; a failure before it is forgotten."""
    _write(
        db,
        "body = excluded.body, fetched_at = excluded.fetched_at, failed_at = NULL, failure_class = NULL, "
        "message = ''",
        url=url,
        video_id=video_id,
        part=str(part),
        body=to_json(body),
        fetched_at=now,
    )


def save_failure(
    db: Database,
    *,
    url: str,
    video_id: int | None,
    part: DetailsPart,
    failure_class: str,
    message: str,
    now: float,
) -> None:
    """Note that a part could not be fetched now; what was fetched before stays, with its age."""
    _write(
        db,
        "failed_at = excluded.failed_at, failure_class = excluded.failure_class, message = excluded.message",
        url=url,
        video_id=video_id,
        part=str(part),
        failed_at=now,
        failure_class=failure_class,
        message=message,
    )


def _write(db: Database, update: str, **columns: Any) -> None:
    marks = ", ".join(f":{name}" for name in columns)
    with transaction(db):
        db.execute(
            f"INSERT INTO details ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT (url, part) DO UPDATE "
            f"SET video_id = coalesce(excluded.video_id, video_id), {update}",
            columns,
        )


def _read(rows: list[Any]) -> Known:
    found = map(DETAILS.read, rows)
    return {row.part: row for row in found}
