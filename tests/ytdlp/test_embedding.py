"""What is written into the file: by real yt-dlp and ffmpeg, with a SponsorBlock on loopback."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.processes.programs import any_ffmpeg, deadly_ffmpeg
from tests.ytdlp.conftest import DEMO, run_job
from ytui.core.embed_options import EMBEDDING, SPONSORBLOCK, Embed, Segment, SponsorBlock
from ytui.core.failures.classifier import FailureClass, classify
from ytui.core.models import RequestKind
from ytui.core.protocol import Permit
from ytui.core.tasks import Common, DownloadTask
from ytui.demo.site import Site
from ytui.demo.world import Channel, Delivery, Video, World, make_id
from ytui.ytdlp import ffmpeg
from ytui.ytdlp.options import params_for

LENGTH = 8.0
"""Seconds that the sample site's media last."""

Make = Callable[..., DownloadTask]

NO_FFPROBE = ("--ffmpeg-location", str(ffmpeg.bundled()))
"""The ffmpeg that came with ytui, which has no ffprobe beside it."""
with_and_without_ffprobe = pytest.mark.parametrize(
    "programs", [pytest.param((), id="ffprobe"), pytest.param(NO_FFPROBE, id="no ffprobe")]
)


class Segments(BaseHTTPRequestHandler):
    """Knows one sponsor from 2 s to 5 s in every video, or answers with ``status`` alone."""

    status = 200
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        prefix = urlsplit(self.path).path.rpartition("/")[2]
        segment = {
            "segment": [2.0, 5.0],
            "category": "sponsor",
            "actionType": "skip",
            "videoDuration": LENGTH,
            "UUID": "1",
            "description": "",
        }
        found = [{"videoID": VIDEO.id, "segments": [segment]}]
        assert hashlib.sha256(VIDEO.id.encode()).hexdigest().startswith(prefix)
        body = json.dumps(found).encode() if self.status == 200 else b""
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The test's output stays clean."""


VIDEO = Video(
    id=make_id("embedding"),
    title="With a sponsor",
    duration=int(LENGTH),
    timestamp=1_715_500_000,
    delivery=Delivery.SPLIT,
    description="What it is about.",
    cues=("Nothing much happens here.", "And then it ends."),
)


@pytest.fixture
def site() -> Iterator[Site]:
    channel = Channel("one", "One Channel", tabs={"videos": [VIDEO]})
    with Site(World([channel], now=time.time())) as site:
        yield site


@pytest.fixture
def segments() -> Iterator[str]:
    Segments.asked, Segments.status = [], 200
    with ThreadingHTTPServer(("127.0.0.1", 0), Segments) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def programs() -> tuple[str, ...]:
    """Options that say where ffmpeg is: none, or those of :data:`NO_FFPROBE`."""
    return ()


@pytest.fixture
def common(tmp_path: Path, segments: str, programs: tuple[str, ...]) -> Common:
    return Common(
        job=1,
        log=tmp_path / "job.log",
        args=("--proxy", "", "--sponsorblock-api", segments, *programs),
        extractor_modules=(*DEMO, "tests.support.extractors.sponsorblock"),
        socket_timeout=5.0,
        asks_permits=True,
    )


def probed(path: Path) -> dict[str, Any]:
    shown = "format=duration:format_tags:stream=codec_type,codec_name:stream_disposition=attached_pic:chapter"
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", shown, str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def media_of(site: Site) -> int:
    """Bytes of media that the site has sent."""
    return sum(request.sent for request in site.log if "/media/" in request.path)


def length(path: Path) -> float:
    return float(probed(path)["format"]["duration"])


