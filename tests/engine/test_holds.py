"""What many jobs fail for at once is one hold with one item, which goes on by itself; over real jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import context_of, downloads
from ytui.core.failures.classifier import Evidence
from ytui.core.holds import HoldCause, HoldKey
from ytui.core.js_runtimes import RuntimeCheck, RuntimeProblem
from ytui.core.models import JobState, PlanState, Strategy
from ytui.core.settings import Channel
from ytui.engine.commands import plan_commands, queue_commands
from ytui.engine.context import EngineContext
from ytui.engine.holds import breakers
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.queue.conditions import hold_views
from ytui.engine.queue.explain import explain_job
from ytui.engine.queue.recovery import recover
from ytui.engine.queue.scheduler import Scheduler
from ytui.store import holds, jobs, journal, plan
from ytui.store.rows import Hold, Job

MODULES = ("ytui.demo.extractor", "tests.support.extractors.needs_js_runtime")
NONE = Evidence(
    "Requested format is not available",
    warnings=("No supported JavaScript runtime could be found",),
    js_runtimes=(RuntimeCheck("deno", RuntimeProblem.MISSING),),
)
DENO = """#!/bin/sh
case "$1" in --version) echo "deno 2.9.8";; *) echo ytui;; esac
"""


@pytest.fixture
def deno(home: Home, tmp_path: Path) -> Path:
    """Where the one runtime would be that the configuration names."""
    path = tmp_path / "deno"
    with home.places.config_file.open("a") as file:
        file.write(f'\n[ytdlp]\nargs = ["--no-js-runtimes", "--js-runtimes", "deno:{path}"]\n')
    return path


def install(path: Path, text: str = DENO) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.chmod(0o755)
    beside.rename(path)


def the_hold(home: Home) -> Hold:
    (hold,) = holds.in_force(home.db)
    return hold


def claimed(home: Home, name: str, site: str = "a.org") -> Job:
    job = queue_job(home.db, add_video(home.db, name), site=site)
    found = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert found is not None
    return found


def hit(context: EngineContext, home: Home, *names: str) -> list[Job]:
    found = [claimed(home, name) for name in names]
    for job in found:
        handle_failure(context, job, Channel(url=""), NONE)
    return [home.job(job.id) for job in found]


def test_without_a_runtime_there_is_one_item_and_what_needs_none_arrives(
    home: Home, deno: Path, tiny_site: Site
) -> None:
    home.channel(tiny_site.channel_url("tiny1"))
    with home.engine(extractor_modules=MODULES) as engine:
        until(
            lambda: len(downloads(home, JobState.DONE)) == 2 and len(downloads(home, JobState.WAITING)) == 3
        )
        (item,) = plan.list_items(home.db)
        assert item.name.startswith("waits for a JavaScript runtime: ")
        assert item.name.endswith("; 3 videos wait")
        assert (item.state, plan.needs_user_count(home.db)) == (PlanState.OPEN, 1)
        assert {job.charged for job in downloads(home, JobState.WAITING)} == {0}
        why = explain_job(home.db, engine.settings, downloads(home, JobState.WAITING)[0], engine.now())
        assert why.reason.startswith("waits for a JavaScript runtime: ")
        install(deno)
        until(lambda: len(downloads(home, JobState.DONE)) == 5)
    assert len(plan.list_items(home.db)) == 0
    assert (holds.in_force(home.db), {job.attempt for job in downloads(home)}) == ([], {1, 2})
    words = [line.message for line in journal.tail(home.db)]
    assert any("JavaScript runtime is there again: 3 jobs go on" in line for line in words)


def test_a_runtime_that_comes_while_nobody_looks_is_seen_at_the_next_start(
    home: Home, deno: Path, tiny_site: Site
) -> None:
    home.channel(tiny_site.channel_url("tiny1"))
    with home.engine(extractor_modules=MODULES):
        until(lambda: len(downloads(home, JobState.WAITING)) == 3)
    install(deno, DENO.replace("echo ytui", "kill -9 $$"))
    with home.engine(extractor_modules=MODULES):
        until(lambda: "deno 2.9.8 is killed by signal 9" in the_hold(home).reason)
        (item,) = plan.list_items(home.db)
        assert "killed by signal 9" in item.name
        assert len(downloads(home, JobState.WAITING)) == 3
    install(deno)
    with home.engine(extractor_modules=MODULES):
        until(lambda: len(downloads(home, JobState.DONE)) == 5)


def test_few_misses_keep_nothing_back_and_five_in_a_row_the_rest_of_the_site(home: Home) -> None:
    context = context_of(home, NOW)
    hit(context, home, "a", "b", "c", "d")
    key = HoldKey(HoldCause.JS_RUNTIME, "a.org")
    assert not hold_views(home.db)[key].blocks
    arriving = claimed(home, "f")
    jobs.finish(home.db, arriving.id, now=NOW)
    breakers.arrived(context, arriving, Channel(url=""))
    hit(context, home, "g", "h", "i", "j")
    assert not hold_views(home.db)[key].blocks
    hit(context, home, "k")
    assert hold_views(home.db)[key].blocks
    untried, elsewhere = (
        queue_job(home.db, add_video(home.db, n), site=s) for n, s in (("l", "a.org"), ("m", "b.org"))
    )
    handed = Scheduler(context).next_job(1)
    assert handed.job is not None
    assert handed.job.id == elsewhere.id
    why = explain_job(home.db, context.settings, home.job(untried.id), NOW)
    assert (why.state, why.reason) == (JobState.QUEUED, "waits for a JavaScript runtime")
    assert why.until == the_hold(home).next_probe
    assert Scheduler(context).next_job(1).job is None


def test_when_its_time_has_come_one_tries_and_its_success_frees_all(home: Home) -> None:
    context = context_of(home, NOW)
    held = hit(context, home, *"abcdef")
    untried = queue_job(home.db, add_video(home.db, "g"), site="a.org")
    later = context_of(home, (the_hold(home).next_probe or 0) + 1)
    # What the look finds is for the probe to say: nothing has changed on the disk.
    holds.save_look(home.db, the_hold(home), fingerprint=now_fingerprint(later), reason="x", remedy="y")
    breakers.check_causes(later)
    assert (the_hold(home).probe_job, home.job(held[0].id).state) == (held[0].id, JobState.QUEUED)
    handed = Scheduler(later).next_job(1)
    assert handed.job is not None
    assert handed.job.id == held[0].id
    assert Scheduler(later).next_job(2).job is None
    jobs.finish(home.db, handed.job.id, now=NOW)
    breakers.arrived(later, handed.job, Channel(url=""))
    assert holds.in_force(home.db) == []
    assert {home.job(job.id).state for job in [*held[1:], untried]} == {JobState.QUEUED}


def now_fingerprint(context: EngineContext) -> str:
    from ytui.engine.holds.js_runtime import fingerprint

    return fingerprint(context.settings.ytdlp.args)


def test_a_probe_that_hits_it_again_waits_twice_as_long(home: Home) -> None:
    context = context_of(home, NOW)
    held = hit(context, home, "a", "b")
    pause = (the_hold(home).next_probe or 0) - NOW
    assert breakers.probe(home.db, the_hold(home)) == held[0].id
    again = jobs.claim(home.db, held[0].id, slot=1, now=NOW)
    assert again is not None
    handle_failure(context, again, Channel(url=""), NONE)
    breakers.probe_ended(context, again.id)
    assert (the_hold(home).probe_job, the_hold(home).next_probe) == (None, NOW + 2 * pause)
    assert home.job(again.id).charged == 0


def test_a_probe_whose_holder_vanished_is_the_probe_of_the_next(home: Home) -> None:
    context = context_of(home, NOW)
    held = hit(context, home, "a", "b")
    breakers.probe(home.db, the_hold(home))
    jobs.claim(home.db, held[0].id, slot=1, now=NOW)
    recover(home.db, NOW + 7)
    holds.drop_unused(home.db, NOW + 8)
    assert (the_hold(home).probe_job, home.job(held[0].id).state) == (held[0].id, JobState.QUEUED)
    assert home.job(held[1].id).state is JobState.WAITING


def test_retry_lets_one_try_and_another_strategy_all(home: Home) -> None:
    context = context_of(home, NOW)
    held = hit(context, home, "a", "b", "c")
    (item,) = plan.list_items(home.db)
    assert plan_commands.retry(home.db, [item.id], NOW).queued == 1
    assert (the_hold(home).probe_job, the_hold(home).waiting) == (held[0].id, 2)
    (item,) = plan.list_items(home.db)
    assert plan_commands.retry(home.db, [item.id], NOW, strategy=Strategy.LOWER_QUALITY).queued == 2
    assert the_hold(home).waiting == 0


def test_put_off_it_tries_no_probe_before_that(home: Home) -> None:
    context = context_of(home, NOW)
    held = hit(context, home, "a", "b")
    (item,) = plan.list_items(home.db)
    assert plan_commands.put_off(home.db, holds.jobs_of_items(home.db, [item.id]), NOW + 99_999, NOW) == 2
    assert the_hold(home).next_probe == NOW + 99_999
    assert {home.job(job.id).hold_id for job in held} == {the_hold(home).id}
    assert plan.list_items(home.db)[0].next_at == NOW + 99_999


def test_a_batch_file_has_every_address_that_waits(home: Home) -> None:
    hit(context_of(home, NOW), home, "a", "b")
    text = plan_commands.export_batch(home.db, plan.list_items(home.db))
    assert [line.rpartition("=")[2] for line in text.splitlines()[1:]] == ["a", "b"]


def test_a_runtime_that_works_makes_it_the_job_s_own_failure(home: Home) -> None:
    context = context_of(home, NOW)
    job = claimed(home, "a")
    works = Evidence(NONE.message, warnings=NONE.warnings, js_runtimes=(RuntimeCheck("deno", None),))
    handle_failure(context, job, Channel(url=""), works)
    assert (home.job(job.id).state, holds.in_force(home.db)) == (JobState.FAILED, [])


def test_a_channel_with_options_of_its_own_has_a_hold_of_its_own(home: Home) -> None:
    context = context_of(home, NOW)
    own = Channel(url="https://a.org/c", args=("--no-js-runtimes",))
    hit(context, home, "a")
    handle_failure(context, claimed(home, "b"), own, NONE)
    assert [row.subject for row in holds.in_force(home.db)] == ["a.org", "a.org https://a.org/c"]


def test_jobs_retried_one_by_one_leave_the_hold(home: Home) -> None:
    held = hit(context_of(home, NOW), home, "a", "b")
    assert queue_commands.retry_jobs(home.db, [held[1].id], NOW) == 1
    assert (the_hold(home).probe_job, home.job(held[1].id).state) == (held[1].id, JobState.QUEUED)
