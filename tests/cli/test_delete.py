"""``delete`` and ``keep``: files go into the trash only after a yes; a mark keeps them."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows.factories import add_channel, get_video, queue_job
from tests.support.rows.filed_videos import arrived, check_trash
from ytui.core.models import VideoState
from ytui.store.database import Database
from ytui.store.rows import Video


@pytest.fixture
def found(ytui: Ytui, db: Database) -> list[Video]:
    return arrived(db, ytui.root / "library", add_channel(db), 3)


def test_files_go_into_the_trash_after_a_yes(ytui: Ytui, db: Database, found: list[Video]) -> None:
    assert "say so with --yes" in ytui("delete", "v0").sentence
    answer = ytui.json("delete", "v0", found[1].url, "--yes", "--never-again")
    assert [(item["id"], item["trash"]) for item in answer["deleted"]] == [("v0", 1), ("v1", 2)]
    assert get_video(db, found[0].id).why == "never again"
    assert ytui("trash", "restore", "v0").code == 0
    assert get_video(db, found[0].id).state is VideoState.DOWNLOADED
    assert ytui("delete", "v1").sentence == "ytui: 'v1' has no file in the library"
    assert "`ytui videos` lists them" in ytui("delete", "nothing").sentence
    check_trash(db, ytui.root / "library")


def test_what_stays_is_said(ytui: Ytui, db: Database, found: list[Video]) -> None:
    (ytui.root / "library/Films/v0.mp4").unlink()
    (ytui.root / "library/Films/v0.mp4").mkdir()
    queue_job(db, found[1])
    db.execute("UPDATE videos SET path = '/elsewhere/v2.mp4' WHERE id = ?", (found[2].id,))
    answer = ytui.json("delete", "v0", "v1", "--yes", code=1)
    assert answer["deleted"] == []
    assert [item["problem"] for item in answer["stay"]] == [
        "Films/v0.mp4: Is a directory",
        "a job is about to download it again",
    ]
    assert ytui("delete", "v2").sentence == (
        "ytui: /elsewhere/v2.mp4 lies outside the library: delete it there"
    )


def test_a_mark_keeps_them(ytui: Ytui, db: Database, found: list[Video]) -> None:
    assert ytui.json("keep", "v0", "v1") == {"videos": ["v0", "v1"], "keep": True}
    assert ytui("keep", "v1", "--off").out == "1 video no longer kept for good\n"
    assert [get_video(db, video.id).keep for video in found] == [True, False, False]
