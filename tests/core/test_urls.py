"""One address for a video, however it is spelled; and what is neither an id nor the address of a video."""

from __future__ import annotations

import pytest

from ytui.core.urls import video_address

WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("dQw4w9WgXcQ", WATCH),
        ("-Qw4w9WgXc_", "https://www.youtube.com/watch?v=-Qw4w9WgXc_"),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=5", WATCH),
        ("http://m.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ", WATCH),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", WATCH),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", WATCH),
        ("https://www.youtube.com/clip/UgkxAbc", "https://www.youtube.com/clip/UgkxAbc"),
        ("https://Vimeo.com/123/", "https://vimeo.com/123"),
        ("https://www.youtube.com/watch?v=dQw4w9", None),
        ("https://www.youtube.com/@somebody", None),
        ("https://www.youtube.com/playlist?list=PL1", None),
        ("https://youtu.be/", None),
        ("dQw4w9WgXc", None),
        ("two words", None),
        ("ftp://example.org/x", None),
        ("", None),
    ],
)
def test_a_video_has_one_address(text: str, address: str | None) -> None:
    assert video_address(text) == address
