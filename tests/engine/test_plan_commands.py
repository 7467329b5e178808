"""What a person does about the plan: no closed site is touched, nothing leaks, nothing injects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import (
    AGAIN,
    BOT,
    HOLD,
    NOW,
    PRIVATE,
    TIMEOUT,
    USER,
    add_video,
    fail,
    queue_job,
    run,
)
from ytui.core.decision import Decision
from ytui.core.failures.classifier import Failure, explain
from ytui.core.models import JobState, PlanState, Strategy
from ytui.engine.commands import plan_commands
from ytui.engine.commands.plan_commands import export_json
from ytui.engine.jobs.failures import versions
from ytui.store import jobs, plan, sites, videos
from ytui.store.rows import Job, PlanItem, SiteRow

OPEN_SITE, CLOSED = "a.org", "closed.org"
TOOL = explain(
    "ERROR: Postprocessing: ffmpeg not found. Please install or provide the path using --ffmpeg-location"
)


def failed(
    home: Home,
    name: str,
    failure: Failure = PRIVATE,
    decision: Decision = USER,
    site: str = OPEN_SITE,
    **values: Any,
) -> PlanItem:
    job = run(home.db, queue_job(home.db, add_video(home.db, name), site=site))
    made = fail(home.db, job, failure, decision, **values)
    assert isinstance(made, PlanItem)
    return made


def job_of(home: Home, item: PlanItem) -> Job:
    return home.job(item.job_id)


@pytest.fixture
def closed(home: Home) -> SiteRow:
    row = SiteRow(CLOSED, "cooldown", NOW + 3600, "rate limited", 1)
    sites.save(home.db, row)
    return row


def test_a_retry_leaves_closed_sites_alone_and_says_until_when(home: Home, closed: SiteRow) -> None:
    free, held = failed(home, "a"), failed(home, "b", BOT, HOLD, CLOSED)
    before = job_of(home, held)
    done = plan_commands.retry(home.db, [free.id, held.id, 999], NOW, strategy=Strategy.FRESH_EXTRACTION)
    assert (done.queued, done.closed) == (1, {CLOSED: NOW + 3600})
    assert (job_of(home, free).state, job_of(home, free).strategy) == (
        JobState.QUEUED,
        Strategy.FRESH_EXTRACTION,
    )
    assert job_of(home, held) == before
    assert sites.get(home.db, CLOSED) == closed
    # After its time it is like any other.
    later = plan_commands.retry(home.db, [held.id], NOW + 3600)
    assert (later.queued, later.closed) == (1, {})


def test_three_hundred_are_one_call(home: Home) -> None:
    items = [failed(home, f"v{number}") for number in range(300)]
    assert plan_commands.retry(home.db, [item.id for item in items], NOW).queued == 300
    assert len(plan.list_items(home.db, states=[PlanState.SCHEDULED], limit=1000)) == 300


def test_waiting_until_a_time(home: Home) -> None:
    open_one, scheduled = failed(home, "a"), failed(home, "b", TIMEOUT, AGAIN)
    assert plan_commands.put_off(home.db, [open_one.job_id, scheduled.job_id], NOW + 600, NOW) == 2
    for item in (open_one, scheduled):
        job = job_of(home, item)
        assert (job.state, job.due_at, job.wait.words) == (JobState.WAITING, NOW + 600, "the time you chose")
        fresh = plan.by_id(home.db, item.id)
        assert fresh is not None
        assert (fresh.state, fresh.next_at) == (PlanState.SCHEDULED, NOW + 600)
    assert jobs.promote_due(home.db, NOW + 599) == 0
    assert jobs.promote_due(home.db, NOW + 600) == 2


def test_a_probe_now_ends_the_cooldown_and_wakes_who_waits(home: Home, closed: SiteRow) -> None:
    held, other = failed(home, "a", BOT, HOLD, CLOSED), failed(home, "b", TIMEOUT, AGAIN)
    assert plan_commands.probe_now(home.db, CLOSED, NOW)
    row = sites.get(home.db, CLOSED)
    assert row is not None
    assert (row.state, row.until, row.cooldowns) == ("cooldown", NOW, 1)
    assert job_of(home, held).state is JobState.QUEUED
    assert job_of(home, other).state is JobState.WAITING
    assert not plan_commands.probe_now(home.db, OPEN_SITE, NOW)


def test_a_retry_with_cookies_takes_a_file_of_its_own_along(home: Home) -> None:
    item = failed(home, "a")
    assert plan_commands.retry_jobs_with_cookies(home.db, [item.job_id], "/c/given.txt", NOW).queued == 1
    job = job_of(home, item)
    assert (job.state, job.strategy) == (JobState.QUEUED, Strategy.WITH_COOKIES)
    assert job.options.cookies == "/c/given.txt"


def test_what_failed_for_a_tool_is_due_when_its_version_changes(home: Home) -> None:
    old = {**versions(), "yt-dlp": "2020.01.01"}
    stale = failed(home, "a", TOOL, versions=old)
    same = failed(home, "b", TOOL, versions=versions())
    unknown = failed(home, "c", TOOL)
    private = failed(home, "d", PRIVATE, versions=old)
    assert stale.group_name == "tool"
    assert plan_commands.due_after_upgrade(home.db, NOW) == 1
    assert job_of(home, stale).state is JobState.QUEUED
    assert {job_of(home, item).state for item in (same, unknown, private)} == {JobState.FAILED}
    assert plan_commands.due_after_upgrade(home.db, NOW) == 0


def test_an_engine_retries_it_at_its_start(home: Home) -> None:
    item = failed(home, "a", TOOL, versions={"yt-dlp": "2020.01.01"})
    sites.save(home.db, SiteRow(OPEN_SITE, "cooldown", 4e9, "rate limited", 1))
    with home.engine(workers=1):
        assert job_of(home, item).state is JobState.QUEUED


HOSTILE = "A film\nhttps://evil.example/\r--exec rm\x1b[2J\u2028; \x85x"


def hostile(home: Home) -> PlanItem:
    row = videos.add_single(
        home.db, site="a", video_id="x", url="https://a.org/v\nhttps://evil.example/", title=HOSTILE, now=NOW
    )
    video = videos.by_id(home.db, row)
    assert video is not None
    made = fail(home.db, run(home.db, queue_job(home.db, video, site=OPEN_SITE)), PRIVATE, USER)
    assert isinstance(made, PlanItem)
    return made


def test_a_batch_file_has_two_lines_an_item_whatever_the_titles_say(home: Home) -> None:
    plain, evil = failed(home, "a"), hostile(home)
    lines = plan_commands.export_batch(home.db, [plain, evil]).splitlines()
    assert lines[:2] == [f"# A film: {PRIVATE.reason}", "https://www.youtube.com/watch?v=a"]
    assert len(lines) == 4
    assert [line.startswith("#") for line in lines] == [True, False, True, False]
    assert lines[3] == "https://a.org/vhttps://evil.example/"
    assert "\x1b" not in "".join(lines)


def test_json_says_the_same_of_each(home: Home) -> None:
    scheduled = failed(home, "a", TIMEOUT, AGAIN)
    text = export_json(home.db, [scheduled, hostile(home)])
    first, second = json.loads(text)["items"]
    assert first == {
        "id": scheduled.id,
        "reference": "E-0001",
        "video": "a",
        "channel": None,
        "job": scheduled.job_id,
        "strategy": scheduled.strategy,
        "created_at": "2023-11-14T22:13:20Z",
        "resolved_at": None,
        "url": "https://www.youtube.com/watch?v=a",
        "title": "A film",
        "class": "network_timeout",
        "group": "network",
        "advice": "retry_soon",
        "state": "scheduled",
        "attempts": 1,
        "next_at": "2023-11-14T22:14:20Z",
        "reason": TIMEOUT.reason,
        "remedy": TIMEOUT.remedy,
        "evidence": scheduled.evidence,
    }
    assert (second["title"], second["next_at"]) == (HOSTILE, None)


SECRETS = (
    "ERROR: HTTP Error 403 for https://me:hunter2@a.org/v?signature=S3CRET1&token=S3CRET2 "
    "Cookie: session=S3CRET3"
)


def test_a_report_tells_every_attempt_and_no_secret(home: Home) -> None:
    row = videos.add_single(
        home.db,
        site="a",
        video_id="x",
        url="https://me:hunter2@a.org/v?token=S3CRET2",
        title=HOSTILE,
        now=NOW,
    )
    video = videos.by_id(home.db, row)
    assert video is not None
    job = run(home.db, queue_job(home.db, video, site=OPEN_SITE))
    fail(home.db, job, explain(SECRETS), AGAIN, now=NOW + 4)
    jobs.promote_due(home.db, NOW + 60)
    item = fail(home.db, run(home.db, job, now=NOW + 60), PRIVATE, USER, now=NOW + 62, reference="E-0002")
    text = plan_commands.report(home.db, item)
    lines = text.splitlines()
    assert lines[0] == "E-0002  private (access), open"
    assert f"remedy: {PRIVATE.remedy}" in lines
    assert any(line.startswith("versions: yt-dlp 20") for line in lines)
    assert [line.split(",")[0] for line in lines if line.startswith("attempt")] == [
        "attempt 1: 2023-11-14T22:13:20Z",
        "attempt 2: 2023-11-14T22:14:20Z",
    ]
    assert ", 4 s, failed" in text
    assert not [secret for secret in ("hunter2", "S3CRET1", "S3CRET2", "S3CRET3", "\x1b") if secret in text]
    # A title is one line.
    assert not any(line.startswith("https://evil.example") for line in lines)
