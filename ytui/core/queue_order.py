"""Fair queueing: priority first, then fairness between channels, then the configured order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ytui.core.models import Priority


@dataclass(frozen=True)
class QueueHead:
    """The first job of one channel's queue at one priority; ``order_key`` is smaller for what goes first."""

    job: int
    priority: Priority
    channel: int
    site: str
    rank: float
    order_key: float


def fair_order(
    heads: Iterable[QueueHead], running: Mapping[int, int], served: Mapping[int, int]
) -> list[QueueHead]:
    """The heads in the order in which they should be tried.

    ``running`` counts a channel's jobs in slots now, ``served`` the starts it has had since the queue
    was last empty. Within a priority a job moved to the top goes first; then the channel with the fewest
    running and the fewest served, so that one large new channel cannot starve the others; among equals
    the order's key.
    """
    return sorted(
        heads,
        key=lambda head: (
            head.priority,
            head.rank,
            running.get(head.channel, 0),
            served.get(head.channel, 0),
            head.order_key,
            head.job,
        ),
    )
