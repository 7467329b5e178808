"""Trash: killed at any step, on a full disk, with the library away, store and library agree again."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.rows.databases import new_store
from tests.support.rows.factories import add_channel, get_video, queue_job
from tests.support.rows.filed_videos import DAY, NOW, arrived, check_trash
from ytui.core.models import VideoState
from ytui.core.settings import Channel, Keep, KeepKind, Settings
from ytui.core.settings.tables import Library
from ytui.engine.maintenance import trash
from ytui.store import jobs, journal, recordings, videos
from ytui.store import trash as store_trash
from ytui.store.database import Database, Store
from ytui.store.library_marker import check_library
from ytui.store.rows import Video
from ytui.store.trash import TrashReason

STEPS = ("os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
"""What Python says before it changes a folder."""


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
    rule = Channel(channel.url, keep=Keep(KeepKind.LAST, 1))
    return Filed(store, library, Settings(library=Library(path=library), channels=(rule,)), found)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Filed]:
    made = filed(tmp_path)
    yield made
    made.store.close_all()


def test_a_video_goes_with_all_that_lies_beside_it_and_comes_back(home: Filed) -> None:
    beside = ["Films/v0.en-orig.vtt", "Films/v0-thumb.jpg", "Films/v0.webp", "Films/v0.nfo"]
    others = ["Films/v0.part2.mp4", "Films/v00.info.json", "Films/v0.txt"]
    for name in (*beside, *others):
        (home.library / name).write_text(name)
    videos.set_keep(home.db, [home.videos[0].id], True)
    before = home.files()
    (entry,) = home.delete(0)
    mine = {"Films/v0.mp4", "Films/v0.info.json", *beside}
    assert home.files() == before - mine | {f".ytui/trash/{entry}-{NOW:.0f}/{name}" for name in mine}
    row = get_video(home.db, home.videos[0].id)
    assert (row.state, row.why, row.path, row.keep) == (VideoState.REMOVED, "deleted", None, False)
    check_trash(home.db, home.library)
    assert home.restore(entry) == [""]
    assert home.files() == before
    row = get_video(home.db, home.videos[0].id)
    assert (row.state, row.why, row.path, row.size, row.height) == (
        *(VideoState.DOWNLOADED, "", "Films/v0.mp4", 1, 360),
    )
    assert row.keep
    assert set(row.files) == mine
    assert row.downloaded_at == NOW
    check_trash(home.db, home.library)


def test_pieces_of_a_broadcast_go_along_and_come_back(home: Filed) -> None:
    piece = "Films/v0 (part 1).mp4"
    (home.library / piece).write_text("x")
    home.db.execute(
        "INSERT INTO recordings (video_id, path, size, started_at, from_start, format_id) "
        "VALUES (?, ?, 1, 0, 0, '18')",
        (home.videos[0].id, piece),
    )
    (entry,) = home.delete(0)
    assert not (home.library / piece).exists()
    assert recordings.of_video(home.db, home.videos[0].id) == []
    assert home.restore(entry) == [""]
    assert [found.path for found in recordings.of_video(home.db, home.videos[0].id)] == [piece]
    assert piece not in get_video(home.db, home.videos[0].id).files


def test_what_retention_took_comes_back_to_stay(home: Filed) -> None:
    first = home.delete(0, reason=TrashReason.RETENTION)
    second = home.delete(1)
    assert home.restore(*first, *second) == ["", ""]
    assert [get_video(home.db, video.id).keep for video in home.videos] == [True, False]


def test_one_with_a_keep_mark_or_a_job_stays(home: Filed) -> None:
    videos.set_keep(home.db, [home.videos[0].id], True)
    assert home.delete(0, reason=TrashReason.RETENTION) == []
    queue_job(home.db, home.videos[1])
    assert home.delete(1) == []
    check_trash(home.db, home.library)


# --- killed at each step


def killed_before(step: int, home: Filed, act: Callable[[Filed], object]) -> bool:
    """Whether a process that does it, and is killed before so many steps, came to that."""
    home.store.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            _count_down(step, home.db)
            act(home)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def _count_down(step: int, db: Database) -> None:
    left = step

    def one() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    db.connection.set_trace_callback(lambda sql: one() if sql.startswith("COMMIT") else None)
    sys.addaudithook(lambda event, arguments: one() if event in STEPS else None)


def delete(home: Filed) -> None:
    home.delete(0)


def restore(home: Filed) -> None:
    home.restore(1)


def purge(home: Filed) -> None:
    trash.purge(home.db, home.library, home.settings, [1], NOW)


@pytest.mark.parametrize(
    ("before", "act", "steps", "ends"),
    [
        ([], delete, 12, {VideoState.DOWNLOADED, VideoState.REMOVED}),
        ([delete], restore, 10, {VideoState.DOWNLOADED, VideoState.REMOVED}),
        ([delete], purge, 6, {VideoState.REMOVED}),
    ],
    ids=["deleted", "restored", "purged"],
)
def test_killed_at_any_step_nothing_is_lost_and_nothing_left(
    tmp_path: Path,
    before: list[Callable[[Filed], None]],
    act: Callable[[Filed], None],
    steps: int,
    ends: set[VideoState],
) -> None:
    seen = set()
    step = 0
    while True:
        step += 1
        home = filed(tmp_path / str(step))
        for first in before:
            first(home)
        was_killed = killed_before(step, home, act)
        home.settle()
        check_trash(home.db, home.library)
        seen.add(home.state())
        assert home.state(1) is VideoState.DOWNLOADED
        home.store.close_all()
        shutil.rmtree(tmp_path / str(step))
        if not was_killed:
            break
    assert step > steps, "it was killed at fewer steps than it has"
    assert seen == ends


# --- what cannot be done


def in_the_way(home: Filed) -> None:
    """A folder has the name of a file that is to go."""
    (home.library / "Films/v0.info.json").unlink()
    (home.library / "Films/v0.info.json").mkdir()
    (home.library / "Films/v0.info.json/of somebody").write_text("x")


def test_what_cannot_be_moved_stays_whole_and_is_said_once(home: Filed) -> None:
    in_the_way(home)
    before = home.files()
    assert home.delete(0)
    assert home.state() is VideoState.DOWNLOADED
    assert home.files() == before
    told = [line.message for line in journal.tail(home.db, level="warning")]
    assert told == [
        "title v0: its files could not be taken out of the library (Films/v0.info.json: Is a directory); "
        "it stays"
    ]
    check_trash(home.db, home.library)
    assert store_trash.refused_since(home.db, NOW - 1) == {home.videos[0].id}
    trash.purge_old(home.db, home.library, home.settings, NOW + 2 * DAY)
    assert store_trash.refused_since(home.db, 0) == set()


def test_nothing_is_written_over_when_it_comes_back(home: Filed) -> None:
    (entry,) = home.delete(0)
    (home.library / "Films/v0.info.json").write_text("of somebody else")
    assert home.restore(entry) == ["Films/v0.info.json is there already: move it away first"]
    assert (home.library / "Films/v0.info.json").read_text() == "of somebody else"
    assert home.state() is VideoState.REMOVED
    (home.library / "Films/v0.info.json").unlink()
    check_trash(home.db, home.library)
    assert home.restore(entry) == [""]


def test_a_file_that_came_in_between_sends_the_others_back_into_the_trash(home: Filed) -> None:
    (entry,) = home.delete(0)
    store_trash.bring_back(home.db, entry)
    (home.library / "Films/v0.mp4").write_text("of somebody else")
    assert [words for _, words in home.settle().refused] == ["v0.mp4: File exists"]
    assert (home.library / "Films/v0.mp4").read_text() == "of somebody else"
    (home.library / "Films/v0.mp4").unlink()
    check_trash(home.db, home.library)
    assert home.restore(entry) == [""]


def test_what_was_downloaded_anew_is_not_brought_back(home: Filed) -> None:
    (entry,) = home.delete(0)
    job = queue_job(home.db, get_video(home.db, home.videos[0].id))
    assert home.restore(entry) == ["a download of it is queued: cancel that first (x)"]
    jobs.cancel(home.db, job.id, NOW)
    home.db.execute("UPDATE videos SET state = 'downloaded', path = 'x' WHERE id = ?", (home.videos[0].id,))
    assert home.restore(entry) == ["it is in the library again"]


def test_what_somebody_took_out_of_the_trash_cannot_come_back(home: Filed) -> None:
    (entry,) = home.delete(0)
    (home.library / f".ytui/trash/{entry}-{NOW:.0f}/Films/v0.mp4").unlink()
    assert home.restore(entry) == ["its file is not in the trash any more"]


def test_a_library_that_is_away_changes_nothing_until_it_is_back(home: Filed) -> None:
    taken = trash.take_out(home.db, home.library, home.videos[:1], TrashReason.DELETED, NOW)
    away = home.library.rename(home.library.with_name("away"))
    home.library.mkdir()
    assert not check_library(home.db, home.library).ok
    with pytest.raises(OSError, match="the library is not mounted"):
        home.settle()
    # Another library stands there, which has files of the same names.
    shutil.copytree(away, home.library, dirs_exist_ok=True)
    (home.library / ".ytui/library.id").write_text("0" * 32)
    with pytest.raises(OSError, match="the library is not mounted"):
        home.settle()
    assert (home.library / "Films/v0.mp4").exists()
    shutil.rmtree(home.library)
    away.rename(home.library)
    assert home.settle().gone == len(taken)
    check_trash(home.db, home.library)


def test_an_empty_folder_of_the_library_may_be_a_disk_that_is_away(home: Filed) -> None:
    taken = trash.take_out(home.db, home.library, home.videos, TrashReason.DELETED, NOW)
    away = (home.library / "Films").rename(home.library / "away")
    (home.library / "Films").mkdir()
    assert len(home.settle().refused) == len(taken)
    (home.library / "Films").rmdir()
    away.rename(home.library / "Films")
    assert home.state() is VideoState.DOWNLOADED
    check_trash(home.db, home.library)


def test_another_file_system_below_the_library_is_copied_whole(
    home: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_device(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    rename = os.rename

    def within_a_folder(source: str, target: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if src_dir_fd != dst_dir_fd:
            other_device()
        rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    os.utime(home.library / "Films/v0.mp4", (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(os, "link", other_device)
    monkeypatch.setattr(os, "rename", within_a_folder)
    (entry,) = home.delete(0)
    check_trash(home.db, home.library)
    assert home.restore(entry) == [""]
    check_trash(home.db, home.library)
    assert (home.library / "Films/v0.mp4").read_text() == "this is Films/v0.mp4"
    assert (home.library / "Films/v0.mp4").stat().st_mtime == 1_000_000_000


READ_ONLY = """
import subprocess
import sys
from pathlib import Path
from tests.engine.test_trash import check_trash, filed

