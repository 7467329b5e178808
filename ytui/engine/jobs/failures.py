"""Failure handling: classified, decided once and carried out, all of it in one transaction."""

from __future__ import annotations

import random
from collections.abc import Iterable
from importlib import metadata

from ytui.core.decision import Decision, Scope, Situation, decide, scope_of
from ytui.core.failures.classifier import Evidence, Failure, FailureClass, FailureGroup, classify
from ytui.core.models import JobKind, Strategy
from ytui.core.retry import DecisionKind, History, Policies, RetryPolicy
from ytui.core.settings import Channel
from ytui.core.settings.tables import Retry, RetryOperation
from ytui.engine.context import EngineContext
from ytui.engine.holds.breakers import hold
from ytui.engine.holds.causes import cause_of
from ytui.engine.holds.job_facts import facts_of
from ytui.engine.sites.circuit_breaker import apply_decision
from ytui.engine.sites.site_states import COOLDOWN
from ytui.store import attempts, jobs, journal, key_values, sites
from ytui.store import plan as plan_store
from ytui.store.database import Database, transaction
from ytui.store.rows import Job, Level

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letter or digit that is taken for another one when read aloud."""
_ON_THE_AIR = frozenset({FailureClass.UPCOMING, FailureClass.LIVE_NOW})


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
    has_file: bool = False,
) -> Decision:
    """Decide what becomes of a job whose attempt failed, and carry it out in one transaction.

    ``asked``: whether it may be an answer of the site; a job that could not be started has asked nothing.
    ``has_file``: what it was to replace is in the library still.
    """
    db, now = context.db, context.clock()
    failure = classify(evidence)
    scope = scope_of(failure, job.kind, job.site, job.options.extras) if asked else Scope.NOTHING
    decision = decide_in_context(context, job, channel, failure, scope, has_file=has_file)
    reference = new_reference(db, context.rng)
    with transaction(db):
        key = decision.hold
        held = None if key is None else hold(context, job, key, failure, reference)
        apply_decision(context, job, decision)
        item = jobs.fail(
            db,
            job.id,
            decision=decision,
            now=now,
            reference=reference,
            bytes=bytes_received,
            requests=requests,
            versions=versions() if failure.failure_class.group is FailureGroup.TOOL else None,
            hold=held,
        )
        if item is not None:
            hold_extras(db, job.site, job.options.extras, decision)
        journal.write(
            db,
            at=now,
            level=_level(decision),
            type="failed" if held is None else "runtime",
            message=f"{job.title}: {failure.reason if held is None else f'waits for {decision.wait.words}'}",
            job_id=job.id,
            channel_id=job.channel_id,
            video_id=job.video_id,
            data={"reference": reference, "class": failure.failure_class.value, "detail": detail[-4000:]},
        )
    return decision


def _level(decision: Decision) -> Level:
    """How important a failure is to a person; that something is live, or will be, is none."""
    if decision.hold is not None:
        return "info"
    if decision.kind is not DecisionKind.AGAIN:
        return "error"
    return "info" if decision.failure.failure_class in _ON_THE_AIR else "warning"


def decide_in_context(
    context: EngineContext,
    job: Job,
    channel: Channel,
    failure: Failure,
    scope: Scope,
    *,
    has_file: bool = False,
) -> Decision:
    """Gather what the decision on a failed job depends on, and decide; the caller has it carried out.

    A failure of the line is counted here: whether that is down shows in how many jobs fail in a row.
    """
    now = context.clock()
    situation = Situation(
        now=now,
        kind=job.kind,
        site=job.site,
        scope=scope,
        history=history_of(context.db, job, channel, failure),
        policies=_policies(context, job),
        extras=job.options.extras,
        has_file=has_file,
        hold=cause_of(facts_of(job, channel, context.settings), failure),
        line=context.connectivity.failed(job.id, now) if scope is Scope.LINE else None,
    )
    return decide(failure, situation, context.rng)


def decide_on_extra(context: EngineContext, job: Job, extra: str, failure: Failure) -> Decision:
    """Decide on an extra that failed while its video, or the rest of an answer, came; ``job`` asked for it.

    After pushback the site is asked for none of that kind for a while.
    """
    situation = Situation(
        now=context.clock(),
        kind=JobKind.EXTRAS,
        site=job.site,
        scope=Scope.EXTRA,
        policies=_policies(context, job),
        extras=(extra,),
    )
    decision = decide(failure, situation, context.rng)
    hold_extras(context.db, job.site, (extra,), decision)
    return decision


def hold_extras(db: Database, site: str, extras: Iterable[str], decision: Decision) -> None:
    """Ask the site for none of these extras for as long as the decision says, if it does."""
    if decision.extras_until is not None:
        for extra in extras:
            key_values.put(db, key_values.extra_held_until(site, extra), str(decision.extras_until))


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


def _policies(context: EngineContext, job: Job) -> Policies:
    return policies_of(context.retry, job, context.settings.limits.for_site(job.site).cooldown)


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
