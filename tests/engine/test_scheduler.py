"""Whose turn it is, on a real queue: classes, order, fairness, and what a free slot waits for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import PATIENCE, until
from tests.support.rows.factories import NOW, add_channel, add_tab, add_video, entry, get_video, queue_job
from tests.support.rows.library_queries import LISTS_ONLY, context_of, downloads, edit, lists_over
from ytui.core.models import JobKind, JobState, Priority
from ytui.core.protocol import ListingEntry
from ytui.core.request_budget import Requester
from ytui.core.wait_reasons import ITS_START, ITS_TIME, ROOM, THE_LINE
from ytui.engine.commands import queue_commands
from ytui.engine.context import EngineContext, RunningJob
from ytui.engine.live_status import SlotState
from ytui.engine.queue.scheduler import NEXT_DUE, NOTHING, Scheduler
from ytui.engine.sites.rate_limiter import PermitRequest
from ytui.store import jobs, key_values, sites, tabs
from ytui.store.rows import Channel, Job, SiteRow

SITE = "a.org"
MANY = """
[limits.sites."a.org"]
concurrency = 16
requests_per_minute = 100000
requests_per_hour = 1000000
requests_per_day = 1000000
"""


@pytest.fixture(autouse=True)
def _many_at_once(home: Home) -> None:
    with home.places.config_file.open("a") as file:
        file.write(MANY)


def fill(
    home: Home,
    channel: Channel,
    *entries: ListingEntry,
    priority: Priority = Priority.BACKLOG,
    tab: str = "videos",
) -> list[Job]:
    """Queue videos of a channel."""
    row = add_tab(home.db, channel, tab)
    walk = tabs.start_walk(home.db, row.id, NOW)
    saved = tabs.save_page(home.db, row.id, walk, entries, channel_id=channel.id, now=NOW, first_listing=True)
    return [queue_job(home.db, get_video(home.db, video), priority, site=SITE) for video in saved.new_ids]


def lasting(**seconds: float) -> list[ListingEntry]:
    """Entries of these durations, each published after the one before."""
    return [
        entry(name, duration=duration, published_at=NOW + number)
        for number, (name, duration) in enumerate(seconds.items())
    ]


def handed(context: EngineContext, count: int) -> list[str]:
    """The titles of the next jobs that slots are given."""
    scheduler = Scheduler(context)
    given = [scheduler.next_job(slot).job for slot in range(1, count + 1)]
    return [job.title.removeprefix("title ") for job in given if job]


def takes_a_slot(context: EngineContext, job: Job, slot: int) -> None:
    """Let a job run, without a process."""
    context.running[slot] = RunningJob(job, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "turns"),
    [("shortest", ["b", "c", "a"]), ("newest", ["c", "b", "a"]), ("oldest", ["a", "b", "c"])],
)
def test_within_a_class_the_configured_order(home: Home, order: str, turns: list[str]) -> None:
    edit(home, "count = 3", f'count = 3\norder = "{order}"')
    fill(home, add_channel(home.db, site=SITE), *lasting(a=30.0, b=10.0, c=20.0))
    assert handed(context_of(home), 3) == turns


@pytest.mark.parametrize(
    ("order", "turns"),
    [("shortest", ["b", "a", "c"]), ("newest", ["c", "b", "a"]), ("oldest", ["a", "b", "c"])],
)
def test_the_order_holds_between_channels_too(home: Home, order: str, turns: list[str]) -> None:
    edit(home, "count = 3", f'count = 3\norder = "{order}"')
    for row in lasting(a=20.0, b=10.0, c=30.0):
        fill(home, add_channel(home.db, row.video_id, site=SITE), row)
    assert handed(context_of(home), 3) == turns


def test_unknown_durations_count_as_usual_ones(home: Home) -> None:
    channel = add_channel(home.db, site=SITE)
    fill(home, channel, *lasting(long=301.0, brief=59.0, middle=299.0, some=61.0), entry("unknown"))
    fill(home, channel, entry("short"), tab="shorts")
    assert handed(context_of(home), 6) == ["brief", "short", "some", "middle", "unknown", "long"]


def test_classes_go_before_the_order(home: Home) -> None:
    channel = add_channel(home.db, site=SITE)
    for priority, row in zip(reversed(Priority), lasting(older=1, backlog=2, news=3, asked=4), strict=True):
        fill(home, channel, row, priority=priority)
    assert handed(context_of(home), 4) == ["asked", "news", "backlog", "older"]


def test_what_was_put_to_the_top_goes_first(home: Home) -> None:
    made = fill(home, add_channel(home.db, site=SITE), *lasting(a=10.0, b=20.0, c=30.0))
    jobs.to_top(home.db, [made[2].id])
    assert handed(context_of(home), 3) == ["c", "a", "b"]


def test_a_large_channel_does_not_starve_a_small_one(home: Home) -> None:
    large, small = add_channel(home.db, "Large", site=SITE), add_channel(home.db, "Small", site=SITE)
    fill(home, large, *(entry(f"l{number}", duration=1.0) for number in range(200)))
    fill(home, small, *(entry(f"s{number}", duration=900.0) for number in range(3)))
    turns = handed(context_of(home), 8)
    assert [name[0] for name in turns] == ["l", "s", "l", "s", "l", "s", "l", "l"]


def test_fairness_counts_what_runs_now(home: Home) -> None:
    large, small = add_channel(home.db, "Large", site=SITE), add_channel(home.db, "Small", site=SITE)
    first, *_ = fill(home, large, *lasting(l1=1.0, l2=1.0))
    fill(home, small, *lasting(s1=900.0, s2=900.0))
    context = context_of(home)
    takes_a_slot(context, first, 1)
    assert jobs.claim(home.db, first.id, slot=1, now=NOW)
    # Neither has been served by this scheduler yet, but one has a job in a slot.
    assert handed(context, 2) == ["s1", "s2"]


def test_slots_of_a_site_are_counted(home: Home) -> None:
    edit(home, "concurrency = 16", "concurrency = 2")
    made = fill(home, add_channel(home.db, site=SITE), *lasting(a=1.0, b=2.0, c=3.0))
    context = context_of(home)
    scheduler = Scheduler(context)
    for slot in (1, 2):
        job = scheduler.next_job(slot).job
        assert job is not None
        takes_a_slot(context, job, slot)
    # The third of the site waits; another site's does not.
    queue_job(home.db, add_video(home.db, "elsewhere"), site="b.org")
    elsewhere = scheduler.next_job(3).job
    assert elsewhere is not None
    assert elsewhere.site == "b.org"
    refused = scheduler.next_job(4)
    assert (refused.job, refused.verdict.reason) == (None, f"{SITE} allows 2 at once")
    assert home.job(made[2].id).state is JobState.QUEUED


def test_only_the_kinds_that_are_wanted(home: Home) -> None:
    channel = add_channel(home.db, site=SITE)
    fill(home, channel, *lasting(a=1.0))
    scheduler = Scheduler(context_of(home), LISTS_ONLY)
    assert scheduler.next_job(1).job is None
    assert scheduler.first_start() == NOTHING


def test_an_idle_slot_says_what_comes_first(home: Home) -> None:
    channel = add_channel(home.db, site=SITE)
    late, soon, never = fill(home, channel, *lasting(late=1.0, soon=2.0, never=3.0))
    context = context_of(home, NOW)
    for job, seconds, wait in ((late, 900.0, THE_LINE), (soon, 60.0, ITS_START), (never, 5000.0, ROOM)):
        jobs.wait_until(home.db, [job.id], until=NOW + seconds, now=NOW, wait=wait)
    scheduler = Scheduler(context)
    for verdict in (scheduler.next_job(1).verdict, scheduler.first_start()):
        assert (verdict.reason, verdict.until) == ("its start", NOW + 60)
    # "its time" is a job's: of a slot that waits for it, it would say nothing.
    jobs.wait_until(home.db, [late.id], until=NOW + 30, now=NOW, wait=ITS_TIME)
    verdict = Scheduler(context).next_job(1).verdict
    assert (verdict.reason, verdict.until) == (NEXT_DUE, NOW + 30)
    jobs.wait_until(home.db, [late.id], until=NOW + 900, now=NOW, wait=THE_LINE)
    # Its time has come: whoever asks next gets it, without anybody waking it.
    later = Scheduler(context_of(home, NOW + 61))
    given = later.next_job(1).job
    assert given is not None
    assert given.id == soon.id


def test_what_is_eligible_is_said_and_not_taken(home: Home) -> None:
    (job,) = fill(home, add_channel(home.db, site=SITE), *lasting(a=1.0))
    assert Scheduler(context_of(home)).first_start().eligible
    assert home.job(job.id).state is JobState.QUEUED


def test_a_paused_queue_and_a_paused_channel(home: Home) -> None:
    paused, other = add_channel(home.db, "Paused", site=SITE), add_channel(home.db, "Other", site=SITE)
    fill(home, paused, *lasting(p=1.0))
    fill(home, other, *lasting(o=2.0))
    queue_commands.pause_channels(home.db, [paused.id], True)
    context = context_of(home)
    assert handed(context, 2) == ["o"]
    assert Scheduler(context).next_job(1).verdict.reason == "its channel is paused"
    queue_commands.pause_channels(home.db, [paused.id], False)
    queue_commands.set_paused(home.db, True, NOW)
    assert key_values.is_paused(home.db)
    refused = Scheduler(context).next_job(1)
    assert (refused.job, refused.verdict.reason) == (None, "the queue is paused")
    queue_commands.set_paused(home.db, False, NOW)
    assert handed(context, 1) == ["p"]


def test_a_site_in_cooldown_holds_its_jobs_and_then_gets_one_probe(home: Home) -> None:
    channel = add_channel(home.db, site=SITE)
    fill(home, channel, *lasting(a=1.0, b=2.0))
    sites.save(home.db, SiteRow(SITE, "cooldown", NOW + 60, "rate limited", 1))
    refused = Scheduler(context_of(home, NOW)).next_job(1)
    assert (refused.verdict.reason, refused.verdict.until) == (f"{SITE} is cooling down", NOW + 60)
    scheduler = Scheduler(context_of(home, NOW + 60))
    probe = scheduler.next_job(1).job
    assert probe is not None
    row = sites.get(home.db, SITE)
    assert row is not None
    assert (row.state, row.probe_job) == ("probing", probe.id)
    assert scheduler.next_job(2).verdict.reason == f"{SITE} is being probed"


def test_a_line_that_is_down_holds_everything_but_a_probe(home: Home) -> None:
    fill(home, add_channel(home.db, site=SITE), *lasting(a=1.0, b=2.0))
    context = context_of(home, NOW)
    for job in range(5):
        context.connectivity.failed(job, NOW - 31)
    scheduler = Scheduler(context)
    assert scheduler.next_job(1).job is not None
    refused = scheduler.next_job(2)
    assert (refused.verdict.reason, refused.verdict.until) == ("the line is down", NOW + 30)


def test_a_used_up_budget_leaves_the_slot_to_others(home: Home) -> None:
    edit(home, "requests_per_minute = 100000\nrequests_per_hour = 1000000\nrequests_per_day = 1000000\n", "")
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text + "requests_per_minute = 4\n")
    fill(home, add_channel(home.db, site=SITE), *lasting(a=1.0))
    context = context_of(home, NOW)
    spent: list[bool] = []
    for _ in range(3):
        context.rate_limiter.ask(
            PermitRequest(1, SITE, Requester(asked=True), lambda go, _: spent.append(go), lambda *_: None)
        )
    assert True in spent
    refused = Scheduler(context).next_job(1)
    assert (refused.job, refused.verdict.reason) == (None, f"{SITE} budget")
    assert refused.verdict.until is not None
    assert refused.verdict.until > NOW


def test_surplus_slots_end_after_their_job(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\ndownload = false')
    with home.engine() as engine:
        lists_over(home)
        tiny_site.trickle()
        queue_commands.download_channels(home.db, engine.settings, [1], time.time())
        engine.wake()
        until(lambda: sum(view.done_bytes > 0 for view in engine.live_status.snapshot(0).slots) == 3)
        engine.set_workers(1)
        states = {view.slot: view.state for view in engine.live_status.snapshot(0).slots}
        assert states == {1: SlotState.RUNNING, 2: SlotState.STOPPING, 3: SlotState.STOPPING}
        engine.set_workers(2)
        states = {view.slot: view.state for view in engine.live_status.snapshot(0).slots}
        assert states == {1: SlotState.RUNNING, 2: SlotState.RUNNING, 3: SlotState.STOPPING}
        engine.set_workers(1)
        tiny_site.bytes_per_second = None
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
        until(lambda: [view.slot for view in engine.live_status.snapshot(0).slots] == [1])
        assert engine.workers == 1


def test_a_pause_is_kept_across_restarts(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    queue_commands.set_paused(home.db, True, time.time())
    with home.engine() as engine:
        queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
        engine.wake()
        until(
            lambda: (
                "the queue is paused" in {view.waiting_for for view in engine.live_status.snapshot(0).slots}
            )
        )
    with home.engine() as engine:
        until(
            lambda: (
                "the queue is paused" in {view.waiting_for for view in engine.live_status.snapshot(0).slots}
            )
        )
        assert jobs.counts(home.db)[JobKind.FETCH][JobState.QUEUED] == 1
        assert not tiny_site.log
        queue_commands.set_paused(home.db, False, time.time())
        engine.wake()
        until(lambda: len(downloads(home, JobState.DONE)) == 3)


def test_a_graceful_stop_lets_jobs_come_to_their_end(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    tiny_site.trickle()
    with home.engine(workers=1) as engine, ThreadPoolExecutor(1) as pool:
        until(lambda: any(view.done_bytes for view in engine.live_status.snapshot(0).slots))
        ended = pool.submit(engine.stop, graceful=True)
        until(lambda: engine._context.stopping)
        tiny_site.bytes_per_second = None
        assert ended.result(PATIENCE)
        assert len(downloads(home, JobState.DONE)) == 1
        assert len(downloads(home, JobState.QUEUED)) == 1
        assert not jobs.running(home.db)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A word for every time that the queue was looked through."""
    found: list[str] = []
    heads = jobs.heads

    def counted(*arguments: object, **more: object) -> object:
        found.append("look")
        return heads(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "heads", counted)
    return found


def test_a_long_queue_that_has_nothing_is_looked_through_once_for_all_slots(
    home: Home, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ytui.engine.queue.scheduler.LONG_LOOK", 0.0)
    monkeypatch.setattr("ytui.engine.queue.scheduler.SPARED", 10_000_000)
    channel = add_channel(home.db)
    fill(home, channel, *lasting(a=10, b=20))
    queue_commands.pause_channels(home.db, [channel.id], True)
    context = context_of(home)
    scheduler = Scheduler(context)
    answers = {scheduler.next_job(slot).verdict.reason for slot in range(1, 6)}
    assert (answers, len(looks)) == ({"its channel is paused"}, 1)
    queue_commands.pause_channels(home.db, [channel.id], False)
    context.wake()
    assert scheduler.next_job(1).job is not None


def test_a_paused_queue_is_not_looked_through(home: Home, looks: list[str]) -> None:
    fill(home, add_channel(home.db), *lasting(a=10))
    queue_commands.set_paused(home.db, True, NOW)
    assert Scheduler(context_of(home)).next_job(1).verdict.reason == "the queue is paused"
    assert not looks
