"""Whose turn it is: priority, the top, fairness, the order; and nobody is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ytui.core.models import Priority
from ytui.core.queue_order import QueueHead, coming_turns, fair_order

HEAD = QueueHead(1, Priority.BACKLOG, 1, "youtube", 0.0, 300.0)


def test_priority_before_all_else() -> None:
    heads = [
        replace(HEAD, job=number, priority=priority, order_key=float(-number))
        for number, priority in enumerate(reversed(Priority))
    ]
    turns = fair_order(heads, {}, {})
    assert [head.priority for head in turns] == list(Priority)


def test_within_a_priority_what_was_put_to_the_top() -> None:
    moved = replace(HEAD, job=2, rank=-1.0, order_key=9999.0)
    assert fair_order([HEAD, moved], {1: 5}, {1: 5})[0] is moved


def test_the_channel_with_fewest_running_then_fewest_served_then_the_order() -> None:
    large, small, other = HEAD, replace(HEAD, job=2, channel=2), replace(HEAD, job=3, channel=3)
    large = replace(large, order_key=1.0)
    assert fair_order([small, large], {}, {})[0] is large
    assert fair_order([small, large], {1: 1}, {})[0] is small
    assert fair_order([small, large], {}, {1: 1})[0] is small
    # What runs weighs more than what ran.
    assert fair_order([small, other], {2: 1}, {3: 50})[0] is other


heads = st.lists(
    st.builds(
        QueueHead,
        job=st.integers(1, 1000),
        priority=st.sampled_from(Priority),
        channel=st.integers(0, 5),
        site=st.just("youtube"),
        rank=st.floats(-5, 0),
        order_key=st.floats(allow_nan=False),
    ),
    unique_by=lambda head: head.job,
)
counts = st.dictionaries(st.integers(0, 5), st.integers(0, 9))


@given(heads, counts, counts)
def test_every_head_has_its_turn_once(
    found: list[QueueHead], running: dict[int, int], served: dict[int, int]
) -> None:
    turns = fair_order(found, running, served)
    assert Counter(turns) == Counter(found)
    assert [head.priority for head in turns] == sorted(head.priority for head in found)
    assert turns == fair_order(reversed(found), running, served)


def queues(found: list[QueueHead]) -> list[list[QueueHead]]:
    """The heads in their groups, each in its own order."""
    groups: dict[tuple[int, int], list[QueueHead]] = {}
    for head in sorted(found, key=lambda head: (head.rank, head.order_key, head.job)):
        groups.setdefault((head.priority, head.channel), []).append(head)
    return list(groups.values())


def by_the_rule(
    found: list[QueueHead], running: list[int], served: dict[int, int], slots: int
) -> list[QueueHead]:
    """What the scheduler would start, one after the other, each job ending in its turn."""
    groups, turns = queues(found), []
    at_work, starts = list(running), Counter(served)
    while any(groups):
        if len(at_work) >= slots:
            at_work.pop(0)
        (first, *_) = fair_order([group[0] for group in groups if group], Counter(at_work), starts)
        next(group for group in groups if group and group[0] is first).pop(0)
        at_work.append(first.channel)
        starts[first.channel] += 1
        turns.append(first)
    return turns


@given(heads, st.lists(st.integers(0, 5), max_size=4), counts, st.integers(1, 4))
def test_the_turns_foreseen_are_those_that_the_rule_gives(
    found: list[QueueHead], running: list[int], served: dict[int, int], slots: int
) -> None:
    foreseen = list(coming_turns([iter(group) for group in queues(found)], running, served, slots))
    assert foreseen == by_the_rule(found, running, served, slots)


def test_channels_take_turns() -> None:
    one = [replace(HEAD, job=number, channel=1, order_key=float(number)) for number in range(3)]
    two = [replace(HEAD, job=10 + number, channel=2, order_key=100.0) for number in range(3)]
    turns = coming_turns([iter(one), iter(two)], [], {}, 1)
    assert [head.job for head in turns] == [0, 10, 1, 11, 2, 12]
