"""The move into the library, and a death at any of its steps."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ytui.core.failures.classifier import Evidence
from ytui.core.protocol import Downloaded, ExtraFailure, VideoFacts
from ytui.core.tasks import DownloadTask
from ytui.ytdlp.download import finalize
from ytui.ytdlp.download.finalize import FinishedFile, finish_interrupted_move, move_into_library

Make = Callable[..., DownloadTask]
FACTS = VideoFacts("site", "v", "Title", "http://127.0.0.1/v", 1.0, None, None, None, None)
OUTCOME = Downloaded("", 0, (), "f", 720, FACTS, 10, extra_failures=(ExtraFailure("nfo", Evidence("no")),))


@pytest.fixture
def task(download: Make) -> DownloadTask:
    made = download("http://127.0.0.1/v")
    made.partial.mkdir()
    (made.partial / "media.mp4").write_text("media")
    (made.partial / "media.info.json").write_text("info")
    return made


def files(task: DownloadTask) -> list[FinishedFile]:
    return [
        FinishedFile(task.partial / "media.mp4", ".mp4"),
        FinishedFile(task.partial / "media.info.json", ".info.json"),
    ]


def in_library(task: DownloadTask) -> list[str]:
    return sorted(
        str(path.relative_to(task.library))
        for path in task.library.rglob("*")
        if path.is_file() and ".ytui" not in path.parts
    )


def test_filesmove_file_and_the_outcome_names_them(task: DownloadTask) -> None:
    done = move_into_library(task, Path("channel/name"), files(task), OUTCOME)

    assert (done.path, done.size) == ("channel/name.mp4", 5)
    assert done.files == ("channel/name.mp4", "channel/name.info.json")
    assert in_library(task) == sorted(done.files)
    assert not (task.partial / "media.mp4").exists()


def test_a_power_cut_leaves_no_empty_file(task: DownloadTask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the files is on the disk before they have their names, and the names before it is done."""
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def note_fsync(descriptor: int) -> None:
        done.append(f"written {Path(f'/proc/self/fd/{descriptor}').readlink().relative_to(task.library)}")
        fsync(descriptor)

    def note_link(source: Path, target: Path) -> None:
        done.append("named")
        link(source, target)

    monkeypatch.setattr("os.fsync", note_fsync)
    monkeypatch.setattr("os.link", note_link)
    move_into_library(task, Path("channel/name"), files(task), OUTCOME)
    partial = task.partial.relative_to(task.library)
    assert done == [
        f"written {partial}/media.mp4",
        f"written {partial}/media.info.json",
        *("named", "named"),
        "written channel",
        "written .",
    ]


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_a_death_between_themove_files_is_made_good(
    task: DownloadTask, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = finalize.move_file
    left = [moves]

    def dying(source: Path, target: Path) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        original(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(finalize, "move_file", dying)
        if moves < 2:
            with pytest.raises(KeyboardInterrupt):
                move_into_library(task, Path("name"), files(task), OUTCOME)
            assert "name.mp4" not in in_library(task)
        else:
            move_into_library(task, Path("name"), files(task), OUTCOME)

    done = finish_interrupted_move(task)

    assert done is not None
    assert in_library(task) == ["name.info.json", "name.mp4"]
    assert (done.path, done.facts, done.extra_failures) == ("name.mp4", FACTS, OUTCOME.extra_failures)


def test_a_death_between_link_and_unlink_is_made_good(task: DownloadTask) -> None:
    move_into_library(task, Path("name"), files(task), OUTCOME)
    (task.partial / "media.mp4").hardlink_to(task.library / "name.mp4")

    assert finish_interrupted_move(task) is not None
    assert not (task.partial / "media.mp4").exists()


def test_what_was_removed_from_the_library_is_downloaded_again(task: DownloadTask) -> None:
    move_into_library(task, Path("name"), files(task), OUTCOME)
    (task.library / "name.mp4").unlink()

    assert finish_interrupted_move(task) is None


def test_a_foreign_file_under_the_name_is_not_taken_for_ours(task: DownloadTask) -> None:
    move_into_library(task, Path("name"), files(task), OUTCOME)
    (task.library / "name.mp4").unlink()
    (task.library / "name.mp4").write_text("other")

    assert finish_interrupted_move(task) is None
    assert (task.library / "name.mp4").read_text() == "other"


def test_without_hard_links_a_rename_does(task: DownloadTask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refused)
    move_into_library(task, Path("name"), files(task), OUTCOME)
    again = task.partial / "media.mp4"
    again.write_text("other")

    assert (
        move_into_library(task, Path("name"), [FinishedFile(again, ".mp4")], OUTCOME).path == "name (2).mp4"
    )
    assert (task.library / "name.mp4").read_text() == "media"


def test_a_name_taken_at_the_last_moment_is_not_overwritten(
    task: DownloadTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (task.library / "name.mp4").write_text("mine")
    monkeypatch.setattr(finalize, "free_stem", lambda _folder, stem, _suffixes: stem)

    with pytest.raises(FileExistsError):
        move_into_library(task, Path("name"), files(task), OUTCOME)
    assert (task.library / "name.mp4").read_text() == "mine"
    assert (task.partial / "media.mp4").exists()
