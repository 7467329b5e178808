"""What ffmpeg prints of silence, in the words of each version."""

from __future__ import annotations

import pytest

from ytui.ytdlp.live.comparison import silences_in


@pytest.mark.parametrize("name", ["silencedetect", "Parsed_silencedetect_0"], ids=["5.1", "9.0"])
def test_silences_are_read_whoever_prints_them(name: str) -> None:
    begins, lasts = (
        f"[{name} @ 0x55c783a52880] silence_start: {{}}\n",
        f"[{name} @ 0x55c783a52880] silence_end: {{}} | silence_duration: {{}}\n",
    )
    first = begins.format(0) + "size=N/A time=00:00:08.05\n" + lasts.format(3.5, 3.5)
    assert silences_in(first) == ((0, 3.5),)
    assert silences_in(first + begins.format(5.25) + lasts.format(8, 2.75)) == ((0, 3.5), (5.25, 8))
    assert silences_in(begins.format("2.26757e-05") + lasts.format(3.5, 3.5)) == ((2.26757e-05, 3.5),)
    assert silences_in(first + begins.format(5.25)) is None, "the last one has no end"
    assert silences_in(f"    title : [{name} @ 0x1] silence_start: 1\n") == ()
