"""What keys can act on: facts of the row under the cursor, and the ones that an action asks for.

The footer goes by it, and by nothing but what was read of the row: a key that is not in the footer still says
itself why it does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ytui.core.models import JobState, PlanState, VideoState
from ytui.core.states import ACTIVE_STATES, RETRYABLE_STATES, UNRESOLVED_STATES
from ytui.tui.keys import BY_NAME
from ytui.tui.lists.rows import RowKind

HEADING, FOLDED, OPENED = "heading", "folded", "opened"
"""Of rows of the plan: the line of a group, and how that is."""
ITEM, TRIED, ASKS = "item", "tried now", "asks"
"""Of the others; one whose job runs; what a changed ``keep`` asks."""
NEW, FAILED = "has new videos", "has failed ones"
"""Of a channel."""
OF_JOB, WENT_WRONG = "of a job", "went wrong"
"""Of a line of the log."""
JOBS, CLOSED, CHANGED, PAUSED = "there are jobs", "a site is closed", "something was changed", "it is paused"
"""Of the whole library."""

_LOGGED = frozenset(JobState) - {JobState.QUEUED}
_DOWNLOADABLE = frozenset(VideoState) - {VideoState.QUEUED, VideoState.RUNNING, VideoState.DOWNLOADED}
_TRYING = ("retry", "cookies", "retry_lower", "retry_fresh", "wait_until")


def _each(names: Iterable[str], facts: Iterable[str]) -> dict[str, frozenset[str]]:
    return dict.fromkeys(names, frozenset(facts))


_WANTED: Mapping[RowKind, Mapping[str, frozenset[str]]] = {
    RowKind.CHANNEL: _each(["download"], [NEW]) | _each(["retry"], [FAILED]) | _each(["cancel"], [JOBS]),
    RowKind.VIDEO: {
        **_each(["download"], _DOWNLOADABLE),
        **_each(["cancel"], [VideoState.QUEUED, VideoState.RUNNING]),
        **_each(_TRYING, [VideoState.FAILED]),
    },
    RowKind.JOB: {
        **_each(["cancel"], ACTIVE_STATES),
        **_each(_TRYING, [JobState.WAITING, JobState.FAILED]),
        **_each(["retry"], RETRYABLE_STATES),
        **_each(["job_log"], _LOGGED),
    },
    RowKind.PLAN: {
        **_each(["cancel"], [PlanState.SCHEDULED, PlanState.HELD, TRIED]),
        **_each(_TRYING, UNRESOLVED_STATES),
        **_each(["dismiss", "retry_all"], [*UNRESOLVED_STATES, HEADING]),
        **_each(["open", "why", "job_log", "copy"], [ITEM]),
        **_each(["answer_keep"], [ASKS]),
        **_each(["fold"], [OPENED]),
        **_each(["unfold"], [FOLDED]),
    },
    RowKind.LOG: {
        **_each(["open", "why", "job_log"], [OF_JOB]),
        **_each(["download", "cancel", "retry"], [WENT_WRONG]),
    },
}
"""The facts of which an action asks for one, by what the rows are; one that is not here acts on any row."""
_OF_ROWS = frozenset(
    {
        "cookies",
        "wait_until",
        "mark",
        "filter",
        "open",
        "why",
        "job_log",
        "edit",
        "copy",
        "fold",
        "unfold",
        "export",
        "channel_page",
    }
)
"""Actions that do nothing where there is no row, beside the commands."""


_AROUND = {"probe": CLOSED, "undo": CHANGED, "pause_queue": PAUSED}
"""Actions that ask for something of the library, whatever row the cursor is on."""


@dataclass(frozen=True)
class Here:
    """What keys are about: the row under the cursor, if there is one, and the library around it."""

    kind: RowKind
    facts: frozenset[str] | None
    """None: there is no row."""
    marked: bool = False
    """Whether rows are marked: these may be any."""
    around: frozenset[str] = frozenset()


def can_act(name: str, here: Here) -> bool:
    """Whether an action has something to act on here, as far as that is known without looking anything up."""
    if name in _AROUND:
        return _AROUND[name] in here.around
    if here.marked or (BY_NAME[name].of_channel and here.kind is not RowKind.CHANNEL):
        return True
    if here.facts is None:
        return not (BY_NAME[name].command or name in _OF_ROWS)
    wanted = _WANTED.get(here.kind, {}).get(name)
    return wanted is None or not here.facts.union(here.around).isdisjoint(wanted)
