"""Failure handling: classified, decided and written down, job and plan item in one transaction."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib import metadata

from ytui.core.embed_options import SPONSORBLOCK
from ytui.core.failures.classifier import Evidence, Failure, FailureClass, FailureGroup, classify
from ytui.core.models import JobKind, PlanState, RequestKind, Strategy
from ytui.core.retry import DecisionKind, History, Policies, RetryDecision, RetryPolicy, cooldown, decide
from ytui.core.setting_tables import Retry, RetryOperation
from ytui.core.settings import Channel
from ytui.core.sites import site_of
from ytui.core.wait_reasons import ROOM, THE_LINE, Wait, for_extras, for_hold
from ytui.engine.context import EngineContext
from ytui.engine.holds.breakers import held_plan, hold
from ytui.engine.holds.causes import cause_of
from ytui.engine.holds.job_facts import facts_of
from ytui.engine.sites.circuit_breaker import close_site, decide_offline, note_site_answered, note_success
from ytui.engine.sites.connectivity import TRANSPORT
from ytui.engine.sites.site_states import COOLDOWN, probe_lost
from ytui.store import attempts, jobs, journal, sites
from ytui.store import plan as plan_store
from ytui.store.database import Database, transaction
from ytui.store.rows import Job, Level

LOOK_FOR_ROOM = 90.0
"""Seconds until a job that met a full disk is queued again."""
RECORD_AGAIN = 60.0
"""Seconds at most until a recording that failed is tried again."""
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letter or digit that is taken for another one when read aloud."""
_EXTRA_REQUESTS = frozenset({RequestKind.CAPTION, RequestKind.IMAGE})
_ON_THE_AIR = frozenset({FailureClass.UPCOMING, FailureClass.LIVE_NOW})
_SAYS_NOTHING_OF_THE_SITE = frozenset({FailureGroup.MACHINE, FailureGroup.REQUEST, FailureGroup.OTHER})
"""Such a failure may have come before anything was sent: it is no answer of the site."""


def handle_failure(
    context: EngineContext,
    job: Job,
    channel: Channel,
    evidence: Evidence,
    *,
    bytes_received: int = 0,
    requests: int = 0,
    detail: str = "",
    asked: bool = True,
) -> Failure:
    """Record that this attempt failed and what happens next; returns the classified failure.

    ``asked``: whether it may be an answer of the site; a job that could not be started has asked nothing.
    """
    db = context.db
    now = context.clock()
    failure = classify(evidence)
    decision = decide(
        failure,
        history_of(db, job, channel, failure),
        now,
        policies_of(context.retry, job, context.settings.limits.for_site(job.site).cooldown),
        context.rng,
    )
    if job.kind is JobKind.RECORDING and decision.kind is DecisionKind.AGAIN and decision.at is not None:
        # What is live does not wait.
        decision = replace(decision, at=min(decision.at, now + RECORD_AGAIN))
    if decision.kind is DecisionKind.HOLD_QUEUE:
        # Eligibility keeps it, and all others, until there is room; this asks for another look.
        decision = replace(decision, at=now + LOOK_FOR_ROOM)
    key = cause_of(facts_of(job, channel, context.settings), failure)
    if key is not None:
        decision = held_plan(key, failure)
    name = new_reference(db, context.rng)
    with transaction(db):
        held = None if key is None else hold(context, job, key, failure, name)
        if asked:
            decision, wait = update_site_and_connectivity(context, job, failure, decision)
        else:
            wait = None
            probe_lost(db, job.site, job.id, now)
        if key is not None:
            wait = for_hold(key.cause)
        if decision.kind is DecisionKind.HOLD_QUEUE:
            wait = ROOM
        jobs.fail(
            db,
            job.id,
            failure=failure,
            plan=decision,
            now=now,
            reference=name,
            bytes=bytes_received,
            requests=requests,
            versions=versions() if failure.failure_class.group is FailureGroup.TOOL else None,
            wait=wait,
            hold=held,
        )
        waits = held is not None
        journal.write(
            db,
            at=now,
            level=_level(failure, decision, waits=waits),
            type="runtime" if waits else "failed",
            message=f"{job.title}: {f'waits for {wait.words}' if waits and wait else failure.reason}",
            job_id=job.id,
            channel_id=job.channel_id,
            video_id=job.video_id,
            data={"reference": name, "class": failure.failure_class.value, "detail": detail[-4000:]},
        )
    return failure


def _level(failure: Failure, decision: RetryDecision, *, waits: bool) -> Level:
    """How important a failure is to a person; that something is live, or will be, is none."""
    if waits:
        return "info"
    if decision.kind is not DecisionKind.AGAIN:
        return "error"
    return "info" if failure.failure_class in _ON_THE_AIR else "warning"


