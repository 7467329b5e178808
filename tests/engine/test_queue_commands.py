"""What a key or a command asks for becomes rows, and the holder acts on them within a second."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import (
    NOW,
    PRIVATE,
    USER,
    add_channel,
    add_video,
    add_videos,
    entry,
    fail,
    get_video,
    queue_job,
    run,
)
from tests.support.rows.library_queries import downloads, lists_over
from ytui import config
from ytui.core.models import JobState, PlanState, Priority, Strategy, VideoState
from ytui.core.settings import Settings
from ytui.engine.commands import queue_commands
from ytui.engine.commands.channel_commands import sync_channels
from ytui.store import channels, jobs, key_values, plan, videos

ROOT = "https://www.youtube.com/@{}"


def settings_of(home: Home) -> Settings:
    return config.load(home.places.config_file).settings


@pytest.fixture
def three(home: Home) -> Home:
    """A library of three channels; nothing runs."""
    for name in "abc":
        home.channel(ROOT.format(name), 'tabs = ["videos", "shorts"]')
    sync_channels(home.db, settings_of(home), NOW)
    return home


def test_a_fetch_is_a_job_for_each_wanted_tab(three: Home) -> None:
    made = queue_commands.fetch_channels(three.db, settings_of(three), None, NOW)
    found = [three.job(number) for number in made]
    assert [job.title for job in found[:2]] == ["a / videos", "a / shorts"]
    assert len(found) == 6
    assert {(job.priority, job.asked, job.first_page_only) for job in found} == {(Priority.ASKED, True, True)}
    # Once more is the same jobs, not more of them.
    assert queue_commands.fetch_channels(three.db, settings_of(three), None, NOW) == made


def test_a_fetch_by_itself_is_of_channels_that_are_due(three: Home) -> None:
    a, b, c = channels.subscribed(three.db)
    channels.set_next_fetch(three.db, a.id, NOW + 1)
    queue_commands.pause_channels(three.db, [b.id], True)
    made = queue_commands.fetch_channels(three.db, settings_of(three), None, NOW, asked=False, due_only=True)
    assert {three.job(number).channel_id for number in made} == {c.id}
    assert {three.job(number).priority for number in made} == {Priority.NEWS}
    # It is not due again before it has run; the other one is, when its time has come.
    made = queue_commands.fetch_channels(
        three.db, settings_of(three), None, NOW + 1, asked=False, due_only=True
    )
    assert {three.job(number).channel_id for number in made} == {a.id}


def test_all_means_the_unpaused_and_a_name_means_that_one(three: Home) -> None:
    a, b, c = channels.subscribed(three.db)
    queue_commands.pause_channels(three.db, [b.id], True)
    everything = queue_commands.fetch_channels(three.db, settings_of(three), None, NOW)
    assert {three.job(number).channel_id for number in everything} == {a.id, c.id}
    named = queue_commands.fetch_channels(three.db, settings_of(three), [b.id, 999], NOW)
    assert {three.job(number).channel_id for number in named} == {b.id}


def test_a_download_that_is_asked_for_goes_first_and_passes_all_filters(home: Home) -> None:
    video = add_video(home.db)
    queued = queue_job(home.db, video)
    options = {"quality": "720p", "output": "/elsewhere", "metadata_only": True}
    made = queue_commands.download_videos(home.db, Settings(), [video.id, 999], NOW, **options)  # type: ignore[arg-type]
    assert made == [queued.id]
    job = home.job(queued.id)
    assert (job.priority, job.asked, job.options.to_values()) == (Priority.ASKED, True, options)


def test_what_is_there_is_not_downloaded_again_without_a_reason(home: Home) -> None:
    video = add_video(home.db)
    job = run(home.db, queue_job(home.db, video))
    videos.set_downloaded(
        home.db, video.id, path="a.mp4", size=1, files=["a.mp4"], format_id="1", height=1, now=NOW
    )
    jobs.finish(home.db, job.id, now=NOW)
    assert queue_commands.download_videos(home.db, Settings(), [video.id], NOW) == []
    assert len(queue_commands.download_videos(home.db, Settings(), [video.id], NOW, quality="360p")) == 1


def test_asking_again_for_what_failed_retries_its_job(home: Home) -> None:
    video = add_video(home.db)
    job = run(home.db, queue_job(home.db, video))
    fail(home.db, job, PRIVATE, USER)
    assert queue_commands.download_videos(home.db, Settings(), [video.id], NOW) == [job.id]
    assert home.job(job.id).state is JobState.QUEUED


def test_the_new_ones_of_a_channel(home: Home) -> None:
    channel = add_channel(home.db)
    wanted, left_out, _ = add_videos(
        home.db, channel, entry("a"), entry("b"), entry("members", availability="subscriber_only")
    )
    videos.set_why(home.db, left_out.id, "backlog")
    made = queue_commands.queue_new(home.db, Settings(), channel.id, NOW, asked=False)
    assert [home.job(number).video_id for number in made] == [wanted.id]
    made = queue_commands.download_channels(home.db, Settings(), [channel.id], NOW)
    assert [home.job(number).video_id for number in made] == [left_out.id]
    assert get_video(home.db, 3).state is VideoState.SKIPPED


def test_single_videos_by_address_or_id(home: Home) -> None:
    known = add_video(home.db)
    spelled = "https://youtu.be/new?si=x"
    made = queue_commands.download_urls(
        home.db, Settings(), [known.video_id, spelled, str(known.id), spelled], NOW
    )
    assert made[0] == made[2] != made[1] == made[3]
    assert home.job(made[1]).url == "https://www.youtube.com/watch?v=new"
    assert home.job(made[1]).site == "youtube"
    for text in ("nothing", "http://", "12345"):
        with pytest.raises(ValueError, match="URL"):
            queue_commands.download_urls(home.db, Settings(), [text], NOW)


def test_one_video_however_it_is_spelled(home: Home) -> None:
    watch = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    spellings = ["dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ?t=3", f"{watch}&list=PL1&t=3", watch]
    for text in spellings:
        made = queue_commands.download_urls(home.db, Settings(), [text, *spellings], NOW)
        assert len(set(made)) == 1
        assert home.job(made[0]).url == watch
        home.db.execute("DELETE FROM jobs")
        home.db.execute("DELETE FROM videos")


def test_the_plan_is_retried_or_dismissed_by_its_items(home: Home) -> None:
    made = [run(home.db, queue_job(home.db, add_video(home.db, name))) for name in "ab"]
    for job in made:
        fail(home.db, job, PRIVATE, USER)
    first, second = plan.list_items(home.db)
    assert (
        queue_commands.retry_jobs(home.db, [first.job_id, 999], NOW, strategy=Strategy.WITHOUT_PARTIAL) == 1
    )
    retried = home.job(first.job_id)
    assert (retried.state, retried.strategy) == (JobState.QUEUED, Strategy.WITHOUT_PARTIAL)
    assert plan.dismiss(home.db, [second.id], NOW) == 1
    dismissed = plan.by_id(home.db, second.id)
    assert dismissed is not None
    assert dismissed.state is PlanState.DISMISSED


BESIDE = """
import sys, time
from pathlib import Path
from ytui.core.settings import Settings
from ytui.engine.commands import queue_commands
from ytui.store import jobs
from ytui.store.database import Store
db = Store.open(Path(sys.argv[1]), migrate=False).db
print("ready", flush=True)
for line in sys.stdin:
    name, *numbers = line.split()
    if name == "cancel":
        jobs.request_cancel(db, [int(number) for number in numbers], time.time())
    elif name == "download":
        queue_commands.download_videos(db, Settings(), map(int, numbers), time.time())
    else:
        queue_commands.set_paused(db, name == "pause", time.time())
    print("written", flush=True)
