"""Recordings of what is live: beside the queue, piece by piece, and never taken for the whole."""

from __future__ import annotations

import contextlib
import glob
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, cast

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.programs import any_ffmpeg
from tests.support.processes.waiting import Clock, size_of, until
from tests.support.rows.library_queries import (
    context_of,
    downloads,
    edit,
    runs,
    said,
    titles,
    video,
    view_of,
    watched,
)
from ytui.core.failures.classes import FailureClass
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, Priority, Stage, VideoState
from ytui.core.protocol import PieceRecorded
from ytui.core.settings import RecordLive
from ytui.core.states import ACTIVE_STATES
from ytui.core.tasks import Common
from ytui.demo import clips
from ytui.demo.world import Video as Shown
from ytui.demo.world import World
from ytui.engine.commands import queue_commands
from ytui.engine.context import RunningJob
from ytui.engine.engine import Engine
from ytui.engine.jobs.recording_job import PREFIX, RecordingRun, finish_left
from ytui.engine.queue.explain import explain_video
from ytui.store import attempts, jobs, recordings, videos
from ytui.store.recordings import Recording
from ytui.store.rows import Job
from ytui.ytdlp.download.resume import BASENAME

SITE = "ytuidemo"
RECORDED = 'tabs = ["streams"]\nextras = []\nrecord_live = "{}"\n'


SEGMENT = 1000.0
"""Seconds of the clock, which the tests put forward, for one of media: a stream has eight of those."""


def begin(site: Site, *, there: float = 6.2, **more: Any) -> Shown:
    """A broadcast of which six seconds are there: less does not tell ffmpeg what is in it."""
    return site.announce("tiny1", starts_in=-there * SEGMENT, lasts=8 * SEGMENT, **more)


def subscribed(home: Home, site: Site, record_live: str, **shown: Any) -> Shown:
    """The same in a channel that is recorded."""
    found = begin(site, **shown)
    home.channel(site.channel_url("tiny1"), RECORDED.format(record_live))
    return found


def row_id(home: Home, shown: Shown) -> int | None:
    row = videos.by_key(home.db, SITE, shown.id)
    return None if row is None else row.id


def pieces(home: Home, shown: Shown) -> list[Recording]:
    number = row_id(home, shown)
    return [] if number is None else recordings.of_video(home.db, number)


def state_of(home: Home, shown: Shown) -> VideoState:
    row = videos.by_key(home.db, SITE, shown.id)
    assert row is not None
    return row.state


def received(home: Home) -> int:
    """Bytes of the piece under way."""
    found = home.library.glob(f".ytui/partial/{PREFIX}*/{BASENAME}.*")
    return sum(size_of(path) for path in found)


def appended(home: Home) -> int:
    """Fragments that are part of the piece under way, as its journal has it."""
    journals = home.library.glob(f".ytui/partial/{PREFIX}*/{BASENAME}.*.journal")
    return sum(len(journal.read_text().splitlines()) - 1 for journal in journals)


def ffmpeg_of(group: int) -> int:
    """The process that records in a job's group."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (entry / "cmdline").read_bytes()
            if b"-flush_packets" in words and os.getpgid(int(entry.name)) == group:
                return int(entry.name)
    raise AssertionError("no ffmpeg records here")


def whole_arrives(home: Home, shown: Shown) -> None:
    until(lambda: state_of(home, shown) is VideoState.DOWNLOADED)
    assert (home.library / str(video(home, shown.title).path)).exists()


def records(home: Home, engine: Engine, least: int = 1) -> Job:
    """The job that records, once so many bytes of the piece under way are there."""
    until(lambda: runs(home, JobKind.RECORDING) and received(home) >= least, 120)
    job = runs(home, JobKind.RECORDING)
    assert job is not None
    return job


def test_a_broadcast_is_recorded_from_now_on_and_the_whole_is_fetched_when_it_is_over(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = subscribed(home, live_site, "from_now")
    with home.engine(clock=live_clock) as engine:
        job = records(home, engine)
        until(lambda: (view := view_of(engine, job.id)) and view.stage is Stage.RECORDING and view.done_bytes)
        view = view_of(engine, job.id)
        assert view is not None
        assert view.slot > 16, "a slot beside the others"
        assert view.since is not None
        assert abs(view.since - time.time()) < 60
        until(lambda: state_of(home, shown) is VideoState.QUEUED)
        why = explain_video(home.db, engine.settings, video(home, shown.title), time.time()).reason
        assert "; it is recorded since " in why
        assert why.endswith(", and the whole is fetched when it is over")
        live_clock.forward(2 * SEGMENT)
        until(lambda: pieces(home, shown))
        (piece,) = pieces(home, shown)
        assert "(part 1, recorded " in piece.path
        assert piece.seconds is not None
        assert 3 < piece.seconds < 9
        assert not piece.from_start
        assert any("recorded in part" in line for line in said(home))
        whole_arrives(home, shown)
        until(lambda: not pieces(home, shown))
        until(lambda: not (home.library / piece.path).exists())
        assert list(home.library.glob(f".ytui/replaced/*/{glob.escape(Path(piece.path).name)}"))
    assert not list(home.library.glob(".ytui/partial/*"))


@pytest.fixture
def muted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A clip of the sample site's whose sound was taken out, as sites do where somebody has rights."""
    media = tmp_path / "media"
    (media / "muted/hls").mkdir(parents=True)
    (media / "blocks").symlink_to(clips.MEDIA / "blocks")
    for number in range(3):
        source = str(clips.MEDIA / f"blocks/hls/720p-{number}.ts")
        command = [any_ffmpeg(), "-v", "error", "-copyts", "-i", source, "-c:v", "copy", "-af", "volume=0"]
        target = str(media / f"muted/hls/720p-{number}.ts")
        subprocess.run([*command, "-c:a", "aac", "-muxdelay", "0", target], check=True)
    monkeypatch.setattr(clips, "MEDIA", media)
    return "muted"


