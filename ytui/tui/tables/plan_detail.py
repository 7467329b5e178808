"""What the plan view says below its list about the row under the cursor, most important first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ytui.core.amounts import count, span
from ytui.core.failures.classes import Advice, Group
from ytui.core.models import PlanState
from ytui.core.moments import moment, time_of_day
from ytui.core.outside import clean
from ytui.core.states import UNRESOLVED_STATES
from ytui.store import attempts, plan
from ytui.store.database import Database
from ytui.store.rows import Attempt, PlanItem
from ytui.tui.details.sections import attempt_wire, job_log_path, log_tail
from ytui.tui.tables.lists import failure_title
from ytui.tui.tables.plan_groups import DUE, USED_UP
from ytui.tui.tables.plan_groups import Group as PlanGroup
from ytui.tui.tables.rows import Tone
from ytui.tui.times import countdown

Line = tuple[tuple[str, Tone], ...]
LOG_LINES = 8
LOG_BYTES = 4_000
_CODE = re.compile(r"(\d\d:\d\d:\d\d )?\s")
"""The lines of a traceback that are set in: where in the code it was, and what stands there."""
KEYS: Mapping[str, tuple[str, ...]] = {
    Group.ACCESS: ("cookies",),
    Group.MEDIA: ("retry_lower",),
    Group.PUSHBACK: ("probe",),
}
"""The actions that help with a group of failures, beside trying again."""


@dataclass(frozen=True)
class PlanDetail:
    """A title, ``told`` in sentences, the ``evidence``, and ``lines`` that may be cut off at the edge.

    ``actions`` are the names of the keys that act on it best.
    """

    title: str
    told: tuple[Line, ...]
    evidence: Line = ()
    """In the words of others, of any length."""
    lines: tuple[Line, ...] = ()
    actions: tuple[str, ...] = ()


def item_detail(db: Database, key: int, logs: Path, now: float) -> PlanDetail | None:
    """Return what is known of one item; None if it is gone."""
    item = plan.by_id(db, key)
    if item is None:
        return None
    evidence = "  ".join(part for part in (item.reference, clean(item.evidence)) if part)
    tries = attempts.of_job(db, item.job_id)
    lines = [attempt_line(attempt) for attempt in reversed(tries)]
    lines += [(("log  ", Tone.DIM), (line, Tone.DIM)) for line in _last_lines(logs, item.job_id)]
    open_ = item.state is PlanState.OPEN
    actions = (*KEYS.get(item.group_name, ()), "retry") if open_ else ("retry", "wait_until")
    if item.hold_id is not None:
        actions = ("retry", "wait_until", "dismiss")
    if item.state not in UNRESOLVED_STATES:
        actions = ()
    return PlanDetail(
        clean(item.name) or clean(item.url),
        (_standing(item, tries, now), _reason(item, now)),
        _line(evidence, Tone.DIM),
        tuple(lines),
        actions,
    )


def _last_lines(logs: Path, job: int) -> list[str]:
    """Return the end of a log, newest line first and without the code of tracebacks.

    That it cannot be read is a line too.
    """
    try:
        tail = log_tail(job_log_path(logs, job), LOG_BYTES)
    except OSError as error:
        tail = [f"cannot be read: {error.strerror}"]
    told = [line for line in tail if line.strip() and not _CODE.match(line)]
    return told[: -LOG_LINES - 1 : -1]


def group_detail(group: PlanGroup, now: float) -> PlanDetail:
    """Return what a heading stands for."""
    parts = [
        (group.yours, "needs you", "need you", Tone.BAD),
        (group.tried, "is being tried now", "are being tried now", Tone.BUSY),
        (group.count - group.yours - group.tried - group.never - group.held, "waits for its time",
         "wait for their time", Tone.WARN),
        (group.held, "is held", "are held", Tone.WARN),
        (group.never, "will not come", "will not come", Tone.DIM),
    ]  # fmt: skip
    lines = [_line(f"{n} {one if n == 1 else many}", tone) for n, one, many, tone in parts if n]
    if group.next_at is not None:
        due = group.next_at <= now
        words = f"{DUE}, it waits for its turn" if due else f"the next one {countdown(group.next_at, now)}"
        lines.append(_line(words, Tone.PLAIN))
    title = f"{failure_title(group.name)}: {count(group.count, 'item')}"
    actions = ("retry_all", "fold", "mark")
    return PlanDetail(title, (_line(group.remedy, Tone.STRONG),), lines=tuple(lines), actions=actions)


def attempt_line(attempt: Attempt) -> Line:
    """Return one attempt: when, how long, as what it failed, with what status, from where, how much came."""
    lasted = span(attempt.ended_at - attempt.started_at) if attempt.ended_at else "running"
    outcome = failure_title(attempt.failure_class) or attempt.outcome or "running"
    words = [time_of_day(attempt.started_at), lasted, outcome, *attempt_wire(attempt)]
    return (
        (f"{attempt.number:>3}  ", Tone.DIM),
        ("  ".join(word for word in words if word) + "  ", Tone.PLAIN),
        (clean(attempt.message), Tone.DIM),
    )


def _standing(item: PlanItem, tries: Sequence[Attempt], now: float) -> Line:
    """Say what it waits for; what waits for the user says what to do."""
    remedy = clean(item.remedy)
    if item.state in UNRESOLVED_STATES and tries and tries[-1].ended_at is None:
        return (("is being tried now  ", Tone.GOOD), (_how(item), Tone.PLAIN))
    if item.state is PlanState.OPEN and item.advice != Advice.PERMANENT:
        return (
            ("needs you  ", Tone.BAD),
            (remedy if item.advice == Advice.NEEDS_USER else USED_UP, Tone.STRONG),
        )
    if item.state is PlanState.OPEN:
        return (("will not come  ", Tone.DIM), (remedy, Tone.PLAIN))
    if item.state is PlanState.HELD:
        return (("held, goes on by itself  ", Tone.WARN), (remedy, Tone.PLAIN))
    if item.state is PlanState.SCHEDULED and item.next_at is not None:
        words = f"waits for nothing but time: {countdown(item.next_at, now)}, {moment(item.next_at)}  "
        if item.next_at <= now:
            words = f"due since {moment(item.next_at)}, waits for its turn (i says what for)  "
        return ((words, Tone.WARN), (_how(item), Tone.PLAIN))
    return ((f"{item.state} {moment(item.resolved_at)}", Tone.GOOD),)


def _reason(item: PlanItem, now: float) -> Line:
    """Say why; of a hold its title says it already, so say how it ends."""
    if item.hold_id is None or item.state not in UNRESOLVED_STATES:
        return _line(clean(item.reason), Tone.PLAIN)
    words = "all of them go on by themselves when it is mended"
    if item.next_at is not None:
        words += (
            ", and one tries now"
            if item.next_at <= now
            else f", and one tries {countdown(item.next_at, now)}"
        )
    return _line(words, Tone.PLAIN)


def _how(item: PlanItem) -> str:
    return "" if item.strategy == "as_before" else item.strategy.replace("_", " ")


def _line(text: str, tone: Tone) -> Line:
    return ((text, tone),)
