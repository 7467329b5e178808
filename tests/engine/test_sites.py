"""A site that pushes back is left alone, is tried once, and opens again; nobody else notices or pays."""

from __future__ import annotations

import time

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import LISTS_ONLY, context_of, downloads, lists_over, watched
from ytui.core.eligibility import SiteView
from ytui.core.models import JobState, PlanState
from ytui.core.wait_reasons import for_site
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.engine.commands import queue_commands
from ytui.engine.sites import circuit_breaker
from ytui.engine.sites import site_states as breaker
from ytui.store import attempts, jobs, journal, plan, sites, videos
from ytui.store.database import Database
from ytui.store.rows import Job, SiteRow, Video

HOST = "127.0.0.1"


def row(db: Database, name: str = "a.org") -> SiteRow:
    found = sites.get(db, name)
    assert found is not None
    return found


def test_a_cooldown_counts_once_however_many_are_refused(home: Home) -> None:
    breaker.cool_down(home.db, "a.org", until=NOW + 60, reason="rate limited", now=NOW)
    breaker.cool_down(home.db, "a.org", until=NOW + 30, reason="bot check", now=NOW + 1)
    assert row(home.db) == SiteRow("a.org", "cooldown", NOW + 60, "bot check", 1, None, NOW + 1)
    # Pushed back again after its end: the second in a row.
    breaker.cool_down(home.db, "a.org", until=NOW + 300, reason="bot check", now=NOW + 61)
    assert (row(home.db).cooldowns, row(home.db).until) == (2, NOW + 300)


def test_one_probe_whose_answer_opens_the_site(home: Home) -> None:
    breaker.start_probe(home.db, "a.org", 1, NOW)
    assert sites.get(home.db, "a.org") is None
    breaker.cool_down(home.db, "a.org", until=NOW + 60, reason="rate limited", now=NOW)
    breaker.start_probe(home.db, "a.org", 7, NOW + 60)
    breaker.start_probe(home.db, "a.org", 8, NOW + 60)
    assert (row(home.db).state, row(home.db).probe_job) == ("probing", 7)
    assert not breaker.answered(home.db, "a.org", 8, NOW + 61)
    assert not breaker.answered(home.db, "b.org", 7, NOW + 61)
    assert breaker.answered(home.db, "a.org", 7, NOW + 61)
    assert row(home.db) == SiteRow("a.org", "ok", None, "", 0, None, NOW + 61)


def test_a_lost_probe_makes_way_for_the_next(home: Home) -> None:
    breaker.cool_down(home.db, "a.org", until=NOW, reason="rate limited", now=NOW - 60)
    breaker.start_probe(home.db, "a.org", 7, NOW)
    breaker.probe_lost(home.db, "a.org", 8, NOW + 1)
    assert row(home.db).state == "probing"
    breaker.probe_lost(home.db, "a.org", 7, NOW + 1)
    assert (row(home.db).state, row(home.db).until, row(home.db).cooldowns) == ("cooldown", NOW + 1, 1)
    breaker.start_probe(home.db, "a.org", 9, NOW + 2)
    breaker.forget_probes(home.db, NOW + 3)
    assert (row(home.db).state, row(home.db).until) == ("cooldown", NOW + 3)


def test_when_a_probe_is_due() -> None:
    assert breaker.needs_probe(SiteView("cooldown", NOW), NOW)
    assert breaker.needs_probe(SiteView("cooldown", None), NOW)
    assert not breaker.needs_probe(SiteView("cooldown", NOW + 1), NOW)
    assert not breaker.needs_probe(SiteView("ok"), NOW)
    assert not breaker.needs_probe(SiteView("probing"), NOW)


def test_what_the_scheduler_sees(home: Home) -> None:
    breaker.cool_down(home.db, "a.org", until=NOW + 60, reason="rate limited", now=NOW)
    assert breaker.site_views(home.db, {"a.org": 1, "b.org": 2}) == {
        "a.org": SiteView("cooldown", NOW + 60, "rate limited", 1),
        "b.org": SiteView(running=2),
    }


