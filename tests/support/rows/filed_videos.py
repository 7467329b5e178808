"""Videos with files in a library, and what rows, library and trash must have in common at rest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tests.support.rows.databases import new_store
from tests.support.rows.factories import add_channel, add_videos, entry, get_video, queue_job, run
from ytui.core.models import VideoState
from ytui.core.settings import Channel as ChannelSettings
from ytui.core.settings import Keep, KeepKind, Settings
from ytui.core.settings.tables import Library
from ytui.engine.maintenance import trash
from ytui.store import jobs, videos
from ytui.store import trash as store_trash
from ytui.store.database import Database, Store
from ytui.store.library_marker import check_library
from ytui.store.rows import Channel, Video
from ytui.store.trash import TrashReason

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


@dataclass
class Filed:
    """A library with a few videos of one channel."""

    store: Store
    library: Path
    settings: Settings
    videos: list[Video]

    @property
    def db(self) -> Database:
        return self.store.db

    def delete(self, *numbers: int, reason: TrashReason = TrashReason.DELETED, at: float = NOW) -> list[int]:
        """Take videos out of the library; their entries."""
        found = [get_video(self.db, self.videos[number].id) for number in numbers]
        taken = trash.take_out(self.db, self.library, found, reason, at)
        self.settle()
        return [entry for _, entry in taken]

    def settle(self) -> trash.Settled:
        return trash.settle(self.db, self.library, self.settings, NOW)

    def restore(self, *entries: int) -> list[str]:
        """Bring entries back; why each is not, or nothing."""
        outcomes = trash.restore(self.db, self.library, self.settings, entries, NOW)
        return [why for _, why in outcomes]

    def state(self, number: int = 0) -> VideoState:
        return get_video(self.db, self.videos[number].id).state

    def files(self) -> set[str]:
        return {
            str(path.relative_to(self.library))
            for path in self.library.rglob("*")
            if path.is_file() and ".ytui/partial" not in str(path)
        } - {".ytui/library.id"}


def filed(root: Path, count: int = 2) -> Filed:
    root.mkdir(parents=True, exist_ok=True)
    store, library = new_store(root / "ytui.db"), root / "library"
    channel = add_channel(store.db)
    found = arrived(store.db, library, channel, count)
    rule = ChannelSettings(channel.url, keep=Keep(KeepKind.LAST, 1))
    return Filed(store, library, Settings(library=Library(path=library), channels=(rule,)), found)


def check_trash(db: Database, library: Path) -> None:
    """No file is lost that the store says is there, and none is there that it says is gone.

    For a moment at which nothing is on its way.
    """
    assert store_trash.on_their_way(db, 10) == []
    entries = store_trash.entries(db)
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
