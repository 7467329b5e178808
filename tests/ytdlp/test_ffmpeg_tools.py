"""ffmpeg and ffprobe that are ended by a signal, as the kernel does where memory runs out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.processes.programs import any_ffmpeg, find
from tests.ytdlp.conftest import run_job
from ytui.core.failures.classifier import FailureClass, classify
from ytui.core.tasks import DownloadTask
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World

Make = Callable[..., DownloadTask]


@pytest.fixture
def site() -> Site:
    return Site(World.tiny(0.0, delivery=Delivery.SPLIT))


def tools(folder: Path, name: str, when: str, signal: str = "KILL") -> Path:
    """A folder of tools, of which ``name`` dies where its arguments fit the shell's pattern ``when``."""
    folder.mkdir()
    (folder / "ffmpeg").symlink_to(any_ffmpeg())
    if probe := find("ffprobe"):
        (folder / "ffprobe").symlink_to(probe)
    real = (folder / name).resolve()
    (folder / name).unlink()
    (folder / name).write_text(
        f'#!/bin/sh\ncase "$*" in {when}) kill -{signal} $$ ;; esac\nexec {real} "$@"\n'
    )
    (folder / name).chmod(0o700)
    return folder


def with_tools(task: DownloadTask, folder: Path) -> DownloadTask:
    args = (*task.common.args, "--ffmpeg-location", str(folder))
    return dataclasses.replace(task, common=dataclasses.replace(task.common, args=args))


@pytest.mark.parametrize(
    ("name", "when", "reason"),
    [
        ("ffmpeg", "*-bsfs*", "ffmpeg was killed by signal 9 while it was asked for its version"),
        pytest.param(
            "ffprobe",
            "*-bsfs*",
            "ffprobe was killed by signal 9 while it was asked for its version",
            marks=pytest.mark.needs("ffprobe"),
        ),
        pytest.param(
            "ffprobe",
            "*-show_entries*",
            "ffprobe was killed by signal 9 while it looked at the finished file",
            marks=pytest.mark.needs("ffprobe"),
        ),
    ],
)
def test_a_tool_that_is_killed_is_not_missing_and_what_was_fetched_is_kept(
    download: Make, site: Site, tmp_path: Path, library: Path, name: str, when: str, reason: str
) -> None:
    with site:
        task = download(site.video_url(site.world.videos()[0].id))
        ended = run_job(with_tools(task, tools(tmp_path / "tools", name, when)))
        failure = classify(ended.failed.evidence)
        assert failure.failure_class is FailureClass.POSTPROCESS_FAILED
        assert failure.reason == f"{reason}, perhaps out of memory."
        fetched = sum("/media/" in request.path for request in site.log)

        done = run_job(task).downloaded

        assert (library / done.path).is_file()
        again = sum("/media/" in request.path for request in site.log)
        assert (fetched == 0) or (again == fetched)


@pytest.mark.needs("ffprobe")
def test_an_ffprobe_that_crashes_whatever_it_is_asked_keeps_no_video_from_arriving(
    download: Make, site: Site, tmp_path: Path, library: Path
) -> None:
    with site:
        task = download(site.video_url(site.world.videos()[0].id))
        done = run_job(with_tools(task, tools(tmp_path / "tools", "ffprobe", "*", "ILL"))).downloaded
    assert (library / done.path).is_file()
    assert any("ffprobe was killed by signal 4" in warning for warning in done.warnings)


def test_a_tool_that_is_not_there_is_missing(download: Make, site: Site, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with site:
        ended = run_job(with_tools(download(site.video_url(site.world.videos()[0].id)), empty))
    assert classify(ended.failed.evidence).failure_class is FailureClass.FFMPEG_MISSING
