"""Detail of a plan row: what stands below the list, for an item or for its class as a group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ytui.core.failures.classes import Advice, FailureClass, FailureGroup
from ytui.core.formatting import format_duration, format_time, format_time_of_day, plural
from ytui.core.models import PlanState
from ytui.core.sanitize import clean
from ytui.core.states import UNRESOLVED_STATES
from ytui.store import attempts, holds, plan
from ytui.store.database import Database
from ytui.store.lists import plan_queries
from ytui.store.rows import Attempt, PlanItem
from ytui.tui.details.sections import Line, RowDetail, attempt_wire, job_log_path, log_tail
from ytui.tui.lists.columns import failure_title
from ytui.tui.lists.grouped_list import heading_key
from ytui.tui.lists.rows import ListSource, Tone
from ytui.tui.time_input import countdown

USED_UP = "its tries are used up: r tries again"
"""What to do about an item that nothing is wrong with on this side."""
DUE = "the next is due"
"""Said where time is not what is waited for any more: a worker, the line, or a site may be."""


@dataclass(frozen=True)
class PlanGroup:
    """The unresolved items of one class, as far as the filter shows them."""

    name: str
    count: int
    yours: int
    """How many wait for the user."""
    used_up: int
    """How many of these only for a key that tries again: nothing is to be set or installed."""
    never: int
    """How many will not come."""
    held: int
    tried: int
    """How many are being tried now; they are in none of the numbers before, save ``count``."""
    next_at: float | None
    """When the next of the others is tried."""
    remedy: str
    source: ListSource

    @property
    def key(self) -> int:
        """The heading's key: below 0, and the same as long as the class is."""
        return heading_key(self.name)


def remedy_of(db: Database, name: str) -> str:
    """Return what mends the failures of a class: what its one hold says, which knows more, else the class."""
    remedies = {row.remedy for row in holds.in_force(db) if row.failure_class == name}
    if len(remedies) == 1:
        return clean(remedies.pop())
    try:
        return FailureClass(name).remedy
    except ValueError:
        # A class of another version: its items say what is to be done.
        return clean(plan_queries.remedy_of_items(db, name))


def group_standing(group: PlanGroup, now: float) -> tuple[str, Tone]:
    """Say what the items of a group wait for, and how urgent that is."""
    if group.yours == group.count:
        return "needs you", Tone.BAD
    if group.yours:
        rest = f", next {countdown(group.next_at, now)}" if group.next_at is not None else ""
        return plural(group.yours, "needs you", "need you") + rest, Tone.BAD
    if group.never == group.count:
        return "will not come", Tone.DIM
    if group.tried == group.count:
        return "tried now", Tone.BUSY
    if group.held + group.tried == group.count:
        return "held, goes on by itself", Tone.WARN
    if group.next_at is None:
        return "waits for nothing but time", Tone.WARN
    if group.next_at <= now:
        return f"{DUE}, it waits for its turn", Tone.WARN
    return f"waits for nothing but time, next {countdown(group.next_at, now)}", Tone.WARN


LOG_LINES = 8
LOG_BYTES = 4_000
_CODE = re.compile(r"(\d\d:\d\d:\d\d )?\s")
"""The lines of a traceback that are set in: where in the code it was, and what stands there."""
KEYS: Mapping[str, tuple[str, ...]] = {
    FailureGroup.ACCESS: ("cookies",),
    FailureGroup.MEDIA: ("retry_lower",),
    FailureGroup.PUSHBACK: ("probe",),
}
"""The actions that help with a group of failures, beside trying again."""


def item_detail(db: Database, key: int, logs: Path, now: float) -> RowDetail | None:
    """Return what is known of one item; None if it is gone."""
    item = plan.by_id(db, key)
    if item is None:
        return None
    evidence = "  ".join(part for part in (item.reference, clean(item.evidence)) if part)
    tries = attempts.of_job(db, item.job_id)
    lines = [attempt_line(attempt) for attempt in reversed(tries)]
    if item.job_id:
        lines += [(("log  ", Tone.DIM), (line, Tone.DIM)) for line in _last_lines(logs, item.job_id)]
    open_ = item.state is PlanState.OPEN
    actions = (*KEYS.get(item.group_name, ()), "retry") if open_ else ("retry", "wait_until")
    if item.hold_id is not None:
        actions = ("retry", "wait_until", "dismiss")
    if not item.job_id:
        actions = ("answer_keep", "dismiss")
    if item.state not in UNRESOLVED_STATES:
        actions = ()
    return RowDetail(
        clean(item.name) or clean(item.url),
        (_standing(item, tries, now), _reason(item, now)),
        _line(evidence, Tone.DIM),
        tuple(lines),
        actions=(*actions, "open"),
    )


def _last_lines(logs: Path, job: int) -> list[str]:
    """Return the end of a log, newest line first and without the code of tracebacks.

    That it cannot be read is a line too.
    """
    try:
        tail = log_tail(job_log_path(logs, job), LOG_BYTES)
    except OSError as error:
        tail = [f"cannot be read: {error.strerror}"]
    shown = [line for line in tail if line.strip() and not _CODE.match(line)]
    return shown[: -LOG_LINES - 1 : -1]


def group_detail(group: PlanGroup, now: float, *, folded: bool) -> RowDetail:
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
    title = f"{failure_title(group.name)}: {plural(group.count, 'item')}"
    actions = ("retry_all", "unfold" if folded else "fold", "mark")
    return RowDetail(title, (_line(group.remedy, Tone.STRONG),), lines=tuple(lines), actions=actions)


def attempt_line(attempt: Attempt) -> Line:
    """Return one attempt: when, how long, as what it failed, with what status, from where, how much came."""
    lasted = format_duration(attempt.ended_at - attempt.started_at) if attempt.ended_at else "running"
    outcome = failure_title(attempt.failure_class) or attempt.outcome or "running"
    words = [format_time_of_day(attempt.started_at), lasted, outcome, *attempt_wire(attempt)]
    return (
        (f"{attempt.number:>3}  ", Tone.DIM),
        ("  ".join(word for word in words if word) + "  ", Tone.PLAIN),
        (clean(attempt.message), Tone.DIM),
    )


def _standing(item: PlanItem, tries: Sequence[Attempt], now: float) -> Line:
    """Say what it waits for; what waits for the user says what to do."""
    remedy = clean(item.remedy)
    if item.state in UNRESOLVED_STATES and tries and tries[-1].ended_at is None:
        return (("is being tried now  ", Tone.GOOD), (item.next_strategy, Tone.PLAIN))
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
        words = f"waits for nothing but time: {countdown(item.next_at, now)}, {format_time(item.next_at)}  "
        if item.next_at <= now:
            words = f"due since {format_time(item.next_at)}, waits for its turn (i says what for)  "
        return ((words, Tone.WARN), (item.next_strategy, Tone.PLAIN))
    return ((f"{item.state} {format_time(item.resolved_at)}", Tone.GOOD),)


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


def _line(text: str, tone: Tone) -> Line:
    return ((text, tone),)
