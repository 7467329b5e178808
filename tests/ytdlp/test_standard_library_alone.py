"""A machine with nothing but Python: the ffmpeg that came with ytui does the work of ffmpeg and ffprobe."""

from __future__ import annotations

import contextvars
import dataclasses
import multiprocessing
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest
from yt_dlp import YoutubeDL
from yt_dlp.postprocessor import FFmpegPostProcessor
from yt_dlp.utils import PostProcessingError

from tests.ytdlp.conftest import run_job
from ytui.core.tasks import DownloadTask
from ytui.demo import clips
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World
from ytui.ytdlp import ffmpeg, ffmpeg_tools
from ytui.ytdlp.download.media_check import check_media
from ytui.ytdlp.ffmpeg_tools import parse_stream_info

Make = Callable[..., DownloadTask]

BARE = multiprocessing.get_context("spawn")
"""Jobs that start from nothing, with the environment as it is now."""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program can be found."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("SSL_CERT_FILE", "of before")
    monkeypatch.delenv("SSL_CERT_FILE")


@pytest.fixture
def bundled() -> str:
    found = ffmpeg.bundled()
    assert found is not None
    return found


@pytest.fixture(params=list(Delivery))
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with Site(World.tiny(time.time(), videos=1, delivery=request.param)) as site:
        yield site


@pytest.mark.usefixtures("bare")
def test_every_way_of_delivery_arrives(download: Make, site: Site, library: Path, bundled: str) -> None:
    task = download(site.video_url(site.world.videos()[0].id))
    done = run_job(task, context=BARE).downloaded

    found = ffmpeg_tools.stream_info(bundled, str(library / done.path))
    assert {stream["codec_type"] for stream in found["streams"]} == {"video", "audio"}
    assert float(found["format"]["duration"]) == pytest.approx(8, abs=0.1)
    assert done.warnings == ()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("site", [Delivery.HLS], indirect=True)
def test_ffmpeg_downloads_what_is_given_to_it(
    download: Make, site: Site, tmp_path: Path, library: Path, bundled: str
) -> None:
    """It is told by yt-dlp's own variable, and trusts the certificates that yt-dlp trusts."""
    told, script = tmp_path / "told", tmp_path / "ffmpeg"
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *m3u8*) echo "$SSL_CERT_FILE" >{told} ;; esac\nexec {bundled} "$@"\n'
    )
    script.chmod(0o755)
    task = download(site.video_url(site.world.videos()[0].id))
    args = (*task.common.args, "--downloader", "ffmpeg", "--ffmpeg-location", str(script))
    done = run_job(
        dataclasses.replace(task, common=dataclasses.replace(task.common, args=args)), context=BARE
    ).downloaded

    assert (library / done.path).stat().st_size > 10_000
    assert told.read_text().strip() == certifi.where()


def test_the_systems_own_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg.fallback() == bundled
    (tmp_path / "ffmpeg").symlink_to(bundled)
    assert ffmpeg.fallback() is None


def in_a_job(location: str, look: Callable[[FFmpegPostProcessor], Any]) -> Any:
    """What ``look`` finds with the tools of a job whose ffmpeg is at ``location``."""

    def prepared() -> Any:
        ffmpeg_tools.prepare({"ffmpeg_location": location})
        return look(FFmpegPostProcessor())

    return contextvars.copy_context().run(prepared)


@pytest.mark.usefixtures("bare")
def test_streams_are_told_as_ffprobe_tells_them(tmp_path: Path, bundled: str) -> None:
    titled = "One\n  Stream #0:7: Audio: none of it"
    given = [
        "-i",
        str(clips.MEDIA / "blocks" / "audio.m4a"),
        "-metadata:s:0",
        "language=en",
        "-metadata",
        f"title={titled}",
    ]
    note = tmp_path / "note.json"
    note.write_text("{}")
    attached = ["-attach", str(note), "-metadata:s:1", "mimetype=application/json"]
    path = tmp_path / "made.mkv"
    subprocess.run([bundled, "-v", "error", *given, *attached, "-c", "copy", str(path)], check=True)

    assert in_a_job(bundled, lambda asked: asked.get_audio_codec(str(path))) == "aac"
    assert in_a_job(
        bundled, lambda asked: asked.get_stream_number(str(path), ("tags", "mimetype"), "application/json")
    ) == (1, 2)
    assert in_a_job(bundled, lambda asked: asked._get_real_video_duration(str(path))) == pytest.approx(
        8, abs=0.1
    )
    told = in_a_job(bundled, lambda asked: asked.get_metadata_object(str(path)))
    assert told["format"]["format_name"] == "matroska,webm"


def test_what_is_no_media_has_no_streams() -> None:
    assert parse_stream_info("nix.mp4: Invalid data found when processing input\n") is None


@pytest.mark.parametrize("kept", [0, 1000, None], ids=["empty", "cut", "whole"])
def test_a_finished_file_is_looked_at(tmp_path: Path, bundled: str, kept: int | None) -> None:
    path = tmp_path / "video.mp4"
    shutil.copyfile(clips.MEDIA / "blocks" / "360p.mp4", path)
    if kept is not None:
        with path.open("r+b") as file:
            file.truncate(kept)
    with YoutubeDL({"ffmpeg_location": bundled, "quiet": True}, auto_init=False) as ydl:
        if kept is None:
            check_media(ydl, path)
            return
        with pytest.raises(PostProcessingError, match="the finished file is damaged"):
            check_media(ydl, path)
