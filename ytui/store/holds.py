"""Holds in SQLite: the breaker of each cause, the jobs that wait for it, and its one plan item.

A row stays for good: one for which nothing waits, and which keeps nothing back, holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ytui.core.holds import Breaker, HoldCause, HoldKey, start_probe, title_of
from ytui.core.models import JobState, PlanState
from ytui.store import plan, schema
from ytui.store.database import Database, transaction
from ytui.store.jobs.transitions import NOT_WAITING, move
from ytui.store.rows import HOLD, Hold, Job, PlanItem

if TYPE_CHECKING:
    from ytui.core.failures.classifier import Failure

_WAITS = "state = 'waiting' AND hold_id = ?"


def by_id(db: Database, hold_id: int) -> Hold | None:
    """The hold of an id."""
    row = db.one(f"SELECT {HOLD.sql} FROM holds WHERE id = ?", (hold_id,))
    return None if row is None else HOLD.read(row)


def by_key(db: Database, key: HoldKey) -> Hold | None:
    """The hold of a cause and subject; None if there never was one."""
    row = db.one(
        f"SELECT {HOLD.sql} FROM holds WHERE cause = ? AND subject = ?", (str(key.cause), key.subject)
    )
    return None if row is None else HOLD.read(row)


def in_force(db: Database) -> list[Hold]:
    """The holds that hold something: jobs wait for them, or one tries now whether they are over."""
    rows = db.all(f"SELECT {HOLD.sql} FROM holds WHERE waiting > 0 OR probe_job IS NOT NULL ORDER BY id")
    return [HOLD.read(row) for row in rows]


def waiting_by_cause(db: Database) -> dict[HoldCause, int]:
    """How many jobs wait for each cause that any waits for, most first."""
    rows = db.all(
        "SELECT cause, sum(waiting) AS n FROM holds WHERE waiting > 0 GROUP BY cause ORDER BY n DESC, cause"
    )
    return {HoldCause(cause): int(n) for cause, n in rows}


def of_jobs(db: Database, job_ids: Iterable[int]) -> list[Hold]:
    """The holds that any of these jobs wait for."""
    rows = db.all(
        f"SELECT {HOLD.sql} FROM holds WHERE id IN (SELECT hold_id FROM jobs WHERE state = 'waiting' "
        "AND id IN (SELECT value FROM json_each(?))) ORDER BY id",
        (json.dumps(list(job_ids)),),
    )
    return [HOLD.read(row) for row in rows]


def any_left(db: Database) -> bool:
    """Whether something holds, or an item of a hold is on the plan still."""
    return bool(
        db.value(
            "SELECT EXISTS (SELECT 1 FROM holds WHERE waiting > 0 OR probe_job IS NOT NULL) OR EXISTS "
            "(SELECT 1 FROM plan_items INDEXED BY plan_hold WHERE hold_id IS NOT NULL "
            f"AND state IN {schema.UNRESOLVED})"
        )
    )


def ensure(db: Database, key: HoldKey, failure: Failure, *, reason: str, remedy: str, now: float) -> Hold:
    """The hold of a key with what is known of it now, made if there is none; part of a transaction."""
    db.execute(
        "INSERT INTO holds (cause, subject, failure_class, reason, remedy, since) "
        "VALUES (:cause, :subject, :failure_class, :reason, :remedy, :now) "
        "ON CONFLICT (cause, subject) DO UPDATE SET failure_class = :failure_class, reason = :reason, "
        "remedy = :remedy, since = CASE WHEN waiting = 0 AND probe_job IS NULL THEN :now ELSE since END",
        {
            "cause": str(key.cause),
            "subject": key.subject,
            "failure_class": str(failure.failure_class),
            "reason": reason,
            "remedy": remedy,
            "now": now,
        },
    )
    hold = by_key(db, key)
    assert hold is not None
    return hold


def save_breaker(db: Database, hold_id: int, state: Breaker) -> None:
    """Keep a hold's state."""
    with transaction(db):
        db.execute(
            "UPDATE holds SET streak = ?, next_probe = ?, probe_job = ?, probes = ? WHERE id = ?",
            (json.dumps(state.streak), state.next_probe, state.probe_job, state.probes, hold_id),
        )
        db.execute(
            f"UPDATE plan_items SET next_at = ? WHERE hold_id = ? AND state IN {schema.UNRESOLVED}",
            (state.next_probe, hold_id),
        )


def save_look(db: Database, hold: Hold, *, fingerprint: str, reason: str, remedy: str) -> None:
    """Keep what a look at the cause found: it holds on, perhaps for another reason."""
    with transaction(db):
        db.execute(
            "UPDATE holds SET fingerprint = ?, reason = ?, remedy = ? WHERE id = ?",
            (fingerprint, reason, remedy, hold.id),
        )
        db.execute(
            "UPDATE plan_items SET title = ?, reason = ?, remedy = ? "
            f"WHERE hold_id = ? AND state IN {schema.UNRESOLVED}",
            (title_of(hold.cause, reason), reason, remedy, hold.id),
        )


