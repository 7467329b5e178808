"""How often a channel is asked for news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.intervals import LONGEST, SHORTEST, START, next_interval

HOUR = 3600.0


@pytest.mark.parametrize(
    ("learned", "news", "fixed", "seconds"),
    [
        (None, 0, None, 24 * HOUR),
        (None, 7, None, 24 * HOUR),
        (10 * HOUR, 1, None, 3 * HOUR),
        (10 * HOUR, 0, None, 20 * HOUR),
        (2 * HOUR, 5, None, HOUR),
        (100 * HOUR, 0, None, 7 * 24 * HOUR),
        (10 * HOUR, 1, 6 * HOUR, 6 * HOUR),
        (None, 0, 60.0, 60.0),
    ],
)
def test_sooner_after_news_later_after_none(
    learned: float | None, news: int, fixed: float | None, seconds: float
) -> None:
    assert next_interval(learned, news, fixed) == pytest.approx(seconds)


@given(st.lists(st.integers(0, 20)))
def test_it_stays_between_an_hour_and_a_week(fetches: list[int]) -> None:
    learned = START
    for news in fetches:
        before, learned = learned, next_interval(learned, news, None)
        assert SHORTEST <= learned <= LONGEST
        assert learned <= before if news else learned >= before
