"""``retention``: a dry run changes nothing, the real one says the same and does it."""

from __future__ import annotations

import time

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.core.models import VideoState
from ytui.core.settings import Keep, KeepKind
from ytui.store import channels, jobs, videos
from ytui.store.database import Database
from ytui.store.library_marker import check_library

DAY = 86_400.0


def library(ytui: Ytui, db: Database) -> None:
    """A channel that keeps one video and has three in the library."""
    ytui.configure('[[channels]]\nurl = "https://example.org/Films"\nkeep = "last 1"\n')
    root, now = ytui.root / "library", time.time()
    assert check_library(db, root).ok
    channel = factories.add_channel(db)
    for number, video in enumerate(
        factories.add_videos(
            db,
            channel,
            *(factories.entry(f"v{n}", published_at=now - n * DAY, published_exact=True) for n in range(3)),
        )
    ):
        path = f"{number}.mp4"
        (root / path).write_text("x")
        job = factories.run(db, factories.queue_job(db, video))
        videos.set_downloaded(
            db, video.id, path=path, size=5, files=[path], format_id="18", height=360, now=now
        )
        jobs.finish(db, job.id, now=now)


def confirmed(db: Database) -> None:
    """The rule was in force before."""
    channels.set_keep_in_force(db, 1, Keep(KeepKind.LAST, 1))


def test_a_rule_that_is_new_takes_nothing_before_somebody_says_yes(ytui: Ytui, db: Database) -> None:
    library(ytui, db)
    waits = [{"channel": "Films", "keep": "the last 1", "videos": 2, "bytes": 10}]
    for arguments in (("retention", "--dry-run"), ("retention",)):
        answer = ytui.json(*arguments)
        assert (answer["removed"], answer["stay"], answer["unconfirmed"]) == ([], 0, waits)
    said = ytui("retention")
    assert (said.code, said.out) == (0, "nothing to remove\n")
    assert said.sentence == (
        "Films is to keep the last 1 now: 2 videos of 10 B would go; `ytui retention --yes` lets them go"
    )
    assert videos.counts(db)[VideoState.DOWNLOADED] == 3
    (item,) = ytui.json("plan", "list")["items"]
    assert (item["class"], item["state"], item["job"]) == ("keep_changed", "open", None)
    assert item["title"] == "Films: to keep the last 1, 2 videos of 10 B would go"
    assert ytui.json("plan", "show", "K-1")["item"]["id"] == item["id"]
    assert ytui.json("plan", "retry", "K-1")["retried"] == 0
    answer = ytui.json("retention", "--yes")
    assert [row["id"] for row in answer["removed"]] == ["v2", "v1"]
    assert answer["unconfirmed"] == []
    assert ytui.json("plan", "list")["items"] == []


def test_a_dry_run_says_what_the_real_one_does(ytui: Ytui, db: Database) -> None:
    library(ytui, db)
    confirmed(db)
    would = ytui.json("retention", "--dry-run")
    assert [row["id"] for row in would["removed"]] == ["v2", "v1"]
    assert videos.counts(db)[VideoState.DOWNLOADED] == 3
    assert ytui.json("retention")["removed"] == would["removed"]
    assert videos.counts(db)[VideoState.REMOVED] == 2
    assert sorted(path.name for path in (ytui.root / "library").glob("*.mp4")) == ["0.mp4"]
    assert ytui("retention").out == "nothing to remove\n"


def test_files_that_cannot_be_removed_are_not_said_to_be_gone(ytui: Ytui, db: Database) -> None:
    library(ytui, db)
    stuck = ytui.root / "library" / "2.mp4"
    stuck.unlink()
    stuck.mkdir()
    said = ytui("retention", "--yes")
    assert said.code == 1
    assert "2 videos of 10 B to go" in said.err
    assert "1 file could not be removed" in said.err
    assert stuck.is_dir()


def test_a_library_that_is_not_there_loses_nothing(ytui: Ytui, db: Database) -> None:
    library(ytui, db)
    (ytui.root / "library").rename(ytui.root / "elsewhere")
    said = ytui("retention")
    assert said.code == 2
    assert "not mounted" in said.sentence
    assert videos.counts(db)[VideoState.DOWNLOADED] == 3
