"""Listing a channel: what is asked, what is saved, when a walk may end early, and what is queued of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import (
    DAY,
    HOUR,
    LISTS_ONLY,
    context_of,
    downloads,
    fetch,
    first_channel,
    kill_process_of,
    lists_over,
    pages,
    tab,
    titles,
)
from ytui.core.models import JobKind, JobState, Priority, Tab, VideoState
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.demo.site import Site
from ytui.demo.world import Channel, World
from ytui.engine.commands import queue_commands
from ytui.store import attempts, channels, jobs, journal, plan, tabs, videos

Serve = Callable[..., Site]
NO_DOWNLOADS = "download = false\n"
VIDEOS_ONLY = 'tabs = ["videos"]\n'
BROKEN = Misbehaviour("broken", Effect.STATUS, Place.LISTING, status=404)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a site of a tiny world, as in ``serve(videos=8, page_size=4)``, or of a given one."""
    with ExitStack() as stack:

        def start(world: World | None = None, **shape: int) -> Site:
            return stack.enter_context(Site(world or World.tiny(time.time(), **shape)))  # type: ignore[arg-type]

        yield start


def changed(world: World, change: Callable[[Channel], None]) -> World:
    """The same world after a change to each of its channels."""
    for channel in world.channels:
        change(channel)
    return World(world.channels, now=world.now, page_size=world.page_size)


def test_an_unfinished_refresh_never_stops_the_next_one(home: Home, serve: Serve) -> None:
    site = serve(videos=10, page_size=10)
    home.channel(site.channel_url("tiny1"), NO_DOWNLOADS + VIDEOS_ONLY)
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        assert tab(home).complete
        site.publish("tiny1", 100)
        site.latency = 0.3
        queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
        engine.wake()
        until(lambda: sum(videos.counts(home.db).values()) >= 20)
        killed = kill_process_of(home, JobKind.FETCH)
        site.latency = 0.0
        lists_over(home)
    assert [attempt.outcome for attempt in attempts.of_job(home.db, killed.id)] == ["failed", "done"]
    assert sum(videos.counts(home.db).values()) == 110


def test_a_first_listing_killed_midway_is_walked_to_its_end(home: Home, serve: Serve) -> None:
    site = serve(videos=60, page_size=10)
    site.latency = 0.4
    home.channel(site.channel_url("tiny1"), NO_DOWNLOADS + VIDEOS_ONLY)
    with home.engine(kinds=LISTS_ONLY):
        until(lambda: sum(videos.counts(home.db).values()) >= 20)
        kill_process_of(home, JobKind.FETCH)
        assert not tab(home).complete
        site.latency = 0.0
        lists_over(home)
    assert tab(home).complete
    assert sum(videos.counts(home.db).values()) == 60
    assert not any(video.news for video in videos.page(home.db))


def test_a_refresh_with_nothing_new_is_one_request_a_tab(home: Home, serve: Serve) -> None:
    site = serve(channels=2, videos=18, shorts=18, page_size=6)
    for _, url in site.channel_urls():
        home.channel(url, NO_DOWNLOADS + 'tabs = ["videos", "shorts"]\n')
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        site.traffic.clear()
        fetch(home, engine)
        assert sorted(pages(site)) == ["tiny1/shorts 1", "tiny1/videos 1", "tiny2/shorts 1", "tiny2/videos 1"]
        assert len(site.log) == 4
        site.traffic.clear()
        site.publish("tiny1", 3)
        fetch(home, engine)
    assert pages(site, "tiny1/videos") == ["tiny1/videos 1", "tiny1/videos 2"]
    assert titles(home) >= {"Upload 19", "Upload 20", "Upload 21"}


def test_a_list_that_is_not_newest_first_is_walked_to_its_end_each_time(home: Home, serve: Serve) -> None:
    site = serve(videos=18, page_size=6)
    # An address that is no channel's root, nor one of its tabs: nothing is known of its order.
    home.channel(site.channel_url("tiny1") + "?as=list", NO_DOWNLOADS)
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        assert (tab(home, Tab.LIST).complete, tab(home, Tab.LIST).newest_first) == (True, False)
        site.traffic.clear()
        fetch(home, engine)
    assert pages(site) == ["tiny1/videos 1", "tiny1/videos 2", "tiny1/videos 3"]


def test_first_listings_go_in_two_passes(home: Home, serve: Serve) -> None:
    site = serve(channels=3, videos=6, shorts=6, page_size=2)
    for _, url in site.channel_urls():
        home.channel(url, NO_DOWNLOADS + 'tabs = ["videos", "shorts"]\n')
    with home.engine(kinds=LISTS_ONLY, workers=1):
        lists_over(home)
    asked = pages(site)
    first, older = asked[:6], asked[6:]
    assert {page.split()[1] for page in first} == {"1"}
    assert len(set(first)) == 6
    assert len([page for page in older if not page.endswith(" 1")]) == 12
    assert sum(videos.counts(home.db).values()) == 36
    older_jobs = [job for job in jobs.list(home.db, kinds=LISTS_ONLY) if not job.first_page_only]
    assert {job.priority for job in older_jobs} == {Priority.OLDER}


