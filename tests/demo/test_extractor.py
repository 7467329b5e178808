"""The extractors through real yt-dlp: which addresses they take, how they page, what a download brings."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from yt_dlp.utils import DownloadError

from tests.demo.conftest import MakeYdl, stream_types
from ytui.demo import clips
from ytui.demo.extractor import YtuiDemoIE, YtuiDemoTabIE
from ytui.demo.site import Site
from ytui.demo.world import Delivery, Video


def of_delivery(site: Site, delivery: Delivery) -> Video:
    """A faultless video that is offered in that way."""
    return next(v for v in site.world.videos() if v.delivery is delivery and v.misbehaviour is None)


def pages_asked(site: Site) -> list[str]:
    """The addresses of the listing pages that were asked for, in order."""
    return [request.path for request in site.log if request.path.startswith("/api/")]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/watch/abcdefghijk",
        "http://localhost:8000/watch/abcdefghijk",
        "http://127.0.0.1.example.org:80/watch/abcdefghijk",
        "http://example.org/?u=http://127.0.0.1:80/watch/abcdefghijk",
        "http://127.0.0.1:8000/watch/short",
        "http://127.0.0.1:8000/watch?v=abcdefghijk",
        "http://127.0.0.1:8000/channel/name/playlists",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos",
    ],
)
def test_foreign_addresses_are_left_alone(address: str) -> None:
    assert not YtuiDemoIE.suitable(address)
    assert not YtuiDemoTabIE.suitable(address)


def test_registered_extractors_come_first_and_twice_is_once(tiny_site: Site, make_ydl: MakeYdl) -> None:
    from ytui.demo import extractor

    ydl = make_ydl()
    extractor.register(ydl)
    assert list(ydl._ies)[:2] == ["YtuiDemo", "YtuiDemoTab"]
    assert list(ydl._ies).count("YtuiDemo") == 1
    assert "Generic" in ydl._ies
    info = ydl.extract_info(tiny_site.video_url(tiny_site.world.videos()[0].id), download=False)
    assert info["extractor_key"] == "YtuiDemo"


def test_a_listing_costs_one_request_a_page_and_only_the_pages_taken(
    tiny_site: Site, make_ydl: MakeYdl
) -> None:
    tiny_site.publish("tiny1", 3)
    result = make_ydl().extract_info(tiny_site.channel_url("tiny1", "videos"), process=False)
    base = "/api/channel/tiny1/videos?page="
    entries = iter(result["entries"])
    first = list(itertools.islice(entries, 2))
    assert pages_asked(tiny_site) == [f"{base}1"]
    third = next(entries)
    assert pages_asked(tiny_site) == [f"{base}1", f"{base}2"]
    rest = list(entries)
    assert pages_asked(tiny_site) == [f"{base}1", f"{base}2", f"{base}3"]
    listed = [entry["id"] for entry in [*first, third, *rest]]
    assert listed == [video.id for video in tiny_site.world.channels[0].tabs["videos"]]


def test_a_late_error_keeps_the_earlier_entries(tiny_site: Site, make_ydl: MakeYdl) -> None:
    result = make_ydl().extract_info(tiny_site.channel_url("tiny1", "videos"), process=False)
    entries = iter(result["entries"])
    assert len(list(itertools.islice(entries, 2))) == 2
    tiny_site.misbehave("tiny1/videos", "listing_overloaded")
    with pytest.raises(Exception, match="HTTP Error 503"):
        next(entries)


def test_entries_say_what_a_flat_listing_says(demo_site: Site, make_ydl: MakeYdl) -> None:
    ydl = make_ydl()
    result = ydl.extract_info(demo_site.channel_url("northlight", "videos"), process=False)
    channel = demo_site.world.channel("northlight")
    assert channel is not None
    assert result["channel_id"] == channel.id
    upcoming, plain = itertools.islice(result["entries"], 2)
    video = channel.tabs["videos"][1]
    assert plain["id"] == video.id
    assert plain["url"] == demo_site.video_url(video.id)
    assert (plain["_type"], plain["ie_key"]) == ("url", "YtuiDemo")
    assert (plain["title"], plain["duration"]) == (video.title, video.duration)
    assert (plain["timestamp"], plain["view_count"]) == (video.timestamp, video.views)
    assert (plain["channel"], plain["uploader"]) == (channel.name, channel.name)
    assert plain["availability"] is None
    assert upcoming["live_status"] == "is_upcoming"
    assert (upcoming["duration"], upcoming["timestamp"]) == (None, None)

    shorts = ydl.extract_info(demo_site.channel_url("northlight", "shorts"), process=False)
    assert [entry["duration"] for entry in shorts["entries"]] == [None, None]
    kitchen = ydl.extract_info(demo_site.channel_url("tidewater", "videos"), process=False)
    badges = {entry["id"]: entry["availability"] for entry in kitchen["entries"]}
    assert badges.pop(demo_site.world.find("members_only").id) == "subscriber_only"
    assert set(badges.values()) == {None}
    streams = ydl.extract_info(demo_site.channel_url("orbitnotes", "streams"), process=False)
    assert {entry["live_status"] for entry in streams["entries"]} == {"was_live"}


def test_the_root_of_a_channel_nests_its_tabs(demo_site: Site, make_ydl: MakeYdl) -> None:
    result = make_ydl().extract_info(demo_site.channel_url("orbitnotes"), process=False)
    assert result["title"] == "Orbit Notes"
    entries = list(result["entries"])
    assert [entry["ie_key"] for entry in entries] == ["YtuiDemoTab"] * 3
    tabs = ("videos", "shorts", "streams")
    assert [entry["url"] for entry in entries] == [demo_site.channel_url("orbitnotes", tab) for tab in tabs]


def test_a_missing_tab_and_a_missing_channel_are_told_apart(demo_site: Site, make_ydl: MakeYdl) -> None:
    with pytest.raises(DownloadError, match="This channel does not have a shorts tab"):
        make_ydl().extract_info(demo_site.channel_url("quietmachines", "shorts"), process=False)
    with pytest.raises(DownloadError, match="HTTP Error 404"):
        make_ydl().extract_info(demo_site.channel_url("nobody", "videos"), process=False)


def test_an_overloaded_listing_answers_when_it_is_asked_again(demo_site: Site, make_ydl: MakeYdl) -> None:
    address = demo_site.channel_url("gardenlog", "shorts")
    with pytest.raises(DownloadError, match="HTTP Error 503"):
        make_ydl().extract_info(address, process=False)
    assert len(list(make_ydl().extract_info(address, process=False)["entries"])) == 2


def test_titles_arrive_as_they_are_in_listings_and_on_pages(demo_site: Site, make_ydl: MakeYdl) -> None:
    ydl = make_ydl()
    published = demo_site.world.channel("signalnoise")
    assert published is not None
    for tab, videos in published.tabs.items():
        result = ydl.extract_info(demo_site.channel_url("signalnoise", tab), process=False)
        assert [entry["title"] for entry in result["entries"]] == [video.title for video in videos]
        for video in videos:
            page = ydl.extract_info(demo_site.video_url(video.id), process=False)
            assert (page["id"], page["title"]) == (video.id, video.title)


def test_a_page_carries_metadata_and_every_quality(demo_site: Site, make_ydl: MakeYdl) -> None:
    video = of_delivery(demo_site, Delivery.SPLIT)
    info = make_ydl().extract_info(demo_site.video_url(video.id), download=False)
    assert info["duration"] == video.duration
    assert info["timestamp"] == video.timestamp
    assert info["description"] == video.description
    assert (info["view_count"], info["live_status"]) == (video.views, "not_live")
    assert info["like_count"] > 0
    assert info["channel_url"] == demo_site.channel_url("northlight")
    assert info["uploader_id"] == "@northlight"
    heights = {form["height"] for form in info["formats"] if form["acodec"] == "none"}
    assert heights == {360, 720, 1080}
    by_id = {form["format_id"]: form for form in info["formats"]}
    assert by_id["audio"]["vcodec"] == "none"
    assert by_id["v1080"]["filesize"] == len(clips.content(video.clip, "1080p.mp4"))


def test_separate_video_and_audio_are_merged(demo_site: Site, make_ydl: MakeYdl, tmp_path: Path) -> None:
    video = of_delivery(demo_site, Delivery.SPLIT)
    info = make_ydl().extract_info(demo_site.video_url(video.id))
    assert info["format_id"] == "v1080+audio"
    assert stream_types(tmp_path / f"{video.id}.mp4") == ["audio", "video"]


def test_a_progressive_file_arrives_byte_for_byte(demo_site: Site, make_ydl: MakeYdl, tmp_path: Path) -> None:
    video = of_delivery(demo_site, Delivery.PROGRESSIVE)
    make_ydl().extract_info(demo_site.video_url(video.id))
    assert (tmp_path / f"{video.id}.mp4").read_bytes() == clips.content(video.clip, "480p.mp4")


def test_hls_is_downloaded_in_segments(demo_site: Site, make_ydl: MakeYdl, tmp_path: Path) -> None:
    video = of_delivery(demo_site, Delivery.HLS)
    info = make_ydl().extract_info(demo_site.video_url(video.id))
    assert {form["height"] for form in info["formats"]} == {360, 720}
    segments = [request for request in demo_site.log if ".ts" in request.path]
    assert len(segments) == 3
    assert sum(request.sent for request in segments) == info["filesize_approx"]
    assert stream_types(tmp_path / f"{video.id}.mp4") == ["audio", "video"]


def test_subtitles_and_thumbnail_come_along(demo_site: Site, make_ydl: MakeYdl, tmp_path: Path) -> None:
    video = next(v for v in demo_site.world.videos() if v.languages == ("en", "de") and not v.misbehaviour)
    ydl = make_ydl(writesubtitles=True, subtitleslangs=["all"], writethumbnail=True, skip_download=True)
    ydl.extract_info(demo_site.video_url(video.id))
    text = (tmp_path / f"{video.id}.en.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n")
    assert all(cue in text for cue in video.cues)
    assert (tmp_path / f"{video.id}.de.vtt").exists()
    assert (tmp_path / f"{video.id}.jpg").read_bytes() == clips.content(video.clip, "poster.jpg")
