"""The work plan: one unresolved item for each thing that has not arrived, and what the lists of it show."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from ytui.core.failures.classes import FailureClass
from ytui.core.models import JobState, PlanState
from ytui.core.states import UNRESOLVED_STATES
from ytui.store import schema
from ytui.store.database import Database, transaction
from ytui.store.jobs.transitions import NOT_WAITING, mirror, move, read
from ytui.store.rows import PLAN_ITEM, Job, PlanItem

_LINE = 300


def list_items(
    db: Database,
    *,
    states: Collection[PlanState] = UNRESOLVED_STATES,
    failure_class: str | None = None,
    channel_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[PlanItem]:
    """One page of items: what needs the user first, then by class, then oldest first."""
    condition, values = _condition(states, failure_class, channel_id)
    rows = db.all(
        f"SELECT {PLAN_ITEM.sql} FROM plan_items WHERE {condition} "
        "ORDER BY state = 'open' DESC, failure_class, id LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return [PLAN_ITEM.read(row) for row in rows]


def by_id(db: Database, item_id: int) -> PlanItem | None:
    """The item of an id."""
    return _one(db, "id = ?", item_id)


def by_reference(db: Database, reference: str) -> PlanItem | None:
    """The item that a reference such as ``E-7F3K`` belongs to, of any of its attempts."""
    found = _one(db, "reference = ? ORDER BY id DESC LIMIT 1", reference)
    if found is not None:
        return found
    job_id = db.value(
        "SELECT job_id FROM attempts WHERE reference = ? ORDER BY id DESC LIMIT 1", (reference,)
    )
    return None if job_id is None else _one(db, "job_id = ? ORDER BY id DESC LIMIT 1", job_id)


def of_job(db: Database, job_id: int) -> PlanItem | None:
    """A job's newest item."""
    return _one(db, "job_id = ? ORDER BY id DESC LIMIT 1", job_id)


def of_fetches(db: Database, channel_id: int) -> list[PlanItem]:
    """The unresolved items of a channel's own listings, newest last."""
    sql = (
        f"SELECT {PLAN_ITEM.sql} FROM plan_items WHERE channel_id = ? AND state IN {schema.UNRESOLVED} "
        "AND job_id IN (SELECT id FROM jobs WHERE channel_id = ? AND kind = 'fetch') ORDER BY id"
    )
    return [PLAN_ITEM.read(row) for row in db.all(sql, (channel_id, channel_id))]


def unresolved_among(db: Database, ids: Sequence[int]) -> list[int]:
    """Those of the items that still ask for something."""
    sql = f"SELECT id FROM plan_items WHERE state IN {schema.UNRESOLVED} AND id IN {schema.GIVEN}"
    return [row[0] for row in db.all(sql, (json.dumps(list(ids)),))]


def of_hold(db: Database, hold_id: int) -> PlanItem | None:
    """A hold's item that is on the plan."""
    return _one(db, f"hold_id = ? AND state IN {schema.UNRESOLVED} ORDER BY id LIMIT 1", hold_id)


def counts(db: Database) -> dict[str, dict[PlanState, int]]:
    """How many items of each class are in each state."""
    found: dict[str, dict[PlanState, int]] = {}
    rows = db.all("SELECT failure_class, state, sum(n) FROM plan_counts GROUP BY failure_class, state")
    for failure_class, state, n in rows:
        found.setdefault(failure_class, {})[PlanState(state)] = n
    return found


def needs_user_count(db: Database) -> int:
    """How many items wait for the user; what will never come is not among them."""
    return int(
        db.value("SELECT coalesce(sum(n), 0) FROM plan_counts WHERE state = 'open' AND advice <> 'permanent'")
    )


def dismiss(db: Database, ids: Sequence[int], now: float) -> int:
    """Put items away; a job that still waited for its time has failed then. Returns how many items.

    A hold's item takes all that waits for the hold with it: those jobs are cancelled.
    """
    changed = 0
    with transaction(db):
        for item_id in ids:
            item = by_id(db, item_id)
            if item is None or item.state not in UNRESOLVED_STATES:
                continue
            _set_state(db, item_id, PlanState.DISMISSED, now)
            job = read(db, item.job_id)
            if item.hold_id is not None:
                _give_up_held(db, item.hold_id, now)
            elif job is not None and move(
                db, job.id, JobState.WAITING, JobState.FAILED, finished_at=now, **NOT_WAITING
            ):
                mirror(db, job, JobState.FAILED)
            changed += 1
    return changed


def resolve_for_job(db: Database, job_id: int, now: float) -> None:
    """What the job was to bring has arrived: its item is resolved; part of ``jobs.finish``."""
    item_id = _unresolved(db, job_id)
    if item_id is not None:
        _set_state(db, item_id, PlanState.RESOLVED, now)


