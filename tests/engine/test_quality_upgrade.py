"""Lower than offered: what is kept of it, and when it is fetched again."""

from __future__ import annotations

import time

import pytest

from tests.engine.conftest import Home, Site
from tests.support.rows.library_queries import titles, video
from tests.support.rows.lower_videos import HOUR, NO_TOKEN, REFUSED, TOKEN, again, bring, brought, withhold
from ytui.core.models import LowerCause, PlanState, Strategy, VideoState
from ytui.demo.faults import Effect, Misbehaviour
from ytui.engine.commands import queue_commands
from ytui.engine.maintenance import missing_files
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import attempts, jobs, offers, plan, sites

UNSOLVED = Misbehaviour("unsolved", Effect.WITHHELD, reason=LowerCause.CHALLENGE.value)


def test_what_came_lower_is_fetched_again_once_a_video_came_whole(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1", "Upload 2") as engine:
        lower = [video(home, f"Upload {number}") for number in (1, 2)]
        before = [(home.library / str(one.path)).read_bytes() for one in lower]
        assert [one.height for one in lower] == [480, 480]
        assert offers.lower_counts(home.db) == {TOKEN: 2}
        assert again(home, engine) == 0

        withhold(split_site, None)
        bring(home, engine, "Upload 3")
        assert again(home, engine) == 2
        assert again(home, engine) == 0
    better = [video(home, one.title) for one in lower]
    assert [(one.state, one.height, one.path) for one in better] == [
        (VideoState.DOWNLOADED, 1080, one.path) for one in lower
    ]
    assert offers.lower_counts(home.db) == {}
    assert [sorted(one.files) for one in better] == [sorted(one.files) for one in lower]
    assert {(home.library / name).exists() for one in better for name in one.files} == {True}
    kept = {path.read_bytes() for path in (home.library / ".ytui" / "replaced").rglob("*.mp4")}
    assert kept == set(before)
    assert [one.size for one in better] == [(home.library / str(one.path)).stat().st_size for one in better]


def test_what_was_fetched_again_in_vain_stays_and_the_others_wait(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1", "Upload 2") as engine:
        # One of them finds out whether the token is there again, an hour later.
        assert again(home, engine, time.time() + HOUR + 60) == 1
        assert again(home, engine, time.time() + HOUR + 60) == 0
    assert titles(home, VideoState.DOWNLOADED) == {"Upload 1", "Upload 2"}
    assert offers.lower_counts(home.db) == {TOKEN: 2}
    assert not (home.library / ".ytui" / "replaced").exists()
    assert len(plan.list_items(home.db)) == 0


@pytest.mark.parametrize(
    ("fault", "failure_class", "words"),
    [
        (
            NO_TOKEN,
            "format_unavailable",
            "The site offers 1080p and 480p could be had: the rest needs a PO token",
        ),
        (UNSOLVED, "js_runtime", "The site offers 1080p and 480p could be had: the rest needs a JavaScript"),
    ],
)
def test_without_fallback_it_is_an_item_that_is_tried_again_when_its_cause_is_gone(
    home: Home, split_site: Site, fault: Misbehaviour, failure_class: str, words: str
) -> None:
    with brought(home, split_site, "Upload 1", fault=fault, settings="fallback = false\n") as engine:
        (item,) = plan.list_items(home.db)
        assert (item.failure_class, item.state) == (failure_class, PlanState.OPEN)
        assert item.reason.startswith(words)
        assert not [request for request in split_site.log if "/media/" in request.path]
        assert offers.lower_counts(home.db) == {}

        withhold(split_site, None)
        bring(home, engine, "Upload 2")
        assert again(home, engine) == 1
    assert video(home, "Upload 1").height == 1080
    assert len(plan.list_items(home.db)) == 0


def test_an_item_that_was_dismissed_is_not_tried_again(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1", settings="fallback = false\n") as engine:
        plan.dismiss(home.db, [item.id for item in plan.list_items(home.db)], time.time())
        withhold(split_site, None)
        bring(home, engine, "Upload 2")
        assert again(home, engine) == 0


def test_a_second_look_that_fails_leaves_what_is_there_and_no_item(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1") as engine:
        withhold(split_site, None)
        bring(home, engine, "Upload 2")
        for shown in split_site.world.videos():
            split_site.misbehave(shown.id, "removed")
        assert again(home, engine) == 1
    kept = video(home, "Upload 1")
    assert (kept.state, (home.library / str(kept.path)).exists()) == (VideoState.DOWNLOADED, True)
    assert len(plan.list_items(home.db)) == 0


def test_what_a_person_deleted_is_not_fetched_again_but_for_a_person(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1") as engine:
        file = home.library / str(video(home, "Upload 1").path)
        file.unlink()
        withhold(split_site, None)
        assert again(home, engine, time.time() + HOUR + 60) == 0

        # It was queued before somebody deleted its file.
        file.write_bytes(b"kept")
        queue_commands.set_paused(home.db, True, time.time())
        queue_upgrades(home.db, engine.settings, time.time() + HOUR + 60)
        file.unlink()
        queue_commands.set_paused(home.db, False, time.time())
        engine.wake()
        home.idle(engine)
        assert video(home, "Upload 1").height == 480
        assert not list(home.library.rglob("*.mp4"))

        bring(home, engine, "Upload 1")
    assert video(home, "Upload 1").height == 1080
    assert (home.library / str(video(home, "Upload 1").path)).exists()


def test_a_person_may_ask_for_what_is_lower_at_any_time(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1") as engine:
        withhold(split_site, None)
        bring(home, engine, "Upload 1")
        assert video(home, "Upload 1").height == 1080
        queued = jobs.count(home.db)
        bring(home, engine, "Upload 1")
        assert jobs.count(home.db) == queued


@pytest.mark.parametrize("noticed", [False, True])
def test_a_file_that_was_deleted_is_there_again_when_a_person_asks_for_it(
    home: Home, split_site: Site, noticed: bool
) -> None:
    with brought(home, split_site, "Upload 1", fault=None) as engine:
        before = video(home, "Upload 1")
        file = home.library / str(before.path)
        file.unlink()
        if noticed:
            missing_files.look_for_missing(home.db, home.library, 0, time.time())
            assert video(home, "Upload 1").state is VideoState.REMOVED
        bring(home, engine, "Upload 1")
        after = video(home, "Upload 1")
        queued = jobs.count(home.db)
        bring(home, engine, "Upload 1")
        assert jobs.count(home.db) == queued
    assert (after.state, after.path, after.height) == (VideoState.DOWNLOADED, before.path, 1080)
    assert sorted(path.name for path in file.parent.iterdir()) == sorted(
        name.rpartition("/")[2] for name in before.files
    )


@pytest.mark.parametrize("quality", ["1080p", "audio"])
def test_what_works_is_taken_where_formats_are_refused_however_fresh_their_addresses(
    home: Home, split_site: Site, quality: str
) -> None:
    with brought(home, split_site, "Upload 1", fault=REFUSED, settings=f'quality = "{quality}"\n'):
        found = video(home, "Upload 1")
        assert (found.state, found.height) == (VideoState.DOWNLOADED, 480)
        assert offers.lower_counts(home.db) == {LowerCause.REFUSED_FORMAT: 1}
        tried = [attempt.failure_class for attempt in attempts.of_video(home.db, found.id)]
        assert tried == ["expired_url", "forbidden", None]
        assert {row.state for row in sites.all_sites(home.db)} <= {"ok"}
        assert len(plan.list_items(home.db)) == 0


def test_without_fallback_what_is_refused_is_told_as_that(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1", fault=REFUSED, settings="fallback = false\n") as engine:
        (item,) = plan.list_items(home.db)
        assert (item.failure_class, item.state) == ("forbidden", PlanState.OPEN)
        assert item.reason == (
            "The site refuses the media addresses that it has just given out, up to 1080p."
        )
        assert {row.state for row in sites.all_sites(home.db)} <= {"ok"}
        # The person asks for less.
        queue_commands.retry_jobs(home.db, [item.job_id], time.time(), strategy=Strategy.LOWER_QUALITY)
        engine.wake()
        home.idle(engine)
    assert video(home, "Upload 1").height == 480
