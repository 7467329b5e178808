"""List query of the jobs: what runs, what is queued in its turns, what waits by its time, what has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ytui.core.failures.classes import FailureClass
from ytui.core.models import JobKind, JobState
from ytui.core.settings.tables import Order
from ytui.store.database import Database
from ytui.store.jobs.turns import columns_in_turn
from ytui.store.lists.by_channel_query import ByChannelQuery
from ytui.store.lists.conditions import (
    CHANNEL_NAME,
    CHANNEL_ORDER,
    CHANNEL_TAG,
    JOB_KIND,
    JOB_STATE,
    KIND_WORD,
    WITH_CHANNEL,
)
from ytui.store.lists.query import ListQuery, _Found

_KEPT = "(SELECT coalesce(sum(n), 0) FROM job_counts WHERE state = '{}')"
_QUEUED = "t.state = 'queued'"
_DUE, _HELD = "t.state = 'waiting' AND t.due_at IS NOT NULL", "t.state = 'waiting' AND t.due_at IS NULL"
_NUMBER_DUE = "(SELECT count(*) FROM jobs INDEXED BY jobs_due WHERE state = 'waiting' AND due_at IS NOT NULL)"
_ENDED = ("failed", "cancelled", "done")
_GROUPS = {
    "t.state = 'running'": _KEPT.format("running"),
    "t.state = 'interrupted'": _KEPT.format("interrupted"),
    _QUEUED: _KEPT.format("queued"),
    _DUE: _NUMBER_DUE,
    _HELD: f"({_KEPT.format('waiting')} - {_NUMBER_DUE})",
    **{f"t.state = '{state}'": _KEPT.format(state) for state in _ENDED},
}
"""What comes first in the list of jobs and what last, and how many each are."""
_JOB_TIME = "coalesce(t.finished_at, t.started_at, t.created_at)"


@dataclass(frozen=True)
class JobsQuery(ByChannelQuery):
    """List query that has the queued jobs in the order of their turns."""

    order_now: Callable[[], Order] = field(default=lambda: Order.SHORTEST, compare=False)
    """The configured order of the queue."""
    coming: Callable[[Database], Sequence[int]] = field(default=lambda db: (), compare=False)
    """The queued jobs that start next, in their order; the others follow by priority and order."""

    def place(self, db: Database, key: int, offset: int) -> int | None:
        """Return the place in the queue of the row at an offset of the list; None if it has none.

        Sorted otherwise, with a filter, or of one channel, only those that come next have one.
        """
        first = self._first(db)
        if key in first:
            return first[key] + 1
        if self.sort is not None or self.wanted or self.groups != tuple(_GROUPS):
            return None
        before = 0
        for group, count, _ in self._count(db).counts:
            if before <= offset < before + count and group.startswith(_QUEUED):
                return len(first) + offset - before + 1
            before += count
        return None

    def _first(self, db: Database) -> dict[int, int]:
        """Return the places, from 0, of the jobs that come next."""
        now = self._look_up(db).at
        at, places = self._counted.get("coming", (None, {}))
        if at != now:
            places = {number: place for place, number in enumerate(self.coming(db))}
            self._counted["coming"] = now, places
        return dict(places)

    def _in(self, group: str) -> ListQuery:
        if self.sort is not None:
            return self
        orders = {_QUEUED: columns_in_turn(self.order_now()), _DUE: ("t.due_at", "t.id")}
        order = next((orders[part] for part in orders if part in group), None)
        return self if order is None else replace(self, order=order, descending=False)

    def _count(self, db: Database) -> _Found:
        """Count each group; those that come next are one for themselves, by their keys in order."""
        found = super()._count(db)
        split: _Found
        at, split = self._counted.get("split", (None, found))
        if at != found.at:
            split = found
            if self.sort is None and not self.wanted:
                split = replace(found, counts=tuple(self._split(db, found)))
            self._counted["split"] = found.at, split
        return split

    def _split(self, db: Database, found: _Found) -> list[tuple[str, int, list[int] | None]]:
        counts: list[tuple[str, int, list[int] | None]] = []
        for group, count, few in found.counts:
            if group != _QUEUED:
                counts.append((group, count, few))
                continue
            first = list(self._first(db))[:count]
            rest = f"{group} AND t.id NOT IN ({', '.join(map(str, first))})"
            counts += [(group, len(first), first), (rest, count - len(first), None)]
        return counts


def jobs(
    order_now: Callable[[], Order] = lambda: Order.SHORTEST,
    coming: Callable[[Database], Sequence[int]] = lambda db: (),
) -> JobsQuery:
    """Return the query of all jobs: what runs, what comes next, what waits by its time, what has ended.

    Beside their own columns: ``channel_name``, ``kind_word``, and ``stage_now`` and ``percent_now``.
    """
    return JobsQuery(
        of_each="SELECT coalesce(channel_id, 0), count(*) FROM jobs GROUP BY channel_id",
        table="jobs",
        joined=f"{WITH_CHANNEL} LEFT JOIN board b ON b.job_id = t.id",
        select="t.*, c.name AS channel_name, b.stage AS stage_now, b.percent AS percent_now, "
        f"{KIND_WORD} AS kind_word",
        searched=("t.title", CHANNEL_NAME, JOB_STATE, JOB_KIND, "t.failure_class", "t.reference"),
        sorts={
            "state": "t.state",
            "kind": KIND_WORD,
            "title": "t.title COLLATE NOCASE",
            "percent": "t.percent",
            "channel": CHANNEL_ORDER,
            "attempt": "t.attempt",
            "when": _JOB_TIME,
        },
        words={
            "channel": CHANNEL_NAME,
            "tag": CHANNEL_TAG,
            "state": "iif(t.cancel_requested AND t.state = 'running', 'running cancelling', t.state)",
            "kind": JOB_KIND,
            "class": "t.failure_class",
            "site": "t.site",
        },
        values={
            "state": (*JobState, "cancelling"),
            "kind": tuple(dict.fromkeys(kind.word for kind in JobKind)),
            "class": tuple(FailureClass),
        },
        dated=_JOB_TIME,
        order=("t.id",),
        descending=True,
        groups=tuple(_GROUPS),
        kept=tuple(_GROUPS.values()),
        order_now=order_now,
        coming=coming,
    )