def test_a_page_can_be_used_while_the_walk_goes_on(home: Home, serve: Serve) -> None:
    site = serve(videos=4, page_size=2)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY)
    site.latency = 0.8
    with home.engine(kinds=LISTS_ONLY):
        until(lambda: sum(videos.counts(home.db).values()))
        assert len(downloads(home, JobState.QUEUED)) == 2
        assert not tab(home).complete
        site.latency = 0.0
        lists_over(home)
    assert len(downloads(home, JobState.QUEUED)) == 4


def test_backlog_lets_so_much_of_a_first_listing_into_the_queue(home: Home, serve: Serve) -> None:
    site = serve(channels=4, videos=7, page_size=2)
    for number, backlog in enumerate(("all", "newest 3", "none"), 1):
        home.channel(site.channel_url(f"tiny{number}"), VIDEOS_ONLY + f'backlog = "{backlog}"\n')
    # Without a known order the newest are only told at the end of the list.
    home.channel(site.channel_url("tiny4") + "?as=list", 'backlog = "newest 2"\n')

    def queued() -> list[list[str]]:
        found = [[], [], [], []]  # type: list[list[str]]
        for job in downloads(home, JobState.QUEUED):
            name = next(row.url for row in channels.subscribed(home.db) if row.id == job.channel_id)
            found[int(name.split("/tiny")[1][0]) - 1].append(job.title)
        return found

    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        everything, newest, none, list_ = queued()
        assert len(everything) == 7
        assert newest == ["Upload 7", "Upload 6", "Upload 5"]
        assert none == []
        assert list_ == ["Upload 7", "Upload 6"]
        left_out = [video for video in videos.page(home.db) if video.why == "backlog"]
        assert len(left_out) == 4 + 7 + 5
        assert {video.state for video in left_out} == {VideoState.NEW}
        assert {job.priority for job in downloads(home)} == {Priority.BACKLOG}
        # What is published later is no backlog.
        site.publish("tiny3", 2)
        fetch(home, engine)
    assert queued()[2] == ["Upload 9", "Upload 8"]
    assert {job.priority for job in downloads(home) if job.title in ("Upload 9", "Upload 8")} == {
        Priority.NEWS
    }


def test_what_retention_would_remove_is_never_queued(home: Home, serve: Serve) -> None:
    site = serve(channels=2, videos=6, page_size=4)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY + 'keep = "last 2"\n')
    home.channel(site.channel_url("tiny2"), VIDEOS_ONLY + 'keep = "3 days"\n')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    assert sorted(job.title for job in downloads(home)) == ["Upload 5", "Upload 5", "Upload 6", "Upload 6"]
    skipped = videos.page(home.db, states=[VideoState.SKIPPED])
    assert {(video.title, video.why) for video in skipped} == {(f"Upload {n}", "keep") for n in (1, 2, 3, 4)}


def test_a_walk_ends_where_all_the_rest_is_too_old(home: Home, serve: Serve) -> None:
    site = serve(videos=30, page_size=5)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY + NO_DOWNLOADS + 'keep = "6 days"\n')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    assert tab(home).complete
    assert max(int(page.split()[1]) for page in pages(site)) == 2
    assert len(titles(home, VideoState.NEW)) == 5


def test_members_only_videos_are_skipped_unless_they_are_to_be_tried(home: Home, serve: Serve) -> None:
    def badge(channel: Channel) -> None:
        channel.tabs["videos"][1] = replace(channel.tabs["videos"][1], members_badge=True)

    site = serve(changed(World.tiny(time.time(), channels=2, videos=3), badge))
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY)
    home.channel(site.channel_url("tiny2"), VIDEOS_ONLY + 'members = "try"\n')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    assert len(downloads(home)) == 2 + 3
    (skipped,) = videos.page(home.db, states=[VideoState.SKIPPED])
    assert (skipped.title, skipped.why) == ("Upload 2", "members only")


def test_a_channel_that_is_listed_only(home: Home, serve: Serve) -> None:
    site = serve(videos=3)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY + NO_DOWNLOADS + 'not_title = "Upload 1"\n')
    with home.engine():
        lists_over(home)
    assert not downloads(home)
    assert titles(home, VideoState.NEW) == {"Upload 2", "Upload 3"}
    assert titles(home, VideoState.SKIPPED) == {"Upload 1"}


def test_a_tab_that_is_not_there_is_asked_again_after_seven_days(home: Home, serve: Serve) -> None:
    site = serve(videos=2)
    home.channel(site.channel_url("tiny1"), NO_DOWNLOADS + 'tabs = ["videos", "shorts"]\n')
    now = time.time()
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        assert (tab(home, "shorts").complete, first_channel(home).state) == (False, "ok")
        site.traffic.clear()
        fetch(home, engine, now + 6.9 * DAY)
        assert pages(site, "tiny1/shorts") == []
        site.publish("tiny1", 1, "shorts")
        fetch(home, engine, now + 7.1 * DAY)
    assert pages(site, "tiny1/shorts") == ["tiny1/shorts 1"]
    assert tab(home, "shorts").complete
    assert "Short 1" in titles(home)


