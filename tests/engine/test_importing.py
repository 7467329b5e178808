"""What people bring: every kind of file read by its content, however it is spelled or broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ytui.engine.importing.channel_addresses import ChannelIndex, channel_address
from ytui.engine.importing.detect import read_bytes, read_path
from ytui.engine.importing.media_folder import media_in
from ytui.engine.importing.model import ImportContents, ImportFormat, UnknownFormat

IDS = [f"UC{letter * 22}" for letter in "abc"]
URLS = [f"https://www.youtube.com/channel/{own}" for own in IDS]


def read(text: str | bytes) -> ImportContents:
    return read_bytes("given", text.encode() if isinstance(text, str) else text)


def urls(found: ImportContents) -> list[str]:
    return [channel.url for channel in found.channels]


def skipped(found: ImportContents) -> list[tuple[int | None, str]]:
    return [(each.line, each.reason) for each in found.skipped]


@pytest.mark.parametrize(
    "given",
    [
        IDS[0],
        f"http://youtube.com/channel/{IDS[0]}/videos?si=x",
        f"www.youtube.com/channel/{IDS[0]}",
        f"https://www.youtube.com/feeds/videos.xml?channel_id={IDS[0]}",
        f"http://m.youtube.com/feeds/videos.xml?playlist_id=UULF{'a' * 22}",
    ],
)
def test_a_channel_has_one_address(given: str) -> None:
    assert channel_address(given) == URLS[0]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("@Films", "https://www.youtube.com/@Films"),
        ("https://www.youtube.com/feeds/videos.xml?user=films", "https://www.youtube.com/user/films"),
        ("https://youtube.com/feeds/videos.xml?playlist_id=PLx", "https://www.youtube.com/playlist?list=PLx"),
        ("http://vimeo.com/channels/x/", "http://vimeo.com/channels/x"),
    ],
)
def test_other_spellings(given: str, address: str) -> None:
    assert channel_address(given) == address


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("https://youtu.be/aaaaaaaaaaA", "single video"),
        ("https://www.youtube.com/", "front page"),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UCx", "neither"),
        ("https://x.org/" + "a" * 3000, "longer"),
        ("ftp://x.org/a", "https://"),
    ],
)
def test_what_is_no_channel_says_why(given: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        channel_address(given)


def test_a_roster_knows_a_channel_by_any_spelling() -> None:
    channel_index = ChannelIndex()
    channel_index.add("https://www.youtube.com/@Films", IDS[0])
    channel_index.add("http://vimeo.com/channels/Art")
    for url in ("https://www.youtube.com/@films", URLS[0]):
        assert channel_index.find([url]) == "https://www.youtube.com/@Films"
    assert channel_index.find([URLS[1]], IDS[0]) == "https://www.youtube.com/@Films"
    assert channel_index.find(["https://vimeo.com/channels/Art"]) == "http://vimeo.com/channels/Art"
    # Only names of YouTube ignore case.
    assert channel_index.find(["https://vimeo.com/channels/art"]) is None


@pytest.mark.parametrize(
    ("header", "separator", "mark", "end"),
    [
        ("Channel Id,Channel Url,Channel Title", ",", "", "\n"),
        ("Kanal-ID;Kanal-URL;Kanaltitel", ";", "\ufeff", "\r\n"),
        ("チャンネル ID\tチャンネルの URL\tチャンネルのタイトル", "\t", "\ufeff", "\r\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_takeout_is_told_by_its_content(
    header: str, separator: str, mark: str, end: str, encoding: str
) -> None:
    rows = [
        header,
        separator.join([IDS[0], f"http://www.youtube.com/channel/{IDS[0]}", '"A, ""b""; 日本"']),
        separator.join(["UCshort", "", "Broken"]),
        separator.join(["", f"http://www.youtube.com/channel/{IDS[1]}", "B"]),
        "",
    ]
    text = (mark if encoding == "utf-8" else "") + end.join(rows)
    found = read(text.encode(encoding))
    assert found.kind is ImportFormat.TAKEOUT
    assert [channel.values.get("name") for channel in found.channels] == ['A, "b"; 日本', "B"]
    assert urls(found) == URLS[:2]
    assert skipped(found) == [(3, "a row with neither a channel's id nor its address")]


def test_takeout_that_a_spreadsheet_saved_again() -> None:
    row = f"{IDS[0]},http://www.youtube.com/channel/{IDS[0]},Über\n"
    found = read(row.encode("cp1252"))
    assert [channel.values["name"] for channel in found.channels] == ["Über"]


def test_opml_at_any_depth_with_hostile_names() -> None:
    feed = "https://www.youtube.com/feeds/videos.xml?channel_id="
    found = read(
        f'<?xml version="1.0"?>\n<opml><body><outline text="Group"><outline text="Deeper">\n'
        f'<outline type="rss" title="A &#10; &amp; [/b]" text="x" xmlUrl="{feed}{IDS[0]}"/>\n'
        f'</outline></outline>\n<outline TEXT="B" XMLURL="{feed}{IDS[1]}" htmlUrl="https://www.youtube.com/@b"/>\n'
        '<outline type="rss" text="lost"/>\n'
        '<outline type="link" text="c" url="https://example.org/c"/>\n'
        '<outline type="rss" xmlUrl="https://example.org/feed"/></body></opml>'
    )
    assert found.kind is ImportFormat.OPML
    assert urls(found) == [*URLS[:2], "https://example.org/c"]
    assert [channel.values["name"] for channel in found.channels] == ["A & [/b]", "B", "c"]
    assert skipped(found) == [
        (6, "an outline without an address"),
        (8, "a feed of example.org, which yt-dlp has no extractor for"),
    ]


def test_xml_expands_and_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("@stolen")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for declared in (f'<!ENTITY l0 "ha">{laughs}', f'<!ENTITY l11 SYSTEM "file://{secret}">'):
        found = read(f'<!DOCTYPE opml [{declared}]><opml><outline text="x" url="&l11;"/></opml>')
        assert found.channels == []
        assert [reason for _, reason in skipped(found)] == [
            "declares an entity, which is never expanded here: the rest of the file was not read"
        ]


def test_xml_keeps_what_stood_before_a_mistake() -> None:
    found = read(f'<opml>\n<outline url="{URLS[0]}"/>\n<outline url="a&b=c"/></opml>')
    assert urls(found) == URLS[:1]
    assert found.skipped[0].line == 3
    assert "not well-formed" in found.skipped[0].reason
    nested = read("<opml>" + "<outline>" * 100_000)
    assert "not well-formed" in nested.skipped[0].reason


@pytest.mark.parametrize(
    "text", ["<html><body>Nothing here.</body></html>", '<rss version="2.0"><channel/></rss>']
)
def test_a_web_page_or_a_feed_is_no_opml(text: str) -> None:
    with pytest.raises(UnknownFormat):
        read(text)


def test_an_archive_keeps_other_sites() -> None:
    found = read("youtube aaaaaaaaaaA\r\n# remark\n\nvimeo 123\nbroken\nbbc.co.uk p00\n")
    assert found.kind is ImportFormat.ARCHIVE
    assert [(video.site, video.video_id) for video in found.videos] == [
        ("youtube", "aaaaaaaaaaA"),
        ("vimeo", "123"),
        ("bbc.co.uk", "p00"),
    ]
    assert skipped(found) == [(5, "not an extractor and an id: 'broken'")]


def test_a_list_has_remarks_and_blank_lines() -> None:
    found = read(
        f"# mine\n\n; more\n{IDS[0]}  # kept\n@Films\nhello there\nyoutu.be/aaaaaaaaaaA\nhttps://x.org/a#b\n"
    )
    assert found.kind is ImportFormat.LIST
    assert urls(found) == [URLS[0], "https://www.youtube.com/@Films", "https://x.org/a#b"]
    assert skipped(found) == [
        (6, "not an address: 'hello there'"),
        (7, "a single video: `ytui download` takes those"),
    ]


def test_options_are_put_together_as_yt_dlp_does() -> None:
    found = read(
        '# mine\n-o "~/x/%(title)s"\n-f best --no-mtime\n--limit-rate\n1M\n--username me\n'
        '--password "s3 cret"\n--write-subs\n--bogus\nhttps://x.org\n--retries many\n-ix\n'
    )
    assert found.kind is ImportFormat.OPTIONS
    assert [option.words for option in found.options] == [
        ("-f", "best"),
        ("--no-mtime",),
        ("--limit-rate", "1M"),
        ("--username", "me"),
        ("--password", "s3 cret"),
    ]
    reasons = dict(skipped(found))
    assert set(reasons) == {2, 8, 9, 10, 11, 12}
    assert "library.template" in reasons[2]
    assert "extras" in reasons[8]
    assert "--retries" in reasons[11]
    assert not any("many" in reason or "s3" in reason for reason in reasons.values())


def test_toml_with_every_setting() -> None:
    found = read(
        f'[[channels]]\nurl = "{URLS[0]}/videos"\nquality = "720p"\n\n[[channels]]\nurl = "{URLS[1]}"\n'
        'quality = "huge"\n[[channels]]\nurl = "https://x.org"\nargs = ["--bogus"]\n'
    )
    assert found.channels[0].values == {"url": URLS[0], "quality": "720p"}
    assert [line for line, _ in skipped(found)] == [5, 8]
    with pytest.raises(UnknownFormat, match="line 2"):
        read("[[channels]]\nurl = \n")


@pytest.mark.parametrize("given", [b"\x89PNG\r\n\x1a\n\0\0", b"some words\nof a letter\n", b"{}"])
def test_anything_else_is_named_as_such(given: bytes) -> None:
    with pytest.raises(UnknownFormat, match="given is none of what can be imported"):
        read(given)


def test_a_sidecar_belongs_to_the_longest_stem_and_nothing_else_does() -> None:
    names = [
        "Foo.mp4",
        "Foo.Part2.mkv",
        "Foo.Part2.en.srt",
        "Foo.en-orig.vtt",
        "Foo.info.json",
        "Foo-thumb.jpg",
        "Foo.Part3.txt",
        "Foo.f137.mp4",
        "Foo.film.mp4",
        "Foo.mp4.part",
        "notes.txt",
    ]
    assert {media.name: sorted(media.beside) for media in media_in(names)} == {
        "Foo.mp4": ["Foo-thumb.jpg", "Foo.en-orig.vtt", "Foo.info.json"],
        "Foo.Part2.mkv": ["Foo.Part2.en.srt"],
        "Foo.film.mp4": [],
    }


def test_a_folder_knows_its_videos_three_ways(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    info = {
        "id": "v1",
        "extractor_key": "Vimeo",
        "title": "One\x1b[31m",
        "duration": float("inf"),
        "epoch": 5,
    }
    (tmp_path / "a" / "one.mp4").write_bytes(b"1")
    (tmp_path / "a" / "one.info.json").write_text(json.dumps({**info, "channel_url": "http://vimeo.com/x"}))
    (tmp_path / "a" / "Two [aaaaaaaaaaA].webm").write_bytes(b"22")
    (tmp_path / "a" / "Two [aaaaaaaaaaA].info.json").write_text("[" * 100_000)
    (tmp_path / "three.mkv").write_bytes(b"333")
    (tmp_path / "three.nfo").write_text(
        '<movie><uniqueid type="imdb">tt1</uniqueid>'
        '<uniqueid type="YouTube">bbbbbbbbbbA</uniqueid></movie>\nhttps://x.org'
    )
    (tmp_path / "Director's cut [Restoration].mp4").write_bytes(b"4")
    (tmp_path / "holiday.mp4").write_bytes(b"5")
    (tmp_path / "cut off [ccccccccccA].mp4").write_bytes(b"")
    (tmp_path / ".ytui").mkdir()
    (tmp_path / ".ytui" / "x [ddddddddddA].mp4").write_bytes(b"6")
    found = read_path(tmp_path)
    assert {(video.site, video.video_id, video.title, video.size) for video in found.videos} == {
        ("vimeo", "v1", "One", 1),
        ("youtube", "aaaaaaaaaaA", "Two", 2),
        ("youtube", "bbbbbbbbbbA", "", 3),
        ("", "Restoration", "Director's cut", 1),
    }
    vimeo = next(video for video in found.videos if video.site == "vimeo")
    assert (vimeo.duration, vimeo.downloaded_at, vimeo.channel_urls) == (None, 5.0, ("http://vimeo.com/x",))
    assert {Path(each.file).name: each.reason.split(",")[0] for each in found.skipped} == {
        "cut off [ccccccccccA].mp4": "an empty file",
        "holiday.mp4": "no .info.json",
    }