@pytest.mark.parametrize(
    ("how", "why"), [("cut", "were recorded, the whole has"), ("muted", "is silent for")]
)
def test_a_whole_that_was_cut_or_muted_replaces_no_part(
    home: Home, live_site: Site, live_clock: Clock, muted: str, how: str, why: str
) -> None:
    changed: dict[str, Any] = {"kept": 1} if how == "cut" else {"afterwards": muted}
    shown = subscribed(home, live_site, "from_now", **changed)
    with home.engine(clock=live_clock) as engine:
        records(home, engine, 100_000)
        live_clock.forward(5 * SEGMENT)
        whole_arrives(home, shown)
        until(lambda: any("the parts that were recorded stay" in line for line in said(home)))
        assert any(why in line for line in said(home))
        (piece,) = pieces(home, shown)
        assert (home.library / piece.path).exists()


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


def test_one_recorded_from_its_beginning_to_its_end_is_the_whole(home: Home) -> None:
    with Site(World.tiny(time.time(), videos=1)) as site, home.engine() as engine:
        queue_commands.download_urls(
            home.db, engine.settings, [site.video_url(site.world.videos()[0].id)], time.time()
        )
        engine.wake()
        home.idle(engine, 120)
        # Jobs begin at once now, and the site keeps what was shown before.
        shown = site.announce("tiny1", starts_in=0, lasts=36)
        url = site.video_url(shown.id)
        queue_commands.download_urls(home.db, engine.settings, [url], time.time(), record="from_start")
        engine.wake()
        until(lambda: titles(home, VideoState.DOWNLOADED) >= {shown.title}, 120)
        row = video(home, shown.title)
        assert row.format_id == "start"
        assert "(part" not in str(row.path)
        assert recordings.of_video(home.db, row.id) == []
        home.idle(engine)
        assert (home.library / str(row.path)).exists()


@pytest.mark.parametrize("state", [VideoState.QUEUED, VideoState.RUNNING])
def test_a_recorded_whole_is_the_video_unless_that_is_being_downloaded(
    home: Home, live_clock: Clock, state: VideoState
) -> None:
    number = videos.add_single(home.db, site=SITE, video_id="x", url="https://x/", title="x", now=0)
    row = videos.by_id(home.db, number)
    assert row is not None
    download = jobs.enqueue_download(home.db, video=row, priority=Priority.NEWS, now=0).id
    if state is VideoState.RUNNING:
        jobs.claim(home.db, download, slot=1, now=0)
    options = JobOptions(record=RecordLive.FROM_START)
    recording = jobs.enqueue_recording(home.db, video=row, options=options, now=0, asked=True, due_at=None).id
    run = RecordingRun(context_of(home), home.job(recording), Common(recording, home.library / "log"))
    noted = run.on_report(
        PieceRecorded(1, "x.mp4", 1, 0.0, 8.0, True, True, "start", 720), cast("RunningJob", None)
    )
    assert noted is not None
    assert noted.go
    found = videos.by_id(home.db, number)
    assert found is not None
    taken = state is VideoState.QUEUED
    assert (found.path == "x.mp4") is taken
    assert found.state is (VideoState.DOWNLOADED if taken else VideoState.RUNNING)
    parts = [piece.path for piece in recordings.of_video(home.db, number)]
    assert parts == ([] if taken else ["x.mp4"])


def test_recordings_take_no_slot_and_no_turn_from_the_others(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    begin(live_site)
    home.channel(live_site.channel_url("tiny1"), RECORDED.format("from_now").replace('["', '["videos", "'))
    edit(home, "concurrency = 16", "concurrency = 1")
    with home.engine(clock=live_clock, workers=1) as engine:
        records(home, engine)
        until(lambda: video(home, "Upload 1").state is VideoState.DOWNLOADED)
        assert runs(home, JobKind.RECORDING)


def test_a_person_has_a_broadcast_recorded_whatever_its_channel_says(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = begin(live_site)
    with home.engine(clock=live_clock) as engine:
        url = live_site.video_url(shown.id)
        queue_commands.download_urls(home.db, engine.settings, [url], live_clock(), record="from_now")
        engine.wake()
        until(lambda: runs(home, JobKind.RECORDING), 120)
