"""Videos taken in by the thousand: what each state becomes, and what is left alone."""

from __future__ import annotations

import pytest

from tests.support.rows.factories import (
    NEVER,
    NOW,
    add_channel,
    add_video,
    add_videos,
    entry,
    get_video,
    queue_job,
)
from ytui.core.models import PlanState, VideoState
from ytui.store import bulk, jobs, plan, videos
from ytui.store.bulk import Brought, Fate
from ytui.store.database import Database


def brought(video_id: str = "abc", **values: object) -> Brought:
    return Brought("youtube", video_id, f"https://www.youtube.com/watch?v={video_id}", **values)  # type: ignore[arg-type]


def take(db: Database, *batch: Brought, there: bool = True) -> list[Fate]:
    """Take in, having seen that a dry run foretells it; a second time changes nothing."""
    foretold = bulk.fates(db, batch, lambda path: there)
    fates = bulk.take_in(db, batch, lambda path: there, NOW)
    assert fates == foretold
    assert set(bulk.take_in(db, batch, lambda path: True, NOW)) == {Fate.KNOWN}
    return fates


def state_of(db: Database, video_id: str = "abc") -> VideoState:
    found = videos.by_key(db, "youtube", video_id)
    assert found is not None
    return found.state


def into(db: Database, state: VideoState) -> None:
    video = add_video(db)
    if state is VideoState.NEW:
        return
    if state in (VideoState.SKIPPED, VideoState.ARCHIVED):
        videos.set_state(db, video.id, state, expect=[VideoState.NEW])
    elif state is VideoState.FAILED:
        job = queue_job(db, video)
        jobs.claim(db, job.id, slot=1, now=NOW)
        jobs.fail(db, job.id, now=NOW, decision=NEVER, reference="E-0001")
    elif state is VideoState.QUEUED:
        queue_job(db, video)
    else:
        videos.set_downloaded(
            db, video.id, path="old.mp4", size=1, files=["old.mp4"], format_id="18", height=1, now=NOW
        )
        if state is VideoState.REMOVED:
            videos.set_state(db, video.id, state, expect=[VideoState.DOWNLOADED])


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (VideoState.NEW, Fate.ARCHIVED),
        (VideoState.SKIPPED, Fate.ARCHIVED),
        (VideoState.FAILED, Fate.ARCHIVED),
        (VideoState.QUEUED, Fate.ARCHIVED),
        (VideoState.ARCHIVED, Fate.KNOWN),
        (VideoState.DOWNLOADED, Fate.KNOWN),
        (VideoState.REMOVED, Fate.KNOWN),
    ],
)
def test_an_archive_line_ends_every_wish_for_the_video(db: Database, state: VideoState, fate: Fate) -> None:
    into(db, state)
    assert take(db, brought()) == [fate]
    assert state_of(db) is (VideoState.ARCHIVED if fate is Fate.ARCHIVED else state)
    assert jobs.active_ids(db) == []
    assert plan.list_items(db, states=[PlanState.OPEN]) == []


@pytest.mark.parametrize("state", [state for state in VideoState if state not in ("running", "downloaded")])
def test_a_file_makes_it_downloaded_whatever_it_was(db: Database, state: VideoState) -> None:
    into(db, state)
    assert take(db, brought(path="a/b.mp4", files=("a/b.mp4", "a/b.jpg"), size=7)) == [Fate.DOWNLOADED]
    found = videos.by_key(db, "youtube", "abc")
    assert found is not None
    assert (found.state, found.path, found.files, found.size) == (
        VideoState.DOWNLOADED,
        "a/b.mp4",
        ("a/b.mp4", "a/b.jpg"),
        7,
    )
    assert jobs.active_ids(db) == []
    assert videos.counts(db)[VideoState.DOWNLOADED] == 1


def test_a_file_that_was_moved_is_found_again(db: Database) -> None:
    into(db, VideoState.DOWNLOADED)
    moved = brought(path="new.mp4")
    assert bulk.take_in(db, [moved], lambda path: True, NOW) == [Fate.KNOWN]
    assert take(db, moved, there=False) == [Fate.DOWNLOADED]
    assert videos.page(db)[0].path == "new.mp4"


def test_what_was_asked_for_or_runs_is_left_alone(db: Database) -> None:
    asked = queue_job(db, add_video(db, "asked"), asked=True)
    runs = queue_job(db, add_video(db, "runs"))
    jobs.claim(db, runs.id, slot=1, now=NOW)
    fates = take(db, brought("asked"), brought("runs"), brought("fresh"))
    assert fates == [Fate.KNOWN, Fate.KNOWN, Fate.ARCHIVED]
    assert jobs.active_ids(db) == [asked.id, runs.id]


def test_a_listing_adopts_what_an_archive_brought(db: Database) -> None:
    bare = Brought("youtube", "a", bulk.placeholder_url("youtube", "a"))
    take(db, bare, brought("b", path="b.mp4"))
    single = add_video(db, "single")
    films = add_channel(db)
    add_videos(db, films, entry("a"), entry("b"), entry("single"))
    a, b = (videos.by_key(db, "youtube", key) for key in "ab")
    assert a is not None
    assert b is not None
    assert (a.state, a.channel_id, a.tab, a.url, a.title) == (
        VideoState.ARCHIVED,
        films.id,
        "videos",
        "https://www.youtube.com/watch?v=a",
        "title a",
    )
    assert (b.state, b.channel_id) == (VideoState.DOWNLOADED, films.id)
    assert get_video(db, single.id).channel_id is None


def test_every_video_is_walked_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_PAGE", 2)
    take(db, *(brought(str(number)) for number in range(5)))
    add_video(db, "new")
    assert [video.video_id for video in bulk.every_video(db)] == ["0", "1", "2", "3", "4", "new"]
    assert [video.video_id for video in bulk.every_video(db, [VideoState.NEW])] == ["new"]


def test_keys_are_looked_up_in_the_index(db: Database) -> None:
    seen: list[str] = []
    db.connection.set_trace_callback(seen.append)
    bulk.fates(db, [brought("a"), brought("b")], lambda path: True)
    db.connection.set_trace_callback(None)
    (query,) = seen
    steps = [row["detail"] for row in db.all(f"EXPLAIN QUERY PLAN {query}")]
    assert any(step.startswith("SEARCH v USING INDEX") for step in steps), steps
