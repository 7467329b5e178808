"""Listing a channel: whole, tab by tab, with few requests, and whole again after a kill in the middle."""

from __future__ import annotations

import os
import signal

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import TABS, FakeSite, needs_site
from ytui.engine.commands import queue_commands
from ytui.store import jobs

pytestmark = needs_site

ONLY_LIST = "download = false"
ONLY_VIDEOS = 'download = false\ntabs = ["videos"]'
SLOW_PAGES = {"channel": 150, "browse": 150}


def test_a_channel_by_its_root_is_listed_whole_and_refreshed_with_one_request_a_tab(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    home.channel("@chan02", ONLY_LIST)
    with home.engine() as engine:
        home.idle(engine)
        for tab, count in (("videos", 250), ("shorts", 8), ("streams", 4)):
            assert home.listed(tab) == set(site.ids("@chan02", tab)), tab
            assert len(home.listed(tab)) == count
            assert home.is_complete(tab)

        site.forget_traffic()
        home.fetch(engine)
        assert len(home.videos()) == 262
        assert [row["path"] for row in sorted(site.log(), key=lambda row: row["path"])] == [
            f"/@chan02/{tab}" for tab in sorted(TABS)
        ]

        site.forget_traffic()
        news = site.publish("@chan02", 2)
        home.fetch(engine)
        assert home.listed("videos") == {*site.ids("@chan02"), *news}
        assert {video.video_id for video in home.videos() if video.news} == news
        assert len(site.log()) == len(TABS)


def test_a_listing_whose_process_is_killed_is_walked_again_to_its_end(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    home.channel("@chan02", ONLY_VIDEOS)
    site.configure(latency_ms=SLOW_PAGES)
    before = set(site.ids("@chan02"))
    with home.engine() as engine:
        until(lambda: len(home.videos()) >= 90)
        (running,) = jobs.running(home.db)
        assert running.pid is not None
        os.kill(running.pid, signal.SIGKILL)
        until(lambda: not jobs.running(home.db))
        assert len(home.videos()) < len(before)
        assert not home.is_complete("videos")
        home.idle(engine)
    assert home.listed("videos") >= before
    assert home.is_complete("videos")


def _kill_once(home: Home, site: FakeSite, seen: int) -> None:
    """Run the fetch as a process and kill it, engine and all, once ``seen`` videos are stored."""
    process = home.ytui("fetch", "--json")
    until(lambda: len(home.videos()) >= seen or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    until(lambda: not home.processes(), 5)


def test_a_listing_is_complete_after_ytui_was_killed_in_the_middle(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    home.channel("@chan02", ONLY_VIDEOS)
    site.configure(latency_ms=SLOW_PAGES)
    _kill_once(home, site, 90)
    assert 90 <= len(home.videos()) < 250
    assert not home.is_complete("videos")
    site.configure(latency_ms=0)
    home.told("fetch")
    assert home.listed("videos") >= set(site.ids("@chan02"))
    assert home.is_complete("videos")
    assert {job.state for job in home.jobs()} == {"done"}


def test_a_refresh_of_a_hundred_news_is_complete_after_ytui_was_killed_after_page_one(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    home.channel("@chan05", ONLY_VIDEOS)
    home.told("fetch")
    before = home.listed("videos")
    assert len(before) == 60
    assert home.is_complete("videos")

    news = site.publish("@chan05", 100)
    site.configure(latency_ms=SLOW_PAGES)
    _kill_once(home, site, 60 + 30)
    assert len(home.videos()) < 160
    site.configure(latency_ms=0)
    site.forget_traffic()
    home.told("fetch")
    assert home.listed("videos") == before | news
    # 100 news and what is known after them lie on four pages of 30; there is no need to read the rest.
    assert len(site.log()) == 4


def test_a_terminated_channel_says_so_and_keeps_its_videos(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home()
    home.channel("@chan01", ONLY_VIDEOS)
    with home.engine() as engine:
        home.idle(engine)
        listed = home.listed("videos")
        assert listed == set(site.ids("@chan01"))
        site.fail({"fail": "channel_terminated", "channel": "@chan01"})
        queue_commands.fetch_channels(home.db, engine.settings, None, engine.now())
        engine.wake()
        home.idle(engine)
    (job,) = [job for job in home.jobs() if job.state == "failed"]
    assert job.failure_class == "terminated"
    assert home.listed("videos") == listed
    assert not any(video.state == "removed" for video in home.videos())


@pytest.mark.parametrize(("refusal", "times"), [("browse_429", 1), ("browse_reset", 4)])
def test_a_listing_refused_in_the_middle_loses_nothing(
    make_home: MakeHome, site: FakeSite, refusal: str, times: int
) -> None:
    home = make_home()
    home.channel("@chan02", ONLY_VIDEOS)
    site.fail({"fail": refusal, "skip": 3, "times": times, "scope": "rule"})
    with home.engine() as engine:
        home.idle(engine)
    assert len(site.log()) > 9
    assert home.listed("videos") >= set(site.ids("@chan02"))
    assert home.is_complete("videos")


@pytest.mark.parametrize(("refusal", "skip"), [("browse_503", 3), ("channel_503", 0)])
def test_a_page_that_youtube_gave_at_the_second_try_leaves_the_listing_whole(
    make_home: MakeHome, site: FakeSite, refusal: str, skip: int
) -> None:
    home = make_home()
    home.channel("@chan02", ONLY_VIDEOS)
    site.fail({"fail": refusal, "skip": skip, "times": 1, "scope": "rule"})
    home.told("fetch")
    assert len([row for row in site.log() if row["status"] == 503]) == 1
    assert home.listed("videos") >= set(site.ids("@chan02"))
    assert home.is_complete("videos")

    site.stop_failing()
    site.forget_traffic()
    home.told("fetch")
    assert len(site.log()) == 1
