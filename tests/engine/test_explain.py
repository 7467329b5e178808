"""Why is this not here? The answer for every state of a video and of a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import (
    AGAIN,
    BOT,
    HOLD,
    HOLD_QUEUE,
    NOW,
    PRIVATE,
    USER,
    add_channel,
    add_videos,
    entry,
    fail,
)
from tests.support.rows.factories import queue_job as enqueue
from tests.support.rows.library_queries import context_of, edit
from ytui.core.models import JobState, Priority, VideoReason, VideoState
from ytui.core.wait_reasons import CHOSEN_TIME, THE_LINE, for_extras
from ytui.engine.commands import queue_commands
from ytui.engine.queue.explain import Explanation, explain_job, explain_video
from ytui.engine.sites import circuit_breaker
from ytui.store import channels, jobs, pending_deletes, sites, tabs, videos
from ytui.store.library_marker import create_library
from ytui.store.rows import Channel, Job, SiteRow, Video
from ytui.store.trash import TrashReason

SITE = "a.org"
YEAR = 365 * 86_400


@pytest.fixture
def channel(home: Home) -> Channel:
    return add_channel(home.db, site=SITE)


@pytest.fixture
def film(home: Home, channel: Channel) -> Video:
    (made,) = add_videos(home.db, channel, entry("abc", duration=100.0, published_at=NOW - 2 * YEAR))
    return made


def ask(home: Home, video: Video) -> Explanation:
    context = context_of(home, NOW)
    fresh = videos.by_id(home.db, video.id)
    assert fresh is not None
    return explain_video(home.db, context.settings, fresh, NOW)


def queued(home: Home, video: Video, priority: Priority = Priority.BACKLOG) -> Job:
    return enqueue(home.db, video, priority, site=SITE)


def running(home: Home, video: Video) -> Job:
    claimed = jobs.claim(home.db, queued(home, video).id, slot=2, now=NOW)
    assert claimed is not None
    return claimed


def left_new(words: str) -> Callable[[Home, Video], None]:
    return lambda home, video: videos.set_why(home.db, video.id, words)


def runs(home: Home, video: Video) -> None:
    running(home, video)


def is_asked_to_end(home: Home, video: Video) -> None:
    jobs.request_cancel(home.db, [running(home, video).id], NOW)


def was_cancelled(home: Home, video: Video) -> None:
    jobs.request_cancel(home.db, [queued(home, video).id], NOW)


def has_failed(home: Home, video: Video) -> None:
    fail(home.db, running(home, video), PRIVATE, USER)


def comes_again(home: Home, video: Video) -> None:
    fail(home.db, running(home, video), plan=AGAIN)


def site_is_closed(home: Home, video: Video) -> None:
    sites.save(home.db, SiteRow(SITE, "cooldown", NOW + 3600, "bot check", 1))
    fail(home.db, running(home, video), BOT, HOLD)


def disk_is_full(home: Home, video: Video) -> None:
    fail(home.db, running(home, video), plan=replace(HOLD_QUEUE, at=NOW + 30))


def line_is_down(home: Home, video: Video) -> None:
    job = running(home, video)
    fail(home.db, job, plan=replace(AGAIN, at=NOW + 30), wait=THE_LINE)


def waits_for_its_time(home: Home, video: Video) -> None:
    jobs.wait_until(home.db, [queued(home, video).id], until=NOW + 7, now=NOW, wait=CHOSEN_TIME)


def archived(home: Home, video: Video) -> None:
    assert videos.set_state(home.db, video.id, VideoState.ARCHIVED, expect=[VideoState.NEW])


def arrived(home: Home, video: Video) -> None:
    running(home, video)
    videos.set_downloaded(
        home.db,
        video.id,
        path="Films/a.mp4",
        size=1,
        files=("Films/a.mp4",),
        format_id="18",
        height=360,
        now=NOW,
    )
    jobs.finish(home.db, jobs.running(home.db)[0].id, now=NOW)


@pytest.mark.parametrize(
    ("happens", "state", "words", "until"),
    [
        (left_new(""), "new", "nobody asked for it yet", None),
        (left_new(VideoReason.BACKLOG), "new", "`backlog` left it out", None),
        (left_new(VideoReason.LIVE_NOW), "new", "it is live now", None),
        (was_cancelled, "new", "its job was cancelled; ask for it again", None),
        (runs, "running", "in slot 2, try 1", None),
        (is_asked_to_end, "running", "in slot 2, try 1; it is being ended", None),
        (has_failed, "failed", PRIVATE.reason, None),
        (has_failed, "failed", PRIVATE.remedy, None),
        (comes_again, "waiting", "; it is tried again by itself", NOW + 60),
        (site_is_closed, "waiting", f"{SITE} is cooling down (bot check)", NOW + 3600),
        (disk_is_full, "waiting", "; it goes on by itself when there is room", NOW + 30),
        (line_is_down, "waiting", "the line is down", NOW + 30),
        (waits_for_its_time, "waiting", "the time you chose", NOW + 7),
        (archived, "archived", "an import said that it is known", None),
        (arrived, "downloaded", "its file is Films/a.mp4", None),
    ],
)
def test_each_state(
    home: Home,
    film: Video,
    happens: Callable[[Home, Video], None],
    state: str,
    words: str,
    until: float | None,
) -> None:
    happens(home, film)
    answer = ask(home, film)
    assert words in answer.reason
    assert (answer.state, answer.until, answer.position) == (state, until, None)


def test_a_file_that_was_removed(home: Home, film: Video) -> None:
    arrived(home, film)
    assert videos.set_state(home.db, film.id, VideoState.REMOVED, expect=[VideoState.DOWNLOADED])
    assert ask(home, film).reason == "its file was taken out of the library"


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (TrashReason.RETENTION, "its channel's `keep` let it go; ask for it to have it again"),
        (VideoReason.FILE_GONE, "somebody deleted its file; ask for it to have it again"),
    ],
)
def test_who_removed_a_file(home: Home, film: Video, by: str, words: str) -> None:
    arrived(home, film)
    assert pending_deletes.forget_deleted(home.db, film.id, by)
    assert ask(home, film).reason == words


@pytest.mark.parametrize(
    ("more", "rule", "hint"),
    [
        ("after = 2024-01-01", "after", "would pass with 2021-11-14"),
        ("min_duration = 200", "min_duration", "would pass with 100 s"),
        ('title = "Trailer"', "title", "would pass without title"),
    ],
)
def test_what_a_filter_refused_says_what_would_let_it_pass(
    home: Home, channel: Channel, film: Video, more: str, rule: str, hint: str
) -> None:
    home.channel(channel.url, more)
    home.db.execute("UPDATE videos SET published_exact = 1 WHERE id = ?", (film.id,))
    videos.set_state(home.db, film.id, VideoState.SKIPPED, expect=[VideoState.NEW], why=rule)
    assert ask(home, film) == Explanation("skipped", f"not queued: `{rule}`; {hint}")


def test_what_a_filter_of_yesterday_refused(home: Home, film: Video) -> None:
    videos.set_state(home.db, film.id, VideoState.SKIPPED, expect=[VideoState.NEW], why="after")
    assert ask(home, film) == Explanation("skipped", "`after` refused it; it would pass now")


def fill(home: Home, channel: Channel, count: int) -> list[Video]:
    entries = [entry(f"v{number}", duration=float(10 + number)) for number in range(count)]
    return add_videos(home.db, channel, *entries)


def test_the_place_in_the_queue(home: Home, channel: Channel) -> None:
    made = fill(home, channel, 5)
    for video in made:
        queued(home, video)
    assert ask(home, made[0]) == Explanation("queued", "it is the next one", None, 1)
    assert ask(home, made[4]) == Explanation("queued", "4 others go first", None, 5)
    last = jobs.active_of_video(home.db, made[4].id)
    assert last is not None
    jobs.to_top(home.db, [last.id])
    assert ask(home, made[4]).position == 1
    assert ask(home, made[3]).reason == "4 others go first"


def paused(home: Home, channel: Channel) -> None:
    queue_commands.set_paused(home.db, True, NOW)


def channel_paused(home: Home, channel: Channel) -> None:
    channels.set_paused(home.db, channel.id, True)


def cooling(home: Home, channel: Channel) -> None:
    sites.save(home.db, SiteRow(SITE, "cooldown", NOW + 60, "rate limited", 1))


def probing(home: Home, channel: Channel) -> None:
    sites.save(home.db, SiteRow(SITE, "probing", None, "rate limited", 1, 9))


def crowded(home: Home, channel: Channel) -> None:
    for number, video in enumerate(add_videos(home.db, channel, entry("r1"), entry("r2"))):
        assert jobs.claim(home.db, queued(home, video).id, slot=number, now=NOW)


def spent(home: Home, channel: Channel) -> None:
    data = {"minute": 0.0, "hour": 40.0, "at": NOW, "day": NOW // 86_400, "day_used": 9, "factor": 1.0}
    sites.save(home.db, SiteRow(SITE, data={**data, "factor_at": NOW, "listings": 1.0}))


def without_library(home: Home, channel: Channel) -> None:
    (video,) = add_videos(home.db, channel, entry("there"))
    create_library(home.library)
    arrived(home, video)


@pytest.mark.parametrize(
    ("obstacle", "reason", "until"),
    [
        (paused, "the queue is paused", None),
        (channel_paused, "its channel is paused", None),
        (cooling, f"{SITE} is cooling down", NOW + 60),
        (probing, f"{SITE} is being probed", None),
        (crowded, f"{SITE} allows 2 at once", None),
        (spent, f"{SITE} budget", NOW + 3.5),
        (without_library, "library not mounted: {library}", None),
    ],
)
def test_what_holds_a_queued_one(
    home: Home, channel: Channel, obstacle: Callable[[Home, Channel], None], reason: str, until: float | None
) -> None:
    obstacle(home, channel)
    made = fill(home, channel, 2)
    for video in made:
        queued(home, video)
    answer = ask(home, made[1])
    assert answer.reason == reason.format(library=home.library)
    assert answer.until == (None if until is None else pytest.approx(until))
    assert (answer.state, answer.position) == ("queued", 2)


def test_asking_why_marks_no_folder_as_the_library(home: Home, channel: Channel, film: Video) -> None:
    queued(home, film)
    ask(home, film)
    assert not (home.library / ".ytui").exists()


def test_each_worker_with_a_budget_of_its_own_waits_for_no_shared_one(home: Home, channel: Channel) -> None:
    edit(home, "[limits.", '[limits]\nmode = "independent"\n[limits.')
    spent(home, channel)
    (video,) = fill(home, channel, 1)
    queued(home, video)
    assert ask(home, video).reason == "it is the next one"


def test_a_job_of_the_channels_listing(home: Home, channel: Channel) -> None:
    tab = tabs.ensure_tab(home.db, channel.id, "videos", f"{channel.url}/videos")
    made = jobs.enqueue_fetch(
        home.db,
        channel_id=channel.id,
        tab_id=tab.id,
        url=tab.url,
        title="Films / videos",
        site=SITE,
        priority=Priority.NEWS,
        now=NOW,
    )
    context = context_of(home, NOW)
    assert explain_job(home.db, context.settings, home.job(made.id), NOW).reason == "it is the next one"


@pytest.mark.parametrize("state", [JobState.DONE, JobState.CANCELLED, JobState.INTERRUPTED])
def test_a_job_that_is_over_says_so(home: Home, film: Video, state: JobState) -> None:
    job = replace(queued(home, film), state=state)
    answer = explain_job(home.db, context_of(home, NOW).settings, job, NOW)
    assert answer.state == state
    assert answer.reason


def test_captions_that_are_held_do_not_blame_the_site(home: Home, film: Video) -> None:
    job = running(home, film)
    fail(home.db, job, BOT, HOLD, wait=for_extras(SITE, ["subtitles"]))
    assert ask(home, film).reason == f"subtitles of {SITE}"


def test_who_waits_for_a_site_that_is_open_again_says_that(home: Home, film: Video) -> None:
    job = running(home, film)
    circuit_breaker.wait_for_site(home.db, job, NOW)
    sites.save(home.db, SiteRow(SITE))
    assert "cooling down" not in ask(home, film).reason


def test_what_newer_ones_pushed_out_is_not_said_to_pass(home: Home) -> None:
    home.channel("https://example.org/films", 'keep = "last 1"')
    films = add_channel(home.db, "films")
    _, old = add_videos(
        home.db, films, entry("new", published_at=NOW - 1), entry("old", published_at=NOW - YEAR)
    )
    videos.set_state(home.db, old.id, VideoState.SKIPPED, expect=[VideoState.NEW], why="keep")
    assert ask(home, old).reason == (
        "not queued: `keep`; its channel keeps the last 1, and as many are newer"
    )
