"""A feed is a hint: what it names when it is whole, and how little a broken or hostile one can do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.support.servers.feeds import Feeds, feed
from tests.ytdlp.conftest import run_job
from ytui.core.models import RequestKind
from ytui.core.protocol import Declined, FeedRead, Permit
from ytui.core.tasks import ListingTask
from ytui.demo.site import Site
from ytui.ytdlp.feed import LARGEST, FeedError, parse_feed

Make = Callable[..., ListingTask]
BOMB = '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'


def hint(reports: Sequence[object]) -> FeedRead:
    return next(report for report in reports if isinstance(report, FeedRead))


def test_a_feed_names_its_videos_in_order() -> None:
    named = parse_feed(feed(["abcdefghijk", "-_345678901"], published_at=1_600_000_000.0))
    assert [video.video_id for video in named] == ["abcdefghijk", "-_345678901"]
    assert named[0].published_at == 1_600_000_000.0


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not well-formed"),
        (feed(["abcdefghijk"])[:-20], "not well-formed"),
        (b"<html><title>Sorry</title></html>", "names no video"),
        (feed([]), "names no video"),
        (feed(["abcdefghijk", "short"]), "without a video's id"),
        (feed(["a" * 11]).replace(b"yt:videoId", b"videoId"), "without a video's id"),
        (feed(["a" * 11]).replace(b"http://www.w3.org/2005/Atom", b"urn:other"), "names no video"),
        (
            feed(["a" * 11]).replace(b"<feed", BOMB.encode() + b"<feed").replace(b"T &", b"&c;"),
            "document type",
        ),
        (b'<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>', "document type"),
        (feed(["a" * 11]).replace(b'"UTF-8"', b'"x-nothing"'), "encoding|not well-formed"),
        (b"<feed>" + b"<entry>" * 100_000, "not well-formed"),
    ],
)
def test_what_is_no_feed_tells_nothing(body: bytes, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        parse_feed(body)


def test_a_date_that_is_none_is_not_known() -> None:
    whole = feed(["a" * 11])
    for date in (b"yesterday", b"2026-01-01", b"0001-01-01T00:00:00+00:00", b""):
        (video,) = parse_feed(whole.replace(b"2023-11-14T22:13:20+00:00", date))
        assert video.published_at is None or video.published_at < -6e10


def test_a_walk_that_the_feed_spares_asks_for_nothing_else(listing: Make, tiny_site: Site) -> None:
    with Feeds(feed(["abcdefghijk", "lmnopqrstuv"])) as feeds:
        task = listing(tiny_site.channel_url("tiny1", "videos"), feed=feeds.url)
        ended = run_job(task, lambda report: not isinstance(report, FeedRead))
    assert hint(ended.reports).ids == ("abcdefghijk", "lmnopqrstuv")
    assert ended.listed.by_feed
    assert not ended.listed.complete
    assert (ended.listed.requests, len(tiny_site.log), ended.pages) == (1, 0, [])


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (404, b"<html>Not Found</html>", "404"),
        (429, b"", "429"),
        (500, b"", "500"),
        (200, b"<feed>", "not well-formed"),
        (200, feed(["a" * 11]) + b" " * LARGEST, "larger than"),
    ],
)
def test_after_a_feed_that_tells_nothing_the_tab_is_walked(
    listing: Make, tiny_site: Site, status: int, body: bytes, why: str
) -> None:
    with Feeds(body, status) as feeds:
        ended = run_job(listing(tiny_site.channel_url("tiny1", "videos"), feed=feeds.url))
    assert why in hint(ended.reports).problem
    assert hint(ended.reports).ids == ()
    assert ended.listed.complete
    assert len(ended.ids) == 3


def test_a_feeds_failure_is_no_evidence_against_the_listing(listing: Make) -> None:
    with Feeds(b"", 404) as feeds:
        # Refused by its words alone: nothing on the wire tells more of it.
        evidence = run_job(listing("https://www.youtube.com/watch?v=cut", feed=feeds.url)).failed.evidence
    assert feeds.asked == 1
    assert "Incomplete" in evidence.message
    assert (evidence.status, evidence.host, evidence.request_kind) == (None, None, None)


def test_a_feed_is_asked_under_the_budget_as_everything_else(listing: Make, tiny_site: Site) -> None:
    asked: list[RequestKind] = []

    def answer(report: object) -> bool:
        if isinstance(report, Permit):
            asked.append(report.kind)
            return False
        return True

    with Feeds(feed(["a" * 11])) as feeds:
        task = listing(tiny_site.channel_url("tiny1", "videos"), feed=feeds.url)
        ended = run_job(replace(task, common=replace(task.common, asks_permits=True)), answer)
    assert asked == [RequestKind.FEED]
    assert ended.outcome == Declined("not wanted")
    assert (feeds.asked, len(tiny_site.log)) == (0, 0)


def test_videos_before_the_wanted_range_are_no_news(listing: Make, tiny_site: Site) -> None:
    now = time.time()
    with Feeds(feed(["a" * 11], published_at=now - 1000)) as feeds:
        url = tiny_site.channel_url("tiny1", "videos")
        recent = run_job(listing(url, feed=feeds.url, date_floor=now - 2000))
        old = run_job(listing(url, feed=feeds.url, date_floor=now - 500))
    assert hint(recent.reports).ids == ("a" * 11,)
    assert (hint(old.reports).ids, hint(old.reports).problem) == ((), "")
