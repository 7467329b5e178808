"""The site as a web server: ranges, pace, broken connections, its log, and a clean end."""

from __future__ import annotations

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.demo.conftest import Clock
from tests.support.processes.waiting import PATIENCE, until
from ytui.demo import clips
from ytui.demo.sample import sample
from ytui.demo.site import Site
from ytui.demo.world import World


def get(
    site: Site, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request on a connection of its own; a body that ends early raises ``IncompleteRead``."""
    connection = http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def media_path(site: Site) -> tuple[str, bytes]:
    """The address of a plain video's progressive file, and its content."""
    video = site.world.videos()[0]
    return f"/media/{video.id}/480p.mp4", clips.content(video.clip, "480p.mp4")


def test_it_listens_on_loopback_only(tiny_site: Site) -> None:
    assert tiny_site._server.server_address[0] == "127.0.0.1"
    assert urlsplit(tiny_site.base_url).hostname == "127.0.0.1"


def test_media_come_whole_or_in_the_part_that_was_asked_for(tiny_site: Site) -> None:
    path, content = media_path(tiny_site)
    whole, body = get(tiny_site, path)
    assert (whole.status, body, whole.headers["Accept-Ranges"]) == (200, content, "bytes")
    part, body = get(tiny_site, path, headers={"Range": "bytes=1000-"})
    assert (part.status, body) == (206, content[1000:])
    assert part.headers["Content-Range"] == f"bytes 1000-{len(content) - 1}/{len(content)}"
    part, body = get(tiny_site, path, headers={"Range": "bytes=10-19"})
    assert (part.status, body) == (206, content[10:20])
    beyond, body = get(tiny_site, path, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status, body) == (416, b"")
    head, body = get(tiny_site, path, "HEAD")
    assert (head.status, head.headers["Content-Length"], body) == (200, str(len(content)), b"")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/watch/unknown0000",
        "/api/channel/nobody",
        "/api/channel/nobody/videos",
        "/thumbnail/unknown0000.jpg",
        "/subtitles/unknown0000.en.vtt",
        "/media/unknown0000/480p.mp4",
    ],
)
def test_what_is_not_there_is_404(tiny_site: Site, path: str) -> None:
    response, _ = get(tiny_site, path)
    assert response.status == 404


def test_no_file_outside_a_clip_is_served(tiny_site: Site) -> None:
    video = tiny_site.world.videos()[0]
    for name in ("../waves/poster.jpg", "../../site.py", "..", "hls/../../waves/poster.jpg"):
        assert get(tiny_site, f"/media/{video.id}/{name}")[0].status == 404


def test_the_log_tells_what_was_asked_and_answered(tiny_site: Site) -> None:
    path, content = media_path(tiny_site)
    get(tiny_site, path, headers={"Range": "bytes=100-"})
    assert tiny_site.traffic.wait_for(lambda log: len(log) == 1 and log[0].finished, timeout=PATIENCE)
    request = tiny_site.log[0]
    assert (request.method, request.path, request.range) == ("GET", path, "bytes=100-")
    assert (request.status, request.sent, request.length) == (206, len(content) - 100, len(content) - 100)
    _, body = get(tiny_site, "/log")
    assert json.loads(body)[0]["path"] == path
    tiny_site.traffic.clear()
    assert tiny_site.log == []


def test_a_paced_body_takes_its_time_and_can_be_hurried(tiny_site: Site) -> None:
    path, content = media_path(tiny_site)
    tiny_site.bytes_per_second = len(content) / 0.4
    started = time.monotonic()
    _, body = get(tiny_site, path)
    assert body == content
    paced = time.monotonic() - started
    assert paced >= 0.3
    tiny_site.bytes_per_second = None
    started = time.monotonic()
    get(tiny_site, path)
    assert time.monotonic() - started < paced


def test_a_transfer_that_trickles_has_begun_and_lasts_until_it_may_flow(tiny_site: Site) -> None:
    path, content = media_path(tiny_site)
    tiny_site.trickle()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(get, tiny_site, path)
        until(lambda: any(request.sent > 40_000 for request in tiny_site.log))
        assert not answer.done()
        tiny_site.bytes_per_second = None
        _, body = answer.result()
    assert body == content