def record(
    db: Database, job: Job, hold: Hold, failure: Failure, *, needs_user: bool, reference: str, now: float
) -> PlanItem:
    """Write that ``job`` hit the hold into the hold's one item, or into a new one; part of ``jobs.fail``.

    An item of the job's own is put away: what it waits for now is the hold.
    """
    columns = {
        "title": title_of(hold.cause, hold.reason),
        "failure_class": str(failure.failure_class),
        "group_name": str(failure.failure_class.group),
        "advice": str(failure.advice),
        "state": str(PlanState.OPEN if needs_user else PlanState.HELD),
        "next_at": hold.next_probe,
        "reason": hold.reason,
        "remedy": hold.remedy,
        "evidence": plan.one_line(failure.evidence.message),
        "reference": reference,
    }
    item = plan.of_hold(db, hold.id)
    if item is None:
        plan.drop_for_job(db, job.id, now)
        return plan.insert(db, job, now=now, hold_id=hold.id, **columns)
    if item.job_id != job.id:
        plan.drop_for_job(db, job.id, now)
    return plan.update(db, item.id, now=now, **columns)


def waiting_jobs(db: Database, hold_id: int, limit: int = -1) -> list[int]:
    """The jobs that wait for a hold, in the order of the queue; all of them unless ``limit`` is given."""
    rows = db.all(f"SELECT id FROM jobs WHERE {_WAITS} ORDER BY priority, rank, id LIMIT ?", (hold_id, limit))
    return [int(row[0]) for row in rows]


def jobs_of_items(db: Database, item_ids: Iterable[int]) -> list[int]:
    """The jobs that plan items stand for: a hold's stands for all that wait for it."""
    rows = db.all(
        "SELECT p.job_id FROM plan_items p WHERE p.id IN (SELECT value FROM json_each(:ids)) "
        "AND p.job_id IS NOT NULL UNION "
        "SELECT j.id FROM plan_items p JOIN jobs j ON j.hold_id = p.hold_id AND j.state = 'waiting' "
        f"WHERE p.state IN {schema.UNRESOLVED} AND p.id IN (SELECT value FROM json_each(:ids)) ORDER BY 1",
        {"ids": json.dumps(list(item_ids))},
    )
    return [int(row[0]) for row in rows]


def first_of_each(db: Database, job_ids: Iterable[int]) -> tuple[dict[int, int], list[int]]:
    """Of jobs that wait for holds the one of each hold whose turn is first, by hold; and all other jobs."""
    ids = list(job_ids)
    rows = db.all(
        "SELECT id, hold_id FROM jobs WHERE id IN (SELECT value FROM json_each(?)) AND state = 'waiting' "
        "AND hold_id IS NOT NULL ORDER BY priority, rank, id",
        (json.dumps(ids),),
    )
    firsts: dict[int, int] = {}
    for job_id, hold_id in rows:
        firsts.setdefault(hold_id, job_id)
    behind = {row[0] for row in rows}
    return firsts, [number for number in ids if number not in behind]


def postpone_probe(db: Database, hold_id: int, until: float | None) -> None:
    """Let the next probe go at a time, not before it."""
    hold = by_id(db, hold_id)
    if hold is not None:
        save_breaker(db, hold_id, replace(hold.breaker, next_probe=until))


def waiting_behind(db: Database, item_ids: Iterable[int]) -> int:
    """How many jobs wait for the holds that these plan items stand for."""
    sql = (
        "SELECT coalesce(sum(waiting), 0) FROM holds WHERE id IN "
        "(SELECT hold_id FROM plan_items WHERE id IN (SELECT value FROM json_each(?)))"
    )
    return int(db.value(sql, (json.dumps(list(item_ids)),)))


def queue_probe(db: Database, hold: Hold, job_id: int) -> bool:
    """Queue one of the jobs that wait, as the probe; false if it waits no more."""
    with transaction(db):
        if not move(db, job_id, JobState.WAITING, JobState.QUEUED, **NOT_WAITING):
            return False
        save_breaker(db, hold.id, start_probe(hold.breaker, job_id))
    return True


def release(db: Database, hold: Hold, now: float) -> int:
    """The cause is gone: everything that waits for it is queued, its item is resolved; how many jobs.

    Should one come back by an undo, it is looked at again at once.
    """
    with transaction(db):
        item = plan.of_hold(db, hold.id)
        if item is not None:
            plan.resolve(db, item.id, now)
        db.execute(
            "UPDATE holds SET fingerprint = '', streak = '[]', next_probe = ?, probe_job = NULL, probes = 0 "
            "WHERE id = ?",
            (now, hold.id),
        )
        return db.execute(
            "UPDATE jobs SET state = 'queued', due_at = NULL, wait_reason = '', wait_subject = '' "
            f"WHERE {_WAITS}",
            (hold.id,),
        ).rowcount


def drop_unused(db: Database, now: float) -> None:
    """Put right what a change taken back may leave: an item too many, a probe that will not run."""
    items = db.all(
        "SELECT p.id FROM plan_items p JOIN holds h ON h.id = p.hold_id "
        f"WHERE p.state IN {schema.UNRESOLVED} AND ((h.waiting = 0 AND h.probe_job IS NULL) OR p.id > "
        "(SELECT min(o.id) FROM plan_items o WHERE o.hold_id = p.hold_id "
        f"AND o.state IN {schema.UNRESOLVED}))"
    )
    lost = db.all(
        "SELECT id FROM holds WHERE probe_job NOT IN "
        f"(SELECT id FROM jobs WHERE state IN {schema.READY} AND id = probe_job)"
    )
    if not items and not lost:
        return
    with transaction(db):
        for row in lost:
            db.execute("UPDATE holds SET probe_job = NULL WHERE id = ?", (row[0],))
        for row in items:
            plan.resolve(db, row[0], now)
