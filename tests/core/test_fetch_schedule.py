"""How often a channel is asked for news."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.fetch_schedule import (
    AT_ONCE,
    LONGEST,
    SHORTEST,
    SPREAD,
    START,
    first_fetches,
    jitter,
    next_interval,
)

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


def test_a_look_soon_after_another_is_no_long_silence() -> None:
    day = 24 * HOUR
    assert next_interval(day, 0, None, HOUR) == day
    assert next_interval(day, 0, None, 0.9 * day) == 2 * day
    assert next_interval(day, 1, None, HOUR) == pytest.approx(0.3 * day)
    assert next_interval(None, 0, None, HOUR) == day


@given(st.lists(st.integers(0, 20)))
def test_it_stays_between_an_hour_and_a_week(fetches: list[int]) -> None:
    learned = START
    for news in fetches:
        before, learned = learned, next_interval(learned, news, None)
        assert SHORTEST <= learned <= LONGEST
        assert learned <= before if news else learned >= before


@given(st.floats(SHORTEST, LONGEST), st.floats(0, 1))
def test_the_next_time_is_near_the_interval_and_within_the_same_bounds(interval: float, throw: float) -> None:
    after = jitter(interval, throw)
    assert SHORTEST <= after <= LONGEST
    assert abs(after - interval) <= SPREAD * interval * 1.000001


@given(st.floats(1, 365 * 86_400.0), st.floats(0, 1), st.floats(0, 1))
def test_every_throw_gives_a_time_of_its_own_whatever_was_set_by_hand(
    fixed: float, one: float, other: float
) -> None:
    assert abs(jitter(fixed, one) - fixed) <= SPREAD * fixed * 1.000001
    assert jitter(fixed, 1) - jitter(fixed, 0) >= SPREAD * fixed * 0.999
    assert (jitter(fixed, one) <= jitter(fixed, other)) == (one <= other) or one == pytest.approx(other)


def test_a_hundred_channels_fetched_together_are_not_due_together_again() -> None:
    times = sorted(jitter(START, number / 99) for number in range(100))
    assert times[-1] - times[0] == pytest.approx(2 * SPREAD * START)
    assert min(after - before for before, after in pairwise(times)) > 60


@given(st.integers(0, 5000))
def test_channels_that_come_together_begin_one_after_the_other(count: int) -> None:
    times = first_fetches(count)
    assert len(times) == count
    assert times == sorted(times)
    assert times[:AT_ONCE] == [0.0] * min(count, AT_ONCE)
    assert len(set(times[AT_ONCE:])) == max(0, count - AT_ONCE)
    assert all(0 < at <= SPREAD * START * 1.000001 for at in times[AT_ONCE:])
