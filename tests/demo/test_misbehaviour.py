"""Every fault of the sample through real yt-dlp: what it raises, and that what should heal does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import DownloadError, GeoRestrictedError

from tests.demo.conftest import Clock, MakeYdl, Silence, stream_types
from ytui.core.failures.classifier import explain
from ytui.demo import clips
from ytui.demo.faults import DOWNLOADED, REFUSALS, SKIPPED
from ytui.demo.sample import sample
from ytui.demo.site import Site


@pytest.fixture
def clock() -> Clock:
    """The clock by which the faults of ``site`` heal."""
    return Clock(time.time())


@pytest.fixture
def site(clock: Clock) -> Iterator[Site]:
    """The sample, healing by ``clock``."""
    with Site(sample(clock.now, fast=True), clock=clock) as running:
        yield running
    assert running.errors == []


def http_error(error: DownloadError) -> HTTPError:
    """The refused request at the root of an error's chain."""
    link = error.exc_info[1]
    while not isinstance(link, HTTPError):
        link = link.cause or link.__cause__ or link.__context__
    return link


def media_requests(site: Site, video_id: str) -> list[tuple[str, int]]:
    """Range and status of each request for a video's media."""
    return [(r.range, r.status) for r in site.log if r.path.startswith(f"/media/{video_id}/")]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_a_refusal_is_raised_in_the_words_of_the_page(tiny_site: Site, make_ydl: MakeYdl, name: str) -> None:
    video = tiny_site.world.videos()[0]
    tiny_site.misbehave(video.id, name)
    with pytest.raises(DownloadError) as caught:
        make_ydl().extract_info(tiny_site.video_url(video.id))
    assert REFUSALS[name].rstrip(".") in str(caught.value)
    assert caught.value.exc_info[1].expected
    assert len(tiny_site.log) == 1


@pytest.mark.parametrize("name", ["private", "age_restricted", "login_required", "bot_check"])
def test_what_an_account_would_open_comes_with_the_hint(site: Site, make_ydl: MakeYdl, name: str) -> None:
    with pytest.raises(DownloadError, match=r"[^.]\. Use --cookies-from-browser or --cookies"):
        make_ydl().extract_info(site.video_url(site.world.find(name).id))


@pytest.mark.parametrize("name", ["private", "members_only", "age_restricted", "login_required"])
def test_cookies_open_what_needs_an_account(site: Site, make_ydl: MakeYdl, tmp_path: Path, name: str) -> None:
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(site.cookies_file(), encoding="ascii")
    ydl = make_ydl(cookiefile=str(cookies))
    info = ydl.extract_info(site.video_url(site.world.find(name).id), download=False)
    assert info["formats"]


def test_geo_names_the_countries(site: Site, make_ydl: MakeYdl) -> None:
    with pytest.raises(DownloadError, match="available in Norway, Sweden") as caught:
        make_ydl().extract_info(site.video_url(site.world.find("geo_blocked").id))
    assert isinstance(caught.value.exc_info[1], GeoRestrictedError)
    assert len(site.log) == 1


@pytest.mark.parametrize(("name", "status"), [("not_found", 404), ("gone", 410)])
def test_a_page_that_stays_away(site: Site, make_ydl: MakeYdl, name: str, status: int) -> None:
    for _ in range(2):
        with pytest.raises(DownloadError) as caught:
            make_ydl().extract_info(site.video_url(site.world.find(name).id))
        assert http_error(caught.value).status == status


@pytest.mark.parametrize(("name", "refused"), [("server_error", [500, 500]), ("overloaded", [503])])
def test_a_server_that_recovers(site: Site, make_ydl: MakeYdl, name: str, refused: list[int]) -> None:
    address = site.video_url(site.world.find(name).id)
    for _ in refused:
        with pytest.raises(DownloadError):
            make_ydl().extract_info(address, download=False)
    assert make_ydl().extract_info(address, download=False)["formats"]
    assert [request.status for request in site.log] == [*refused, 200]


@pytest.mark.parametrize(("name", "status", "wait"), [("rate_limited", 429, 3), ("blocked", 403, 2)])
def test_a_pushback_says_how_long_it_lasts_and_heals(
    site: Site, clock: Clock, make_ydl: MakeYdl, name: str, status: int, wait: int
) -> None:
    address = site.video_url(site.world.find(name).id)
    with pytest.raises(DownloadError) as caught:
        make_ydl().extract_info(address)
    refused = http_error(caught.value)
    assert (refused.status, refused.response.headers["Retry-After"]) == (status, str(wait))
    clock.now += wait
    assert make_ydl().extract_info(address, download=False)["formats"]


def test_the_bot_check_goes_after_a_while(site: Site, clock: Clock, make_ydl: MakeYdl) -> None:
    address = site.video_url(site.world.find("bot_check").id)
    for _ in range(2):
        with pytest.raises(DownloadError, match="Sign in to confirm you’re not a bot"):
            make_ydl().extract_info(address)
    clock.now += site.world.pace.bot_check
    assert make_ydl().extract_info(address, download=False)["formats"]


