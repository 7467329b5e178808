"""A refusal closes a site at once for everybody, one probe asks again, also after a restart."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import LISTS_ONLY, context_of, downloads, lists_over, runs, view_of
from ytui.core.failures.classifier import Evidence
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, PlanState, RequestKind
from ytui.core.settings import Channel
from ytui.core.wait_reasons import for_extras, for_site
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.demo.world import World
from ytui.engine.commands import plan_commands
from ytui.engine.context import EngineContext
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.queue.scheduler import Scheduler
from ytui.engine.sites import circuit_breaker
from ytui.store import attempts, jobs, plan, sites
from ytui.store.rows import Job, SiteRow

HOST, SITE = "127.0.0.1", "a.org"
WORKERS = 5
LIMITED = Misbehaviour(
    "rate_limited", Effect.STATUS, Place.PAGE, status=429, retry_after=True, heals_after=1.5
)
BOT = Misbehaviour(
    "bot_check", Effect.REFUSAL, Place.PAGE, reason="Sign in to confirm you’re not a bot", heals_after=1.5
)
BOT_WORDS = Evidence(message="ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies")
PRIVATE = Evidence(message="ERROR: [youtube] abc: Private video. Sign in if you've been granted access")
TOO_MANY = Evidence(
    message="HTTP Error 429: Too Many Requests", status=429, request_kind=RequestKind.PAGE, host=SITE
)


def row(home: Home, name: str = SITE) -> SiteRow:
    found = sites.get(home.db, name)
    assert found is not None
    return found


def running(home: Home, name: str, site: str = SITE, **values: Any) -> Job:
    job = queue_job(home.db, add_video(home.db, name), site=site, **values)
    claimed = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert claimed is not None
    return claimed


def refused(context: EngineContext, job: Job, evidence: Evidence = BOT_WORDS) -> None:
    handle_failure(context, job, Channel(url=""), evidence)


def listed(home: Home, site: Site) -> list[Job]:
    """Every video of the site's channel, queued."""
    home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    return downloads(home)


def misbehaves(site: Site, queued: list[Job], fault: Misbehaviour | None) -> None:
    for job in queued:
        site.misbehave(job.url.split("/")[-1], fault)


@pytest.mark.parametrize("fault", [LIMITED, BOT], ids=lambda fault: fault.name)
def test_after_the_first_refusal_only_what_is_under_way_reaches_the_site(
    home: Home, fault: Misbehaviour
) -> None:
    with Site(World.tiny(time.time(), videos=10)) as site:
        queued = listed(home, site)
        misbehaves(site, queued, fault)
        site.latency = 0.2
        site.traffic.clear()
        with home.engine(workers=WORKERS):
            until(lambda: any(known.until for known in sites.all_sites(home.db)))
            opens = row(home, HOST).until
            # What is under way is refused as well.
            until(lambda: not jobs.running(home.db))
            misbehaves(site, queued, None)
            until(lambda: len(downloads(home, JobState.DONE)) == 10)
        assert site.errors == []
        asked = sorted(request.time for request in site.log if request.path.startswith("/watch/"))
    assert opens is not None
    under_way = [moment for moment in asked if moment < opens]
    assert len(under_way) <= WORKERS
    # Nobody goes there again before its time, and then one alone until it has its answer.
    probe, *others = asked[len(under_way) :]
    assert min(others) >= probe + site.latency
    assert row(home, HOST).state == "ok"
    assert {job.charged for job in downloads(home)} == {0}
    outcomes = [[attempt.outcome for attempt in attempts.of_job(home.db, job.id)] for job in queued]
    assert sum("failed" in some for some in outcomes) <= WORKERS
    assert len(plan.list_items(home.db, states=[PlanState.OPEN, PlanState.SCHEDULED, PlanState.HELD])) == 0


