"""Trash: what leaves the library, what comes back, what cannot, and for how long it lies there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rows.factories import get_video, queue_job
from tests.support.rows.filed_videos import DAY, NOW, Filed, check_trash, filed
from ytui.core.models import VideoState
from ytui.engine.maintenance import trash
from ytui.store import jobs, journal, recordings, videos
from ytui.store import trash as store_trash
from ytui.store.trash import TrashReason


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
    assert home.restore(entry) == ["it is downloaded again by now"]


def test_what_somebody_took_out_of_the_trash_cannot_come_back(home: Filed) -> None:
    (entry,) = home.delete(0)
    (home.library / f".ytui/trash/{entry}-{NOW:.0f}/Films/v0.mp4").unlink()
    assert home.restore(entry) == ["its file is not in the trash any more"]


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