def test_an_error_completes_no_tab_and_removes_nothing(home: Home, serve: Serve) -> None:
    site = serve(videos=4, page_size=2)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY + NO_DOWNLOADS)
    site.misbehave("tiny1/videos", BROKEN)
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        assert not tab(home).complete
        row = first_channel(home)
        assert (row.state, row.error_class) == ("failed", "not_found")
        assert row.error
        assert row.next_fetch is not None
        assert row.next_fetch > time.time() + HOUR
        assert len(plan.list_items(home.db)) == 1
        site.misbehave("tiny1/videos", None)
        fetch(home, engine)
        assert (tab(home).complete, first_channel(home).state, len(plan.list_items(home.db))) == (
            True,
            "ok",
            0,
        )
        site.misbehave("tiny1/videos", BROKEN)
        fetch(home, engine)
    assert tab(home).complete
    assert videos.counts(home.db)[VideoState.NEW] == 4
    assert first_channel(home).state == "failed"


def test_an_empty_answer_completes_no_tab_and_removes_nothing(home: Home, serve: Serve) -> None:
    site = serve(channels=2, videos=3)
    site.world.channels[1].tabs["videos"].clear()
    for _, url in site.channel_urls():
        home.channel(url, VIDEOS_ONLY + NO_DOWNLOADS)
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)
        empty = tabs.tabs_of(home.db, channels.subscribed(home.db)[1].id)[0]
        assert (empty.complete, empty.empty_until) == (False, None)
        site.world.channels[0].tabs["videos"].clear()
        fetch(home, engine)
    assert videos.counts(home.db)[VideoState.NEW] == 3


def test_a_walk_that_breaks_off_keeps_its_pages_and_completes_nothing(home: Home, serve: Serve) -> None:
    site = serve(videos=8, page_size=2)
    site.latency = 0.5
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY + NO_DOWNLOADS)
    with home.engine(kinds=LISTS_ONLY):
        until(lambda: sum(videos.counts(home.db).values()) >= 4)
        site.misbehave("tiny1/videos", BROKEN)
        site.latency = 0.0
        lists_over(home)
    assert not tab(home).complete
    assert 4 <= sum(videos.counts(home.db).values()) < 8
    # Something came, so the channel was fetched; what did not come is in the plan.
    assert len(plan.list_items(home.db)) == 1


def test_the_pace_follows_the_news_unless_it_is_set(home: Home, serve: Serve) -> None:
    site = serve(channels=2, videos=2)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY + NO_DOWNLOADS)
    home.channel(site.channel_url("tiny2"), VIDEOS_ONLY + NO_DOWNLOADS + 'every = "6 h"\n')
    with home.engine(kinds=LISTS_ONLY) as engine:
        lists_over(home)

        def every() -> list[float]:
            return [round(row.every or 0.0) / HOUR for row in channels.subscribed(home.db)]

        assert every() == [24, 6]
        fetch(home, engine)
        assert every() == [24, 6], "a look so soon after another says nothing"
        home.db.execute("UPDATE channels SET last_fetched = last_fetched - every")
        home.db.execute("UPDATE videos SET first_seen = 0")
        fetch(home, engine)
        assert every() == [48, 6]
        site.publish("tiny1", 1)
        fetch(home, engine)
        assert every() == pytest.approx([14.4, 6])
    for row in channels.subscribed(home.db):
        # By up to a tenth sooner or later than its interval, so that what was fetched together drifts apart.
        ahead = (row.next_fetch or 0.0) - (row.last_fetched or 0.0)
        assert 0.9 <= ahead / (row.every or 0.0) <= 1.1
        assert ahead != row.every


def test_the_journal_says_what_a_listing_brought(home: Home, serve: Serve) -> None:
    site = serve(videos=3, page_size=2)
    home.channel(site.channel_url("tiny1"), NO_DOWNLOADS + 'tabs = ["videos", "shorts"]\n')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    said = {row.message for row in journal.tail(home.db)}
    assert {
        "Tiny Channel 1 / videos: 2 new of 2 seen on 1 page",
        "Tiny Channel 1 / videos: 1 new of 3 seen on 2 pages",
    } <= said
    # It may have been asked for before the channel's own name was known.
    assert said & {"tiny1 / shorts: there is no such tab", "Tiny Channel 1 / shorts: there is no such tab"}
    assert first_channel(home).channel_id == site.world.channels[0].id


def test_a_listing_whose_channel_is_gone_says_so(home: Home, serve: Serve) -> None:
    site = serve(videos=1)
    home.channel(site.channel_url("tiny1"), VIDEOS_ONLY)
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    home.db.execute("PRAGMA foreign_keys = OFF")
    (job,) = queue_commands.fetch_channels(home.db, context_of(home).settings, None, time.time())
    home.db.execute("UPDATE jobs SET tab_id = 999 WHERE id = ?", (job,))
    with home.engine(kinds=LISTS_ONLY):
        until(lambda: home.job(job).attempt and home.job(job).state is not JobState.RUNNING)
    assert "not in the store any more" in attempts.of_job(home.db, job)[0].message
