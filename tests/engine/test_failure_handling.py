"""A failed attempt: its class, its plan, its reference, and what it means for its site and for the line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import HOUR, context_of, edit
from ytui.core.decision import LOOK_FOR_ROOM, LineDown
from ytui.core.failures.classifier import Evidence, Failure, FailureClass
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, PlanState, RequestKind, Strategy, VideoState
from ytui.core.settings import Channel
from ytui.core.wait_reasons import THE_LINE, for_extras, for_site
from ytui.engine.context import EngineContext
from ytui.engine.jobs.failures import REFERENCE_LETTERS, handle_failure, policies_of, versions
from ytui.engine.sites import circuit_breaker
from ytui.engine.sites.connectivity import PROBE_EVERY, STREAK
from ytui.engine.sites.site_states import start_probe
from ytui.store import attempts, jobs, journal, plan, sites, videos
from ytui.store.rows import Job, PlanItem

SITE = "a.org"
TIMEOUT = Evidence(message="The read operation timed out", exception_types=("TimeoutError",))
REFUSED = Evidence(
    message="HTTP Error 429", status=429, retry_after=7.0, request_kind=RequestKind.PAGE, host=SITE
)
PRIVATE = Evidence(message="ERROR: [youtube] abc: Private video. Sign in if you've been granted access")
FULL = Evidence(message="No space left on device", errno=28)


def running(home: Home, name: str = "abc", **values: Any) -> Job:
    job = queue_job(home.db, add_video(home.db, name), site=SITE, **values)
    claimed = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert claimed is not None
    return claimed


def again(home: Home, job: Job) -> Job:
    """The job runs another time."""
    jobs.retry(home.db, [job.id], now=NOW) if job.state is JobState.FAILED else jobs.wake(home.db, job.wait)
    claimed = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert claimed is not None
    return claimed


def fails(context: EngineContext, job: Job, evidence: Evidence, **channel: Any) -> Failure:
    return handle_failure(context, job, Channel(url="", **channel), evidence).failure


def item(home: Home, job: Job) -> PlanItem:
    found = plan.of_job(home.db, job.id)
    assert found is not None
    return found


def test_no_two_failures_have_the_same_reference(home: Home) -> None:
    context = context_of(home, NOW)
    names = []
    for _ in range(3):
        # The same luck each time.
        context.rng.seed(7)
        job = running(home)
        fails(context, job, PRIVATE)
        names.append(item(home, job).reference)
    assert len(set(names)) == 3


def test_job_attempt_plan_item_and_journal_tell_one_story(home: Home) -> None:
    job = running(home)
    failure = fails(context_of(home, NOW), job, PRIVATE)
    failed, planned = home.job(job.id), item(home, job)
    (attempt,) = attempts.of_job(home.db, job.id)
    (line,) = journal.tail(home.db)
    assert failure.failure_class is FailureClass.PRIVATE
    assert (failed.state, failed.failure_class, failed.charged) == (JobState.FAILED, "private", 1)
    assert (planned.state, planned.failure_class, planned.attempts) == (PlanState.OPEN, "private", 1)
    assert planned.remedy
    assert (attempt.outcome, attempt.failure_class, attempt.charged) == ("failed", "private", True)
    assert (line.type, line.level, line.job_id) == ("failed", "error", job.id)
    references = {failed.reference, planned.reference, attempt.reference, line.data["reference"]}
    assert len(references) == 1
    assert re.fullmatch(f"E-[{REFERENCE_LETTERS}]{{4}}", failed.reference or "")
    video = videos.by_id(home.db, job.video_id or 0)
    assert video is not None
    assert video.state is VideoState.FAILED


def test_what_is_tried_again_waits_for_its_time(home: Home) -> None:
    job = running(home)
    fails(context_of(home, NOW), job, TIMEOUT)
    waiting = home.job(job.id)
    assert (waiting.state, waiting.due_at, waiting.charged) == (JobState.WAITING, NOW + 0.05, 1)
    assert (item(home, job).state, item(home, job).next_at) == (PlanState.SCHEDULED, NOW + 0.05)
    assert journal.tail(home.db)[0].level == "warning"


def test_failures_in_a_row_count_by_class_and_end_the_quick_retries(home: Home) -> None:
    context = context_of(home, NOW)
    job = running(home)
    due = []
    for _ in range(5):
        fails(context, job, TIMEOUT)
        # Something else came through meanwhile: the line is up.
        context.connectivity.succeeded()
        waiting = home.job(job.id)
        due.append((waiting.due_at or 0.0) - NOW)
        job = again(home, waiting)
    # Three quick retries, then one in an hour, then one in two.
    assert due[:3] == pytest.approx([0.05] * 3)
    assert 0.9 * HOUR <= due[3] <= HOUR
    assert 1.8 * HOUR <= due[4] <= 2 * HOUR


def test_a_retry_by_hand_gives_a_full_budget_again(home: Home) -> None:
    context = context_of(home, NOW)
    job = running(home)
    for _ in range(4):
        fails(context, job, TIMEOUT)
        context.connectivity.succeeded()
        job = again(home, home.job(job.id))
    fails(context, job, TIMEOUT)
    assert (home.job(job.id).due_at or 0.0) - NOW > 1800
    jobs.retry(home.db, [job.id], now=NOW)
    job = jobs.claim(home.db, job.id, slot=1, now=NOW) or job
    fails(context, job, TIMEOUT)
    assert (home.job(job.id).due_at or 0.0) - NOW == pytest.approx(0.05)


def test_a_jobs_own_number_of_retries_goes_first(home: Home) -> None:
    job = running(home, options=JobOptions(max_retries=0))
    fails(context_of(home, NOW), job, TIMEOUT)
    assert (home.job(job.id).due_at or 0.0) - NOW > 1800


def test_the_configured_policies(home: Home) -> None:
    edit(
        home,
        "[limits",
        '[retry.classes.rate_limited]\npolicy = "fixed"\nbase = "7 s"\ncap = "9 s"\ntries = 2\n[limits',
    )
    context = context_of(home)
    policies = policies_of(context.settings.retry, running(home), 12.0)
    assert (policies.max_retries, policies.cooldown) == (3, 12.0)
    assert (policies.network.base, policies.network.tries) == (0.05, 4)
    own = policies.by_class[FailureClass.RATE_LIMITED]
    assert (own.base, own.cap, own.tries) == (7.0, 9.0, 2)


def test_pushback_closes_the_site_and_charges_nobody(home: Home) -> None:
    job, other = running(home), running(home, "other")
    context = context_of(home, NOW)
    fails(context, job, REFUSED)
    row = sites.get(home.db, SITE)
    assert row is not None
    assert (row.state, row.until) == ("cooldown", NOW + 7)
    held = home.job(job.id)
    assert (held.state, held.charged, held.wait) == (JobState.WAITING, 0, for_site(SITE))
    assert item(home, job).state is PlanState.HELD
    assert home.job(other.id).state is JobState.RUNNING


def test_pushback_on_an_extra_holds_only_that(home: Home) -> None:
    job = running(home, kind=JobKind.EXTRAS, options=JobOptions(extras=("subtitles",)))
    fails(context_of(home, NOW), job, replace(REFUSED, request_kind=RequestKind.CAPTION))
    assert sites.get(home.db, SITE) is None
    held = home.job(job.id)
    assert (held.state, held.charged, held.due_at) == (JobState.WAITING, 0, NOW + 7)
    assert held.wait == for_extras(SITE, ["subtitles"])
    # The page of a video is another matter, whatever was wanted of it.
    page = running(home, "page", kind=JobKind.EXTRAS, options=JobOptions(extras=("subtitles",)))
    fails(context_of(home, NOW), page, REFUSED)
    row = sites.get(home.db, SITE)
    assert row is not None
    assert row.state == "cooldown"


def test_any_answer_but_pushback_and_silence_opens_a_probed_site(home: Home) -> None:
    context = context_of(home, NOW)
    first = running(home)
    fails(context, first, REFUSED)
    probe = running(home, "probe")
    start_probe(home.db, SITE, probe.id, NOW + 7)
    fails(context, probe, TIMEOUT)
    row = sites.get(home.db, SITE)
    assert row is not None
    # Nothing was heard: the next one is the probe.
    assert (row.state, row.probe_job) == ("cooldown", None)
    start_probe(home.db, SITE, probe.id, NOW + 8)
    job = again(home, home.job(probe.id))
    fails(context, job, PRIVATE)
    row = sites.get(home.db, SITE)
    assert row is not None
    assert row.state == "ok"
    assert home.job(first.id).state is JobState.QUEUED


def test_a_full_disk_holds_the_job_uncharged_and_looks_again(home: Home) -> None:
    job = running(home)
    fails(context_of(home, NOW), job, FULL)
    held = home.job(job.id)
    assert (held.state, held.charged, held.due_at) == (JobState.WAITING, 0, NOW + LOOK_FOR_ROOM)
    assert item(home, job).state is PlanState.HELD


def test_a_failure_of_a_tool_keeps_its_versions(home: Home) -> None:
    job = running(home)
    fails(
        context_of(home, NOW),
        job,
        Evidence(message="ERROR: You have requested merging but ffmpeg is not installed"),
    )
    assert item(home, job).group_name == "tool"
    assert item(home, job).versions == versions()
    assert "yt-dlp" in versions()


def test_a_lower_quality_is_tried_once_where_that_is_allowed(home: Home) -> None:
    context = context_of(home, NOW)
    refused = Evidence(message="ERROR: [youtube] abc: Requested format is not available")
    job = running(home)
    fails(context, job, refused)
    lowered = home.job(job.id)
    assert (lowered.state, lowered.strategy) == (JobState.WAITING, Strategy.LOWER_QUALITY)
    fails(context, again(home, lowered), refused)
    assert home.job(job.id).state is JobState.FAILED
    strict = running(home, "strict")
    fails(context, strict, refused, fallback=False)
    assert home.job(strict.id).state is JobState.FAILED


def test_five_different_jobs_without_a_line_are_one_state_and_not_five_failures(home: Home) -> None:
    context = context_of(home, NOW)
    made = [running(home, f"v{number}") for number in range(STREAK + 1)]
    for job in made[:STREAK]:
        fails(context, job, TIMEOUT)
    assert context.connectivity.down_since == NOW
    for job in made[:STREAK]:
        waiting = home.job(job.id)
        assert (waiting.state, waiting.charged) == (JobState.WAITING, 0)
        assert waiting.wait == THE_LINE
        assert not any(attempt.charged for attempt in attempts.of_job(home.db, job.id))
        assert item(home, job).state is PlanState.HELD
    # Nobody starts before the probe, and the probe's failure is not charged either.
    assert context.conditions(home.db).offline_until == NOW + PROBE_EVERY
    fails(context, made[STREAK], TIMEOUT)
    assert home.job(made[STREAK].id).charged == 0
    # Something came through: all of them go on.
    assert context.connectivity.succeeded()
    circuit_breaker.back_online(context)
    assert context.conditions(home.db).offline_until is None
    states = {home.job(job.id).state for job in made}
    assert states == {JobState.QUEUED}
    assert [line.message for line in journal.tail(home.db)][-1] == "the line is back"


def test_one_job_that_fails_often_is_no_line_that_is_down(home: Home) -> None:
    context = context_of(home, NOW)
    for _ in range(STREAK + 1):
        assert context.connectivity.failed(7, NOW) is None
    for number in range(STREAK - 2):
        assert context.connectivity.failed(number, NOW) is None
    context.connectivity.succeeded()
    assert context.connectivity.failed(99, NOW) is None
    assert context.connectivity.down_since is None
    assert context.connectivity.held_until(NOW) is None


def test_a_start_moves_the_next_probe(home: Home) -> None:
    line = context_of(home).connectivity
    line.starts(NOW)
    assert line.held_until(NOW) is None
    for job in range(STREAK):
        line.failed(job, NOW)
    line.starts(NOW + 31)
    assert line.held_until(NOW + 31) == NOW + 31 + PROBE_EVERY
    assert line.failed(3, NOW + 40) == LineDown(NOW + 31 + PROBE_EVERY)
    assert line.held_until(NOW + 31) == NOW + 31 + PROBE_EVERY
