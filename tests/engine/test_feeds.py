"""A feed of a channel that is due: what it may spare, and when it is not asked or not believed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.engine.conftest import Home
from tests.support.rows.library_queries import (
    HOUR,
    LISTS_ONLY,
    check,
    fetch,
    first_channel,
    lists_over,
    pages,
    said,
)
from tests.support.servers.feeds import Feeds, feed
from ytui.demo.site import Site
from ytui.demo.world import World
from ytui.engine.channels import feeds
from ytui.engine.commands import queue_commands
from ytui.store import channels, videos

LISTED_ONLY = "download = false\n"
UC = "UC" + "x" * 22


@pytest.fixture
def site() -> Iterator[Site]:
    """Channels of nine videos and two shorts, five a page; they have no streams."""
    with Site(World.tiny(time.time(), channels=2, videos=9, shorts=2, page_size=5)) as started:
        yield started


@pytest.fixture
def its_feed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    """The feed of the first channel, of all that it shows."""
    with Feeds(feed(video.id for video in site.world.channels[0].videos())) as served:
        monkeypatch.setattr(feeds, "feed_of", lambda channel: served.url)
        yield served


def test_a_feed_spares_the_listing_three_times_in_a_row(home: Home, site: Site, its_feed: Feeds) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        check(home, engine)
        assert its_feed.asked == 0
        site.traffic.clear()
        every = []
        for _ in range(3):
            home.db.execute("UPDATE channels SET last_fetched = last_fetched - every")
            home.db.execute("UPDATE videos SET first_seen = 0")
            check(home, engine)
            every.append(first_channel(home).every or 0.0)
        assert (pages(site), its_feed.asked) == ([], 3)
        assert every == [2 * 24 * HOUR, 4 * 24 * HOUR, 7 * 24 * HOUR]
        assert said(home)[-1] == "Tiny Channel 1: nothing new by its feed (check 3 of 3 without a listing)"
        check(home, engine)
        assert (sorted(pages(site)), its_feed.asked) == (["tiny1/shorts 1", "tiny1/videos 1"], 3)
        check(home, engine)
        assert its_feed.asked == 4


def test_what_a_feed_names_is_looked_for_in_every_tab(home: Home, site: Site, its_feed: Feeds) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        check(home, engine)
        site.traffic.clear()
        (new,) = site.publish("tiny1", 1, "shorts")
        its_feed.body = feed(video.id for video in site.world.channels[0].videos())
        check(home, engine)
    assert sorted(pages(site)) == ["tiny1/shorts 1", "tiny1/videos 1"]
    assert videos.by_key(home.db, "ytuidemo", new.id) is not None
    assert "Tiny Channel 1: its feed names 1 not known yet; its tabs are listed" in said(home)
    assert first_channel(home).next_fetch


@pytest.mark.parametrize(("status", "body"), [(500, b""), (404, b"gone"), (200, b"<feed>"), (200, feed([]))])
def test_a_feed_that_tells_nothing_costs_the_listing(
    home: Home, site: Site, its_feed: Feeds, status: int, body: bytes
) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        check(home, engine)
        site.traffic.clear()
        its_feed.status, its_feed.body = status, body
        check(home, engine)
    assert its_feed.asked == 1
    assert sorted(pages(site)) == ["tiny1/shorts 1", "tiny1/videos 1"]
    assert (first_channel(home).state, sum(videos.counts(home.db).values())) == ("ok", 11)
    assert any("its feed tells nothing" in line for line in said(home))


def test_who_asks_by_key_gets_the_listing(home: Home, site: Site, its_feed: Feeds) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        check(home, engine)
        site.traffic.clear()
        fetch(home, engine)
        assert (its_feed.asked, len(pages(site))) == (0, 2)
    # The key comes while the check by feed waits in the queue.
    for row in channels.subscribed(home.db):
        channels.set_next_fetch(home.db, row.id, None)
    site.traffic.clear()
    waiting = queue_commands.fetch_channels(
        home.db, engine.settings, None, time.time(), asked=False, due_only=True
    )
    assert len(waiting) == 1
    queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
    with home.engine(kinds=LISTS_ONLY, fetch_due=False):
        lists_over(home)
    assert (its_feed.asked, len(pages(site))) == (0, 2)


@pytest.mark.parametrize(
    ("more", "change"),
    [
        ('tabs = ["videos", "shorts"]\n', ""),
        ("", "UPDATE channels SET state = 'failed'"),
        ("", "UPDATE channels SET feed_checks = 3"),
        ("", "UPDATE tabs SET last_walk_at = last_walk_at - 7 * 86400"),
        ("", "UPDATE tabs SET complete = 0 WHERE tab = 'shorts'"),
        ("", "UPDATE tabs SET whole_walk_at = whole_walk_at - 30 * 86400 WHERE tab = 'videos'"),
    ],
)
def test_when_the_feed_is_not_asked(home: Home, site: Site, its_feed: Feeds, more: str, change: str) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY + more)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        check(home, engine)
        if change:
            home.db.execute(change)
        check(home, engine)
    assert its_feed.asked == 0


def test_a_feed_is_known_by_the_channels_own_id(home: Home) -> None:
    by_id = channels.upsert(
        home.db, f"https://www.youtube.com/channel/{UC}", name="a", site="youtube", now=0.0
    )
    handle = channels.upsert(home.db, "https://www.youtube.com/@b", name="b", site="youtube", now=0.0)
    assert feeds.feed_of(by_id) == f"https://www.youtube.com/feeds/videos.xml?channel_id={UC}"
    assert feeds.feed_of(handle) is None
    for own_id, address in (("@b", None), (UC, feeds.feed_of(by_id)), (UC + "&x=1", None)):
        channels.set_identity(home.db, handle.id, channel_id=own_id)
        assert feeds.feed_of(channels.by_id(home.db, handle.id) or handle) == address
