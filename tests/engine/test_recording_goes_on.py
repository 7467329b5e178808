"""Recordings that were ended: by ytui, a kill, a full disk, a person; what there is stays, and they go on."""

from __future__ import annotations

import os
import signal

from tests.engine.conftest import Home, Site
from tests.support.processes.recordings import (
    SEGMENT,
    appended,
    ffmpeg_of,
    pieces,
    received,
    records,
    state_of,
    subscribed,
    whole_arrives,
)
from tests.support.processes.waiting import Clock, until
from tests.support.rows.library_queries import (
    downloads,
    edit,
    runs,
    video,
    view_of,
    watched,
)
from ytui.core.failures.classes import FailureClass
from ytui.core.models import JobKind, JobState, Stage, VideoState
from ytui.core.states import ACTIVE_STATES
from ytui.engine.commands import queue_commands
from ytui.engine.jobs.recording_job import PREFIX, finish_left
from ytui.engine.queue.explain import explain_video
from ytui.store import attempts, jobs, recordings


def test_a_recording_ended_by_the_end_of_ytui_goes_on_in_a_new_piece_and_nothing_of_it_is_lost(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    with home.engine(clock=live_clock) as engine:
        records(home, engine, 100_000)
    assert received(home) >= 100_000
    assert pieces(home, shown) == []
    with home.engine(clock=live_clock) as engine:
        until(lambda: pieces(home, shown))
        (first,) = pieces(home, shown)
        records(home, engine, 100_000)
        assert (home.library / first.path).exists()
        assert state_of(home, shown) is VideoState.QUEUED
        row = video(home, shown.title)
        assert "recorded in part: " in explain_video(home.db, engine.settings, row, live_clock()).reason
        live_clock.forward(5 * SEGMENT)
        whole_arrives(home, shown)
        # Whichever came first, both parts have given way to the whole.
        until(lambda: recordings.count(home.db, row.id) == 2 and not pieces(home, shown))
        until(lambda: len(list(home.library.glob(".ytui/replaced/*/*part 2*"))) == 1)


def test_a_recording_whose_job_is_killed_keeps_what_it_received(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine, 100_000)
        assert job.process_group is not None
        os.killpg(job.process_group, signal.SIGKILL)
        until(lambda: len(pieces(home, shown)) == 1)
        (piece,) = pieces(home, shown)
        assert piece.seconds is not None
        assert piece.seconds > 3
        assert (home.library / piece.path).suffix == ".mp4"


def test_what_ffmpeg_records_from_the_start_is_filed_when_it_breaks_off(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_start", rewinds=True)
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine, 50_000)
        assert job.process_group is not None
        os.kill(ffmpeg_of(job.process_group), signal.SIGKILL)
        until(lambda: pieces(home, shown))
        (piece,) = pieces(home, shown)
        assert piece.from_start
        assert piece.seconds is not None
        assert piece.seconds > 2, "an mp4 whose writer is killed is good for what it has"
        until(lambda: (found := home.job(job.id)).attempt == 2 and found.state is JobState.RUNNING)
        (failed,) = [row for row in attempts.of_job(home.db, job.id) if row.failure_class]
        assert failed.failure_class == FailureClass.NETWORK_CONNECTION
        assert "broke off while it was recorded" in str(failed.message)
        records(home, engine)
        live_clock.forward(5 * SEGMENT)
        whole_arrives(home, shown)


def test_a_disk_that_filled_up_is_told_as_that_and_what_there_is_stays_until_there_is_room(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    modules = ("ytui.demo.extractor", "tests.support.extractors.full_disk")
    with home.engine(clock=live_clock, extractor_modules=modules) as engine:
        job = records(home, engine, 100_000)
        assert job.process_group is not None
        os.kill(ffmpeg_of(job.process_group), signal.SIGKILL)
        until(lambda: home.job(job.id).failure_class == FailureClass.DISK_FULL)
        assert home.job(job.id).state is JobState.WAITING
        assert pieces(home, shown) == []
        assert received(home) >= 100_000


def test_a_recording_that_a_full_disk_ended_goes_on_as_soon_as_there_is_room(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine, 100_000)
        edit(home, 'reserve = "1 MB"', 'reserve = "900000 GB"')
        until(lambda: home.job(job.id).state is JobState.WAITING)
        due = home.job(job.id).due_at
        assert due is not None
        edit(home, 'reserve = "900000 GB"', 'reserve = "1 MB"')
        until(lambda: home.job(job.id).state is JobState.RUNNING)
        assert live_clock() < due, "what is live does not wait for the next look"
        until(lambda: len(pieces(home, shown)) == 1)


def test_a_cancelled_recording_is_filed_as_far_as_it_came(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine, 100_000)
        jobs.request_cancel(home.db, [job.id], live_clock())
        engine.wake()
        until(lambda: home.job(job.id).state is JobState.CANCELLED)
        until(lambda: len(pieces(home, shown)) == 1)
        until(lambda: not jobs.list(home.db, kinds=[JobKind.RECORDING], states=ACTIVE_STATES))
        until(lambda: not list(home.library.glob(f".ytui/partial/{PREFIX}*")))
        assert state_of(home, shown) is VideoState.QUEUED
        # The download looks again, finds it live still, and does not begin what a person ended.
        (download,) = downloads(home, JobState.WAITING)
        queue_commands.retry_jobs(home.db, [download.id], live_clock())
        engine.wake()
        until(lambda: (found := home.job(download.id)).attempt > download.attempt and found.due_at)
        assert not jobs.list(home.db, kinds=[JobKind.RECORDING], states=ACTIVE_STATES)
        assert queue_commands.retry_jobs(home.db, [job.id], live_clock()) == 1
        engine.wake()
        assert records(home, engine, 100_000).id == job.id
        assert len(pieces(home, shown)) == 1


def test_what_a_person_asks_for_again_is_recorded_once_the_last_piece_is_filed(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine, 100_000)
    jobs.request_cancel(home.db, [job.id], live_clock())
    finish_left(home.db, home.library, live_clock())
    assert home.job(job.id).state is JobState.CANCELLED
    assert queue_commands.retry_jobs(home.db, [job.id], live_clock()) == 1
    with home.engine(clock=live_clock) as engine:
        until(lambda: len(pieces(home, shown)) == 1)
        records(home, engine, 100_000)
        assert home.job(job.id).state is JobState.CANCELLED, "another one took its place"


def test_a_recording_from_the_start_goes_on_where_it_was(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_start")
    with home.engine(clock=live_clock) as engine:
        records(home, engine)
        until(lambda: appended(home), 120)
    live_site.traffic.clear()
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine)
        until(lambda: (view := view_of(engine, job.id)) and view.stage is Stage.RECORDING)
        live_clock.forward(5 * SEGMENT)
        until(lambda: pieces(home, shown))
        (piece,) = pieces(home, shown)
        assert piece.from_start
        assert piece.seconds is not None
        assert 7 < piece.seconds < 9
        # By the site's clock it went on for two hours: this cannot be all of it.
        whole_arrives(home, shown)
        assert video(home, shown.title).format_id != "start"
    fetched = [request.path for request in live_site.log if "720p-0.ts" in request.path]
    assert len(fetched) == 1, "by the download of the whole: what was recorded is not asked for again"


def test_a_recording_from_the_start_that_stands_still_goes_on_behind_what_it_has(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_start", there=4.2, stands_still=SEGMENT)
    with home.engine(clock=live_clock):
        until(lambda: pieces(home, shown), 120)
        looks = len(watched(live_site))
        until(lambda: len(watched(live_site)) > looks + 1)
        live_clock.forward(2 * SEGMENT)
        until(lambda: appended(home), 120)
        job = runs(home, JobKind.RECORDING)
        assert job is not None
        assert job.attempt == 1, "that nothing comes is no failure"
        live_clock.forward(3 * SEGMENT)
        until(lambda: home.job(job.id).state is JobState.DONE)
        whole_arrives(home, shown)
        until(lambda: not pieces(home, shown))
        lasted = home.db.all("SELECT seconds FROM recordings ORDER BY id")
        assert [round(row["seconds"]) for row in lasted] == [4, 4]
    fetched = [request.path for request in live_site.log if "720p-0.ts" in request.path]
    assert len(fetched) == 2, "by the first piece and by the download of the whole"