def test_latency_comes_before_pages_and_not_before_media(tiny_site: Site) -> None:
    tiny_site.latency = 600
    assert get(tiny_site, media_path(tiny_site)[0])[0].status == 200
    tiny_site.latency = 0.2
    started = time.monotonic()
    get(tiny_site, "/api/channel/tiny1")
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(
    ("name", "error"),
    [("reset", ConnectionResetError), ("truncated", http.client.IncompleteRead)],
)
def test_a_body_breaks_in_the_middle_once(tiny_site: Site, name: str, error: type[Exception]) -> None:
    path, content = media_path(tiny_site)
    tiny_site.misbehave(tiny_site.world.videos()[0].id, name)
    with pytest.raises(error):
        get(tiny_site, path)
    assert tiny_site.traffic.wait_for(lambda log: log[0].finished, timeout=PATIENCE)
    assert (tiny_site.log[0].sent, tiny_site.log[0].length) == (len(content) // 2, len(content))
    assert get(tiny_site, path)[1] == content


def test_a_stalled_body_is_silent_for_as_long_as_it_says(tiny_site: Site) -> None:
    path, content = media_path(tiny_site)
    video = tiny_site.world.videos()[0]
    tiny_site.misbehave(video.id, replace(tiny_site.world.misbehaviours()["stalled"], stall=0.4))
    started = time.monotonic()
    with pytest.raises(http.client.IncompleteRead):
        get(tiny_site, path)
    assert 0.4 <= time.monotonic() - started < 3
    assert get(tiny_site, path)[1] == content


def test_stopping_ends_a_stall_at_once_and_leaves_no_thread() -> None:
    world = World.tiny(time.time())
    site = Site(world)
    site.start()
    threads_of_site = [thread for thread in threading.enumerate() if thread.name == "demo-site"]
    video = world.videos()[0]
    site.misbehave(video.id, replace(world.misbehaviours()["stalled"], stall=600))
    connection = http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=PATIENCE)
    connection.request("GET", f"/media/{video.id}/480p.mp4")
    response = connection.getresponse()
    assert site.traffic.wait_for(lambda log: log[0].sent > 0, timeout=PATIENCE)
    started = time.monotonic()
    site.stop()
    assert site.traffic.wait_for(lambda log: log[0].finished, timeout=PATIENCE)
    assert time.monotonic() - started < 3
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()
    connection.close()
    assert [thread.is_alive() for thread in threads_of_site] == [False]
    with pytest.raises(OSError):
        get(site, "/log")


def test_too_many_requests_says_when_to_come_back_and_keeps_its_word() -> None:
    clock = Clock(1_790_000_000.0)
    world = sample(clock.now, fast=True)
    path = f"/watch/{world.find('rate_limited').id}"
    with Site(world, clock=clock) as site:
        response, _ = get(site, path)
        assert (response.status, response.headers["Retry-After"]) == (429, "3")
        clock.now += 1.5
        response, _ = get(site, path)
        assert (response.status, response.headers["Retry-After"]) == (429, "2")
        clock.now += 1.5
        assert get(site, path)[0].status == 200


def test_a_fault_can_be_given_and_taken_while_it_runs(tiny_site: Site) -> None:
    video = tiny_site.world.videos()[0]
    tiny_site.misbehave(video.id, "server_error")
    assert [get(tiny_site, f"/watch/{video.id}")[0].status for _ in range(3)] == [500, 500, 200]
    tiny_site.misbehave(video.id, "not_found")
    assert get(tiny_site, f"/watch/{video.id}")[0].status == 404
    tiny_site.misbehave(video.id, None)
    assert get(tiny_site, f"/watch/{video.id}")[0].status == 200
    tiny_site.misbehave("tiny1/videos", "listing_overloaded")
    statuses = [get(tiny_site, "/api/channel/tiny1/videos?page=1")[0].status for _ in range(2)]
    assert statuses == [503, 200]
    with pytest.raises(KeyError):
        tiny_site.misbehave(video.id, "no such fault")


def test_a_title_cannot_end_the_script_that_carries_it(demo_site: Site) -> None:
    video = next(video for video in demo_site.world.videos() if "<tags>" in video.title)
    _, body = get(demo_site, f"/watch/{video.id}")
    assert b"<tags>" not in body


def test_the_media_are_small_and_complete() -> None:
    files = [path for path in clips.MEDIA.rglob("*") if path.is_file() and path.suffix != ".py"]
    assert sum(path.stat().st_size for path in files if path.suffix != ".pyc") < 3_000_000
    for clip in clips.LANDSCAPE:
        segments = [name for name in clips.names(clip) if name.endswith(".ts")]
        assert len(segments) == 6
        assert {"360p.mp4", "720p.mp4", "1080p.mp4", "audio.m4a", "480p.mp4"} <= clips.names(clip)
    with pytest.raises(FileNotFoundError):
        clips.content("blocks", "../waves/poster.jpg")
