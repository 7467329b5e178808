"""Intervals by a clock that may be set back."""

from __future__ import annotations

import pytest

from ytui.core.local_time import is_over


@pytest.mark.parametrize(
    ("since", "over"), [(90.0, True), (90.1, False), (100.0, False), (100.1, True), (float("-inf"), True)]
)
def test_an_interval_of_ten_seconds(since: float, over: bool) -> None:
    assert is_over(10.0, since, now=100.0) is over
