"""``trash``: what retention took is listed, comes back, or is deleted for good, and nothing unasked."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows.factories import add_channel, get_video
from tests.support.rows.filed_videos import NOW, arrived, check_trash
from ytui.core.models import VideoState
from ytui.core.settings import Settings
from ytui.engine.maintenance import trash
from ytui.store.database import Database
from ytui.store.rows import Video
from ytui.store.trash import TrashReason


@pytest.fixture
def deleted(ytui: Ytui, db: Database) -> list[Video]:
    """Three videos, of which the first two are in the trash."""
    library = ytui.root / "library"
    found = arrived(db, library, add_channel(db), 3)
    db.execute("UPDATE videos SET title = 'a [b]title\x1b' WHERE id = ?", (found[0].id,))
    trash.take_out(db, library, found[:2], TrashReason.DELETED, NOW)
    trash.settle(db, library, Settings(), NOW)
    return found


def test_it_is_listed_and_brought_back(ytui: Ytui, db: Database, deleted: list[Video]) -> None:
    listed = ytui.json("trash", "list")
    assert [(item["id"], item["video"], item["state"], item["files"]) for item in listed["items"]] == [
        (2, "v1", "there", 2),
        (1, "v0", "there", 2),
    ]
    assert listed["bytes"] == sum(item["size"] for item in listed["items"]) > 0
    assert listed["items"][0]["until"] == "2026-09-28T14:13:20Z"
    said = ytui("trash", "list")
    assert "a [b]title" in said.out
    assert "\x1b" not in said.out
    assert [item["video"] for item in ytui.json("trash", "restore", "v0")["restored"]] == ["v0"]
    assert ytui("trash", "restore", "--all").out == "1 video restored\n"
    assert {get_video(db, video.id).state for video in deleted} == {VideoState.DOWNLOADED}
    assert ytui("trash", "list").out == "the trash is empty\n"
    check_trash(db, ytui.root / "library")


def test_what_cannot_come_back_is_said(ytui: Ytui, db: Database, deleted: list[Video]) -> None:
    (ytui.root / "library/Films/v0.mp4").write_text("of somebody else")
    answer = ytui.json("trash", "restore", "1", "2", code=1)
    assert [item["video"] for item in answer["restored"]] == ["v1"]
    assert [item["problem"] for item in answer["refused"]] == [
        "Films/v0.mp4 is there already: move it away first"
    ]
    assert ytui("trash", "restore", "nothing").sentence == (
        "ytui: 'nothing' is not in the trash: `ytui trash list` shows what is"
    )
    assert ytui("trash", "restore").code == 2


def test_nothing_is_deleted_for_good_unasked(ytui: Ytui, db: Database, deleted: list[Video]) -> None:
    said = ytui("trash", "empty")
    assert said.code == 2
    assert "say so with --yes" in said.sentence
    assert ytui.json("trash", "empty", "v0", "--yes") | {"bytes": 0} == {"deleted": 1, "bytes": 0, "stay": 0}
    assert [item["video"] for item in ytui.json("trash", "list")["items"]] == ["v1"]
    assert ytui.json("trash", "empty", "--yes")["deleted"] == 1
    assert ytui("trash", "empty").out == "0 videos of 0 B deleted for good\n"
    check_trash(db, ytui.root / "library")
    assert get_video(db, deleted[0].id).state is VideoState.REMOVED


def test_a_trash_that_is_not_mounted_is_as_it_was(ytui: Ytui, db: Database, deleted: list[Video]) -> None:
    library = ytui.root / "library"
    library.rename(library.with_name("away"))
    for arguments in (("restore", "--all"), ("empty", "--yes")):
        said = ytui("trash", *arguments)
        assert said.code == 2
        assert "not mounted" in said.sentence
    library.with_name("away").rename(library)
    check_trash(db, library)