def test_a_restart_in_the_middle_of_a_cooldown_does_not_forget_it(home: Home, tiny_site: Site) -> None:
    queued = listed(home, tiny_site)
    misbehaves(tiny_site, queued, BOT)
    with home.engine():
        until(lambda: any(site.state == "cooldown" for site in sites.all_sites(home.db)))
        until(lambda: not jobs.running(home.db))
    closed = row(home, HOST)
    rate = closed.data["per_minute"]
    misbehaves(tiny_site, queued, None)
    tiny_site.traffic.clear()
    with home.engine():
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    first = min(request.time for request in tiny_site.log)
    assert closed.until is not None
    assert first >= closed.until
    assert row(home, HOST).state == "ok"
    # The rate was halved by the refusal, not again by the restart.
    assert row(home, HOST).data["per_minute"] >= rate
    assert {job.charged for job in downloads(home)} == {0}


def test_a_probe_that_has_its_answer_lets_the_others_go_before_its_transfer_ends(
    home: Home, tiny_site: Site
) -> None:
    queued = listed(home, tiny_site)
    sites.save(home.db, SiteRow(HOST, "cooldown", time.time() - 1, "rate limited", 1))
    tiny_site.trickle()
    with home.engine() as engine:
        until(lambda: sum(view.done_bytes > 0 for view in engine.live_status.snapshot(0).slots) > 1)
        assert not downloads(home, JobState.DONE)
        assert row(home, HOST).state == "ok"
        assert view_of(engine, queued[0].id) is not None


def test_a_cancelled_probe_makes_way_for_the_next(home: Home, tiny_site: Site) -> None:
    listed(home, tiny_site)
    sites.save(home.db, SiteRow(HOST, "cooldown", time.time() - 1, "rate limited", 1))
    tiny_site.latency = 30.0
    with home.engine() as engine:
        until(lambda: row(home, HOST).state == "probing" and runs(home, JobKind.DOWNLOAD))
        (probe,) = jobs.running(home.db)
        tiny_site.latency = 0.0
        jobs.request_cancel(home.db, [probe.id], time.time())
        engine.wake()
        until(lambda: len(downloads(home, JobState.DONE)) == 2)
    assert home.job(probe.id).state is JobState.CANCELLED
    assert row(home, HOST).state == "ok"


def test_what_was_in_flight_does_not_double_the_cooldown(home: Home) -> None:
    context = context_of(home, NOW)
    context.settings = replace(context.settings, limits=replace(context.settings.limits, sites={}))
    first, second = running(home, "first"), running(home, "second")
    refused(context, first)
    refused(context, second)
    assert (row(home).cooldowns, row(home).until) == (1, NOW + 3600)
    assert home.job(second.id).due_at == NOW + 3600


def test_cooldowns_double_to_the_cap_and_begin_anew_after_an_answer(home: Home) -> None:
    lengths, now = [], NOW
    for number in range(6):
        context = context_of(home, now)
        context.settings = replace(context.settings, limits=replace(context.settings.limits, sites={}))
        queue_job(home.db, add_video(home.db, f"v{number}"), site=SITE)
        probe = Scheduler(context).next_job(1).job
        assert probe is not None
        refused(context, probe)
        until_then = row(home).until
        assert until_then is not None
        lengths.append((until_then - now) / 3600)
        now = until_then
        assert row(home).state == "cooldown"
    assert lengths == [1, 2, 4, 8, 8, 8]
    context = context_of(home, now)
    probe = Scheduler(context).next_job(1).job
    assert probe is not None
    assert row(home).state == "probing"
    handle_failure(context, probe, Channel(url=""), PRIVATE)
    assert (row(home).state, row(home).cooldowns) == ("ok", 0)


@pytest.mark.parametrize(("seconds", "length"), [(7.0, 7.0), (None, 1.0)])
def test_a_site_is_closed_for_as_long_as_it_says(home: Home, seconds: float | None, length: float) -> None:
    context = context_of(home, NOW)
    job = running(home, "a", HOST)
    refused(context, job, replace(TOO_MANY, retry_after=seconds, host=HOST))
    # Without a word of the site: the configured second.
    assert row(home, HOST).until == NOW + length


