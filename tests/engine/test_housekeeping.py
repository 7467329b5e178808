"""Beside the slots: the configuration is watched, the library is looked for, others can read the board."""

from __future__ import annotations

import shutil
import time

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NEVER, NOW, add_channel, add_video, fail, queue_job, run
from tests.support.rows.filed_videos import arrived
from tests.support.rows.library_queries import (
    DAY,
    HOUR,
    LISTS_ONLY,
    context_of,
    downloads,
    edit,
    lists_over,
    pages,
    titles,
)
from ytui import config
from ytui.core.models import JobState, VideoState
from ytui.core.settings import Extra, Settings
from ytui.core.wait_reasons import ROOM
from ytui.engine import engine as engine_module
from ytui.engine import housekeeping
from ytui.engine.commands import queue_commands
from ytui.engine.housekeeping import Housekeeping
from ytui.engine.live_status import READ_AGAIN, QueueView, SlotState, SlotView
from ytui.engine.maintenance import trash
from ytui.engine.queue.estimates import queue_done_at
from ytui.store import jobs, journal, key_values, process_state, sites, videos
from ytui.store.database import Store
from ytui.store.trash import TrashReason, entries


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "SLOW_EVERY", 0.05)
    monkeypatch.setattr(housekeeping, "LOOK", 0.05)
    monkeypatch.setattr(housekeeping, "IDLE_LOOK", 0.05)
    monkeypatch.setattr(housekeeping, "BOARD_EVERY", 0.05)
    monkeypatch.setattr(engine_module, "IDLE_LOOK", 0.2)