def update_site_and_connectivity(
    context: EngineContext, job: Job, failure: Failure, decision: RetryDecision
) -> tuple[RetryDecision, Wait | None]:
    """Close the site or the line, or note that they answered; the plan after that, and what is waited for."""
    db, now = context.db, context.clock()
    if _of_another_site(job, failure):
        probe_lost(db, job.site, job.id, now)
        held = decision.kind is DecisionKind.HOLD_SITE
        return decision, _wait_for_extras(job) if held else None
    if failure.failure_class in TRANSPORT:
        probe_lost(db, job.site, job.id, now)
        decision = decide_offline(context, job, decision)
        return decision, THE_LINE if decision.state is PlanState.HELD else None
    if failure.evidence.status is None and failure.failure_class.group in _SAYS_NOTHING_OF_THE_SITE:
        probe_lost(db, job.site, job.id, now)
        return decision, None
    note_success(context)
    if decision.kind is DecisionKind.HOLD_SITE and is_of_extra(job, failure):
        note_site_answered(context, job)
        return decision, _wait_for_extras(job)
    if failure.failure_class.group is FailureGroup.PUSHBACK and decision.kind is not DecisionKind.AGAIN:
        # Even where this job is left to the user now: the others must not run into the same refusal.
        base = context.settings.limits.for_site(job.site).cooldown
        until = decision.at or now + cooldown(_cooldowns_before(db, job.site), base)
        close_site(context, job, until=until, reason=failure.title)
        return decision, None
    note_site_answered(context, job)
    return decision, None


def is_of_extra(job: Job, failure: Failure) -> bool:
    """Whether captions or thumbnails alone were refused, so that videos of the site are welcome still."""
    if job.kind is not JobKind.EXTRAS:
        return False
    return failure.evidence.request_kind in _EXTRA_REQUESTS or _of_another_site(job, failure)


def _of_another_site(job: Job, failure: Failure) -> bool:
    """Whether it is SponsorBlock that failed, which says nothing of the video's site, nor of the line."""
    host = failure.evidence.host
    asks_others = job.kind is JobKind.EXTRAS and SPONSORBLOCK in job.options.extras
    return asks_others and bool(host) and site_of(host or "") != job.site


def _wait_for_extras(job: Job) -> Wait:
    return for_extras(job.site, job.options.extras)


def new_reference(db: Database, rng: random.Random) -> str:
    """A short name for a failed attempt, the same in the plan, the log and JSON; no other one has it.

    Of 810 000 names two in a thousand failures would likely be the same, and a retry by name would then
    mean the wrong one.
    """
    while True:
        name = "E-" + "".join(rng.choices(REFERENCE_LETTERS, k=4))
        if attempts.by_reference(db, name) is None and plan_store.by_reference(db, name) is None:
            return name


def history_of(db: Database, job: Job, channel: Channel, failure: Failure) -> History:
    """What the planner needs to know of earlier attempts, those since the last retry by hand."""
    earlier = attempts.history(db, job.id, failure.failure_class)
    return History(
        attempts_charged=earlier.attempts_charged,
        of_class=earlier.of_class,
        lowered=earlier.lowered,
        fresh_tried=earlier.fresh_tried,
        cooldowns=_cooldowns_before(db, job.site),
        have_cookies=channel.cookies is not None and job.strategy is not Strategy.WITH_COOKIES,
        fallback_allowed=channel.fallback and job.kind is JobKind.DOWNLOAD,
    )


def _cooldowns_before(db: Database, site: str) -> int:
    """Those before the present one: what was in flight when a site closed is refused by the same one."""
    row = sites.get(db, site)
    return 0 if row is None else row.cooldowns - (row.state == COOLDOWN)


def policies_of(retry: Retry, job: Job, cooldown: float) -> Policies:
    """The configured policies in the planner's terms; a job's own ``max_retries`` goes first."""
    own = job.options.max_retries
    max_retries = retry.max_retries if own is None else own
    return Policies(
        network=_policy(retry.network, max_retries),
        server=_policy(retry.server, max_retries),
        processing=_policy(retry.processing, max_retries),
        max_retries=max_retries,
        by_class={FailureClass(name): _policy(value, max_retries) for name, value in retry.classes.items()},
        cooldown=cooldown,
    )


def _policy(operation: RetryOperation, max_retries: int) -> RetryPolicy:
    tries = max_retries + 1 if operation.tries is None else operation.tries
    return RetryPolicy(operation.policy, operation.base, operation.cap, tries)


def versions() -> dict[str, str]:
    """The versions a failure of a tool is kept with, so that it becomes due when they change."""
    return {name: metadata.version(name) for name in ("yt-dlp", "yt-dlp-ejs", "deno") if _installed(name)}


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