def test_what_the_governor_counted_survives_the_closing(home: Home) -> None:
    sites.save(home.db, SiteRow(SITE, data={"day_used": 77}))
    refused(context_of(home, NOW), running(home, "a"))
    assert row(home).data["day_used"] == 77


@pytest.mark.parametrize("evidence", [TOO_MANY, BOT_WORDS])
def test_a_refused_page_closes_the_site_whatever_it_was_asked_for(home: Home, evidence: Evidence) -> None:
    """The job of captions asks for the video's page first: that refusal is one of the site."""
    job = running(home, "a", kind=JobKind.EXTRAS, options=JobOptions(extras=("subtitles",)))
    refused(context_of(home, NOW), job, evidence)
    assert row(home).state == "cooldown"
    assert home.job(job.id).wait == for_site(SITE)


def test_refused_captions_leave_the_site_open(home: Home) -> None:
    job = running(home, "a", kind=JobKind.EXTRAS, options=JobOptions(extras=("subtitles",)))
    refused(context_of(home, NOW), job, replace(TOO_MANY, request_kind=RequestKind.CAPTION))
    assert sites.get(home.db, SITE) is None
    assert home.job(job.id).wait == for_extras(SITE, ["subtitles"])


def test_a_probe_killed_on_this_machine_is_no_answer_of_the_site(home: Home) -> None:
    context = context_of(home, NOW)
    sites.save(home.db, SiteRow(SITE, "cooldown", NOW - 1, "rate limited", 1))
    queue_job(home.db, add_video(home.db, "a"), site=SITE)
    probe = Scheduler(context).next_job(1).job
    assert probe is not None
    handle_failure(context, probe, Channel(url=""), Evidence(message="killed", signal=9))
    assert (row(home).state, row(home).until, row(home).probe_job) == ("cooldown", NOW, None)


def test_a_refusal_that_is_left_to_the_user_still_closes_the_site(home: Home) -> None:
    words = Evidence(
        message="ERROR: [udemy] x: Udemy asks you to solve a CAPTCHA. Login with browser, solve CAPTCHA"
    )
    now = NOW
    queue_job(home.db, add_video(home.db, "a"), site=SITE)
    for refusals in range(1, 5):
        context = context_of(home, now)
        probe = Scheduler(context).next_job(1).job
        assert probe is not None
        refused(context, probe, words)
        assert (row(home).state, row(home).cooldowns) == ("cooldown", refusals)
        now = row(home).until or 0.0
        left = home.job(probe.id)
    assert (left.state, left.charged) == (JobState.FAILED, 0)


def test_probing_now_sends_one_job_and_no_more(home: Home) -> None:
    context = context_of(home, NOW)
    first, waits = running(home, "first"), running(home, "waits")
    queue_job(home.db, add_video(home.db, "queued"), site=SITE)
    refused(context, first)
    circuit_breaker.wait_for_site(home.db, home.job(waits.id), NOW)
    assert Scheduler(context).next_job(1).job is None
    assert plan_commands.probe_now(home.db, SITE, NOW)
    probe = Scheduler(context).next_job(1).job
    assert probe is not None
    assert (row(home).state, row(home).probe_job) == ("probing", probe.id)
    assert Scheduler(context).next_job(2).verdict.reason == f"{SITE} is being probed"
    assert not plan_commands.probe_now(home.db, SITE, NOW)
    assert not plan_commands.probe_now(home.db, "b.org", NOW)


def test_another_site_keeps_downloading(home: Home, tiny_site: Site) -> None:
    sites.save(home.db, SiteRow(SITE, "cooldown", time.time() + 3600, "rate limited", 1))
    held = queue_job(home.db, add_video(home.db, "held"), site=SITE)
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    with home.engine():
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    assert (home.job(held.id).state, home.job(held.id).attempt) == (JobState.QUEUED, 0)
