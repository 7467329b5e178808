"""Recordings of what is live: beside the queue, piece by piece, and never taken for the whole."""

from __future__ import annotations

import glob
import subprocess
import time
from pathlib import Path
from typing import Any, cast

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.programs import any_ffmpeg
from tests.support.processes.recordings import (
    RECORDED,
    SEGMENT,
    SITE,
    begin,
    pieces,
    records,
    state_of,
    subscribed,
    whole_arrives,
)
from tests.support.processes.waiting import Clock, until
from tests.support.rows.library_queries import (
    context_of,
    edit,
    runs,
    said,
    titles,
    video,
    view_of,
)
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, Priority, Stage, VideoState
from ytui.core.protocol import PieceRecorded
from ytui.core.settings import RecordLive
from ytui.core.tasks import Common
from ytui.demo import clips
from ytui.demo.world import World
from ytui.engine.commands import queue_commands
from ytui.engine.context import RunningJob
from ytui.engine.jobs.recording_job import RecordingRun
from ytui.engine.queue.explain import explain_video
from ytui.store import jobs, recordings, videos


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
