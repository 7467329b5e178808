"""The sample world as a description: its size, its order, and that it is the same each time."""

from __future__ import annotations

import unicodedata

import pytest

from ytui.demo.faults import DOWNLOADED, SKIPPED
from ytui.demo.sample import sample
from ytui.demo.world import Delivery, Video, World

NOW = 1_790_000_000.0


def test_six_channels_with_about_sixty_videos_over_two_or_three_pages_each() -> None:
    world = sample(NOW, fast=True)
    ids = [video.id for video in world.videos()]
    assert len(world.channels) == 6
    assert 55 <= len(ids) <= 65
    assert len(set(ids)) == len(ids)
    assert {len(video_id) for video_id in ids} == {11}
    for channel in world.channels:
        pages = -(-len(channel.tabs["videos"]) // world.page_size)
        assert pages in (2, 3)
        assert sum(1 for _ in channel.videos()) >= 8
    assert any("shorts" not in channel.tabs for channel in world.channels)


def test_every_tab_is_newest_first_and_lies_in_the_past() -> None:
    for channel in sample(NOW, fast=True).channels:
        for listing in channel.tabs.values():
            dates = [video.timestamp for video in listing]
            assert dates == sorted(dates, reverse=True)
            assert max(dates) < NOW


def test_the_same_moment_makes_the_same_world() -> None:
    first, second = sample(NOW, fast=True), sample(NOW, fast=True)
    assert first.videos() == second.videos()
    later = sample(NOW + 1_000, fast=False)
    assert [video.id for video in later.videos()] == [video.id for video in first.videos()]


def test_every_group_of_failures_has_its_video() -> None:
    world = sample(NOW, fast=True)
    lasting = set(world.expectations().values()) - {DOWNLOADED, SKIPPED}
    assert lasting == {
        "network_dns",
        "forbidden",
        "private",
        "members_only",
        "geo_blocked",
        "age_restricted",
        "login_required",
        "not_found",
        "removed",
        "copyright",
        "drm",
        "format_unavailable",
        "postprocess_failed",
    }
    healing = {
        video.misbehaviour.name
        for video in world.videos()
        if video.misbehaviour is not None and video.misbehaviour.outcome == DOWNLOADED
    }
    assert healing == {
        "reset",
        "truncated",
        "stalled",
        "server_error",
        "overloaded",
        "expired_url",
        "rate_limited",
        "bot_check",
        "blocked",
        "premiere",
        "subtitles_missing",
    }


def test_members_only_is_seen_in_the_listing_once_and_met_by_surprise_once() -> None:
    world = sample(NOW, fast=True)
    members = [v for v in world.videos() if v.misbehaviour and v.misbehaviour.name == "members_only"]
    assert sorted(world.expected(video.id) for video in members) == ["members_only", SKIPPED]


def test_all_deliveries_are_used_and_shorts_are_upright() -> None:
    videos = sample(NOW, fast=True).videos()
    assert {video.delivery for video in videos} == set(Delivery)
    assert {video.clip for video in videos if video.tab == "shorts"} == {"upright"}
    assert {video.clip for video in videos if video.tab != "shorts"} == {"blocks", "fractal", "waves"}


@pytest.mark.parametrize(
    "holds",
    [
        lambda title: "[/b]" in title,
        lambda title: "\x1b[31m" in title and "\x07" in title and "\n" in title,
        lambda title: "../" in title and "\\" in title,
        lambda title: len(title) == 300,
        lambda title: "\u202e" in title and any(unicodedata.bidirectional(char) == "AL" for char in title),
        lambda title: "👩🏽‍🔧" in title,
        lambda title: title.startswith("--rm"),
    ],
    ids=["markup", "escape codes", "slashes", "long", "right to left", "emoji", "leading dash"],
)
def test_hostile_titles_belong_to_videos_that_download(holds: object) -> None:
    assert callable(holds)
    world = sample(NOW, fast=True)
    found = [video for video in world.videos() if holds(video.title)]
    assert [world.expected(video.id) for video in found] == [DOWNLOADED]


def test_an_id_may_begin_with_a_dash() -> None:
    assert any(video.id.startswith("-") for video in sample(NOW, fast=True).videos())


def test_pages_cut_a_tab_and_the_last_one_has_none_after_it() -> None:
    world = World.tiny(NOW, videos=5, page_size=2)
    listed: list[Video] = []
    number = 1
    following: int | None = 1
    while following is not None:
        page = world.page("tiny1", "videos", following)
        assert page is not None
        listed.extend(page.videos)
        number, following = number + 1, page.following
    assert number == 4
    assert listed == world.channels[0].tabs["videos"]
    assert world.page("tiny1", "shorts", 1) is None


def test_what_is_published_comes_first_newest_first_with_new_ids() -> None:
    world = World.tiny(NOW, videos=3, page_size=30)
    before = world.channels[0].tabs["videos"].copy()
    new = world.publish("tiny1", 4, now=NOW + 60)
    newer = world.publish("tiny1", 1, now=NOW + 90)
    page = world.page("tiny1", "videos", 1)
    assert page is not None
    assert list(page.videos) == newer + new + before
    dates = [video.timestamp for video in page.videos]
    assert dates == sorted(dates, reverse=True)
    assert len({video.id for video in page.videos}) == 8
    assert [video.title for video in page.videos] == [f"Upload {number}" for number in range(8, 0, -1)]
    assert world.video(new[0].id) is new[0]
    assert world.expected(new[0].id) == DOWNLOADED


def test_unknown_names_are_errors_not_guesses() -> None:
    world = World.tiny(NOW)
    with pytest.raises(LookupError, match="nobody"):
        world.publish("nobody", 1)
    with pytest.raises(LookupError, match="reset"):
        world.find("reset")
    with pytest.raises(KeyError):
        world.expected("unknown")
    assert world.video("unknown") is None
