"""Whose turn it is: priority, the top, fairness, the order; and nobody is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ytui.core.models import Priority
from ytui.core.queue_order import QueueHead, fair_order

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
