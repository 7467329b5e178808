"""Retention, files deleted by hand, old logs: nothing outside the library is touched, nothing is guessed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.engine.conftest import Home
from tests.support.processes.time_zone import ZONES, zone
from tests.support.rows import filed_videos
from tests.support.rows.factories import NEVER, add_channel, add_tab, add_videos, entry, fail, queue_job, run
from tests.support.rows.filed_videos import DAY, NOW
from tests.support.rows.library_queries import context_of
from ytui import config
from ytui.core.models import VideoReason, VideoState
from ytui.core.settings import Keep, KeepKind, Settings
from ytui.engine.maintenance import log_rotation, missing_files, retention_sweep, trash
from ytui.engine.maintenance.periodic import PeriodicMaintenance
from ytui.store import channels, jobs, journal, key_values, pending_deletes, plan, tabs, videos
from ytui.store.database import transaction
from ytui.store.library_marker import check_library
from ytui.store.rows import Channel, Video
from ytui.store.trash import TrashReason


def arrived(home: Home, channel: Channel, count: int) -> list[Video]:
    return filed_videos.arrived(home.db, home.library, channel, count)


def sweep(home: Home, now: float = NOW) -> int:
    """Take out what is overdue; how many videos went."""
    settings = settings_in(home)
    overdue = retention_sweep.overdue(home.db, settings, now)
    gone = retention_sweep.let_go(home.db, home.library, overdue, now)
    trash.settle(home.db, home.library, settings, now)
    return gone


@pytest.fixture
def channel(home: Home) -> Channel:
    home.channel("https://example.org/films", 'keep = "last 2"')
    return add_channel(home.db, "films")


def settings_in(home: Home) -> Settings:
    return config.load(home.places.config_file).settings


def states(home: Home) -> dict[str, VideoState]:
    return {video.video_id: video.state for video in videos.page(home.db)}


def test_the_oldest_leave_row_first_and_a_keep_mark_wins(home: Home, channel: Channel) -> None:
    found = arrived(home, channel, 5)
    videos.set_keep(home.db, [found[0].id], True)
    settings = settings_in(home)
    assert [o.video.video_id for o in retention_sweep.overdue(home.db, settings, NOW)] == ["v1", "v2"]
    overdue = retention_sweep.overdue(home.db, settings, NOW)
    assert retention_sweep.let_go(home.db, home.library, overdue, NOW) == 2
    assert states(home)["v1"] is VideoState.REMOVED
    assert (home.library / "Films/v1.mp4").exists(), "the row says so before the file goes"
    assert trash.settle(home.db, home.library, settings, NOW).gone == 2
    left = sorted(path.name for path in (home.library / "Films").glob("*.mp4"))
    assert left == ["v0.mp4", "v3.mp4", "v4.mp4"]
    assert sweep(home) == 0
    filed_videos.check_trash(home.db, home.library)


def test_what_is_gone_upstream_may_be_the_last_copy_and_stays(home: Home, channel: Channel) -> None:
    arrived(home, channel, 4)
    tab = add_tab(home.db, channel)
    walk = tabs.start_walk(home.db, tab.id, NOW)
    seen = [entry(f"v{n}", published_at=NOW - (4 - n) * DAY, published_exact=True) for n in (1, 2, 3)]
    tabs.save_page(home.db, tab.id, walk, seen, channel_id=channel.id, now=NOW, first_listing=False)
    tabs.saw_whole(home.db, tab.id, walk, NOW)
    assert [found.video.video_id for found in retention_sweep.overdue(home.db, settings_in(home), NOW)] == [
        "v1"
    ]


def test_days_count_from_the_publication(home: Home) -> None:
    home.channel("https://example.org/films", 'keep = "3 days"')
    films = add_channel(home.db, "films")
    arrived(home, films, 6)
    assert sweep(home) == 3
    assert [name for name, state in states(home).items() if state is VideoState.REMOVED] == ["v2", "v1", "v0"]


def test_days_count_whatever_the_filters_say_by_now(home: Home) -> None:
    home.channel("https://example.org/films", 'keep = "3 days"\nnot_title = "title"')
    arrived(home, add_channel(home.db, "films"), 4)
    assert [o.video.video_id for o in retention_sweep.overdue(home.db, settings_in(home), NOW)] == ["v0"]


@pytest.mark.parametrize(
    "path",
    [
        "../outside/precious",
        "/etc/hostname",
        "link/precious",
        ".ytui/library.id",
        "Films/folder",
        "Films/no\0name",
    ],
)
def test_nothing_outside_the_library_is_touched(home: Home, channel: Channel, path: str) -> None:
    """Whatever somebody wrote into the row: what cannot be taken out stays, and so does all beside it."""
    found = arrived(home, channel, 3)
    outside = home.library.parent / "outside"
    outside.mkdir()
    (outside / "precious").write_text("x")
    (home.library / "link").symlink_to(outside)
    (home.library / "Films/folder").mkdir()
    (home.library / "Films/folder/precious").write_text("x")
    home.db.execute(
        "UPDATE videos SET files = json_insert(files, '$[#]', ?) WHERE id = ?", (path, found[0].id)
    )
    assert sweep(home) == 1
    assert (outside / "precious").exists()
    assert (home.library / ".ytui/library.id").exists()
    assert (home.library / "Films/folder/precious").exists()
    assert (home.library / "Films/v0.mp4").exists()
    assert states(home)["v0"] is VideoState.DOWNLOADED
    told = [line.message for line in journal.tail(home.db, level="warning")]
    assert len([words for words in told if "could not be taken out" in words]) == 1
    assert sweep(home) == 0, "it is not tried again at once"


def test_a_link_in_the_library_goes_and_what_it_names_stays(home: Home, channel: Channel) -> None:
    arrived(home, channel, 3)
    precious = home.library.parent / "precious"
    precious.write_text("x")
    (home.library / "Films/v0.mp4").unlink()
    (home.library / "Films/v0.mp4").symlink_to(precious)
    assert sweep(home) == 1
    assert not os.path.lexists(home.library / "Films/v0.mp4")
    assert precious.read_text() == "x"


def test_what_was_downloaded_elsewhere_is_not_said_to_be_removed(home: Home, channel: Channel) -> None:
    found = arrived(home, channel, 3)
    home.db.execute("UPDATE videos SET path = '/elsewhere/v0.mp4' WHERE id = ?", (found[0].id,))
    assert list(retention_sweep.overdue(home.db, settings_in(home), NOW)) == []


def test_another_name_of_a_file_keeps_what_is_in_it(home: Home, channel: Channel, tmp_path: Path) -> None:
    arrived(home, channel, 3)
    os.link(home.library / "Films/v0.mp4", tmp_path / "another name")
    assert sweep(home) == 1
    assert not (home.library / "Films/v0.mp4").exists()
    assert (tmp_path / "another name").read_text() == "this is Films/v0.mp4"


def test_files_in_the_trash_are_of_their_library_alone(home: Home, channel: Channel) -> None:
    """Another folder, which may have a file of that name, is not taken for the library meanwhile."""
    found = arrived(home, channel, 1)
    trash.take_out(home.db, home.library, found, TrashReason.DELETED, NOW)
    home.library.rename(home.library.with_name("moved"))
    assert check_library(home.db, home.library).reason == f"library not mounted: {home.library}"
    home.library.with_name("moved").rename(home.library)
    assert check_library(home.db, home.library).ok


def test_a_file_deleted_by_hand_is_noticed_and_not_fetched_again(home: Home, channel: Channel) -> None:
    first = arrived(home, channel, 2)[0]
    (home.library / "Films/v0.mp4").unlink()
    assert missing_files.look_for_missing(home.db, home.library, 0, NOW) is None
    assert states(home) == {"v0": VideoState.REMOVED, "v1": VideoState.DOWNLOADED}
    assert (home.library / "Films/v0.info.json").exists()
    row = videos.by_id(home.db, first.id)
    assert row is not None
    assert (row.why, jobs.active_of_video(home.db, first.id)) == (VideoReason.FILE_GONE, None)


def test_nothing_is_concluded_of_a_library_that_is_not_there(home: Home, channel: Channel) -> None:
    arrived(home, channel, 2)
    home.library.rename(home.library.with_name("elsewhere"))
    home.library.mkdir()
    missing_files.look_for_missing(home.db, home.library, 0, NOW)
    assert set(states(home).values()) == {VideoState.DOWNLOADED}


def test_an_empty_folder_may_be_a_disk_that_is_not_mounted(home: Home, channel: Channel) -> None:
    arrived(home, channel, 2)
    for path in (home.library / "Films").iterdir():
        path.unlink()
    missing_files.look_for_missing(home.db, home.library, 0, NOW)
    assert set(states(home).values()) == {VideoState.DOWNLOADED}
    (home.library / "Films").rmdir()
    missing_files.look_for_missing(home.db, home.library, 0, NOW)
    assert set(states(home).values()) == {VideoState.REMOVED}


def test_the_journal_goes_into_daily_files_once(home: Home) -> None:
    log_rotation.write_daily(home.db, home.places)
    for message in ("one\nmore", "two"):
        journal.write(home.db, at=NOW, level="info", type="runtime", message=message)
        log_rotation.write_daily(home.db, home.places)
        log_rotation.write_daily(home.db, home.places)
    (path,) = home.places.logs_dir.glob("journal-*.log")
    assert [line.split(maxsplit=2)[1:] for line in path.read_text().splitlines()] == [
        ["info", "one"],
        ["info", "two"],
    ]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("month", [(2026, 3), (2026, 4), (2026, 9), (2026, 10), (2026, 11)])
def test_a_line_is_in_the_file_of_its_day_at_its_own_time_whatever_the_clock_does(
    home: Home, name: str, month: tuple[int, int]
) -> None:
    with zone(name):
        first = datetime(*month, 1).timestamp()
        log_rotation.write_daily(home.db, home.places)
        times = [first + half_hours * 1800 for half_hours in range(31 * 48)]
        with transaction(home.db):
            for at in times:
                journal.write(home.db, at=at, level="info", type="runtime", message=f"{at:.0f}")
        for _ in range(2):
            log_rotation.write_daily(home.db, home.places)
    told = []
    for path in sorted(home.places.logs_dir.glob("journal-*.log")):
        for line in path.read_text().splitlines():
            stamp, _, message = line.split()
            assert path.stem == f"journal-{stamp[:10]}"
            assert datetime.fromisoformat(stamp).timestamp() == float(message)
            told.append(float(message))
    assert told == times


def test_old_logs_go_and_those_of_open_failures_stay(home: Home, channel: Channel) -> None:
    good, bad, mended = add_videos(home.db, channel, entry("good"), entry("bad"), entry("mended"))
    numbers = {}
    for name, video in (("good", good), ("bad", bad), ("mended", mended)):
        job = run(home.db, queue_job(home.db, video), now=NOW)
        numbers[name] = job.id
        if name == "good":
            jobs.finish(home.db, job.id, now=NOW)
        else:
            fail(home.db, job, plan=NEVER, now=NOW)
        (home.places.job_logs_dir / f"{job.id}.log").write_text("x")
    (item,) = [item for item in plan.list_items(home.db) if item.job_id == numbers["mended"]]
    plan.dismiss(home.db, [item.id], NOW + DAY)

    def logs() -> set[int]:
        return {int(path.stem) for path in home.places.job_logs_dir.glob("*.log")}

    log_rotation.rotate_logs(home.db, home.places, NOW + 6 * DAY)
    assert logs() == set(numbers.values())
    log_rotation.rotate_logs(home.db, home.places, NOW + 8 * DAY)
    assert logs() == {numbers["bad"], numbers["mended"]}
    log_rotation.rotate_logs(home.db, home.places, NOW + 400 * DAY)
    assert logs() == {numbers["bad"]}


def test_old_journal_lines_and_files_go(home: Home) -> None:
    for days in (40, 20):
        journal.write(home.db, at=NOW - days * DAY, level="info", type="runtime", message=f"{days} days ago")
        path = home.places.logs_dir / f"journal-2026-01-{days:02d}.log"
        path.write_text("x")
        os.utime(path, (NOW - days * DAY,) * 2)
    log_rotation.rotate_logs(home.db, home.places, NOW)
    assert [line.message for line in journal.tail(home.db)] == ["20 days ago"]
    assert [path.name for path in home.places.logs_dir.glob("journal-*")] == ["journal-2026-01-20.log"]


def test_many_old_lines_go_a_few_at_a_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        journal.write(
            home.db, at=NOW - 40 * DAY + number, level="info", type="runtime", message=f"line {number}"
        )
    monkeypatch.setattr(journal, "AT_ONCE", 3)
    maintenance = PeriodicMaintenance(context_of(home))
    left = []
    for _ in range(4):
        maintenance.tick(NOW)
        left.append(journal.count(home.db))
    assert left == [5, 2, 0, 0]


def test_the_holder_sees_to_it(home: Home, channel: Channel) -> None:
    arrived(home, channel, 4)
    channels.set_keep_in_force(home.db, channel.id, Keep(KeepKind.LAST, 2))
    key_values.put(home.db, "paused", "1")
    with home.engine():
        assert states(home)["v0"] is VideoState.REMOVED
    with home.engine():
        assert not (home.library / "Films/v0.mp4").exists()
        assert (home.library / "Films/v3.mp4").exists()


def test_what_the_last_job_of_a_run_replaced_is_taken_out_before_the_holder_goes(
    home: Home, channel: Channel
) -> None:
    (video,) = arrived(home, channel, 1)
    with home.engine(kinds=()):
        # Just looked at: the next look of the holder that goes now would have come in two seconds.
        pending_deletes.put_aside(home.db, video.id, ["Films/v0.mp4"], "parts-1-1", NOW)
    assert not (home.library / "Films/v0.mp4").exists()
    assert (home.library / ".ytui/replaced/parts-1-1/v0.mp4").exists()
