"""A better file takes the place of one in the library: what it says of itself, and a death at any step."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.processes.programs import any_ffmpeg
from tests.ytdlp.conftest import run_job
from tests.ytdlp.test_finalize import OUTCOME, Make, files
from ytui.core.protocol import Unimproved
from ytui.core.tasks import DownloadTask, Replaces
from ytui.demo import clips
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World
from ytui.ytdlp.download.finalize import finish_interrupted_move, move_into_library

OLD_FILES = ("channel/name.mp4", "channel/name.info.json")


@pytest.fixture(params=[".mp4", ".mkv"])
def task(request: pytest.FixtureRequest, download: Make) -> DownloadTask:
    """A finished download and the older file that it replaces; it has another ending, or the same one."""
    made = download("http://127.0.0.1/v")
    old = tuple(name.replace(".mp4", request.param) for name in OLD_FILES)
    made = replace(
        made, replaces=Replaces(old[0], old, 360, 1.0, made.library / ".ytui" / "replaced" / "video-1-2")
    )
    made.partial.mkdir()
    (made.library / "channel").mkdir()
    for name, text in zip(("media.mp4", "media.info.json"), ("new media", "new info"), strict=True):
        (made.partial / name).write_text(text)
    for name, text in zip(old, ("old media", "old info"), strict=True):
        (made.library / name).write_text(text)
    return made


def contents(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.rglob("*") if path.is_file()}


class Died(BaseException):
    """In place of SIGKILL."""


def dies_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Let the process die before its ``step``-th change of a name."""
    left = [step]

    def counted(change: Callable[..., object]) -> Callable[..., object]:
        def changed(*arguments: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Died
            return change(*arguments)

        return changed

    for module, name in ((os, "link"), (Path, "replace"), (Path, "rename"), (Path, "unlink")):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))


@pytest.mark.parametrize("links", [True, False])
def test_a_death_at_any_step_leaves_a_whole_file_and_is_made_good(
    task: DownloadTask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, links: bool
) -> None:
    assert task.replaces is not None
    begun = tmp_path / "begun"
    shutil.copytree(task.library, begun)
    for step in range(100):
        shutil.rmtree(task.library)
        shutil.copytree(begun, task.library)
        with monkeypatch.context() as patch:
            if not links:

                def refuses(*_: object) -> None:
                    raise OSError(errno.EPERM, "no hard links")

                patch.setattr("os.link", refuses)
            dies_at(patch, step)
            try:
                move_into_library(task, Path("channel/name"), files(task), OUTCOME)
                died = False
            except Died:
                died = True
        assert "old media" in contents(task.library)
        assert "new media" in contents(task.library)
        if links:
            # The row names the old file still: under its name lies a whole one at every moment.
            assert (task.library / task.replaces.path).read_text() in ("old media", "new media")
        done = finish_interrupted_move(task)
        if done is not None:
            assert (task.library / done.path).read_text() == "new media"
            assert {(task.library / name).read_text() for name in done.files} == {"new media", "new info"}
            assert "old media" in contents(task.library)
        if not died:
            break
    else:
        pytest.fail("it never came to its end")
    assert done is not None
    assert done.path == "channel/name.mp4"
    if task.replaces.path == done.path:
        assert contents(task.replaces.aside) == {"old media", "old info"}


def test_a_foreign_file_under_the_new_name_is_not_touched(task: DownloadTask) -> None:
    assert task.replaces is not None
    stranger = task.library / "channel" / "name.mp4"
    if str(stranger.relative_to(task.library)) in task.replaces.files:
        task = replace(task, replaces=replace(task.replaces, path="channel/o.mp4", files=("channel/o.mp4",)))
    stranger.write_text("a stranger's")
    done = move_into_library(task, Path("channel/name"), files(task), OUTCOME)
    assert (done.path, stranger.read_text()) == ("channel/name (2).mp4", "a stranger's")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(World.tiny(time.time(), videos=1, delivery=Delivery.SPLIT)) as site:
        yield site


def replacing(download: Make, site: Site, library: Path, clip: str, side: int | None) -> DownloadTask:
    """A download that is to take the place of a file of the library, made of a clip's ``clip``."""
    (library / "c").mkdir()
    (library / "c" / "v.mp4").write_bytes(clips.content("blocks", clip))
    aside = library / ".ytui" / "replaced" / "video-1-2"
    url = site.video_url(site.world.videos()[0].id)
    return download(url, replaces=Replaces("c/v.mp4", ("c/v.mp4",), side, 1.0, aside))


def test_what_is_better_takes_the_place_of_what_was_there(download: Make, site: Site, library: Path) -> None:
    task = replacing(download, site, library, "480p.mp4", 480)
    done = run_job(task).downloaded
    assert (done.path, done.height) == ("c/v.mp4", 1080)
    assert task.replaces is not None
    old = (task.replaces.aside / "v.mp4").read_bytes()
    assert old == clips.content("blocks", "480p.mp4") != (library / "c" / "v.mp4").read_bytes()


def test_what_is_no_better_is_not_downloaded(download: Make, site: Site, library: Path) -> None:
    outcome = run_job(replacing(download, site, library, "1080p.mp4", 1080)).outcome
    assert isinstance(outcome, Unimproved)
    assert not outcome.shorter
    assert [request for request in site.log if "/media/" in request.path] == []


def test_what_came_shorter_replaces_nothing(
    download: Make, site: Site, library: Path, tmp_path: Path
) -> None:
    """The site has cut the video since: the longer one stays."""
    task = replacing(download, site, library, "480p.mp4", 480)
    twice = tmp_path / "list"
    (tmp_path / "part.mp4").write_bytes(clips.content("blocks", "480p.mp4"))
    twice.write_text("file 'part.mp4'\n" * 2)
    longer = library / "c" / "v.mp4"
    subprocess.run(
        [
            any_ffmpeg(),
            "-v",
            "error",
            "-y",
            "-f",
            "concat",
            "-i",
            f"file:{twice}",
            "-c",
            "copy",
            f"file:{longer}",
        ],
        check=True,
    )
    before = longer.read_bytes()
    outcome = run_job(task).outcome
    assert isinstance(outcome, Unimproved)
    assert outcome.shorter
    assert longer.read_bytes() == before
    assert task.replaces is not None
    assert not task.replaces.aside.exists()
