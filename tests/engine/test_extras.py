"""What did not arrive with its video: a job and an item of its own; pushback holds that kind alone."""

from __future__ import annotations

import time

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import context_of, lists_over, video
from ytui.core.decision import LOOK_FOR_ROOM
from ytui.core.failures.classifier import Evidence, classify
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, PlanState, RequestKind, VideoState
from ytui.core.protocol import ExtraFailure
from ytui.core.wait_reasons import ROOM
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.demo.world import World
from ytui.engine.commands import plan_commands, queue_commands
from ytui.engine.context import EngineContext
from ytui.engine.jobs.failures import decide_on_extra
from ytui.engine.jobs.missing_extras import held_extras, keep_for_later, still_held
from ytui.engine.sites.site_states import start_probe
from ytui.store import jobs, key_values, plan, sites, videos
from ytui.store.rows import Job, SiteRow

HOST, SITE = "127.0.0.1", "a.org"
TOO_MANY = Evidence("HTTP Error 429: Too Many Requests", status=429, request_kind=RequestKind.CAPTION)
MISSING = Evidence("HTTP Error 404: Not Found", status=404, request_kind=RequestKind.IMAGE)
NOT_ASKED = Evidence("a.org is cooling down", exception_types=("PermitRefused", "DownloadCancelled"))
LIMITED = Misbehaviour(
    "captions_limited", Effect.STATUS, Place.SUBTITLES, status=429, retry_after=True, heals_after=60
)


def of_kind(home: Home, kind: JobKind, *states: JobState) -> list[Job]:
    return jobs.list(home.db, kinds=[kind], states=states, newest_first=False)


def captions_asked(site: Site) -> list[float]:
    return [request.time for request in site.log if request.path.startswith("/subtitles/")]


def files(home: Home, suffix: str) -> set[str]:
    """The names of the library's files that end so, without that."""
    found = (path for path in home.library.rglob(f"*{suffix}") if ".ytui" not in path.parts)
    return {str(path).removesuffix(suffix) for path in found}


def test_refused_captions_hold_captions_alone_and_arrive_later(home: Home) -> None:
    with Site(World.tiny(time.time(), videos=4)) as site:
        for found in site.world.videos():
            site.misbehave(found.id, LIMITED)
        home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = ["subtitles", "thumbnail"]')
        ahead = [0.0]
        with home.engine(workers=1, clock=lambda: time.time() + ahead[0]) as engine:
            until(lambda: len(of_kind(home, JobKind.DOWNLOAD, JobState.DONE)) == 4)
            # One was asked, and nobody asks again before its time; the site itself is open.
            assert len(captions_asked(site)) == 1
            assert all(row.state == "ok" for row in sites.all_sites(home.db))
            assert videos.counts(home.db)[VideoState.DOWNLOADED] == 4
            assert len(files(home, ".jpg")) == 4
            waiting = of_kind(home, JobKind.EXTRAS, JobState.WAITING)
            assert {job.wait.words for job in waiting} == {f"subtitles of {HOST}"}
            assert len(waiting) == 4
            assert {item.state for item in plan.list_items(home.db)} == {PlanState.HELD}
            for found in site.world.videos():
                site.misbehave(found.id, None)
            ahead[0], opened = 61.0, time.time()
            engine.wake()
            until(lambda: len(of_kind(home, JobKind.EXTRAS, JobState.DONE)) == 4)
        assert captions_asked(site)[1] >= opened
        assert site.errors == []
    # Each beside its video, under the same name.
    assert files(home, ".en.vtt") == files(home, ".mp4")
    assert len(plan.list_items(home.db)) == 0
    assert {job.charged for job in of_kind(home, JobKind.EXTRAS)} == {0}


