"""The local clock on the days on which it is put forward or back, and on all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.processes.time_zone import ZONES, zone
from ytui.core.local_time import next_timestamp, opens_at, to_timestamp
from ytui.core.settings.tables import Limits

SPRING = {"Europe/Berlin": (2026, 3, 29), "America/New_York": (2026, 3, 8)}
AUTUMN = {"Europe/Berlin": (2026, 10, 25), "America/New_York": (2026, 11, 1)}
LEFT_OUT = {"Europe/Berlin": 2, "America/New_York": 2}
TWICE = {"Europe/Berlin": 2, "America/New_York": 1}
"""The hour that is left out in spring, and the one that comes twice in autumn."""

zones = st.sampled_from(ZONES)
moments = st.integers(1_735_689_600, 1_830_297_600)
"""From 2025 to 2027."""
minutes = st.integers(0, 1439)


def clock_of(at: float) -> datetime:
    return datetime.fromtimestamp(at).replace(fold=0)


@pytest.mark.parametrize("name", SPRING)
def test_a_time_that_is_left_out_is_when_the_clock_jumps_over_it(name: str) -> None:
    with zone(name):
        after = datetime(*SPRING[name], LEFT_OUT[name] + 1)
        for minute in (0, 1, 30, 59):
            at = to_timestamp(datetime(*SPRING[name], LEFT_OUT[name], minute))
            assert clock_of(at) == after
            assert clock_of(at - 1) == datetime(*SPRING[name], LEFT_OUT[name] - 1, 59, 59)


@pytest.mark.parametrize("name", AUTUMN)
def test_a_time_that_comes_twice_is_the_first_or_the_second(name: str) -> None:
    with zone(name):
        clock = datetime(*AUTUMN[name], TWICE[name], 30)
        first, second = to_timestamp(clock), to_timestamp(clock, second=True)
        assert second - first == 3600
        assert clock_of(first) == clock_of(second) == clock
        assert next_timestamp(clock, first - 1) == first
        assert next_timestamp(clock, first) == second


def test_a_time_with_an_offset_is_the_same_everywhere() -> None:
    east, utc = timezone(timedelta(hours=9)), datetime(2026, 3, 28, 17, 30, tzinfo=UTC)
    with zone("Europe/Berlin"):
        for second in (False, True):
            assert to_timestamp(datetime(2026, 3, 29, 2, 30, tzinfo=east), second=second) == utc.timestamp()


@given(zones, moments)
def test_what_the_clock_shows_leads_back_to_its_moment(name: str, at: int) -> None:
    with zone(name):
        shown = datetime.fromtimestamp(at)
        assert to_timestamp(shown.replace(fold=0), second=bool(shown.fold)) == at


@given(zones, moments, st.integers(0, 4 * 86_400))
def test_the_first_reading_of_a_later_clock_is_never_earlier(name: str, at: int, more: int) -> None:
    with zone(name):
        clock = clock_of(at)
        assert to_timestamp(clock) <= to_timestamp(clock + timedelta(seconds=more))


@given(
    zones, moments, st.lists(st.tuples(minutes, minutes).filter(lambda span: span[0] != span[1]), min_size=1)
)
def test_hours_open_at_the_first_minute_that_is_one_of_theirs(
    name: str, now: int, spans: list[tuple[int, int]]
) -> None:
    limits = Limits(hours=tuple(spans))

    def is_open(at: float) -> bool:
        clock = datetime.fromtimestamp(at)
        return limits.open_at(clock.hour * 60 + clock.minute)

    with zone(name):
        at = opens_at(limits.open_at, now)
        assert is_open(at)
        if at == now:
            return
        assert at % 60 == 0
        assert not is_open(now)
        assert not any(is_open(minute) for minute in range(now - now % 60 + 60, int(at), 60))


@pytest.mark.parametrize(
    ("name", "now", "hours", "opens"),
    [
        # A night of 23 hours, one of 25, and hours that are left out or come twice.
        ("Europe/Berlin", (2026, 3, 29, 0, 30), (180, 420), 1.5),
        ("America/New_York", (2026, 3, 8, 0, 30), (180, 420), 1.5),
        ("Europe/Berlin", (2026, 10, 25, 0, 30), (180, 420), 3.5),
        ("America/New_York", (2026, 11, 1, 0, 30), (180, 420), 3.5),
        ("Europe/Berlin", (2026, 3, 29, 1, 0), (135, 420), 1.0),
        ("Europe/Berlin", (2026, 3, 29, 1, 0), (135, 165), 24.25),
        ("Europe/Berlin", (2026, 10, 25, 1, 0), (150, 165), 1.5),
    ],
)
def test_hours_on_the_days_of_the_change(
    name: str, now: tuple[int, int, int, int, int], hours: tuple[int, int], opens: float
) -> None:
    with zone(name):
        begin = to_timestamp(datetime(*now))
        assert opens_at(Limits(hours=(hours,)).open_at, begin) == begin + opens * 3600


def test_where_it_never_opens_it_is_looked_for_again_some_days_ahead() -> None:
    with zone("Europe/Berlin"):
        assert opens_at(lambda minute: False, 1_774_718_400.0) >= 1_774_718_400.0 + 3 * 86_400
