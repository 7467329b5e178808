"""Asking about a video in the holder's engine: what is kept, and that it needs neither library nor room."""

from __future__ import annotations

import time
from dataclasses import replace

from tests.engine.conftest import Home, Site
from ytui.core.eligibility import Candidate, Conditions, eligible
from ytui.core.models import DetailsPart, JobKind, JobState, VideoState
from ytui.core.settings.tables import Limits
from ytui.engine.commands.info_commands import ask_for_video
from ytui.store import attempts, jobs, plan, video_details, videos


def test_what_a_site_says_is_kept_with_the_video(home: Home, tiny_site: Site) -> None:
    first, second, third = tiny_site.world.videos()[:3]
    rows = [
        videos.add_single(
            home.db, site="ytuidemo", video_id=v.id, url=tiny_site.video_url(v.id), title="?", now=1.0
        )
        for v in (first, second, third)
    ]
    tiny_site.misbehave(second.id, "removed")
    tiny_site.misbehave(third.id, "server_error")
    with home.engine() as engine:
        numbers = [ask_for_video(home.db, row, time.time()) for row in rows]
        engine.wake()
        home.idle(engine)
    assert [home.job(number or 0).state for number in numbers] == [JobState.DONE] * 3
    known = video_details.of_video(home.db, rows[0])
    assert set(known) == {DetailsPart.METADATA, DetailsPart.STATISTICS, DetailsPart.TRANSCRIPT}
    assert all(row.body and row.video_id == rows[0] for row in known.values())
    video = videos.by_id(home.db, rows[0])
    assert video is not None
    assert (video.title, video.state, video.duration) == (first.title, VideoState.NEW, first.duration)
    removed = video_details.of_video(home.db, rows[1])[DetailsPart.METADATA].body
    assert removed is not None
    assert "removed by the uploader" in removed["refused"]
    failed = video_details.of_video(home.db, rows[2])
    assert {row.failure_class for row in failed.values()} == {"server_error"}
    # Nothing of the library is missing: the work plan has no item, and nobody tries again by himself.
    assert plan.list_items(home.db) == []
    assert attempts.of_job(home.db, numbers[2] or 0)[0].requests == 1
    assert jobs.active_count(home.db) == 0


def test_asking_needs_neither_library_nor_room() -> None:
    around = Conditions(0.0, Limits(), library_problem="gone", free_bytes=0)
    asking = Candidate(1, JobKind.INFO, "example.org")
    assert eligible(asking, around).eligible
    assert eligible(replace(asking, kind=JobKind.EXTRAS), around).reason == "gone"
