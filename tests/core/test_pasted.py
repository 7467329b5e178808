"""What is pasted is addresses with anything around them; each is told by itself what it names."""

from __future__ import annotations

import pytest

from ytui.core.pasted import addresses_in, summary

YOUTUBE = "https://www.youtube.com"
ID = "UC" + "x" * 21 + "_"

MANY = f"""\
{YOUTUBE}/@one, {YOUTUBE}/@Two/videos;  youtube.com/@three
Look at <{YOUTUBE}/c/four>, it is great (and {YOUTUBE}/user/five)!
{ID},http://www.youtube.com/channel/{ID},Some, title
[six]({YOUTUBE}/@six) "{YOUTUBE}/@seven". www.youtube.com/@eight…
@nine
{YOUTUBE}/playlist?list=PLabcdefgh
{YOUTUBE}/watch?v=dQw4w9WgXcQ&list=PL2&index=3
https://youtu.be/aaaaaaaaaa_?si=x {YOUTUBE}/shorts/bbbbbbbbbbb
{YOUTUBE}/@ONE
https://
"""


def test_a_paste_is_told_in_one_line() -> None:
    found = addresses_in(MANY)
    assert summary(found, known=1) == "14 addresses: 10 channels, 2 playlists, 2 videos, 1 known, 1 is none"
    assert [address.url.removeprefix(YOUTUBE) for address in found] == [
        "/@one", "/@Two", "/@three", "/c/four", "/user/five", f"/channel/{ID}", "/@six", "/@seven", "/@eight",
        "/@nine", "/playlist?list=PLabcdefgh", "/playlist?list=PL2", "/watch?v=aaaaaaaaaa_",
        "/watch?v=bbbbbbbbbbb", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no address"),
        ("thanks to @bob, see you at 10:30 / a,b", "no address"),
        (f"{YOUTUBE}/@a{YOUTUBE}/@b", "2 addresses: 2 channels"),
        (f"{YOUTUBE}/@a\r{YOUTUBE}/@b\r", "2 addresses: 2 channels"),
        ("https://vimeo.com/channels/staffpicks", "1 address: 1 of other sites"),
        ("https://en.example.org/wiki/A_(b)", "1 address: 1 of other sites"),
        (f"{YOUTUBE}/ and {YOUTUBE}/watch?v=short", "0 addresses: 2 are none"),
        (f"{YOUTUBE}/watch?v=dQw4w9WgXcQ&list=RDdQw4w9WgXcQ", "1 address: 1 video"),
        ("@one @two,\n@three", "3 addresses: 3 channels"),
        (f"{YOUTUBE}/feeds/videos.xml?channel_id={ID}", "1 address: 1 channel"),
    ],
)
def test_what_stands_around_addresses_is_no_matter(text: str, words: str) -> None:
    assert summary(addresses_in(text), known=0) == words
    assert all("(" not in address.url or address.url.endswith(")") for address in addresses_in(text))