def drop_for_job(db: Database, job_id: int, now: float) -> None:
    """The job was cancelled: nothing is to be done about it any more."""
    item_id = _unresolved(db, job_id)
    if item_id is not None:
        _set_state(db, item_id, PlanState.DISMISSED, now)


def schedule_for_job(db: Database, job_id: int, at: float, now: float) -> None:
    """The job will be tried again at a time: its item needs nobody."""
    item_id = _unresolved(db, job_id)
    if item_id is not None:
        db.execute(
            "UPDATE plan_items SET state = 'scheduled', next_at = ?, updated_at = ? WHERE id = ?",
            (at, now, item_id),
        )


def hold_for_job(db: Database, job_id: int, now: float) -> None:
    """The job is held by something that is none of its own failing: its item needs nobody."""
    item_id = _unresolved(db, job_id)
    if item_id is not None:
        db.execute(
            "UPDATE plan_items SET state = 'held', next_at = NULL, updated_at = ? WHERE id = ?",
            (now, item_id),
        )


def adopt(db: Database, job: Job, now: float) -> None:
    """A job that takes an earlier one's place (same video, or same tab) takes its unresolved item over."""
    if _unresolved(db, job.id) is not None:
        return
    item_id = db.value(
        # By its jobs: left to itself SQLite walks the whole plan for every job that is queued.
        "SELECT p.id FROM plan_items p INDEXED BY plan_one_unresolved JOIN jobs j ON j.id = p.job_id "
        f"WHERE p.state IN {schema.UNRESOLVED} "
        "AND j.kind = ? AND j.tab_id IS ? AND j.video_id IS ? AND j.id <> ? "
        # One video may lack several extras, each with a job and an item of its own.
        "AND (j.kind NOT IN ('info', 'extras') OR j.options = (SELECT options FROM jobs WHERE id = ?)) "
        "AND p.job_id IN (SELECT id FROM jobs WHERE video_id = ? "
        "UNION ALL SELECT id FROM jobs WHERE tab_id = ?)",
        (str(job.kind), job.tab_id, job.video_id, job.id, job.id, job.video_id, job.tab_id),
    )
    if item_id is not None:
        db.execute("UPDATE plan_items SET job_id = ? WHERE id = ?", (job.id, item_id))
        schedule_for_job(db, job.id, now, now)


def record(db: Database, job: Job, *, now: float, **columns: Any) -> PlanItem:
    """Write a failed attempt into the job's unresolved item, or into a new one; part of ``jobs.fail``."""
    item_id = _unresolved(db, job.id)
    if item_id is not None and db.value("SELECT hold_id FROM plan_items WHERE id = ?", (item_id,)):
        # It was the last one that waited for a hold: what it fails with now is its own.
        resolve(db, item_id, now)
        item_id = None
    if item_id is None:
        return insert(db, job, now=now, **columns)
    return update(db, item_id, now=now, **columns)


def insert(db: Database, job: Job, *, now: float, **columns: Any) -> PlanItem:
    """Write a job's first failed attempt into a new item; ``columns`` may name it otherwise than the job.

    An item that stands for a hold belongs to no video and no channel.
    """
    of_hold = columns.get("hold_id") is not None
    cursor = db.execute(
        "INSERT INTO plan_items (job_id, video_id, channel_id, url, title, failure_class, group_name, "
        "advice, state, created_at, updated_at) "
        "VALUES (:job, :video, :channel, :url, :title, :failure_class, :group_name, :advice, :state, "
        ":now, :now)",
        {
            "title": job.title,
            **columns,
            "job": job.id,
            "video": None if of_hold else job.video_id,
            "channel": None if of_hold else job.channel_id,
            "url": job.url,
            "now": now,
        },
    )
    assert cursor.lastrowid is not None
    return update(db, cursor.lastrowid, now=now, **columns)


def update(db: Database, item_id: int, *, now: float, **columns: Any) -> PlanItem:
    """Write one more failed attempt into an item."""
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(
        f"UPDATE plan_items SET {assignments}, attempts = attempts + 1, updated_at = :now, "
        f"resolved_at = CASE WHEN :state IN {schema.UNRESOLVED} THEN NULL ELSE :now END WHERE id = :id",
        {**columns, "now": now, "id": item_id},
    )
    item = _one(db, "id = ?", item_id)
    assert item is not None
    return item


def resolve(db: Database, item_id: int, now: float) -> None:
    """Nothing is to be done about an item any more."""
    _set_state(db, item_id, PlanState.RESOLVED, now)


