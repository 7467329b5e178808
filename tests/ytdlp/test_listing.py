"""Listings, walked by real jobs over loopback: pages, early ends, and what is asked of the site for them."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import pytest

from tests.ytdlp.conftest import run_job
from ytui.core.models import RequestKind, Tab
from ytui.core.protocol import Declined, JobFailed, ListingPage, Permit
from ytui.core.tasks import ListingTask
from ytui.demo.site import Site
from ytui.demo.world import DAY, World

Make = Callable[..., ListingTask]


def pages_asked(site: Site) -> int:
    return sum("/api/channel/" in request.path for request in site.log)


def test_a_page_is_saved_before_the_next_one_is_asked_for(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=5, page_size=2)) as site:
        asked: list[int] = []

        def answer(_: object) -> bool:
            asked.append(pages_asked(site))
            return True

        ended = run_job(listing(site.channel_url("tiny1", "videos")), answer)
        expected = [video.id for video in site.world.channels[0].tabs["videos"]]

    assert asked == [1, 2, 3]
    assert [len(page.entries) for page in ended.pages] == [2, 2, 1]
    assert ended.ids == expected
    assert ended.listed.complete
    assert not ended.listed.stopped_early
    assert (ended.listed.pages, ended.listed.entries, ended.listed.requests) == (3, 5, 3)
    assert ended.pages[0].channel_name == "Tiny Channel 1"
    assert ended.exitcode == 0


def test_entries_carry_what_a_flat_listing_knows(listing: Make, tiny_site: Site) -> None:
    entry = run_job(listing(tiny_site.channel_url("tiny1", "videos"))).pages[0].entries[0]
    video = tiny_site.world.channels[0].tabs["videos"][0]

    assert (entry.site, entry.video_id, entry.title) == ("ytuidemo", video.id, video.title)
    assert entry.url == tiny_site.video_url(video.id)
    assert (entry.duration, entry.published_at) == (video.duration, video.timestamp)


def test_a_refresh_without_news_asks_once_and_takes_no_entry_more(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=30, page_size=10)) as site:
        known = frozenset(video.id for video in site.world.videos())
        ended = run_job(listing(site.channel_url("tiny1", "videos"), known=known))

    assert pages_asked(site) == 1
    assert len(ended.ids) == 5
    assert ended.listed.stopped_early
    assert ended.listed.complete
    assert ended.listed.newest_first


def test_known_ids_stop_the_walk_only_in_a_row(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=12, page_size=4)) as site:
        ids = [video.id for video in site.world.channels[0].tabs["videos"]]
        known = frozenset(ids[:3] + ids[4:])
        ended = run_job(listing(site.channel_url("tiny1", "videos"), known=known, stop_after_known=4))

    assert ended.ids == ids[:8]
    assert pages_asked(site) == 2


def test_nothing_known_means_a_walk_to_the_end(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=12, page_size=4)) as site:
        ended = run_job(listing(site.channel_url("tiny1", "videos"), known=frozenset()))

    assert len(ended.ids) == 12
    assert ended.listed.complete
    assert not ended.listed.stopped_early


def test_the_first_page_alone_costs_one_request_and_completes_nothing(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=12, page_size=4)) as site:
        ended = run_job(listing(site.channel_url("tiny1", "videos"), first_page_only=True))

    assert pages_asked(site) == 1
    assert [len(page.entries) for page in ended.pages] == [4]
    assert not ended.listed.complete


def test_a_list_of_one_page_is_complete_even_when_only_the_first_was_wanted(
    listing: Make, tiny_site: Site
) -> None:
    ended = run_job(listing(tiny_site.channel_url("tiny1", "shorts"), Tab.SHORTS, first_page_only=True))

    assert ended.listed.complete
    assert ended.listed.entries == 2


def test_the_walk_ends_beyond_the_date_floor(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=40, page_size=10)) as site:
        videos = site.world.channels[0].tabs["videos"]
        floor = videos[7].timestamp - DAY / 2
        ended = run_job(listing(site.channel_url("tiny1", "videos"), date_floor=floor))

    assert set(ended.ids) >= {video.id for video in videos[:8]}
    assert pages_asked(site) == 2
    assert ended.listed.stopped_early


def test_a_channels_root_is_walked_through_its_tabs(listing: Make, tiny_site: Site) -> None:
    ended = run_job(listing(tiny_site.channel_url("tiny1"), Tab.LIST, known=frozenset({"unrelated"})))

    assert sorted(ended.ids) == sorted(video.id for video in tiny_site.world.videos())
    assert not ended.listed.newest_first
    assert ended.listed.complete


def test_one_video_is_a_list_of_one(listing: Make, tiny_site: Site) -> None:
    video = tiny_site.world.videos()[0]
    ended = run_job(listing(tiny_site.video_url(video.id), Tab.LIST))

    assert ended.ids == [video.id]
    assert ended.pages[0].entries[0].published_exact
    assert ended.listed.complete


def test_a_tab_that_does_not_exist_is_empty(listing: Make, tiny_site: Site) -> None:
    listed = run_job(listing(tiny_site.channel_url("tiny1", "streams"), Tab.STREAMS)).listed

    assert listed.empty_tab
    assert listed.complete
    assert listed.entries == 0


def test_a_list_that_breaks_off_keeps_its_pages_and_fails(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=9, page_size=3)) as site:
        # For good: yt-dlp itself tries once more.
        fault = dataclasses.replace(site.world.misbehaviours()["listing_overloaded"], times=0)

        def answer(_: object) -> bool:
            site.misbehave("tiny1/videos", fault)
            return True

        ended = run_job(listing(site.channel_url("tiny1", "videos")), answer)

    assert len(ended.pages) == 1
    assert isinstance(ended.outcome, JobFailed)
    assert ended.outcome.evidence.status == 503
    assert ended.outcome.evidence.request_kind is RequestKind.API


def with_extractor(task: ListingTask, module: str) -> ListingTask:
    common = dataclasses.replace(task.common, extractor_modules=(module,))
    return dataclasses.replace(task, common=common)


@pytest.mark.parametrize("page", [1, 2])
def test_a_page_that_was_had_at_the_second_try_is_not_lost(listing: Make, page: int) -> None:
    with Site(World.tiny(time.time(), videos=9, page_size=3)) as site:
        fault = site.world.misbehaviours()["listing_overloaded"]
        if page == 1:
            site.misbehave("tiny1/videos", fault)

        def answer(ask: object) -> bool:
            if isinstance(ask, ListingPage) and ask.number == page - 1:
                site.misbehave("tiny1/videos", fault)
            return True

        task = listing(site.channel_url("tiny1", "videos"))
        ended = run_job(with_extractor(task, "tests.support.extractors.retrying"), answer)
        expected = [video.id for video in site.world.channels[0].tabs["videos"]]
        struck = [request for request in site.log if request.status == 503]

    assert len(struck) == 1
    assert ended.ids == expected
    assert ended.listed.complete


def test_a_page_that_is_left_out_after_its_last_try_is_lost(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=9, page_size=3)) as site:
        fault = dataclasses.replace(site.world.misbehaviours()["listing_overloaded"], times=2)

        def answer(ask: object) -> bool:
            if isinstance(ask, ListingPage) and ask.number == 1:
                site.misbehave("tiny1/videos", fault)
            return True

        task = listing(site.channel_url("tiny1", "videos"))
        ended = run_job(with_extractor(task, "tests.support.extractors.leaving_out"), answer)

    assert len(ended.ids) == 6
    assert not ended.listed.complete


def test_the_engine_ends_a_walk_by_refusing_a_page(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=9, page_size=3)) as site:
        ended = run_job(listing(site.channel_url("tiny1", "videos")), lambda _: False)

    assert ended.outcome == Declined("not wanted")
    assert pages_asked(site) == 1


def test_every_counted_request_asks_for_a_permit(listing: Make) -> None:
    with Site(World.tiny(time.time(), videos=4, page_size=2)) as site:
        task = listing(site.channel_url("tiny1", "videos"))
        task = dataclasses.replace(task, common=dataclasses.replace(task.common, asks_permits=True))
        ended = run_job(task)
        permits = [report for report in ended.reports if isinstance(report, Permit)]

        assert [permit.host for permit in permits] == ["127.0.0.1", "127.0.0.1"]
        assert len(site.log) == 2

        refused = run_job(task, lambda ask: not isinstance(ask, Permit))

    assert refused.outcome == Declined("not wanted")
    assert len(site.log) == 2
