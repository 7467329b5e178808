"""Old items of dead logins: what failed for one before logins were holds waits for its hold now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ytui.core.failures.classifier import FailureClass, classify
from ytui.core.holds import POLICIES, HoldCause, HoldKey
from ytui.core.models import JobKind, JobState, Strategy
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.context import EngineContext
from ytui.engine.cookie_files import login_in, state_of
from ytui.engine.holds.breakers import hold
from ytui.engine.jobs.cookie_jars import LoginUnusable, record_dead_login, wanted_cookies
from ytui.store import attempts, channels, jobs, plan
from ytui.store.database import Database, transaction
from ytui.store.rows import Job, PlanItem

_KINDS = (JobKind.DOWNLOAD, JobKind.EXTRAS)
_FORMER = "former"
"""In the place of a login's hash: it is not known which one failed, but not that which is there now."""


def hold_old_logins(context: EngineContext) -> None:
    """Put the items of an older ytui into their logins' holds: one each, due when the file has another."""
    found = plan.list_items(context.db, failure_class=FailureClass.COOKIES_INVALID, limit=-1)
    for item in found:
        job = jobs.by_id(context.db, item.job_id) if item.hold_id is None else None
        if job is not None and job.kind in _KINDS and job.state in (JobState.FAILED, JobState.WAITING):
            _hold(context, item, job)


def _hold(context: EngineContext, item: PlanItem, job: Job) -> None:
    db, now = context.db, context.clock()
    source = _lent(context, job)
    if source is None:
        return
    login = login_in(source)
    changed = _written_after(source, item.updated_at)
    key = HoldKey(HoldCause.LOGIN, f"{_FORMER} {source}" if changed else login)
    failure = classify(LoginUnusable(key.subject).evidence)
    with transaction(db):
        if not changed and state_of(login) is None:
            record_dead_login(db, source, login, job.id, now, "")
        held = hold(context, job, key, failure, item.reference)
        needs_user = POLICIES[key.cause].needs_user
        jobs.hold_back(
            db,
            job.id,
            failure=failure,
            hold=held,
            needs_user=needs_user,
            reference=item.reference,
            now=now,
        )


def _lent(context: EngineContext, job: Job) -> Path | None:
    """The cookie file that went along when it failed."""
    row = channels.by_id(context.db, job.channel_id) if job.channel_id else None
    if _last_strategy(context.db, job) is Strategy.WITH_COOKIES:
        job = replace(job, strategy=Strategy.WITH_COOKIES)
    return wanted_cookies(settings_of(context.settings, row), job)


def _last_strategy(db: Database, job: Job) -> Strategy | None:
    made = attempts.of_job(db, job.id)
    return made[-1].strategy if made else None


def _written_after(source: Path, moment: float) -> bool:
    try:
        return source.stat().st_mtime > moment
    except OSError:
        return False
