"""What a video is expected to need on the disk before its formats are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.sizes import USUAL_DURATION, expected_bytes


def test_what_is_unknown_counts_as_usual() -> None:
    assert expected_bytes(None, None) == expected_bytes(USUAL_DURATION, 1080) == 105_000_000
    assert expected_bytes(0.0, 360) == 0


@pytest.mark.parametrize(("height", "bytes_a_second"), [(144, 60_000), (361, 100_000), (4320, 1_900_000)])
def test_the_next_greater_height_counts(height: int, bytes_a_second: int) -> None:
    assert expected_bytes(10.0, height) == 10 * bytes_a_second


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 5000), st.integers(1, 5000))
def test_longer_and_higher_is_never_smaller(one: float, other: float, low: int, high: int) -> None:
    short, long = sorted((one, other))
    small, large = sorted((low, high))
    assert expected_bytes(short, small) <= expected_bytes(long, large)
