"""What comes in fragments, what is live, and what will be: as the real extractor tells of them."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import Clock, size_of, until
from tests.support.servers.fakeyt_site import FakeSite, needs_site, watch
from tests.ytdlp.conftest import run_job
from ytui.core.failures.classes import FailureClass
from ytui.core.models import JobKind, JobState, Stage
from ytui.core.protocol import Progress
from ytui.core.tasks import Common, DownloadTask
from ytui.engine.commands import queue_commands
from ytui.engine.engine import Engine
from ytui.store import attempts, jobs, journal, recordings, videos
from ytui.store.recordings import Recording
from ytui.ytdlp import ffmpeg

pytestmark = needs_site

HLS_ONLY = "youtube:player_client=visionos"


def task_of(site: FakeSite, folder: Path, url: str) -> DownloadTask:
    """A download by a job alone, without an engine."""
    args = ("--proxy", site.proxy, "--no-check-certificates", "--extractor-args", HLS_ONLY)
    common = Common(1, folder / "log", args=args, bandwidth=400_000)
    return DownloadTask(common, url, None, folder, folder / "partial", "v.%(ext)s", "720p")


def test_hls_is_measured_by_its_fragments_not_by_the_peak_of_its_bit_rate(
    site: FakeSite, tmp_path: Path
) -> None:
    site.configure(hls="only", hls_seconds=12, pad_kb=600)
    ended = run_job(task_of(site, tmp_path, watch(site.ids("@chan02")[0])))

    seen = [report for report in ended.reports if isinstance(report, Progress)]
    media = [report for report in seen if report.stage is Stage.VIDEO]
    fractions = [report.fraction for report in media if report.fraction is not None]
    assert fractions == sorted(fractions)
    assert any(0.4 < found < 0.8 for found in fractions)
    received = max(report.done_bytes for report in media)
    for report in (report for report in media if (report.fraction or 0) > 0.5):
        assert report.total_bytes is not None
        assert 0.7 * received < report.total_bytes < 1.5 * received
        assert report.eta is not None
        assert report.eta < 10


def waits_for(home: Home, shown: dict[str, Any], failure: FailureClass) -> bool:
    """Whether the download of a broadcast waits because of this."""
    job = home.job_of(shown["id"])
    return job.state == "waiting" and job.failure_class == failure


def test_a_premiere_waits_for_its_start_and_for_its_end_and_arrives(
    make_home: MakeHome, site: FakeSite
) -> None:
    clock, home = Clock(), make_home()
    with home.engine(clock=clock) as engine:
        home.download(engine, site.ids("@chan03")[:1])
        home.idle(engine)
        # Jobs start at once now; the site's times are real ones.
        shown = site.announce("premiere", "@chan03", in_s=15, for_s=25)
        start = time.time() + 15
        home.download(engine, [shown["id"]])
        until(lambda: waits_for(home, shown, FailureClass.UPCOMING))
        until(lambda: time.time() > start)
        clock.forward(30)
        engine.wake()
        until(lambda: waits_for(home, shown, FailureClass.LIVE_NOW))
        job = home.job_of(shown["id"])
        assert job.due_at is not None
        assert job.due_at < start + 30 + shown["duration"] + 90
        assert job.title == shown["title"]
        until(lambda: time.time() > start + 26)
        clock.forward(shown["duration"] + 90)
        engine.wake()
        until(lambda: shown["id"] in home.media())


def test_a_stream_that_runs_at_the_first_listing_arrives_when_a_later_one_shows_its_end(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    shown = site.announce("live", "@chan05", for_s=25)
    end = time.time() + 26
    home.channel("@chan05", 'tabs = ["streams"]\nbacklog = "none"\nextras = []')
    with home.engine() as engine:
        until(lambda: any(row.video_id == shown["id"] for row in home.videos()))
        home.idle(engine)
        assert not home.media()
        until(lambda: time.time() > end)
        home.fetch(engine)
        until(lambda: shown["id"] in home.media())


def pieces_of(home: Home, shown: dict[str, Any]) -> list[Recording]:
    """The pieces in the library of a broadcast."""
    row = videos.by_key(home.db, "youtube", shown["id"])
    return [] if row is None else recordings.of_video(home.db, row.id)


def under_way(home: Home) -> int:
    """Bytes of the pieces that are being recorded."""
    found = home.library.glob(".ytui/partial/recording-*/media.*")
    return sum(size_of(path) for path in found)


def record(home: Home, engine: Engine, shown: dict[str, Any], mode: str) -> None:
    """Ask for a broadcast as ``download --record`` does."""
    queue_commands.download_urls(home.db, engine.settings, [watch(shown["id"])], time.time(), record=mode)
    engine.wake()


def test_a_stream_that_ytui_left_and_came_back_to_is_there_in_two_pieces(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    shown = site.announce("live", "@chan01", for_s=100)
    with home.engine() as engine:
        record(home, engine, shown, "from_now")
        until(lambda: under_way(home) > 50_000)
    with home.engine() as engine:
        until(lambda: len(pieces_of(home, shown)) == 1)
        (first,) = pieces_of(home, shown)
        assert first.seconds is not None
        assert first.seconds > 2
        until(lambda: under_way(home) > 50_000)
        assert shown["id"] not in home.media()
        until(lambda: shown["id"] in home.media())
        # The site's files last two seconds, whatever it says: the whole takes the place of no part.
        until(
            lambda: any("the parts that were recorded stay: " in row.message for row in journal.tail(home.db))
        )
        assert len(pieces_of(home, shown)) == 2


def test_a_recording_from_the_start_whose_job_is_killed_fetches_only_what_is_missing(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    with home.engine() as engine:
        home.download(engine, site.ids("@chan03")[:1])
        home.idle(engine)
        shown = site.announce("live", "@chan01", for_s=50)
        record(home, engine, shown, "from_start")
        until(lambda: under_way(home) > 20_000, 120)
        (job,) = jobs.list(home.db, kinds=[JobKind.RECORDING])
        until(lambda: (found := jobs.by_id(home.db, job.id)) and found.process_group)
        running = jobs.by_id(home.db, job.id)
        assert running is not None
        assert running.process_group is not None
        os.killpg(running.process_group, signal.SIGKILL)
        until(lambda: shown["id"] in home.media(), 240)
        fetched = Counter(
            (row["query"]["itag"], row["query"]["sq"])
            for row in site.log("media", shown["id"])
            if "sq" in row["query"]
        )
    assert len(fetched) > 10
    again = [piece for piece, times in fetched.items() if times > 1]
    assert len(again) <= 2, "what was under way of picture and sound when the job was killed, and no more"


def test_a_stream_whose_certificate_ffmpeg_does_not_trust_is_told_as_that(
    make_home: MakeHome, site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    home = make_home(args=["--ffmpeg-location", str(ffmpeg.bundled())])
    shown = site.announce("live", "@chan01", for_s=300)
    with home.engine() as engine:
        record(home, engine, shown, "from_now")
        until(lambda: jobs.list(home.db, kinds=[JobKind.RECORDING], states=[JobState.FAILED]), 120)
        (job,) = jobs.list(home.db, kinds=[JobKind.RECORDING])
        assert job.failure_class == FailureClass.NETWORK_TLS
        assert "SSL_CERT_FILE" in attempts.of_job(home.db, job.id)[-1].message
