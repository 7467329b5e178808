"""Commands about the work plan (retry, wait, probe, cookies, dismiss, export); items for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ytui.core.failures.classifier import FailureClass, FailureGroup
from ytui.core.formatting import iso_time
from ytui.core.job_options import JobOptions
from ytui.core.models import PlanState, Strategy
from ytui.core.sanitize import plain_text
from ytui.core.wait_reasons import CHOSEN_TIME, for_site
from ytui.engine.commands import queue_commands
from ytui.engine.jobs.failures import versions
from ytui.engine.sites.site_states import COOLDOWN, closed_sites
from ytui.store import attempts, channels, holds, jobs, plan, sites, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import PlanItem
from ytui.ytdlp.job_log import redact


def item_object(db: Database, item: PlanItem, names: Mapping[int, str]) -> dict[str, Any]:
    """One item; ``names`` are the channels' labels."""
    video = videos.by_id(db, item.video_id) if item.video_id is not None else None
    return {
        "id": item.id,
        "video": video.video_id if video else None,
        "url": item.url,
        "title": item.name,
        "channel": names.get(item.channel_id or 0),
        "class": item.failure_class,
        "group": item.group_name,
        "advice": item.advice,
        "state": item.state,
        "attempts": item.attempts,
        "next_at": iso_time(item.next_at),
        "reason": item.reason,
        "remedy": item.remedy,
        "evidence": item.evidence,
        "reference": item.reference,
        "strategy": item.strategy,
        "job": item.job_id or None,
        "created_at": iso_time(item.created_at),
        "resolved_at": iso_time(item.resolved_at),
    }


def export_json(db: Database, items: Sequence[PlanItem]) -> str:
    """Items as JSON, for another machine or another tool."""
    names = channels.labels(db)
    objects = [item_object(db, item, names) for item in items]
    return json.dumps({"items": objects}, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class Retried:
    """How many items were queued again, and which closed sites' items were left alone."""

    queued: int
    closed: dict[str, float]
    """Until when, in Unix seconds, by site."""


def retry(
    db: Database, item_ids: Iterable[int], now: float, *, strategy: Strategy = Strategy.AS_BEFORE
) -> Retried:
    """Queue these items' jobs again, save those of a site in cooldown: they go on by themselves."""
    wanted, closed = _of_open_sites(db, holds.jobs_of_items(db, item_ids), now)
    return Retried(queue_commands.retry_jobs(db, wanted, now, strategy=strategy), closed)


def put_off(db: Database, job_ids: Sequence[int], until: float, now: float) -> int:
    """Let these jobs wait until a time a person chose, and holds that they wait for try no probe before it.

    Returns how many jobs wait then.
    """
    with transaction(db):
        held, own = holds.first_of_each(db, job_ids)
        for hold_id in held:
            holds.postpone_probe(db, hold_id, until)
        waiting = jobs.wait_until(db, own, until=until, now=now, wait=CHOSEN_TIME)
    return waiting + len(job_ids) - len(own)


def probe_now(db: Database, site: str, now: float) -> bool:
    """End a site's cooldown early: its next job is the probe. False if it is not closed."""
    with transaction(db):
        row = sites.get(db, site)
        if row is None or row.state != COOLDOWN:
            return False
        sites.save(db, replace(row, until=now, updated_at=now))
        jobs.wake(db, for_site(site))
    return True


def retry_jobs_with_cookies(db: Database, job_ids: Iterable[int], cookies: str, now: float) -> Retried:
    """Retry these jobs with a cookie file of their own (a path that ``cookie_files.store_cookie_file`` gave).

    Those of a site in cooldown are left as they are.
    """
    with transaction(db):
        wanted, closed = _of_open_sites(db, job_ids, now)
        jobs.set_options(db, wanted, JobOptions(cookies=cookies))
        return Retried(jobs.retry(db, wanted, now=now, strategy=Strategy.WITH_COOKIES), closed)


def due_after_upgrade(db: Database, now: float) -> int:
    """Retry what failed for a tool whose version has changed since; how many jobs that were."""
    present = versions()
    stale = [
        item.job_id
        for item in plan.list_items(db, states=[PlanState.OPEN], limit=10_000)
        if FailureClass(item.failure_class).group is FailureGroup.TOOL
        and item.versions
        and dict(item.versions) != present
    ]
    return queue_commands.retry_jobs(db, stale, now)


def export_batch(db: Database, items: Sequence[PlanItem]) -> str:
    """Items as a batch file for ``yt-dlp -a``: a comment and an address each, a hold's with all that wait."""
    lines = []
    for item in items:
        # What a site wrote into a title or an address must not become a line of its own.
        lines.append("# " + " ".join(plain_text(f"{item.title}: {item.reason}").split()))
        found = (jobs.by_id(db, number) for number in holds.jobs_of_items(db, [item.id]))
        urls = [item.url] if item.hold_id is None else [job.url for job in found if job is not None]
        lines += ["".join(plain_text(url).split()) for url in urls]
    return "\n".join(lines) + "\n"


def report(db: Database, item: PlanItem) -> str:
    """A text about one item to hand to others: versions, evidence, every attempt; no secrets, no controls."""
    lines = [
        f"{item.reference}  {item.failure_class} ({item.group_name}), {item.state}",
        plan.one_line(item.name),
        plan.one_line(item.url),
        f"reason: {item.reason}",
        f"remedy: {item.remedy}",
        f"evidence: {item.evidence}",
        "versions: " + ", ".join(f"{name} {version}" for name, version in versions().items()),
    ]
    for attempt in attempts.of_job(db, item.job_id):
        when = iso_time(attempt.started_at)
        seconds = f"{attempt.ended_at - attempt.started_at:.0f} s" if attempt.ended_at else "running"
        status = f" HTTP {attempt.status}" if attempt.status else ""
        host = f" {attempt.host}" if attempt.host else ""
        words = f"{attempt.failure_class or ''} {plan.one_line(attempt.message)}".strip()
        lines.append(
            f"attempt {attempt.number}: {when}, {seconds}, {attempt.outcome}{status}{host} {words}".rstrip()
        )
    return redact(plain_text("\n".join(lines))) + "\n"


def _of_open_sites(db: Database, job_ids: Iterable[int], now: float) -> tuple[list[int], dict[str, float]]:
    """These jobs without those of a site in cooldown; until when each of those is closed."""
    closed = closed_sites(db, now)
    found = [job for number in job_ids if (job := jobs.by_id(db, number)) is not None]
    wanted = [job.id for job in found if job.site not in closed]
    return wanted, {job.site: closed[job.site] for job in found if job.site in closed}