def subtitles(path: Path) -> str:
    command = [any_ffmpeg(), "-v", "error", "-i", str(path), "-map", "0:s", "-f", "srt", "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def chapters(path: Path) -> list[str]:
    return [chapter["tags"]["title"] for chapter in probed(path)["chapters"]]


@pytest.mark.needs("ffprobe")
@with_and_without_ffprobe
def test_all_that_can_be_embedded_is(download: Make, site: Site, library: Path) -> None:
    embed = frozenset(Embed)
    task = download(site.video_url(VIDEO.id), extras=frozenset({EMBEDDING}), embed=embed)
    done = run_job(task).downloaded
    found = probed(library / done.path)

    assert done.extra_failures == ()
    assert done.files == (done.path,)
    assert [stream["codec_type"] for stream in found["streams"]] == ["video", "audio", "subtitle", "video"]
    assert found["streams"][3]["disposition"]["attached_pic"] == 1
    tags = {name.lower(): value for name, value in found["format"]["tags"].items()}
    assert (tags["title"], tags["date"], tags["artist"]) == (VIDEO.title, "20240512", "One Channel")


@pytest.mark.needs("ffprobe")
@with_and_without_ffprobe
def test_a_picture_in_a_matroska_file_is_replaced_by_the_next(
    download: Make, common: Common, site: Site, library: Path
) -> None:
    matroska = dataclasses.replace(common, args=(*common.args, "--merge-output-format", "mkv"))
    wanted = {"extras": {EMBEDDING}, "embed": {Embed.THUMBNAIL}, "common": matroska}
    done = run_job(download(site.video_url(VIDEO.id), **wanted)).downloaded
    again = download(site.video_url(VIDEO.id), metadata_only=True, beside=done.path, **wanted)
    assert done.extra_failures == run_job(again).downloaded.extra_failures == ()
    streams = probed(library / done.path)["streams"]
    assert [stream["codec_name"] for stream in streams] == ["h264", "aac", "mjpeg"]


@pytest.mark.needs("ffprobe")
@with_and_without_ffprobe
def test_segments_are_marked(download: Make, site: Site, library: Path) -> None:
    task = download(
        site.video_url(VIDEO.id), extras=frozenset({SPONSORBLOCK}), sponsorblock=SponsorBlock.MARK
    )
    ended = run_job(task)
    path = library / ended.downloaded.path

    assert chapters(path) == [VIDEO.title, "[SponsorBlock]: Sponsor", VIDEO.title]
    assert length(path) == pytest.approx(LENGTH, abs=0.3)
    permits = [report for report in ended.reports if isinstance(report, Permit)]
    assert [permit.kind for permit in permits] == [RequestKind.PAGE, RequestKind.API]


@pytest.mark.needs("ffprobe")
@with_and_without_ffprobe
def test_a_cut_file_is_whole_and_may_be_cut_again(download: Make, site: Site, library: Path) -> None:
    wanted = {
        "extras": frozenset({SPONSORBLOCK, EMBEDDING}),
        "sponsorblock": SponsorBlock.CUT,
        "embed": frozenset({Embed.SUBTITLES}),
    }
    done = run_job(download(site.video_url(VIDEO.id), **wanted)).downloaded
    path = library / done.path

    assert done.extra_failures == ()
    assert length(path) < LENGTH - 1
    assert done.size == path.stat().st_size
    cut, spoken = length(path), subtitles(path)
    again = download(site.video_url(VIDEO.id), metadata_only=True, beside=done.path, **wanted)
    assert run_job(again).downloaded.extra_failures == ()
    assert length(path) == pytest.approx(cut, abs=0.1)
    assert subtitles(path) == spoken != ""


@pytest.mark.needs("ffprobe")
def test_a_job_killed_when_it_begins_to_cut_is_finished_by_the_next(
    download: Make, site: Site, library: Path, tmp_path: Path
) -> None:
    task = download(site.video_url(VIDEO.id), extras=frozenset({SPONSORBLOCK}), sponsorblock=SponsorBlock.CUT)
    deadly = deadly_ffmpeg(tmp_path / "tools", when='*" concat "*')
    args = (*task.common.args, "--ffmpeg-location", str(deadly))
    killed = run_job(dataclasses.replace(task, common=dataclasses.replace(task.common, args=args)))
    assert killed.exitcode == -signal.SIGKILL
    received = media_of(site)
    done = run_job(task).downloaded

    assert done.extra_failures == ()
    assert length(library / done.path) < LENGTH - 1
    assert media_of(site) == received


@pytest.mark.needs("ffprobe")
@pytest.mark.parametrize(
    ("status", "expected"), [(500, FailureClass.SERVER_ERROR), (429, FailureClass.RATE_LIMITED)]
)
def test_without_sponsorblock_the_video_arrives_and_is_marked_later(
    download: Make, site: Site, library: Path, status: int, expected: FailureClass
) -> None:
    Segments.status = status
    wanted = {"extras": frozenset({SPONSORBLOCK}), "sponsorblock": SponsorBlock.MARK}
    done = run_job(download(site.video_url(VIDEO.id), **wanted)).downloaded
    path = library / done.path
    received = media_of(site)

    (failure,) = done.extra_failures
    assert (failure.extra, classify(failure.evidence).failure_class) == (SPONSORBLOCK, expected)
    assert chapters(path) == []

    later = download(site.video_url(VIDEO.id), metadata_only=True, beside=done.path, **wanted)
    failed = run_job(later).failed
    assert classify(failed.evidence).failure_class is expected
    assert chapters(path) == []

    Segments.status = 200
    marked = run_job(later).downloaded
    assert marked.path == done.path
    assert len(chapters(path)) == 3
    assert media_of(site) == received


def test_a_refused_permit_costs_the_marks_alone(download: Make, site: Site, library: Path) -> None:
    task = download(
        site.video_url(VIDEO.id), extras=frozenset({SPONSORBLOCK}), sponsorblock=SponsorBlock.MARK
    )
    done = run_job(task, lambda ask: not (isinstance(ask, Permit) and ask.kind is RequestKind.API)).downloaded

    assert done.extra_failures[0].evidence.exception_types[0] == "PermitRefused"
    assert Segments.asked == []
    assert (library / done.path).is_file()


def test_nothing_is_asked_of_what_is_not_wanted(download: Make, site: Site) -> None:
    task = download(site.video_url(VIDEO.id), extras=frozenset({SPONSORBLOCK}), sponsorblock=SponsorBlock.CUT)
    run_job(task, lambda ask: isinstance(ask, Permit))

    assert Segments.asked == []


@pytest.mark.needs("ffprobe")
def test_a_file_that_a_dead_job_was_changing_is_not_trusted(
    download: Make, site: Site, library: Path
) -> None:
    task = download(
        site.video_url(VIDEO.id), extras=frozenset({EMBEDDING}), embed=frozenset({Embed.THUMBNAIL})
    )
    task.partial.mkdir(parents=True)
    (task.partial / "media.mp4").write_bytes(b"half of it")
    (task.partial / "half-written").touch()
    done = run_job(task).downloaded

    assert length(library / done.path) == pytest.approx(LENGTH, abs=0.3)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"extras": {EMBEDDING}, "embed": {Embed.METADATA}}, ["Metadata"]),
        (
            {"extras": {EMBEDDING}, "embed": {Embed.THUMBNAIL}, "quality": "audio"},
            ["VideoRemuxer", "EmbedThumbnail"],
        ),
        ({"extras": {SPONSORBLOCK}, "sponsorblock": SponsorBlock.OFF}, []),
        ({"extras": {EMBEDDING}, "embed": {Embed.METADATA}, "metadata_only": True}, []),
        (
            {"extras": {SPONSORBLOCK}, "sponsorblock": SponsorBlock.CUT},
            ["SponsorBlock", "ModifyChapters"],
        ),
    ],
)
def test_settings_become_the_options_of_the_command(
    download: Make, values: dict[str, Any], expected: list[str]
) -> None:
    log: Any = None
    task = download("https://example.org/v", **values)
    made = params_for(task, log).get("postprocessors") or []

    keys = [found["key"].removeprefix("FFmpeg") for found in made]
    assert [key for key in keys if key != "Concat"] == expected
    assert [found["when"] for found in made if found["key"] == "SponsorBlock"] in ([], ["before_dl"])
    assert all(not found["add_chapters"] for found in made if found["key"] == "FFmpegMetadata")


def test_the_persons_own_options_still_work_and_have_the_last_word(download: Make, common: Common) -> None:
    log: Any = None
    own = dataclasses.replace(common, args=("--embed-chapters", "--sponsorblock-mark", "all"))
    made = params_for(download("https://example.org/v", common=own), log)["postprocessors"]
    assert [found["key"] for found in made][:3] == ["SponsorBlock", "ModifyChapters", "FFmpegMetadata"]

    own = dataclasses.replace(common, args=("--no-sponsorblock",))
    values: dict[str, Any] = {"sponsorblock": SponsorBlock.MARK, "sponsorblock_categories": (Segment.INTRO,)}
    task = download("https://example.org/v", common=own, extras={SPONSORBLOCK}, **values)
    assert "postprocessors" not in params_for(task, log) or all(
        found["key"] != "SponsorBlock" for found in params_for(task, log)["postprocessors"]
    )
