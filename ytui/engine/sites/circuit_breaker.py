"""Circuit breaker of a site, and of the connection: closed, reopened, and what that means for jobs."""

from __future__ import annotations

from ytui.core.decision import Decision, SiteEffect
from ytui.core.wait_reasons import THE_LINE, for_site
from ytui.engine.context import EngineContext
from ytui.engine.sites.site_states import COOLDOWN, PROBING, answered, cool_down, probe_lost
from ytui.store import jobs, journal, sites
from ytui.store.database import Database
from ytui.store.rows import Job


def apply_decision(context: EngineContext, job: Job, decision: Decision) -> None:
    """Carry out what a decision says of the job's site and of the line; part of a transaction."""
    db, now = context.db, context.clock()
    if decision.spared:
        jobs.uncharge(db, decision.spared, now, wait=THE_LINE)
        words = "the line is down: nothing is charged, one job tries every 30 seconds"
        journal.write(db, at=now, level="warning", type="runtime", message=words)
    if decision.site is SiteEffect.SILENT:
        probe_lost(db, job.site, job.id, now)
        return
    note_success(context)
    if decision.closed_until is None:
        note_site_answered(context, job)
    else:
        close_site(context, job, until=decision.closed_until, reason=decision.failure.title)


def close_site(context: EngineContext, job: Job, *, until: float, reason: str) -> None:
    """``job`` was pushed back: nothing of its site runs until then, save media that flows already."""
    db, now = context.db, context.clock()
    cool_down(db, job.site, until=until, reason=reason, now=now)
    context.rate_limiter.close(job.site, f"{job.site} is cooling down")
    context.stop_extracting(job.site, but=job.id)
    journal.write(
        db,
        at=now,
        level="warning",
        type="runtime",
        message=f"{job.site} closed: {reason}",
        job_id=job.id,
        data={"site": job.site, "until": until},
    )


def note_site_answered(context: EngineContext, job: Job) -> None:
    """The site answered ``job``, whatever it said: if that was the probe, the site is open again."""
    db, now = context.db, context.clock()
    row = sites.get(db, job.site)
    if row is None or row.state != PROBING:
        return
    if answered(db, job.site, job.id, now):
        context.rate_limiter.reopen(job.site)
        jobs.wake(db, for_site(job.site))
        journal.write(
            db, at=now, level="info", type="runtime", message=f"{job.site} is open again", job_id=job.id
        )


def wait_for_site(db: Database, job: Job, now: float) -> None:
    """The job's site closed while it ran: it waits, uncharged."""
    row = sites.get(db, job.site)
    until = row.until if row is not None and row.state == COOLDOWN else None
    jobs.release(db, job.id, now=now, due_at=max(until or now, now), wait=for_site(job.site))


def reopen_or_keep_closed(context: EngineContext) -> None:
    """After a restart the sites in cooldown stay closed."""
    for row in sites.all_sites(context.db):
        if row.state == COOLDOWN and (row.until or 0.0) > context.clock():
            context.rate_limiter.keep_closed(row.site, f"{row.site} is cooling down")


def note_success(context: EngineContext) -> None:
    """The outside answered, whatever it said: if the line was down, what waited for it goes on."""
    if context.connectivity.succeeded():
        back_online(context)


def back_online(context: EngineContext) -> None:
    """The line is up again: what waited for it goes on."""
    db, now = context.db, context.clock()
    jobs.wake(db, THE_LINE)
    journal.write(db, at=now, level="info", type="runtime", message="the line is back")
    context.wake()
