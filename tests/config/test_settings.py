"""What the settings themselves know: reserves, titles, and the one spelling of an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.settings import Channel, Quality, Settings
from ytui.core.settings.tables import Library
from ytui.core.urls import looks_like_url, normalise_url

ROOT = "https://www.youtube.com/@Name"
WATCH = "https://www.youtube.com/watch?v=abc"

SPELLINGS = [
    (ROOT, ROOT),
    ("http://YouTube.com/@Name/", ROOT),
    (" https://m.youtube.com/@Name/featured ", ROOT),
    ("https://music.youtube.com/@Name/videos?view=0&sort=dd", ROOT),
    ("https://www.youtube.com/@Name/shorts/?si=x#top", ROOT),
    ("https://www.youtube.com:443/@Name/streams", ROOT),
    ("https://www.youtube.com/@Name/playlists", ROOT + "/playlists"),
    ("https://youtube.com/channel/UC123/videos", "https://www.youtube.com/channel/UC123"),
    ("https://youtube.com/c/Some/videos", "https://www.youtube.com/c/Some"),
    ("https://youtu.be/abc?si=xyz", WATCH),
    ("https://youtu.be/abc", WATCH),
    ("https://youtu.be/abc?list=PL1", WATCH + "&list=PL1"),
    ("https://www.youtube.com/watch?v=abc&feature=share&pp=q&utm_source=x", WATCH),
    ("https://www.youtube.com/watch?v=abc&list=PL1", WATCH + "&list=PL1"),
    ("https://www.youtube.com/playlist?list=PL1&si=x", "https://www.youtube.com/playlist?list=PL1"),
    ("http://127.0.0.1:8080/Channel/a/?v=1&si=2", "http://127.0.0.1:8080/Channel/a?v=1&si=2"),
    ("http://LOCALHOST:8080", "http://localhost:8080"),
    ("http://[::1]:8080/x/", "http://[::1]:8080/x"),
    ("HTTPS://Example.COM:443/A/?utm_source=x&b=%20c", "https://example.com/A?b=+c"),
    ("https://example.com/?b=%20c", "https://example.com?b=%20c"),
    ("http://me:pw@Example.com:80/a", "http://me:pw@example.com/a"),
]


@pytest.mark.parametrize(("written", "normal"), SPELLINGS)
def test_one_spelling(written: str, normal: str) -> None:
    assert normalise_url(written) == normal
    assert normalise_url(normal) == normal


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://", "no host"),
        ("http:///path", "no host"),
        ("@Name", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://a.b:port", "broken host or port"),
        ("https://[::1/x", "broken host or port"),
        ("https://a.b/\x1b[2J", "control character"),
    ],
)
def test_no_address(text: str, why: str) -> None:
    assert not looks_like_url(text)
    with pytest.raises(ValueError, match=why):
        normalise_url(text)


@given(st.text(alphabet="htps:/@.ab?=&#[]%12 \n", max_size=30).map(lambda text: "https://" + text))
def test_any_text_is_refused_or_settles_at_once(text: str) -> None:
    if looks_like_url(text):
        normal = normalise_url(text)
        assert normalise_url(normal) == normal


def test_reserve_follows_the_disk_unless_given() -> None:
    assert Library().reserve_bytes(100 * 10**9) == 5 * 10**9
    assert Library().reserve_bytes(10**12) == 20 * 10**9
    assert Library(reserve=0).reserve_bytes(10**12) == 0


def test_quality_has_a_height() -> None:
    assert [quality.height for quality in Quality] == [None, 2160, 1440, 1080, 720, 480, 360, None]


def test_titles_are_searched_without_regard_to_case() -> None:
    channel = Channel(ROOT, title="open movie", not_title=r"^trailer\b")
    assert channel.accepts_title("Spring: an OPEN Movie")
    assert not channel.accepts_title("Trailer of an open movie")
    assert not channel.accepts_title("Spring")
    assert Channel(ROOT).accepts_title("")


def test_equal_settings_mean_that_nothing_changed() -> None:
    assert Settings() == Settings()
    assert Settings(channels=(Channel(ROOT),)) != Settings(channels=(Channel(ROOT, live=False),))
