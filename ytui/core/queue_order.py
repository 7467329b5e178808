"""Fair queueing: priority first, then fairness between channels, then the configured order."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    return sorted(heads, key=lambda head: _key(head, running, served))


def _key(head: QueueHead, running: Mapping[int, int], served: Mapping[int, int]) -> tuple[float, ...]:
    channel = head.channel
    fairness = (running.get(channel, 0), served.get(channel, 0))
    return (head.priority, head.rank, *fairness, head.order_key, head.job)


def coming_turns(
    queues: Iterable[Iterator[QueueHead]], running: Sequence[int], served: Mapping[int, int], slots: int
) -> Iterator[QueueHead]:
    """The jobs of all queues in the order in which they will start, by the same rule as :func:`fair_order`.

    Each of ``queues`` is one group in its own order, read only as far as it is asked for. ``running`` has the
    channel of each job that runs, the oldest first: it is taken that jobs end in the order in which they
    started, and that nothing comes or changes meanwhile.
    """
    at_work, busy, starts = deque(running), Counter(running), Counter(served)
    groups: dict[int, list[tuple[QueueHead, Iterator[QueueHead]]]] = {}
    for queue in queues:
        if (head := next(queue, None)) is not None:
            groups.setdefault(head.channel, []).append((head, queue))
    versions: Counter[int] = Counter()
    turns: list[tuple[tuple[float, ...], int, int]] = []

    def push(channel: int) -> None:
        """Put a channel's best head in line anew; what stands there of it already holds no more."""
        versions[channel] += 1
        if groups.get(channel):
            best = min(_key(head, busy, starts) for head, _ in groups[channel])
            heapq.heappush(turns, (best, channel, versions[channel]))

    for channel in groups:
        push(channel)
    while any(groups.values()):
        if len(at_work) >= max(1, slots):
            ended = at_work.popleft()
            busy[ended] -= 1
            push(ended)
        key, channel, version = heapq.heappop(turns)
        while version != versions[channel]:
            key, channel, version = heapq.heappop(turns)
        mine = groups[channel]
        place = next(place for place, (head, _) in enumerate(mine) if head.job == key[-1])
        head, queue = mine.pop(place)
        if (following := next(queue, None)) is not None:
            mine.append((following, queue))
        at_work.append(channel)
        busy[channel] += 1
        starts[channel] += 1
        push(channel)
        yield head
