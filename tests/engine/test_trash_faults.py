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
from pathlib import Path

import pytest

from tests.support.rows.filed_videos import NOW, Filed, check_trash, filed
from ytui.core.models import VideoState
from ytui.engine.maintenance import trash
from ytui.store import journal
from ytui.store.database import Database
from ytui.store.library_marker import check_library
from ytui.store.trash import TrashReason

STEPS = ("os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
"""What Python says before it changes a folder."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Filed]:
    made = filed(tmp_path)
    yield made
    made.store.close_all()


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
from tests.support.rows.filed_videos import check_trash, filed

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
from tests.support.rows.filed_videos import check_trash, filed

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