root = Path(sys.argv[1])
home = filed(root)
(gone,) = home.delete(1)
subprocess.run(["mount", "-o", "remount,ro", str(home.library)], check=True)
home.delete(0)
print(home.state(), home.restore(gone))
print(home.settle().refused[0][1])
subprocess.run(["mount", "-o", "remount,rw", str(home.library)], check=True)
home.settle()
print(home.state(), home.state(1))
check_trash(home.db, home.library)
"""

FULL = """
import sys
from pathlib import Path
from tests.engine.test_trash import DAY, NOW, VideoState, check_trash, filed

root = Path(sys.argv[1])
home = filed(root)
number = 0
try:
    while True:
        (home.library / f"filler{number}").touch()
        number += 1
except OSError as error:
    print(error.strerror)
home.delete(0)
print(home.state(), [line.name for line in sorted((home.library / "Films").iterdir())])
check_trash(home.db, home.library)
for filler in range(5):
    (home.library / f"filler{filler}").unlink()
home.delete(0)
print(home.state())
check_trash(home.db, home.library)
"""


@pytest.mark.needs("unshare")
@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            FULL,
            [
                "No space left on device",
                "downloaded ['v0.info.json', 'v0.mp4', 'v1.info.json', 'v1.mp4']",
                "removed",
            ],
        ),
        (
            READ_ONLY,
            [
                "downloaded ['v1.info.json: Read-only file system']",
                "v1.info.json: Read-only file system",
                "downloaded downloaded",
            ],
        ),
    ],
    ids=["without room for a folder", "read-only"],
)
def test_a_disk_that_takes_nothing_leaves_all_of_it(tmp_path: Path, script: str, says: list[str]) -> None:
    disk = tmp_path / "disk"
    (disk / "library").mkdir(parents=True)
    (tmp_path / "script.py").write_text(script)
    mounted = f"mount -t tmpfs -o nr_inodes=40 tmpfs {disk}/library"
    can = subprocess.run(["unshare", "-rm", "sh", "-c", mounted], capture_output=True, check=False)
    if can.returncode:
        pytest.skip("no small disk can be mounted here")
    command = f"{mounted} && exec {sys.executable} {tmp_path}/script.py {disk}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.splitlines() == says


def test_a_database_that_is_full_lets_nothing_go(home: Filed) -> None:
    home.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    home.db.execute(f"PRAGMA max_page_count = {home.db.value('PRAGMA page_count')}")
    before = home.files()

    def there_and_back() -> None:
        while True:
            home.restore(*home.delete(0))
            journal.write(home.db, at=NOW, level="info", type="runtime", message="x" * 2000)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        there_and_back()
    home.db.execute("PRAGMA max_page_count = 1000000")
    home.settle()
    check_trash(home.db, home.library)
    assert {Path(name).name for name in home.files()} == {Path(name).name for name in before}


# --- for how long


def test_what_has_lain_there_long_enough_goes_and_so_does_what_was_replaced(home: Filed) -> None:
    home.delete(0)
    aside = home.library / ".ytui/replaced/video-1-1"
    aside.mkdir(parents=True)
    (aside / "old.mp4").write_text("x")
    os.utime(aside, (NOW, NOW))
    trash.purge_old(home.db, home.library, home.settings, NOW + 7 * DAY - 1)
    assert len(store_trash.entries(home.db)) == 1
    assert aside.exists()
    trash.purge_old(home.db, home.library, home.settings, NOW + 7 * DAY + 1)
    assert store_trash.entries(home.db) == []
    assert not aside.exists()
    check_trash(home.db, home.library)
    assert home.state() is VideoState.REMOVED


def test_the_oldest_goes_first_where_room_is_wanted(home: Filed) -> None:
    (second,), (first,) = home.delete(0, at=NOW + 1), home.delete(1)
    aside = home.library / ".ytui/replaced/video-1-1"
    aside.mkdir(parents=True)
    (aside / "old.mp4").write_text("x" * 1000)
    os.utime(aside, (NOW - 5, NOW - 5))
    assert trash.make_room(home.db, home.library, home.settings, 500, NOW + 10) == 1000
    assert not aside.exists()
    assert len(store_trash.entries(home.db)) == 2
    assert trash.make_room(home.db, home.library, home.settings, 1, NOW + 10) > 0
    assert [each.id for each in store_trash.entries(home.db)] == [second]
    assert store_trash.by_id(home.db, first) is None
    check_trash(home.db, home.library)
