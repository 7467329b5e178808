"""What a video is expected to need on the disk before its formats are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.size_estimate import bytes_a_second


@pytest.mark.parametrize(
    ("height", "expected"), [(None, 350_000), (144, 60_000), (361, 100_000), (4320, 1_900_000)]
)
def test_the_next_greater_height_counts(height: int | None, expected: int) -> None:
    assert bytes_a_second(height) == expected


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_higher_is_never_smaller(one: int, other: int) -> None:
    assert bytes_a_second(min(one, other)) <= bytes_a_second(max(one, other))
