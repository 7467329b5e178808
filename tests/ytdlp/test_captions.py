"""Which captions become the transcript, and their words without what rolls on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ytui.ytdlp.captions import NoCaptions, choose, lines_of


def _offer(*languages: str, ext: str = "vtt", **more: Any) -> dict[str, list[dict[str, Any]]]:
    return {name: [{"ext": ext, "url": f"https://x/{name}.{ext}", **more}] for name in languages}


@pytest.mark.parametrize(
    ("manual", "automatic", "wanted", "chosen"),
    [
        (_offer("de", "en"), _offer("en"), ["en"], ("en", False)),
        (_offer("de", "en-GB"), _offer("en"), ["en"], ("en-GB", False)),
        (_offer("de"), _offer("de", "en-orig", "en"), ["en"], ("en", True)),
        (_offer("de"), _offer("fr", "en-US", "en-orig"), ["en"], ("en-orig", True)),
        (_offer("ja", "de"), _offer("fr"), ["fr", "de"], ("de", False)),
        (_offer("ja", "pt-BR"), None, ["pt.*"], ("pt-BR", False)),
        (_offer("ja"), _offer("fr"), ["en"], ("ja", False)),
        ({}, _offer("ar", "cs", "ja-orig"), ["sw"], ("ja-orig", True)),
        (_offer("live_chat", ext="json"), _offer("en"), ["("], ("en", True)),
        (_offer("en", ext="ttml"), _offer("en"), ["en"], ("en", True)),
    ],
)
def test_written_captions_in_a_wanted_language_go_first(
    manual: Any, automatic: Any, wanted: list[str], chosen: tuple[str, bool]
) -> None:
    found = choose(manual, automatic, wanted)
    assert (found.language, found.automatic) == chosen


def test_what_there_is_not_is_said() -> None:
    with pytest.raises(NoCaptions, match="has no captions"):
        choose(_offer("live_chat"), {}, ["en"])
    with pytest.raises(NoCaptions, match="cannot be read"):
        choose(_offer("en", protocol="m3u8_native"), _offer("en", ext="ttml"), ["en"])


ROLLING = """WEBVTT
Kind: captions
Language: en

STYLE
::cue { color: lime }

00:00:00.480 --> 00:00:02.470 align:start position:0%
 
so<00:00:00.640><c> we</c><00:00:00.800><c> begin</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
so we begin
 

00:00:02.480 --> 00:00:04.390 align:start position:0%
so we begin
with Tom &amp; Ada

00:01:04.390 --> 00:01:04.400 align:start position:0%
with Tom &amp; Ada
 

01:00:04.400 --> 01:00:05.000
with Tom &amp; Ada
[Music]
"""  # noqa: W293 - the blank lines of rolling captions hold a blank

SRT = """1
00:00:01,000 --> 00:00:02,000
<i>No.</i>

2
00:00:02,000 --> 00:00:03,500
{\\an8}No.
Not \x1b[31mnow.

3
00:00:02,000 --> 00:00:03,500
No. Not now.
"""

JSON3 = {
    "events": [
        {"tStartMs": 0, "dDurationMs": 9, "id": 1, "wpWinPosId": 1},
        {"tStartMs": 80, "segs": [{"utf8": "so "}, {"utf8": "we begin"}]},
        {"tStartMs": 2470, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {"tStartMs": 2480, "segs": [{"utf8": "with\nTom"}]},
    ]
}


@pytest.mark.parametrize(
    ("text", "form", "rolling", "lines"),
    [
        (
            ROLLING,
            "vtt",
            True,
            [(0.48, "so we begin"), (2.48, "with Tom & Ada"), (3604.4, "[Music]")],
        ),
        (SRT, "srt", False, [(1.0, "No."), (2.0, "No. Not now.")]),
        (json.dumps(JSON3), "json3", True, [(0.08, "so we begin"), (2.48, "with Tom")]),
    ],
)
def test_words_with_their_times(text: str, form: str, rolling: bool, lines: list[tuple[float, str]]) -> None:
    assert lines_of(text, form, rolling=rolling) == lines
