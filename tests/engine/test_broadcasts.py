"""What is live, or will be: it waits for its end, and then it arrives."""

from __future__ import annotations

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import Clock, until
from tests.support.rows.library_queries import downloads, fetch, said, video
from ytui.core.failures.classes import FailureClass
from ytui.core.models import JobState, PlanState, VideoReason, VideoState
from ytui.demo.world import Video as Shown
from ytui.engine.commands import queue_commands
from ytui.engine.engine import Engine
from ytui.engine.queue.explain import explain_video
from ytui.store import journal, plan, videos
from ytui.store.rows import Job

SITE = "ytuidemo"
STREAMS = 'tabs = ["videos", "streams"]\nextras = []\nbacklog = "none"\n'


def live_now(home: Home, site: Site) -> Shown:
    """A broadcast under way in a channel that is subscribed to."""
    home.channel(site.channel_url("tiny1"), STREAMS)
    return site.announce("tiny1", starts_in=-10, lasts=1000)


def state_of(home: Home, shown: Shown) -> VideoState | None:
    """What the library says of a video, once it knows it."""
    row = videos.by_key(home.db, SITE, shown.id)
    return None if row is None else row.state


def waits(home: Home, shown: Shown, failure: FailureClass) -> Job | None:
    """The waiting download of a video that last met this."""
    for job in downloads(home, JobState.WAITING):
        if job.url.endswith(shown.id) and job.failure_class == failure:
            return job
    return None


def answer(home: Home, engine: Engine, shown: Shown) -> str:
    row = videos.by_key(home.db, SITE, shown.id)
    assert row is not None
    return explain_video(home.db, engine.settings, row, engine.now()).reason


def test_a_premiere_waits_for_its_start_and_for_its_end_and_arrives(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = live_site.announce("tiny1", starts_in=1000, lasts=500, premiere=True)
    home.channel(live_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []\nbacklog = "newest 1"\n')
    with home.engine(clock=live_clock) as engine:
        until(lambda: waits(home, shown, FailureClass.UPCOMING))
        live_clock.forward(1010)
        engine.wake()
        until(lambda: waits(home, shown, FailureClass.LIVE_NOW))
        job = waits(home, shown, FailureClass.LIVE_NOW)
        assert job is not None
        assert job.charged == 0
        item = plan.of_job(home.db, job.id)
        assert item is not None
        assert (item.state, item.next_at) == (PlanState.SCHEDULED, job.due_at)
        assert any("It is being broadcast at the moment" in line for line in said(home))
        assert not journal.tail(home.db, level="warning"), "it is no mishap"
        assert "It is being broadcast at the moment" in answer(home, engine, shown)
        # It should be over after eight seconds, and runs late.
        assert job.due_at is not None
        assert job.due_at - engine.now() < 70
        live_clock.forward(500)
        engine.wake()
        until(lambda: state_of(home, shown) is VideoState.DOWNLOADED)
        assert video(home, shown.title).live_status == "not_live"


def test_a_stream_that_runs_at_the_first_listing_is_queued_by_the_one_that_shows_its_end(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = live_now(home, live_site)
    with home.engine(clock=live_clock) as engine:
        until(lambda: state_of(home, shown) is VideoState.NEW)
        home.idle(engine)
        fetch(home, engine, live_clock())
        assert state_of(home, shown) is VideoState.NEW
        assert "it is live now" in answer(home, engine, shown)
        live_clock.forward(2000)
        fetch(home, engine, live_clock())
        until(lambda: state_of(home, shown) is VideoState.DOWNLOADED)
        assert video(home, shown.title).live_status == "was_live"


def test_a_list_that_shows_the_end_lets_a_waiting_download_be_due(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = live_now(home, live_site)
    with home.engine(clock=live_clock) as engine:
        until(lambda: state_of(home, shown) is VideoState.NEW)
        queue_commands.download_videos(home.db, engine.settings, [video(home, shown.title).id], live_clock())
        engine.wake()
        until(lambda: waits(home, shown, FailureClass.LIVE_NOW))
        assert video(home, shown.title).title == shown.title, "yt-dlp appends the time to what is live"
        live_clock.forward(1001)
        fetch(home, engine, live_clock())
        until(lambda: state_of(home, shown) is VideoState.DOWNLOADED)
    assert not list(home.library.glob(".ytui/partial/*"))


def test_what_an_older_version_gave_up_when_it_met_it_live_arrives(
    home: Home, live_site: Site, live_clock: Clock
) -> None:
    shown = live_now(home, live_site)
    with home.engine(clock=live_clock) as engine:
        until(lambda: state_of(home, shown) is VideoState.NEW)
        row = video(home, shown.title).id
        videos.set_state(home.db, row, VideoState.SKIPPED, expect=[VideoState.NEW], why=VideoReason.LIVE_NOW)
        fetch(home, engine, live_clock())
        assert state_of(home, shown) is VideoState.SKIPPED
        live_clock.forward(2000)
        fetch(home, engine, live_clock())
        until(lambda: state_of(home, shown) is VideoState.DOWNLOADED)