"""


def test_rows_of_another_process_are_acted_on_at_once(
    home: Home, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody calls ``Engine.wake``: the holder sees by itself what a command beside it wrote."""
    # An idle slot would look again after some seconds; here it is the change alone that it acts on.
    monkeypatch.setattr("ytui.engine.engine.IDLE_LOOK", 3600.0)
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nbacklog = "none"')
    arguments = [sys.executable, "-c", BESIDE, str(home.places.database)]
    with (
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as beside,
        home.engine() as engine,
    ):
        assert beside.stdin is not None
        assert beside.stdout is not None

        def write(*words: object) -> None:
            assert beside.stdin is not None
            assert beside.stdout is not None
            beside.stdin.write(" ".join(map(str, words)) + "\n")
            beside.stdin.flush()
            assert beside.stdout.readline() == "written\n"

        assert beside.stdout.readline() == "ready\n"
        lists_over(home)
        first, second, _ = videos.page(home.db)
        tiny_site.trickle()
        write("download", first.id)
        until(lambda: any(view.done_bytes for view in engine.live_status.snapshot(0).slots))
        (job,) = downloads(home)
        write("cancel", job.id)
        until(lambda: home.job(job.id).state is JobState.CANCELLED)
        write("pause")
        write("download", second.id)
        until(lambda: engine.live_status.snapshot(0).slots[0].waiting_for == "the queue is paused")
        assert downloads(home, JobState.QUEUED)
        write("resume")
        until(lambda: downloads(home, JobState.RUNNING))
        beside.stdin.close()


def test_what_is_paused_is_remembered(home: Home) -> None:
    queue_commands.set_paused(home.db, True, NOW)
    assert key_values.get(home.db, "paused") == "1"
    assert key_values.is_paused(home.db)
    queue_commands.set_paused(home.db, False, NOW)
    assert not key_values.is_paused(home.db)
