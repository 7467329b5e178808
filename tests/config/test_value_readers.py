"""Durations, sizes and spans of the day: read, written, and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.config.problems import UnexpectedValue
from ytui.config.value_readers import hours, rate, seconds, size, write_duration, write_hours
from ytui.core.settings.tables import Limits


@given(st.integers(min_value=0, max_value=10**12))
def test_durations_survive_writing(milliseconds: int) -> None:
    duration = milliseconds / 1000
    assert seconds()(write_duration(duration)) == duration


UNITS = {"": 1, " B": 1, "kB": 10**3, " MB": 10**6, "G": 10**9, " KiB": 2**10, "gib": 2**30, " TiB": 2**40}


@given(st.integers(min_value=0, max_value=2**23 - 1), st.sampled_from(sorted(UNITS)))
def test_sizes_are_exact_in_every_unit(count: int, unit: str) -> None:
    assert size(f"{count}{unit}") == count * UNITS[unit]


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_bytes_are_exact(count: int) -> None:
    assert size(count) == size(str(count)) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (90, 90.0),
        (1.5, 1.5),
        ("90", None),
        ("2 s", 2.0),
        ("2s", 2.0),
        ("250 ms", 0.25),
        ("20 min", 1200.0),
        ("1 h 30 min", 5400.0),
        ("1H30M", 5400.0),
        ("1.5 hours", 5400.0),
        ("2 weeks", 1209600.0),
        ("", None),
        ("h", None),
        ("5 parsecs", None),
        ("-5 s", None),
        ("9999999 weeks", None),
        (10**400, None),
        (float("inf"), None),
        (True, None),
        ("1 s\x00", None),
    ],
)
def test_durations(text: object, expected: float | None) -> None:
    if expected is None:
        with pytest.raises(UnexpectedValue):
            seconds()(text)
    else:
        assert seconds()(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (0, 0),
        ("2 GB", 2 * 10**9),
        ("2gib", 2 * 2**30),
        ("1.5 kB", 1500),
        ("7", 7),
        ("9007199254740993 B", 9007199254740993),
        ("9999999 TB", None),
        ("9" * 5000, None),
        ("2 XB", None),
        (-1, None),
        (2.5, None),
        (False, None),
    ],
)
def test_sizes(text: object, expected: int | None) -> None:
    if expected is None:
        with pytest.raises(UnexpectedValue):
            size(text)
    else:
        assert size(text) == expected


def test_a_rate_is_a_size_a_second() -> None:
    assert rate("4 MB/s") == rate("4 MB") == rate(4_000_000) == 4_000_000


def test_hours_may_wrap_midnight() -> None:
    night = Limits(hours=hours("23:00-07:00"))
    assert [night.open_at(minute) for minute in (22 * 60 + 59, 23 * 60, 0, 419, 420)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    day = Limits(hours=hours("09:00 - 12:00,18:00-24:00"))
    assert write_hours(day.hours) == "09:00-12:00, 18:00-24:00"
    assert [day.open_at(hour * 60) for hour in (8, 9, 12, 18, 23)] == [False, True, False, True, True]
    assert Limits().open_at(0)
