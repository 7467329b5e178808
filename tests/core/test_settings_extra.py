"""Settings that carry a rule of their own: hours, sites, heights, titles, and what is no address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.settings import Channel, Quality, Settings, title_pattern
from ytui.core.settings.tables import KNOWN_SITES, OTHER_SITE, Library, Limits
from ytui.core.urls import looks_like_url, normalise_url, url_problem

ASKED = {0, 1, 59, 60, 419, 420, 600, 601, 1379, 1380, 1439}


@pytest.mark.parametrize(
    ("hours", "open_minutes"),
    [
        ((), ASKED),
        (((60, 420),), {60, 419}),
        (((1380, 60),), {0, 1, 59, 1380, 1439}),
        (((0, 1), (600, 601)), {0, 600}),
    ],
)
def test_hours_may_wrap_midnight(hours: tuple[tuple[int, int], ...], open_minutes: set[int]) -> None:
    limits = Limits(hours=hours)
    assert {minute for minute in ASKED if limits.open_at(minute)} == open_minutes


def test_a_site_without_limits_of_its_own_has_the_usual_ones() -> None:
    assert Limits().for_site("youtube") == KNOWN_SITES["youtube"]
    assert Limits().for_site("example.org") is OTHER_SITE


def test_the_height_of_a_quality() -> None:
    assert Quality.P720.height == 720
    assert (Quality.BEST.height, Quality.AUDIO.height) == (None, None)


def test_the_reserve_is_five_gigabytes_or_two_percent_or_as_written() -> None:
    assert Library().reserve_bytes(10**11) == 5 * 10**9
    assert Library().reserve_bytes(10**12) == 2 * 10**10
    assert Library(reserve=7).reserve_bytes(10**12) == 7


def test_channels_are_found_by_their_address() -> None:
    channel = Channel(url="https://www.youtube.com/@Name")
    assert Settings(channels=(channel,)).by_url == {channel.url: channel}


def test_titles_are_searched_without_regard_to_case() -> None:
    channel = Channel(url="x", title="film", not_title="trailer$")
    assert channel.accepts_title("A FILM about a trailer park")
    assert not channel.accepts_title("Film Trailer")
    assert not channel.accepts_title("Something else")
    assert title_pattern("film") is title_pattern("film")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ftp://example.org", "not a URL"),
        ("example.org", "not a URL"),
        ("http://", "no host"),
        ("http://[::1", "broken host"),
        ("http://a:99999/", "broken host or port"),
        ("http://a b/", "space"),
    ],
)
def test_what_is_no_address_says_why(text: str, words: str) -> None:
    assert words in (url_problem(text) or "")
    with pytest.raises(ValueError, match=words):
        normalise_url(text)


@given(st.text(max_size=40).map(lambda text: f"https://{text}"))
def test_a_normal_address_is_normal(text: str) -> None:
    if looks_like_url(text.strip()):
        once = normalise_url(text)
        assert normalise_url(once) == once