def ask(
    db: Database,
    *,
    failure_class: FailureClass,
    channel_id: int | None,
    url: str,
    title: str,
    evidence: str,
    now: float,
) -> None:
    """Put a question about a channel (None: about several) on the plan, or word it anew; it has no job.

    What was dismissed with the same ``evidence`` is not asked again.
    """
    with transaction(db):
        last = _question(db, failure_class, channel_id)
        if last is not None and last.state in UNRESOLVED_STATES:
            if (last.title, last.evidence) != (title, evidence):
                sql = "UPDATE plan_items SET title = ?, evidence = ?, updated_at = ? WHERE id = ?"
                db.execute(sql, (title, evidence, now, last.id))
        elif last is None or last.state is not PlanState.DISMISSED or last.evidence != evidence:
            db.execute(
                "INSERT INTO plan_items (channel_id, url, title, failure_class, group_name, advice, state, "
                "reason, remedy, evidence, reference, created_at, updated_at) "
                "VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)",
                (
                    *(channel_id, url, title, failure_class, failure_class.group),
                    *(failure_class.default_advice, failure_class.reason, failure_class.remedy, evidence),
                    *(f"K-{channel_id or 0}", now, now),
                ),
            )


def answered(db: Database, failure_class: FailureClass, channel_id: int | None, now: float) -> None:
    """A question about a channel is one no more."""
    with transaction(db):
        last = _question(db, failure_class, channel_id)
        if last is not None and last.state in UNRESOLVED_STATES:
            _set_state(db, last.id, PlanState.RESOLVED, now)


def asked(db: Database, failure_class: FailureClass) -> set[int]:
    """The channels about which such a question is on the plan."""
    sql = f"SELECT channel_id FROM plan_items WHERE failure_class = ? AND state IN {schema.UNRESOLVED}"
    return {row[0] for row in db.all(sql, (failure_class,))}


def put_back(db: Database, ids: Sequence[int], now: float) -> None:
    """Questions that were dismissed are on the plan again."""
    with transaction(db):
        for item_id in ids:
            db.execute(
                "UPDATE plan_items SET state = 'open', resolved_at = NULL, updated_at = ? "
                "WHERE id = ? AND state = 'dismissed' AND job_id IS NULL",
                (now, item_id),
            )


def questions_among(db: Database, ids: Sequence[int]) -> list[PlanItem]:
    """Those of the items that no job stands behind, and that are on the plan."""
    items = [item for number in ids if (item := by_id(db, number)) is not None]
    return [item for item in items if not item.job_id and item.state in UNRESOLVED_STATES]


def _question(db: Database, failure_class: FailureClass, channel_id: int | None) -> PlanItem | None:
    row = db.one(
        f"SELECT {PLAN_ITEM.sql} FROM plan_items WHERE channel_id IS ? AND failure_class = ? "
        "AND job_id IS NULL ORDER BY id DESC LIMIT 1",
        (channel_id, failure_class),
    )
    return None if row is None else PLAN_ITEM.read(row)


def one_line(text: str) -> str:
    """The first line of a message that says anything, at most 300 characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _LINE else line[: _LINE - 1] + "…"


def _give_up_held(db: Database, hold_id: int, now: float) -> None:
    """Cancel what waits for a hold: nothing of it has failed."""
    rows = db.all("SELECT id FROM jobs WHERE hold_id = ? AND state = 'waiting'", (hold_id,))
    for (number,) in rows:
        job = read(db, number)
        assert job is not None
        move(db, number, JobState.WAITING, JobState.CANCELLED, finished_at=now, **NOT_WAITING)
        mirror(db, job, JobState.CANCELLED)


def _unresolved(db: Database, job_id: int) -> int | None:
    found: int | None = db.value(
        f"SELECT id FROM plan_items WHERE job_id = ? AND state IN {schema.UNRESOLVED}", (job_id,)
    )
    return found


def _set_state(db: Database, item_id: int, to: PlanState, now: float) -> None:
    db.execute(
        "UPDATE plan_items SET state = ?, next_at = NULL, updated_at = ?, resolved_at = ? WHERE id = ?",
        (str(to), now, now, item_id),
    )


def _one(db: Database, where: str, value: Any) -> PlanItem | None:
    row = db.one(f"SELECT {PLAN_ITEM.sql} FROM plan_items WHERE {where}", (value,))
    return None if row is None else PLAN_ITEM.read(row)


def _condition(
    states: Collection[PlanState], failure_class: str | None, channel_id: int | None
) -> tuple[str, list[Any]]:
    parts = [f"state IN ({', '.join('?' for _ in states)})"]
    values: list[Any] = [str(state) for state in states]
    if failure_class is not None:
        parts.append("failure_class = ?")
        values.append(str(failure_class))
    if channel_id is not None:
        parts.append("channel_id = ?")
        values.append(channel_id)
    return " AND ".join(parts), values