def test_a_probes_answer_wakes_those_who_wait_for_the_site(home: Home) -> None:
    context = context_of(home, NOW)
    waits, probes = (
        queue_job(home.db, add_video(home.db, name), site="a.org") for name in ("waits", "probes")
    )
    for job in (waits, probes):
        assert jobs.claim(home.db, job.id, slot=1, now=NOW)
    circuit_breaker.close_site(context, home.job(waits.id), until=NOW + 60, reason="rate limited")
    circuit_breaker.wait_for_site(home.db, home.job(waits.id), NOW)
    waiting = home.job(waits.id)
    assert (waiting.state, waiting.due_at, waiting.wait) == (JobState.WAITING, NOW + 60, for_site("a.org"))
    assert waiting.charged == 0
    breaker.start_probe(home.db, "a.org", probes.id, NOW)
    circuit_breaker.note_site_answered(context, home.job(probes.id))
    assert home.job(waits.id).state is JobState.QUEUED
    assert "a.org is open again" in [line.message for line in journal.tail(home.db)]


def test_a_closed_site_stays_closed_after_a_restart(home: Home) -> None:
    sites.save(home.db, SiteRow(HOST, "cooldown", time.time() + 3600, "rate limited", 1))
    job = queue_job(home.db, add_video(home.db), site=HOST)
    with home.engine() as engine:
        until(
            lambda: (
                {view.waiting_for for view in engine.live_status.snapshot(0).slots}
                == {f"{HOST} is cooling down"}
            )
        )
        assert home.job(job.id).attempt == 0


def test_a_429_closes_the_site_for_as_long_as_it_says_and_heals(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    with home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    refused, *others = sorted(downloads(home), key=lambda job: job.duration_key)
    limited = Misbehaviour(
        "rate_limited", Effect.STATUS, Place.PAGE, status=429, retry_after=True, heals_after=1.2
    )
    tiny_site.misbehave(key_of(refused), limited)
    tiny_site.traffic.clear()
    with home.engine(workers=1) as engine:
        until(lambda: home.job(refused.id).state is JobState.WAITING)
        closed = row(home.db, HOST)
        assert (closed.state, closed.reason, closed.cooldowns) == ("cooldown", "rate limited", 1)
        # The server said two seconds; the configured second is not asked.
        assert closed.until is not None
        assert closed.until - closed.updated_at > 1.0
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
        assert engine.problem == ""
    assert (row(home.db, HOST).state, row(home.db, HOST).cooldowns) == ("ok", 0)
    # Nobody was sent there meanwhile, and the first to go was the one who had been refused.
    assert watched(tiny_site)[:2] == [key_of(refused)] * 2
    assert sorted(request.time for request in tiny_site.log)[1] >= closed.until
    assert [attempt.outcome for attempt in attempts.of_job(home.db, refused.id)] == ["failed", "done"]
    assert not attempts.of_job(home.db, refused.id)[0].charged
    assert [len(attempts.of_job(home.db, job.id)) for job in others] == [1, 1]
    assert {job.charged for job in downloads(home)} == {0}
    (item,) = plan.list_items(home.db, states=list(PlanState))
    assert (item.failure_class, item.state) == ("rate_limited", PlanState.RESOLVED)


def key_of(job: Job) -> str:
    """The site's id of a job's video."""
    return job.url.split("/")[-1]


def test_a_download_in_transfer_survives_the_closing(home: Home, tiny_site: Site) -> None:
    """One transfers, one extracts, one is refused: the first goes on, the second waits uncharged."""
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []\nbacklog = "none"')
    with home.engine() as engine:
        lists_over(home)
        first, second, third = videos.page(home.db)

        def ask(video: Video) -> int:
            (job,) = queue_commands.download_videos(home.db, engine.settings, [video.id], time.time())
            engine.wake()
            return job

        tiny_site.trickle()
        flows = ask(first)
        until(lambda: any(view.done_bytes for view in engine.live_status.snapshot(0).slots))
        tiny_site.latency = 60.0
        extracts = ask(second)
        until(lambda: second.video_id in watched(tiny_site))
        tiny_site.latency = 0.0
        tiny_site.misbehave(third.video_id, "rate_limited")
        refused = ask(third)
        until(lambda: home.job(extracts).state is JobState.WAITING)
        until(lambda: home.job(refused).state is JobState.WAITING)
        assert (home.job(extracts).wait, home.job(extracts).charged) == (for_site(HOST), 0)
        assert home.job(flows).state is JobState.RUNNING
        tiny_site.bytes_per_second = None
        until(lambda: home.job(flows).state is JobState.DONE)
        assert home.job(flows).attempt == 1
