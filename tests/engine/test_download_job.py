"""One download: may it start once its facts are known, what it leaves, and how it fails."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_video, queue_job, run
from tests.support.rows.library_queries import (
    LISTS_ONLY,
    context_of,
    downloads,
    fetch,
    first_channel,
    kill_process_of,
    lists_over,
    parts,
    resumed_at,
    titles,
    video,
    watched,
)
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, PlanState, Strategy, VideoState
from ytui.core.tasks import Common
from ytui.core.wait_reasons import ROOM
from ytui.demo.world import Delivery, World
from ytui.engine.commands import queue_commands
from ytui.engine.commands.channel_commands import sync_channels
from ytui.engine.context import NO_ROOM_AGAIN
from ytui.engine.engine import Engine
from ytui.engine.jobs.download_job import DownloadRun, partial_name
from ytui.engine.maintenance import retention_sweep
from ytui.store import attempts, jobs, plan, videos

VIDEOS_ONLY = 'tabs = ["videos"]\n'
LISTED = VIDEOS_ONLY + 'backlog = "none"\n'


def download(home: Home, engine: Engine, title: str, **options: str) -> int:
    """Ask for a video, and wait until its job is over or waits; the job's id."""
    (job,) = queue_commands.download_videos(
        home.db,
        engine.settings,
        [video(home, title).id],
        time.time(),
        **options,  # type: ignore[arg-type]
    )
    engine.wake()
    until(lambda: home.job(job).state not in (JobState.QUEUED, JobState.RUNNING))
    return job