def test_an_edit_takes_effect_at_the_next_job(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "none"\nextras = ["metadata"]')
    with home.engine() as engine:
        lists_over(home)
        first, second, _ = (video.id for video in videos.page(home.db))
        queue_commands.download_videos(home.db, engine.settings, [first], time.time())
        engine.wake()
        until(lambda: titles(home, VideoState.DOWNLOADED))
        edit(home, 'extras = ["metadata"]', 'extras = ["description"]')
        until(lambda: Extra.DESCRIPTION in engine.settings.channels[0].extras)
        queue_commands.download_videos(home.db, engine.settings, [second], time.time())
        engine.wake()
        until(lambda: len(titles(home, VideoState.DOWNLOADED)) == 2)
    files = [
        {name.partition("].")[2] for name in videos.by_ids(home.db, [number])[0].files}
        for number in (first, second)
    ]
    assert files == [{"mp4", "info.json"}, {"mp4", "description"}]


def test_the_retries_of_a_command_go_before_an_edited_configuration(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "none"')
    with home.engine(max_retries=0) as engine:
        lists_over(home)
        edit(home, "max_retries = 3", "max_retries = 9")
        until(lambda: engine.settings.retry.max_retries == 9)
        (one, *_) = videos.page(home.db)
        tiny_site.misbehave(one.video_id, "server_error")
        (job,) = queue_commands.download_videos(home.db, engine.settings, [one.id], time.time())
        engine.wake()
        until(lambda: home.job(job).state is JobState.WAITING)
        assert (home.job(job).due_at or 0.0) > time.time() + HOUR / 2


def test_an_edited_filter_judges_again_and_a_new_channel_is_fetched(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nnot_title = "Upload 2"')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
        assert titles(home, VideoState.SKIPPED) == {"Upload 2"}
        edit(home, 'not_title = "Upload 2"', 'not_title = "Upload 3"')
        until(lambda: titles(home, VideoState.SKIPPED) == {"Upload 3"})
        until(lambda: {job.title for job in downloads(home, JobState.QUEUED)} == {"Upload 1", "Upload 2"})
        home.channel(tiny_site.channel_url("tiny1", "shorts"))
        until(lambda: len(titles(home)) == 5)


def test_a_broken_edit_is_a_sentence_and_the_last_good_settings_stay(home: Home) -> None:
    with home.engine() as engine:
        before = engine.settings
        edit(home, 'reserve = "1 MB"', 'reserve = "much"')
        until(lambda: engine.problem)
        assert "config.toml line 4" in engine.problem
        assert "reserve" in engine.problem
        assert engine.settings is before
        until(lambda: len(journal.tail(home.db)) == 1)
        assert journal.tail(home.db)[0].message == f"{engine.problem}; the last good settings stay"
        # It is said once, not at every look.
        looks = engine.live_status.snapshot(0).queue
        edit(home, "count = 3", "count = 4")
        until(
            lambda: home.places.config_file.read_text() and engine.live_status.snapshot(0).queue is not looks
        )
        until(lambda: engine.live_status.snapshot(0).queue.mistake)
        assert engine.workers == 3, "nothing of a file with a mistake"
        edit(home, 'reserve = "much"', 'reserve = "2 MB"')
        until(lambda: engine.settings.library.reserve == 2_000_000)
        until(lambda: engine.problem == "")
        until(lambda: len(journal.tail(home.db)) == 2)
        assert [line.message for line in journal.tail(home.db)][1:] == [READ_AGAIN]
        until(lambda: not engine.live_status.snapshot(0).queue.mistake)
        assert engine.workers == 4


@pytest.mark.parametrize(("told", "wanted"), [(None, [2, 5]), (1, [1, 1])])
def test_an_edited_number_of_workers_takes_effect_unless_a_command_said_another(
    home: Home, told: int | None, wanted: list[int]
) -> None:
    with home.engine(workers=told) as engine:
        seen = []
        for was, count in ((3, 2), (2, 5)):
            edit(home, f"count = {was}", f"count = {count}")
            until(lambda now=count: engine.settings.workers.count == now)  # type: ignore[misc]
            until(lambda: len(engine.live_status.snapshot(0).slots) == engine.workers)
            seen.append(engine.workers)
        assert seen == wanted


def test_a_configuration_that_is_gone_is_a_problem_too(home: Home) -> None:
    with home.engine() as engine:
        away = home.places.config_file.with_suffix(".away")
        home.places.config_file.rename(away)
        until(lambda: engine.problem)
        assert engine.settings.workers.count == 3
        away.rename(home.places.config_file)
        until(lambda: engine.problem == "")


def test_a_library_that_is_not_mounted_holds_downloads_and_nothing_is_written(
    home: Home, tiny_site: Site
) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "newest 1"')
    with home.engine() as engine:
        until(lambda: titles(home, VideoState.DOWNLOADED) == {"Upload 3"})
        lists_over(home)
        # The disk is unmounted: what is left is the empty folder that it was mounted on.
        elsewhere = home.library.rename(home.library.with_name("disk"))
        home.library.mkdir()
        until(lambda: engine.live_status.snapshot(0).queue.held == f"library not mounted: {home.library}")
        queue_commands.download_channels(home.db, engine.settings, [1], time.time())
        engine.wake()
        until(
            lambda: (
                engine.live_status.snapshot(0).slots[0].waiting_for == f"library not mounted: {home.library}"
            )
        )
        # Listings need no library.
        queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
        engine.wake()
        lists_over(home)
        assert len(downloads(home, JobState.QUEUED)) == 2
        assert list(home.library.iterdir()) == []
        assert titles(home, VideoState.DOWNLOADED) == {"Upload 3"}
        assert f"library not mounted: {home.library}" in [line.message for line in journal.tail(home.db)]
        home.library.rmdir()
        elsewhere.rename(home.library)
        until(lambda: len(titles(home, VideoState.DOWNLOADED)) == 3)


def test_another_disk_in_its_place_is_not_the_library(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "newest 1"')
    with home.engine():
        until(lambda: titles(home, VideoState.DOWNLOADED))
    (home.library / ".ytui" / "library.id").write_text("0" * 32 + "\n")
    with home.engine() as engine:
        until(lambda: engine.live_status.snapshot(0).queue.held == f"library not mounted: {home.library}")


def test_the_queue_waits_for_room_and_goes_on_by_itself(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    free = [500_000]
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type(usage)(10**12, 0, free[0]))
    with home.engine() as engine:
        until(
            lambda: (
                engine.live_status.snapshot(0).slots[0].waiting_for == "the disk is full up to the reserve"
            )
        )
        until(lambda: engine.live_status.snapshot(0).queue.free_bytes == 500_000)
        free[0] = 1_100_000
        engine.wake()
        until(lambda: [job.wait for job in downloads(home)] == [ROOM] * 3)
        # Found out by an extraction each, whose sizes are kept: another look costs no request.
        asked = len(tiny_site.log)
        free[0] = 1_200_000
        until(lambda: engine.live_status.snapshot(0).queue.free_bytes == 1_200_000)
        until(lambda: [job.wait for job in downloads(home)] == [ROOM] * 3)
        assert len(tiny_site.log) == asked
        assert titles(home, VideoState.DOWNLOADED) == set()
        free[0] = 10**12
        until(lambda: len(titles(home, VideoState.DOWNLOADED)) == 3)
    assert {job.charged for job in downloads(home)} == {0}


def test_the_trash_gives_way_where_the_reserve_needs_its_room(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    taken = arrived(home.db, home.library, add_channel(home.db), 1)
    trash.take_out(home.db, home.library, taken, TrashReason.DELETED, time.time())
    trash.settle(home.db, home.library, Settings(), time.time())
    usage = shutil.disk_usage("/")

    def free(_: object) -> object:
        return type(usage)(10**12, 0, 500_000 if list((home.library / ".ytui/trash").iterdir()) else 10**12)

    monkeypatch.setattr(shutil, "disk_usage", free)
    with home.engine():
        until(lambda: len(titles(home, VideoState.DOWNLOADED)) == 3)
    assert entries(home.db) == []
    assert "of the trash deleted for good" in " ".join(line.message for line in journal.tail(home.db))


def test_the_board_can_be_read_beside_the_holder(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    tiny_site.trickle()
    beside = Store(home.places.database)
    with home.engine(workers=1):
        until(lambda: any(row.done_bytes for row in process_state.read_board(beside.db)))
        (row,) = process_state.read_board(beside.db)
        (job,) = jobs.running(beside.db)
        assert (row.slot, row.job_id, row.stage, row.attempt, row.pid) == (1, job.id, "video", 1, job.pid)
        assert row.total_bytes
        assert row.percent is not None
        assert 0 <= row.percent <= 100
        tiny_site.bytes_per_second = None
        until(lambda: sites.get(beside.db, "127.0.0.1"))
    assert process_state.read_board(beside.db) == []
    beside.close()


def test_what_is_due_is_fetched_unless_all_is_paused(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nevery = "6 h"\ndownload = false')
    ahead = [0.0]
    with home.engine(clock=lambda: time.time() + ahead[0], kinds=LISTS_ONLY) as engine:
        lists_over(home)
        tiny_site.traffic.clear()
        queue_commands.set_paused(home.db, True, engine.now())
        ahead[0] = 6 * HOUR + 1
        until(lambda: engine.live_status.snapshot(0).queue.paused)
        assert pages(tiny_site) == []
        queue_commands.set_paused(home.db, False, engine.now())
        until(lambda: "tiny1/videos 1" in pages(tiny_site))


def test_nothing_is_fetched_by_itself_where_that_is_not_wanted(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"))
    with home.engine(fetch_due=False) as engine:
        until(lambda: engine.live_status.snapshot(0).queue.free_bytes)
        assert jobs.count(home.db) == 0
    assert tiny_site.log == []


def test_the_queues_progress_and_time_left(home: Home) -> None:
    now = [NOW]
    context = context_of(home)
    context.clock = lambda: now[0]
    keeping = Housekeeping(context, config.load(home.places.config_file), fetch_due=False)
    first, second, third = (queue_job(home.db, add_video(home.db, name)) for name in "abc")

    def shown() -> QueueView:
        now[0] += 60
        keeping._show_queue()
        return context.live_status.snapshot(0).queue

    assert (shown().download_total, shown().eta) == (3, None), "nothing has taught how long one takes"
    job = run(home.db, first, now=now[0])
    now[0] += 10
    jobs.finish(home.db, job.id, now=now[0], bytes=1_000_000, requests=1)
    keeping.job_ended(job)
    queue = shown()
    assert (queue.download_done, queue.download_total) == (1, 3)
    # The one figure of all who say when it is done.
    said = queue_done_at(home.db, context.settings, now[0])
    assert said is not None
    assert queue.eta == pytest.approx(said - now[0])
    # Where nothing can start and nobody knows until when, nobody knows how long the rest takes.
    for slot in (1, 2):
        context.live_status.put(SlotView(slot, SlotState.WAITING, waiting_for="library not mounted"))
    assert (shown().download_total, shown().eta) == (3, None)
    until_then = now[0] + 900
    for slot in (1, 2):
        view = SlotView(slot, SlotState.WAITING, waiting_for="it cools down", waiting_until=until_then)
        context.live_status.put(view)
    assert shown().eta is not None
    key_values.put(home.db, key_values.PAUSED, "1")
    assert shown().eta is None
    key_values.put(home.db, key_values.PAUSED, "0")
    fourth = run(home.db, queue_job(home.db, add_video(home.db, "d")), now=now[0])
    fail(home.db, fourth, plan=NEVER)
    keeping.job_ended(fourth)
    assert shown().download_done == 2
    # A job that went back to the queue has not ended.
    released = run(home.db, second, now=now[0])
    jobs.release(home.db, released.id, now=now[0])
    keeping.job_ended(released)
    assert shown().download_done == 2
    # Whoever has the queue next goes on where this one was.
    keeping._progress.save()
    successor = Housekeeping(context, config.load(home.places.config_file), fetch_due=False)
    successor._show_queue()
    queue = context.live_status.snapshot(0).queue
    assert (queue.download_done, queue.download_total) == (2, 4)
    for left in (second, third):
        jobs.cancel(home.db, left.id, now[0])
    queue = shown()
    assert (queue.download_done, queue.download_total, queue.eta) == (0, 0, None)


def test_a_mistake_of_the_program_costs_one_look(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "none"')
    with home.engine() as engine:
        lists_over(home)
        looks: list[float] = []

        def tick(maintenance: object, now: float) -> None:
            looks.append(now)
            raise TypeError("no such thing")

        monkeypatch.setattr("ytui.engine.maintenance.periodic.PeriodicMaintenance.tick", tick)
        until(lambda: len(looks) > 2)
        edit(home, 'backlog = "none"', 'backlog = "all"')
        until(lambda: engine.settings.channels[0].backlog.kind.value == "all")
    assert caplog.text.count("met a mistake of the program") == 1


def test_a_clock_that_is_set_back_stops_nothing(home: Home, tiny_site: Site) -> None:
    """Its looks are seconds apart, and would be a day away."""
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "none"')
    set_back = 0.0
    with home.engine(clock=lambda: time.time() - set_back) as engine:
        lists_over(home)
        set_back = DAY
        edit(home, 'backlog = "none"', 'backlog = "all"')
        until(lambda: engine.settings.channels[0].backlog.kind.value == "all")
        home.library.rename(home.library.with_name("away"))
        home.library.touch()
        until(lambda: "library not writable" in engine.live_status.snapshot(0).queue.held)
