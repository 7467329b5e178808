"""Videos with files in a library, and what rows, library and trash must have in common at rest."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.rows.factories import add_videos, entry, queue_job, run
from ytui.core.models import VideoState
from ytui.store import jobs, trash, videos
from ytui.store.database import Database
from ytui.store.library_marker import check_library
from ytui.store.rows import Channel, Video

NOW = 1_790_000_000.0
DAY = 86_400.0


def arrived(db: Database, library: Path, channel: Channel, count: int) -> list[Video]:
    """So many videos of the channel in the library, the last one the newest, a day apart."""
    found = add_videos(
        db,
        channel,
        *(entry(f"v{n}", published_at=NOW - (count - n) * DAY, published_exact=True) for n in range(count)),
    )
    assert check_library(db, library).ok
    (library / "Films").mkdir(parents=True, exist_ok=True)
    for video in found:
        files = [f"Films/{video.video_id}.mp4", f"Films/{video.video_id}.info.json"]
        for file in files:
            (library / file).write_text(f"this is {file}")
        job = run(db, queue_job(db, video))
        videos.set_downloaded(
            db, video.id, path=files[0], size=1, files=files, format_id="18", height=360, now=NOW
        )
        jobs.finish(db, job.id, now=NOW)
    return [row for video in found if (row := videos.by_id(db, video.id))]


def check_trash(db: Database, library: Path) -> None:
    """No file is lost that the store says is there, and none is there that it says is gone.

    For a moment at which nothing is on its way.
    """
    assert trash.on_their_way(db, 10) == []
    entries = trash.entries(db)
    folder = library / ".ytui/trash"
    kept = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    assert kept == {f"{each.id}-{each.at:.0f}" for each in entries}
    for each in entries:
        assert os.path.lexists(folder / f"{each.id}-{each.at:.0f}" / each.path), each
        video = videos.by_id(db, each.video_id)
        assert video is not None
        there = {name for name in each.files if os.path.lexists(library / name)}
        assert there <= set(video.files), "what is gone by the store lies in the library"
    for video in videos.page(db, states=[VideoState.DOWNLOADED], limit=1000):
        missing = [name for name in video.files if not os.path.lexists(library / name)]
        assert missing == [], video
