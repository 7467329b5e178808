"""The library's mark, and paths that must not lead out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.rows import factories
from ytui.store import jobs, videos
from ytui.store.database import Database
from ytui.store.key_values import get
from ytui.store.library_marker import (
    LibraryCheck,
    OutsideLibrary,
    check_library,
    create_library,
    inspect_library,
    library_mark,
    safe_relative,
)


def know_a_file(db: Database) -> None:
    factories.run(db, factories.queue_job(db, factories.add_video(db)))
    videos.set_downloaded(db, 1, path="a.mp4", size=1, files=(), format_id="18", height=None, now=1.0)
    jobs.finish(db, 1, now=1.0)


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_what_is_unmounted_at_the_very_look_leaves_its_folder_empty(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "library"
    assert check_library(db, root).ok
    mark = library_mark(root)
    root.rename(tmp_path / "disk")
    root.mkdir()
    # As it was read a moment ago.
    monkeypatch.setattr("ytui.store.library_marker.library_mark", lambda root: mark)
    assert not check_library(db, root).ok
    assert tree(root) == []


def test_a_folder_that_is_not_there_becomes_the_library(db: Database, tmp_path: Path) -> None:
    root = tmp_path / "deep" / "library"
    assert check_library(db, root).ok
    mark = library_mark(root)
    assert mark is not None
    assert get(db, "library_id") == mark
    assert (root / ".ytui" / "partial").is_dir()
    know_a_file(db)
    assert check_library(db, root).ok
    assert library_mark(root) == mark


def test_an_existing_library_is_adopted_by_a_store_that_knows_no_files(db: Database, tmp_path: Path) -> None:
    mark = create_library(tmp_path)
    assert check_library(db, tmp_path).ok
    assert get(db, "library_id") == mark


@pytest.mark.parametrize("there", ["nothing", "empty", "another", "damaged"])
def test_what_is_not_the_library_is_left_alone(db: Database, tmp_path: Path, there: str) -> None:
    root = tmp_path / "library"
    check_library(db, root)
    know_a_file(db)
    root.rename(tmp_path / "unmounted")
    if there != "nothing":
        root.mkdir()
    if there == "another":
        create_library(root)
    if there == "damaged":
        (root / ".ytui").mkdir()
        (root / ".ytui" / "library.id").write_bytes(b"\xff\x00")
    before = tree(tmp_path)
    check = check_library(db, root)
    assert not check.ok
    assert check.reason == f"library not mounted: {root}"
    assert tree(tmp_path) == before
    (tmp_path / "unmounted").rename(tmp_path / "elsewhere")
    assert check_library(db, tmp_path / "elsewhere").ok


def test_a_place_that_cannot_be_written_is_named(db: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check = check_library(db, tmp_path / "file" / "library")
    assert not check.ok
    assert str(tmp_path / "file" / "library") in check.reason
    assert get(db, "library_id") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_library_is_named(db: Database, tmp_path: Path) -> None:
    check_library(db, tmp_path)
    tmp_path.chmod(0o500)
    try:
        check = check_library(db, tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert not check.ok
    assert str(tmp_path) in check.reason


@pytest.mark.parametrize(
    "path", ["../a", "a/../../b", "/etc/passwd", "", ".", "out/a.mp4", "a\0b", "../library2/a", "a/.."]
)
def test_no_path_leads_out(tmp_path: Path, path: str) -> None:
    root = tmp_path / "library"
    (root / "a").mkdir(parents=True)
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(OutsideLibrary):
        safe_relative(root, path)


def test_paths_inside_are_relative_to_the_root(tmp_path: Path) -> None:
    assert safe_relative(tmp_path, "Films/./a b.mp4") == "Films/a b.mp4"
    assert safe_relative(tmp_path, tmp_path / "Films" / "..mp4") == "Films/..mp4"
    link = tmp_path.with_name("link")
    link.symlink_to(tmp_path)
    assert safe_relative(link, "a.mp4") == "a.mp4"
    assert safe_relative(tmp_path, str(link / "a.mp4")) == "a.mp4"


def test_a_look_makes_nothing_and_sees_what_cannot_be_written(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "library"
    assert inspect_library(db, root) == LibraryCheck(True)
    assert not root.exists()
    check_library(db, root)
    # What the superuser, who may be running this, would only be told of a disk that is mounted read-only.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert inspect_library(db, root) == LibraryCheck(False, f"library not writable: {root}")