def test_a_premiere_is_announced_and_then_begins(site: Site, clock: Clock, make_ydl: MakeYdl) -> None:
    video = site.world.find("premiere")
    address = site.video_url(video.id)
    with pytest.raises(DownloadError, match=r"Premieres in \d seconds?$"):
        make_ydl().extract_info(address)
    announced = make_ydl(ignore_no_formats_error=True).extract_info(address, download=False)
    assert announced["live_status"] == "is_upcoming"
    assert announced["release_timestamp"] == -int(-(clock.now + site.world.pace.premiere) // 1)
    clock.now += site.world.pace.premiere
    begun = make_ydl().extract_info(address)
    assert (begun["live_status"], begun["title"]) == ("not_live", video.title)
    listing = make_ydl().extract_info(site.channel_url("northlight", "videos"), process=False)
    assert next(iter(listing["entries"]))["live_status"] is None


@pytest.mark.parametrize("name", ["reset", "truncated"])
def test_a_broken_download_is_resumed_by_range(
    site: Site, make_ydl: MakeYdl, tmp_path: Path, name: str
) -> None:
    video = site.world.find(name)
    size = len(clips.content(video.clip, "1080p.mp4"))
    with pytest.raises(DownloadError):
        make_ydl().extract_info(site.video_url(video.id))
    partial = next(tmp_path.glob(f"{video.id}*.part")).stat().st_size
    assert 0 < partial <= size // 2
    make_ydl().extract_info(site.video_url(video.id))
    assert media_requests(site, video.id) == [("", 200), (f"bytes={partial}-", 206), ("", 200)]
    assert stream_types(tmp_path / f"{video.id}.mp4") == ["audio", "video"]


def test_a_stall_is_bounded_by_the_client_or_by_the_site(
    site: Site, make_ydl: MakeYdl, tmp_path: Path
) -> None:
    video = site.world.find("stalled")
    address = site.video_url(video.id)
    with pytest.raises(DownloadError, match="timed out"):
        make_ydl(socket_timeout=0.3).extract_info(address)
    fault = site.world.misbehaviours()["stalled"]
    site.misbehave(video.id, replace(fault, stall=0.1))
    with pytest.raises(DownloadError, match="more expected"):
        make_ydl().extract_info(address)
    make_ydl().extract_info(address)
    assert stream_types(tmp_path / f"{video.id}.mp4") == ["audio", "video"]


def test_an_expired_address_needs_a_fresh_extraction(site: Site, make_ydl: MakeYdl) -> None:
    address = site.video_url(site.world.find("expired_url").id)
    ydl = make_ydl()
    old = ydl.extract_info(address, download=False)
    for _ in range(2):
        with pytest.raises(DownloadError, match="unable to download video data: HTTP Error 403"):
            make_ydl().process_ie_result(ydl.sanitize_info(old, remove_private_keys=True))
    assert make_ydl().extract_info(address)["requested_downloads"]


def test_an_unknown_host_is_a_failure_of_names(site: Site, make_ydl: MakeYdl) -> None:
    with pytest.raises(DownloadError, match=r"media\.ytui-demo\.invalid"):
        make_ydl().extract_info(site.video_url(site.world.find("unknown_host").id))


def test_streams_that_cannot_be_joined(site: Site, make_ydl: MakeYdl) -> None:
    video = site.world.find("unreadable")
    with pytest.raises(DownloadError, match=r"Postprocessing: .*Invalid data found"):
        make_ydl().extract_info(site.video_url(video.id))
    assert [status for _, status in media_requests(site, video.id)] == [200, 200]


@pytest.mark.parametrize(
    ("name", "message"),
    [("drm", "This video is DRM protected"), ("storyboards", "Requested format is not available")],
)
def test_media_that_nobody_can_have(site: Site, make_ydl: MakeYdl, name: str, message: str) -> None:
    with pytest.raises(DownloadError, match=message):
        make_ydl().extract_info(site.video_url(site.world.find(name).id))


def test_missing_subtitles_leave_the_video_whole(site: Site, make_ydl: MakeYdl, tmp_path: Path) -> None:
    video = site.world.find("subtitles_missing")
    logger = Silence()
    ydl = make_ydl(writesubtitles=True, logger=logger, format="sd", ignoreerrors=True)
    ydl.extract_info(site.video_url(video.id))
    assert (tmp_path / f"{video.id}.mp4").exists()
    assert not list(tmp_path.glob("*.vtt"))
    assert any("subtitles" in warning for warning in logger.warnings)


def test_everything_ends_as_the_world_says(site: Site, clock: Clock, make_ydl: MakeYdl) -> None:
    """After three rounds, with time to heal between them, each video has come to its foretold end."""
    stalled = site.world.find("stalled")
    site.misbehave(stalled.id, replace(site.world.misbehaviours()["stalled"], stall=0.1))
    ends = dict.fromkeys(site.world.expectations(), "")
    ydl = make_ydl(format="sd/v360+audio/hls-130")
    for _ in range(3):
        for video_id in [key for key, end in ends.items() if end != DOWNLOADED]:
            try:
                ydl.extract_info(site.video_url(video_id))
                ends[video_id] = DOWNLOADED
            except DownloadError as error:
                ends[video_id] = explain(str(error)).failure_class.value
        clock.now += 10
    expected = site.world.expectations()
    seen_in_listing = next(key for key, outcome in expected.items() if outcome == SKIPPED)
    assert ends == expected | {seen_in_listing: "members_only"}