def test_a_failed_thumbnail_is_a_partial_success_that_is_tried_again_by_itself_alone(home: Home) -> None:
    with Site(World.tiny(time.time(), videos=1)) as site:
        (found,) = site.world.videos()
        site.misbehave(found.id, "thumbnail_missing")
        home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = ["subtitles", "thumbnail"]')
        with home.engine() as engine:
            lists_over(home)
            until(lambda: of_kind(home, JobKind.EXTRAS, JobState.FAILED))
            row = video(home, found.title)
            assert row.state is VideoState.DOWNLOADED
            assert files(home, ".en.vtt") == files(home, ".mp4")
            (item,) = plan.list_items(home.db)
            assert (item.failure_class, item.state, item.attempts) == ("not_found", PlanState.OPEN, 1)
            media = [request for request in site.log if request.path.startswith("/media/")]
            site.misbehave(found.id, None)
            assert plan_commands.retry(home.db, [item.id], time.time()).queued == 1
            engine.wake()
            until(lambda: of_kind(home, JobKind.EXTRAS, JobState.DONE))
        assert files(home, ".jpg") == files(home, ".mp4")
        assert [request for request in site.log if request.path.startswith("/media/")] == media
    assert len(plan.list_items(home.db)) == 0
    assert video(home, found.title).path == row.path
    assert (home.library / (row.path or "")).is_file()


def test_captions_that_the_closed_site_was_not_asked_for_are_no_failure(home: Home) -> None:
    """The site closes while a video is in transfer: its captions are queued for afterwards."""
    with Site(World.tiny(time.time(), videos=2)) as site:
        home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = ["subtitles"]\nbacklog = "none"')
        # It stays closed for as long as the transfer may take on a busy machine.
        text = home.places.config_file.read_text()
        home.places.config_file.write_text(text.replace('cooldown = "1 s"', 'cooldown = "1 h"'))
        site.trickle()
        ahead = [0.0]
        with home.engine(workers=2, clock=lambda: time.time() + ahead[0]) as engine:
            lists_over(home)
            flows, refused = videos.page(home.db)
            queue_commands.download_videos(home.db, engine.settings, [flows.id], time.time())
            engine.wake()
            until(lambda: any(view.done_bytes for view in engine.live_status.snapshot(0).slots))
            site.misbehave(
                refused.video_id,
                Misbehaviour("bot_check", Effect.REFUSAL, reason="Sign in to confirm you’re not a bot"),
            )
            queue_commands.download_videos(home.db, engine.settings, [refused.id], time.time())
            engine.wake()
            until(lambda: any(row.state == "cooldown" for row in sites.all_sites(home.db)))
            site.bytes_per_second = None
            until(lambda: video(home, flows.title).state is VideoState.DOWNLOADED)
            site.misbehave(refused.video_id, None)
            ahead[0] = 2 * 3600.0
            engine.wake()
            until(lambda: len(of_kind(home, JobKind.DOWNLOAD, JobState.DONE)) == 2)
            until(lambda: of_kind(home, JobKind.EXTRAS, JobState.DONE))
        assert site.errors == []
    assert files(home, ".en.vtt") == files(home, ".mp4")
    assert len(files(home, ".mp4")) == 2
    assert {job.charged for job in of_kind(home, JobKind.EXTRAS)} == {0}


def arrived(
    home: Home, *failures: tuple[str, Evidence], held: dict[str, float] | None = None
) -> EngineContext:
    """A video is in the library without these extras."""
    context = context_of(home, NOW)
    found = add_video(home.db)
    job = queue_job(home.db, found, site=SITE)
    lost = [ExtraFailure(extra, evidence) for extra, evidence in failures]
    keep_for_later(context, job, found, lost, held or {})
    return context


def test_two_extras_of_one_video_are_two_items_that_are_retried_apart(home: Home) -> None:
    arrived(home, ("thumbnail", MISSING), ("subtitles", TOO_MANY))
    items = plan.list_items(home.db)
    assert {(item.failure_class, item.state) for item in items} == {
        ("not_found", PlanState.OPEN),
        ("rate_limited", PlanState.HELD),
    }
    thumbnail, subtitles = of_kind(home, JobKind.EXTRAS)
    assert (thumbnail.state, subtitles.state) == (JobState.FAILED, JobState.WAITING)
    missing = next(item for item in items if item.failure_class == "not_found")
    assert plan_commands.retry(home.db, [missing.id], NOW).queued == 1
    assert home.job(thumbnail.id).state is JobState.QUEUED
    assert home.job(subtitles.id).state is JobState.WAITING


