"""List queries of one channel: its videos, jobs, plan items and log lines, along the indexes by channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from ytui.store import channels
from ytui.store.database import Database
from ytui.store.lists import plan_queries, queries
from ytui.store.lists.query import ListQuery
from ytui.store.schema import ACTIVE

QueryT = TypeVar("QueryT", bound=ListQuery)
_OWN = "t.channel_id = {}"
_ALSO_LISTED = "t.id IN (SELECT a.video_id FROM also_listed a WHERE a.channel_id = {})"
_OWN_NUMBER = "(SELECT coalesce(sum(n), 0) FROM video_counts WHERE channel_id = {})"
_ALSO_NUMBER = "(SELECT count(*) FROM also_listed WHERE channel_id = {})"
_HELD = (
    "t.hold_id IN (SELECT j.hold_id FROM jobs j "
    "WHERE j.channel_id = {} AND j.state = 'waiting' AND j.hold_id IS NOT NULL)"
)
"""A hold is no channel's: it is an item of each that has a job waiting for it."""


def of_channel(query: QueryT, channel: int) -> QueryT:
    """Return the rows of a list that are about a channel.

    Videos of others that it lists come after its own: in one order with them they would have to be sorted,
    and its own are as the index has them.
    """
    own = _OWN.format(channel)
    if query.table == "videos":
        return replace(
            query,
            groups=(own, _ALSO_LISTED.format(channel)),
            kept=(_OWN_NUMBER.format(channel), _ALSO_NUMBER.format(channel)),
            _counted={},
        )
    if query.table == "plan_items":
        own = f"{own} OR {_HELD.format(channel)}"
    return query.narrowed(own)


@dataclass(frozen=True)
class ChannelCounts:
    """A channel's name, and how much there is of it: videos, jobs that have not ended, unresolved items."""

    name: str
    videos: int
    jobs: int
    failures: int


def counts_of(db: Database, channel: int) -> ChannelCounts | None:
    """Return what there is of a channel; None if there is no such channel."""
    row = channels.by_id(db, channel)
    if row is None:
        return None
    jobs = f"SELECT count(*) FROM jobs WHERE channel_id = ? AND state IN {ACTIVE}"
    return ChannelCounts(
        row.name,
        of_channel(queries.videos(), channel).count(db),
        int(db.value(jobs, (channel,))),
        of_channel(plan_queries.unresolved(), channel).count(db),
    )
