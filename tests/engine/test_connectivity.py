"""The line to the outside: five silent jobs are one state, with one probe, and nothing is charged."""

from __future__ import annotations

import threading
import time

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import LISTS_ONLY, context_of, downloads, lists_over
from ytui.core.decision import LineDown
from ytui.core.failures.classifier import Evidence
from ytui.core.models import JobState, PlanState
from ytui.core.settings import Channel
from ytui.core.wait_reasons import THE_LINE
from ytui.demo.world import World
from ytui.engine.context import EngineContext
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.sites import connectivity as line_module
from ytui.engine.sites.connectivity import PROBE_EVERY, STREAK, Connectivity
from ytui.store import attempts, jobs, journal, plan, sites
from ytui.store.rows import Job

TIMEOUT = Evidence(message="The read operation timed out", exception_types=("TimeoutError",))
PRIVATE = Evidence(message="ERROR: [youtube] abc: Private video. Sign in if you've been granted access")


def down_at(now: float) -> Connectivity:
    line = Connectivity()
    found = [line.failed(job, now) for job in range(1, STREAK + 1)]
    assert found == [None] * (STREAK - 1) + [LineDown(now + PROBE_EVERY, (1, 2, 3, 4))]
    return line


def test_the_fifth_of_different_jobs_takes_the_line_down_and_spares_all_five() -> None:
    line = down_at(NOW)
    assert (line.down_since, line.held_until(NOW)) == (NOW, NOW + PROBE_EVERY)
    assert line.failed(9, NOW + 1) == LineDown(NOW + PROBE_EVERY)


def test_a_success_between_them_begins_the_count_anew() -> None:
    line = Connectivity()
    for job in range(STREAK - 1):
        line.failed(job, NOW)
    assert not line.succeeded()
    for job in range(STREAK - 1):
        assert line.failed(100 + job, NOW) is None
    assert line.held_until(NOW) is None


def test_the_same_job_counts_once() -> None:
    line = Connectivity()
    assert [line.failed(7, NOW) for _ in range(3 * STREAK)] == [None] * 3 * STREAK
    assert line.down_since is None


def test_a_clock_that_is_set_back_holds_the_queue_no_longer() -> None:
    line = down_at(NOW)
    assert line.held_until(NOW - 86_400) == NOW - 86_400 + PROBE_EVERY


def test_one_probe_every_half_minute_and_the_end_of_it() -> None:
    line = down_at(NOW)
    line.starts(NOW + 30)
    assert line.held_until(NOW + 60) == NOW + 60
    line.failed(3, NOW + 50)
    assert line.held_until(NOW + 60) == NOW + 60
    line.starts(NOW + 60)
    line.failed(3, NOW + 95)
    assert line.held_until(NOW + 95) == NOW + 95
    assert line.down_since == NOW
    assert line.succeeded()
    assert not line.succeeded()
    assert line.held_until(NOW) is None


def test_many_threads_take_it_down_once() -> None:
    line, found = Connectivity(), []
    gate = threading.Barrier(8)

    def fails(job: int) -> None:
        gate.wait()
        found.append(line.failed(job, NOW))

    threads = [threading.Thread(target=fails, args=(job,)) for job in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    down = [some for some in found if some is not None]
    assert [len(found), len(down)] == [8, 8 - (STREAK - 1)]
    assert [len(some.spared) for some in down if some.spared] == [STREAK - 1]


def running(home: Home, name: str) -> Job:
    job = queue_job(home.db, add_video(home.db, name), site="a.org")
    claimed = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert claimed is not None
    return claimed


def down(home: Home) -> tuple[EngineContext, list[Job]]:
    context = context_of(home, NOW)
    made = [running(home, f"v{number}") for number in range(STREAK)]
    for job in made:
        handle_failure(context, job, Channel(url=""), TIMEOUT)
    return context, made


def test_the_five_wait_for_the_line_and_say_so(home: Home) -> None:
    _, made = down(home)
    for job in made:
        now = home.job(job.id)
        assert (now.state, now.wait, now.charged) == (JobState.WAITING, THE_LINE, 0)
        item = plan.of_job(home.db, job.id)
        assert item is not None
        assert item.state is PlanState.HELD
        assert [attempt.charged for attempt in attempts.of_job(home.db, job.id)] == [False]
    said = [line.message for line in journal.tail(home.db) if "line is down" in line.message]
    assert len(said) == 1


def test_any_answer_of_a_site_shows_that_the_line_is_up(home: Home) -> None:
    context, made = down(home)
    handle_failure(context, running(home, "probe"), Channel(url=""), PRIVATE)
    assert context.connectivity.held_until(NOW) is None
    assert {home.job(job.id).state for job in made} == {JobState.QUEUED}


def test_a_failure_on_this_machine_says_nothing_of_the_line(home: Home) -> None:
    context, _ = down(home)
    handle_failure(
        context, running(home, "probe"), Channel(url=""), Evidence(message="out of memory", signal=9)
    )
    assert context.connectivity.held_until(NOW) is not None


def test_a_site_that_is_gone_for_a_while_charges_nobody_and_then_all_arrive(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "PROBE_EVERY", 0.4)
    world = World.tiny(time.time(), videos=7)
    site = Site(world)
    port = int(site.base_url.rpartition(":")[2])
    home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    with site, home.engine(kinds=LISTS_ONLY):
        lists_over(home)
    assert len(downloads(home)) == 7
    with home.engine(workers=3):
        until(lambda: any("line is down" in line.message for line in journal.tail(home.db)))
        probed = len(failed_attempts(home))
        # Held: one probe at a time, and each one is spared.
        until(lambda: len(failed_attempts(home)) >= probed + 2)
        assert {job.charged for job in downloads(home)} == {0}
        with Site(world, port=port) as again:
            until(lambda: len(downloads(home, JobState.DONE)) == 7)
            assert again.errors == []
    assert {job.charged for job in downloads(home)} == {0}
    assert len(plan.list_items(home.db)) == 0
    assert "the line is back" in [line.message for line in journal.tail(home.db)]
    assert all(row.state == "ok" for row in sites.all_sites(home.db))


def failed_attempts(home: Home) -> list[int]:
    return [
        attempt.id
        for job in downloads(home)
        for attempt in attempts.of_job(home.db, job.id)
        if attempt.outcome == "failed"
    ]