def test_the_hold_is_for_that_kind_and_that_site(home: Home) -> None:
    arrived(home, ("subtitles", TOO_MANY))
    # The configured default of an hour.
    assert held_extras(home.db, SITE, ["subtitles", "thumbnail"], NOW) == {"subtitles": NOW + 3600}
    assert held_extras(home.db, "b.org", ["subtitles"], NOW) == {}
    assert held_extras(home.db, SITE, ["subtitles"], NOW + 3600) == {}
    assert sites.get(home.db, SITE) is None


def test_what_was_left_out_for_the_hold_waits_as_long(home: Home) -> None:
    arrived(home, held={"subtitles": NOW + 60})
    (job,) = of_kind(home, JobKind.EXTRAS)
    assert (job.state, job.due_at, job.attempt) == (JobState.WAITING, NOW + 60, 0)
    assert job.options.extras == ("subtitles",)


@pytest.mark.parametrize("words", ["a.org is cooling down", "ytui is stopping"])
def test_an_extra_that_was_not_asked_for_is_queued_without_a_word_in_the_plan(home: Home, words: str) -> None:
    evidence = Evidence(words, exception_types=NOT_ASKED.exception_types)
    arrived(home, ("subtitles", evidence))
    (job,) = of_kind(home, JobKind.EXTRAS)
    assert job.state is JobState.QUEUED
    assert len(plan.list_items(home.db, states=list(PlanState))) == 0
    assert held_extras(home.db, SITE, ["subtitles"], NOW) == {}


def test_no_failure_but_pushback_holds_others(home: Home) -> None:
    decide_on_extra(context_of(home, NOW), details(home, "a", ["thumbnail"]), "thumbnail", classify(MISSING))
    assert held_extras(home.db, SITE, ["thumbnail"], NOW) == {}


def test_an_extra_that_met_a_full_disk_comes_when_there_is_room(home: Home) -> None:
    arrived(home, ("subtitles", Evidence("No space left on device", errno=28)))
    (job,) = of_kind(home, JobKind.EXTRAS)
    assert (job.state, job.wait, job.due_at) == (JobState.WAITING, ROOM, NOW + LOOK_FOR_ROOM)


def hold_subtitles(home: Home) -> None:
    key_values.put(home.db, key_values.extra_held_until(SITE, "subtitles"), str(NOW + 60))


def details(home: Home, name: str, extras: list[str]) -> Job:
    job = queue_job(
        home.db,
        add_video(home.db, name),
        site=SITE,
        kind=JobKind.EXTRAS,
        options=JobOptions(extras=tuple(extras)),
    )
    claimed = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert claimed is not None
    return claimed


def test_of_many_that_come_due_the_rest_stay_away_once_one_is_refused(home: Home) -> None:
    context = context_of(home, NOW)
    hold_subtitles(home)
    job = details(home, "a", ["subtitles"])
    assert still_held(context, job)
    now = home.job(job.id)
    assert (now.state, now.due_at, now.charged) == (JobState.WAITING, NOW + 60, 0)
    # One that lacks more than that goes, and so does a video.
    assert not still_held(context, details(home, "b", ["subtitles", "thumbnail"]))
    assert not still_held(context, details(home, "c", ["thumbnail"]))
    download = queue_job(home.db, add_video(home.db, "d"), site=SITE)
    assert not still_held(context, download)


def test_a_probe_that_stays_away_makes_way_for_another(home: Home) -> None:
    context = context_of(home, NOW)
    hold_subtitles(home)
    job = details(home, "a", ["subtitles"])
    sites.save(home.db, SiteRow(SITE, "cooldown", NOW - 1, "rate limited", 1))
    start_probe(home.db, SITE, job.id, NOW)
    assert still_held(context, job)
    row = sites.get(home.db, SITE)
    assert row is not None
    assert (row.state, row.until) == ("cooldown", NOW)
