"""Rows for tests: short ways to channels, videos, failures and plans."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from ytui.core.decision import Decision
from ytui.core.failures.classifier import Advice, Failure, explain
from ytui.core.holds import Breaker, HoldCause, HoldKey
from ytui.core.models import PlanState, Priority, Strategy
from ytui.core.protocol import ListingEntry
from ytui.core.retry import DecisionKind
from ytui.core.wait_reasons import ITS_TIME, ROOM, Wait, for_hold, for_site
from ytui.store import channels, holds, jobs, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel, Hold, Job, TabRow, Video

NOW = 1_700_000_000.0

TIMEOUT = explain("ERROR: [youtube] abc: Unable to download webpage: The read operation timed out")
PRIVATE = explain("ERROR: [youtube] abc: Private video. Sign in if you've been granted access")
BOT = explain("ERROR: [youtube] abc: Sign in to confirm you're not a bot")

AGAIN = Decision(
    TIMEOUT,
    DecisionKind.AGAIN,
    NOW + 60,
    Strategy.FRESH_EXTRACTION,
    True,
    PlanState.SCHEDULED,
    Advice.RETRY_SOON,
    ITS_TIME,
)
HOLD = Decision(
    BOT,
    DecisionKind.HOLD_SITE,
    NOW + 3600,
    Strategy.AS_BEFORE,
    False,
    PlanState.HELD,
    Advice.WAIT_COOLDOWN,
)
"""What it waits for is its job's site, unless that is given."""
HOLD_QUEUE = Decision(
    TIMEOUT,
    DecisionKind.HOLD_QUEUE,
    NOW + 90,
    Strategy.AS_BEFORE,
    False,
    PlanState.HELD,
    Advice.NEEDS_USER,
    ROOM,
)
USER = Decision(
    PRIVATE,
    DecisionKind.NEEDS_USER,
    None,
    Strategy.WITH_COOKIES,
    True,
    PlanState.OPEN,
    Advice.NEEDS_USER,
)
NEVER = Decision(
    PRIVATE, DecisionKind.NEVER, None, Strategy.AS_BEFORE, True, PlanState.OPEN, Advice.PERMANENT
)


def add_channel(db: Database, name: str = "Films", *, site: str = "youtube") -> Channel:
    return channels.upsert(db, f"https://example.org/{name}", name=name, site=site, now=NOW)


def add_old_channel(db: Database, name: str = "Films") -> Channel:
    """The same where the database is of an older version, in the columns that every version has."""
    url = f"https://example.org/{name}"
    made = db.execute(
        "INSERT INTO channels (url, name, site, created_at) VALUES (?, ?, 'youtube', ?)", (url, name, NOW)
    )
    known: dict[str, Any] = {"id": made.lastrowid, "url": url, "name": name, "site": "youtube"}
    return Channel(**{field.name: None for field in fields(Channel)} | known)


def add_tab(db: Database, channel: Channel, tab: str = "videos") -> TabRow:
    return tabs.ensure_tab(db, channel.id, tab, f"{channel.url}/{tab}")


def entry(video_id: str, **values: Any) -> ListingEntry:
    given: dict[str, Any] = {
        "title": f"title {video_id}",
        "url": f"https://www.youtube.com/watch?v={video_id}",
        **values,
    }
    return ListingEntry(site="youtube", video_id=video_id, **given)


def add_videos(db: Database, channel: Channel, *entries: ListingEntry) -> list[Video]:
    tab = add_tab(db, channel)
    walk = tabs.start_walk(db, tab.id, NOW)
    saved = tabs.save_page(db, tab.id, walk, entries, channel_id=channel.id, now=NOW, first_listing=True)
    return [video for row_id in saved.new_ids if (video := videos.by_id(db, row_id)) is not None]


def add_video(db: Database, video_id: str = "abc") -> Video:
    row_id = videos.add_single(
        db,
        site="youtube",
        video_id=video_id,
        url=f"https://www.youtube.com/watch?v={video_id}",
        title="A film",
        now=NOW,
    )
    return get_video(db, row_id)


def get_video(db: Database, row_id: int) -> Video:
    video = videos.by_id(db, row_id)
    assert video is not None
    return video


def get_job(db: Database, job_id: int) -> Job:
    job = jobs.by_id(db, job_id)
    assert job is not None
    return job


def queue_job(db: Database, video: Video, priority: Priority = Priority.BACKLOG, **values: Any) -> Job:
    return get_job(db, jobs.enqueue_download(db, video=video, priority=priority, now=NOW, **values).id)


def run(db: Database, job: Job, *, slot: int = 1, now: float = NOW) -> Job:
    claimed = jobs.claim(db, job.id, slot=slot, now=now)
    assert claimed is not None
    return claimed


def fail(
    db: Database,
    job: Job,
    failure: Failure = TIMEOUT,
    plan: Decision = AGAIN,
    wait: Wait | None = None,
    **values: Any,
) -> Any:
    given: dict[str, Any] = {"now": NOW, "reference": "E-0001", **values}
    usual = for_site(job.site) if plan.kind is DecisionKind.HOLD_SITE else plan.wait
    return jobs.fail(db, job.id, decision=replace(plan, failure=failure, wait=wait or usual), **given)


NO_RUNTIME = HoldKey(HoldCause.JS_RUNTIME, "a.org")
NO_JS = explain("WARNING: [youtube] a: n challenge solving failed: Some formats may be missing.")
HELD = Decision(
    NO_JS,
    DecisionKind.HOLD_CAUSE,
    None,
    Strategy.AS_BEFORE,
    False,
    PlanState.OPEN,
    Advice.NEEDS_USER,
    for_hold(HoldCause.JS_RUNTIME),
    NO_RUNTIME,
)
BREAKER = Breaker((1, 2), NOW + 600, None, 0)


def hits(db: Database, job: Job, key: HoldKey = NO_RUNTIME) -> Hold:
    """A running job hits a hold; the hold after that."""
    with transaction(db):
        hold = holds.ensure(db, key, NO_JS, reason="none is installed", remedy="Install one", now=NOW)
        holds.save_breaker(db, hold.id, BREAKER)
        fail(db, job, NO_JS, HELD, hold=hold)
    found = holds.by_id(db, hold.id)
    assert found is not None
    return found