def test_the_record_of_the_last_step_stays_until_the_row_is_on_the_disk(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut that takes the row back would let the video come a second time."""
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "newest 1"\nextras = []')
    written: list[bool] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().name.endswith("-wal"):
            written.append(bool(list(home.library.glob(".ytui/partial/*/finish.json"))))
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", note)
    with home.engine() as engine:
        until(lambda: downloads(home, JobState.DONE))
        home.idle(engine)
    assert written == [True]
    assert not list(home.library.glob(".ytui/partial/*"))


def test_a_failed_extra_is_a_partial_success_that_is_retried_on_its_own(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), LISTED)
    with home.engine() as engine:
        lists_over(home)
        tiny_site.misbehave(video(home, "Upload 1").video_id, "thumbnail_missing")
        job = download(home, engine, "Upload 1")
        assert home.job(job).state is JobState.DONE
        there = video(home, "Upload 1")
        assert there.state is VideoState.DOWNLOADED
        assert [name.rpartition(".")[2] for name in there.files] == ["mp4", "json"]
        (extra,) = jobs.list(home.db, kinds=[JobKind.EXTRAS])
        assert extra.options == JobOptions(extras=("thumbnail",))
        until(lambda: home.job(extra.id).state is JobState.FAILED)
        assert video(home, "Upload 1").state is VideoState.DOWNLOADED
        (item,) = plan.list_items(home.db)
        assert (item.job_id, item.failure_class) == (extra.id, "not_found")
        tiny_site.misbehave(there.video_id, None)
        media = len([request for request in tiny_site.log if request.path.startswith("/media/")])
        queue_commands.retry_jobs(home.db, [item.job_id], time.time())
        engine.wake()
        until(lambda: home.job(extra.id).state is JobState.DONE)
        assert len(plan.list_items(home.db)) == 0
        assert len([request for request in tiny_site.log if request.path.startswith("/media/")]) == media
    assert there.path is not None
    beside = {file.suffix for file in (home.library / there.path).parent.iterdir()}
    assert beside == {".mp4", ".json", ".jpg"}


def test_a_filter_that_refuses_at_extraction_skips_without_a_failure(home: Home, tiny_site: Site) -> None:
    later = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    home.channel(tiny_site.channel_url("tiny1"), VIDEOS_ONLY + f"download = false\nafter = {later}\n")
    with home.engine() as engine:
        lists_over(home)
        assert len(titles(home, VideoState.SKIPPED)) == 3
        # As a listing with rough dates would have left it: ten days are less than such a date's error.
        home.db.execute(
            "UPDATE videos SET state = 'new', why = '', published_exact = 0 WHERE title = 'Upload 3'"
        )
        (job,) = queue_commands.queue_new(
            home.db, engine.settings, first_channel(home).id, time.time(), asked=False
        )
        engine.wake()
        until(lambda: home.job(job).state is JobState.CANCELLED)
        refused = video(home, "Upload 3")
        assert (refused.state, refused.why, refused.published_exact) == (VideoState.SKIPPED, "after", True)
        assert len(watched(tiny_site)) == 1
        assert not [request for request in tiny_site.log if request.path.startswith("/media/")]
        assert (len(plan.list_items(home.db)), home.job(job).charged) == (0, 0)
        # A person may have it all the same.
        assert home.job(download(home, engine, "Upload 3")).state is JobState.DONE


def test_what_newer_ones_pushed_out_while_it_waited_is_not_downloaded(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), VIDEOS_ONLY + 'download = false\nkeep = "last 2"\n')
    with home.engine() as engine:
        lists_over(home)
        oldest = min(videos.page(home.db), key=lambda each: each.published_at or 0.0)
        assert (oldest.state, oldest.why) == (VideoState.SKIPPED, "keep")
        # As it stood when it was queued, before the two newer ones came.
        home.db.execute("UPDATE videos SET state = 'new', why = '' WHERE id = ?", (oldest.id,))
        job = queue_job(home.db, oldest, site=first_channel(home).site)
        engine.wake()
        until(lambda: home.job(job.id).state is JobState.CANCELLED)
        assert (video(home, oldest.title).state, video(home, oldest.title).why) == (
            VideoState.SKIPPED,
            "keep",
        )
        assert not [request for request in tiny_site.log if request.path.startswith("/media/")]
        # Whoever asks for it has it for good: retention would take it ten minutes later.
        assert home.job(download(home, engine, oldest.title)).state is JobState.DONE
        assert video(home, oldest.title).keep
        assert not list(retention_sweep.overdue(home.db, engine.settings, time.time()))
        newest = max(videos.page(home.db), key=lambda each: each.published_at or 0.0)
        assert home.job(download(home, engine, newest.title)).state is JobState.DONE
        assert not video(home, newest.title).keep


def test_the_disk_filled_up_while_it_was_extracted(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: usage(10**12, 0, 1_100_000 if watched(tiny_site) else 10**12)
    )
    home.channel(tiny_site.channel_url("tiny1"), LISTED)
    with home.engine() as engine:
        lists_over(home)
        job = home.job(download(home, engine, "Upload 1"))
    assert (job.state, job.wait) == (JobState.WAITING, ROOM)
    assert job.due_at == pytest.approx(time.time() + NO_ROOM_AGAIN, abs=10)
    assert (job.charged, attempts.of_job(home.db, job.id)[0].outcome) == (0, "declined")
    assert not [request for request in tiny_site.log if request.path.startswith("/media/")]
    assert len(plan.list_items(home.db)) == 0


@pytest.fixture
def split_site() -> Iterator[Site]:
    """A channel whose videos come as separate picture and sound in three heights."""
    with Site(World.tiny(time.time(), videos=2, delivery=Delivery.SPLIT)) as site:
        yield site


def test_quality_is_an_upper_bound_and_may_be_asked_for(home: Home, split_site: Site) -> None:
    home.channel(split_site.channel_url("tiny1"), LISTED + 'quality = "720p"\nextras = []')
    with home.engine() as engine:
        lists_over(home)
        download(home, engine, "Upload 1")
        download(home, engine, "Upload 2", quality="480p")
    assert [video(home, title).height for title in ("Upload 1", "Upload 2")] == [720, 480]


def test_elsewhere_and_metadata_alone(home: Home, tiny_site: Site, tmp_path: Path) -> None:
    home.channel(tiny_site.channel_url("tiny1"), LISTED + "extras = []")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with home.engine() as engine:
        lists_over(home)
        download(home, engine, "Upload 1", output=str(elsewhere))
        download(home, engine, "Upload 2", metadata_only=True)  # type: ignore[arg-type]
    path = video(home, "Upload 1").path
    assert path is not None
    assert Path(path).is_relative_to(elsewhere)
    assert Path(path).is_file()
    assert video(home, "Upload 2").state is VideoState.NEW
    assert [file.suffix for file in home.library.rglob("*Upload 2*")] == [".json"]


def test_a_job_whose_process_is_killed_fails_with_its_reason_and_goes_on(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), LISTED + "extras = []")
    tiny_site.trickle()
    with home.engine(workers=1) as engine:
        lists_over(home)
        numbers = [row.id for row in videos.page(home.db)]
        queue_commands.download_videos(home.db, engine.settings, numbers, time.time())
        engine.wake()
        until(lambda: any(view.done_bytes > 20_000 for view in engine.live_status.snapshot(0).slots))
        killed = kill_process_of(home, JobKind.DOWNLOAD)
        # It may run again before anybody looks.
        until(lambda: attempts.of_job(home.db, killed.id)[0].outcome == "failed")
        assert parts(home)
        tiny_site.bytes_per_second = None
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    failed, done = attempts.of_job(home.db, killed.id)
    assert (failed.outcome, done.outcome) == ("failed", "done")
    assert "signal 9" in failed.message
    assert failed.reference
    assert max(resumed_at(tiny_site)) >= 20_000
    assert len(plan.list_items(home.db, states=list(PlanState))) == 1


def test_a_resumed_job_spends_no_page_request(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), LISTED + "extras = []")
    tiny_site.trickle()
    with home.engine(workers=1) as engine:
        lists_over(home)
        queue_commands.download_videos(home.db, engine.settings, [video(home, "Upload 1").id], time.time())
        engine.wake()
        until(lambda: any(view.done_bytes > 20_000 for view in engine.live_status.snapshot(0).slots))
    tiny_site.bytes_per_second = None
    with home.engine():
        until(lambda: titles(home, VideoState.DOWNLOADED))
    assert len(watched(tiny_site)) == 1
    assert len(resumed_at(tiny_site)) == 1


def test_what_the_task_says(home: Home) -> None:
    cookies = home.places.data_dir / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n")
    home.channel(
        "https://www.youtube.com/@Films",
        f'cookies = "{cookies}"\nargs = ["--force-ipv4"]\nsubtitle_langs = ["de"]',
    )
    with home.places.config_file.open("a") as file:
        file.write('[ytdlp]\nargs = ["--no-mtime"]\n')
    context = context_of(home)
    sync_channels(home.db, context.settings, NOW)
    made = add_video(home.db)
    home.db.execute("UPDATE videos SET channel_id = 1")
    common = Common(1, Path("log"), args=context.settings.ytdlp.args)

    def task(strategy: Strategy) -> DownloadRun:
        home.db.execute("UPDATE jobs SET strategy = ?", (strategy.value,))
        return DownloadRun(context, home.job(1), common)

    queue_job(home.db, made)
    plain = task(Strategy.AS_BEFORE).task
    assert plain.common.args == ("--no-mtime", "--force-ipv4")
    assert (plain.channel_name, plain.subtitle_langs, plain.quality) == ("Films", ("de",), "1080p")
    assert plain.partial == home.library / ".ytui" / "partial" / partial_name(made)
    # Cookies go along when they are needed, not before.
    assert plain.common.cookies is None
    copy = task(Strategy.WITH_COOKIES).task.common.cookies
    assert copy is not None
    assert copy != cookies
    assert copy.read_text() == cookies.read_text()


def test_a_download_whose_video_is_gone_says_so(home: Home) -> None:
    job = run(home.db, queue_job(home.db, add_video(home.db)))
    home.db.execute("PRAGMA foreign_keys = OFF")
    home.db.execute("DELETE FROM videos")
    with pytest.raises(LookupError, match="not in the store"):
        DownloadRun(context_of(home), job, Common(job.id, Path("log")))


def test_the_name_of_a_partial_is_safe_its_own_and_stays(home: Home) -> None:
    made = [add_video(home.db, name) for name in ("../../etc", "../..*etc", "a" * 500, "ä/b", "ä_b")]
    names = [partial_name(video) for video in made] + [
        partial_name(video, extras_only=True) for video in made
    ]
    assert len(set(names)) == 10
    assert not [name for name in names if set(name) & set("/.\\*") or len(name) > 80]
    # The site's own id of a single video is learned while it is downloaded already.
    assert partial_name(replace(made[0], video_id="learned", site="other")) == names[0]


def test_a_cancelled_download_does_not_come_back_with_the_next_refresh(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), VIDEOS_ONLY)
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        jobs.request_cancel(home.db, jobs.active_ids(home.db), time.time())
        assert titles(home, VideoState.NEW) == {"Upload 1", "Upload 2", "Upload 3"}
        fetch(home, engine)
    assert downloads(home, JobState.QUEUED) == []
