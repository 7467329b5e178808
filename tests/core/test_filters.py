"""What a channel wants of what its listing shows; what is not known for sure is not refused yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.filters import DAY, FilterFacts, Judgement, date_error, date_floor, judge
from ytui.core.models import Tab
from ytui.core.settings import Channel, Keep, KeepKind, Members

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC).timestamp()
URL = "https://www.youtube.com/@Films"


def at(year: int, month: int = 1, day: int = 1, hour: int = 0) -> float:
    return datetime(year, month, day, hour, tzinfo=UTC).timestamp()


def verdict(channel: dict[str, Any], **known: Any) -> Judgement:
    return judge(FilterFacts(**{"title": "A film", **known}), Channel(url=URL, **channel), NOW)


REFUSALS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("members only", {}, {"availability": "subscriber_only"}),
    ("live now", {}, {"live_status": "is_live"}),
    ("live", {"live": False}, {"tab": Tab.STREAMS}),
    ("live", {"live": False}, {"live_status": "was_live"}),
    ("live", {"live": False}, {"live_status": "post_live"}),
    ("title", {"title": "trailer"}, {}),
    ("not_title", {"not_title": "FILM"}, {}),
    ("not_title", {"title": "film", "not_title": "^a"}, {}),
    ("min_duration", {"min_duration": 60.0}, {"duration": 59.9}),
    ("max_duration", {"max_duration": 60.0}, {"duration": 60.1}),
    ("after", {"after": date(2024, 1, 1)}, {"published_at": at(2023, 12, 31, 23), "published_exact": True}),
    ("before", {"before": date(2024, 1, 1)}, {"published_at": at(2024, 1, 2), "published_exact": True}),
    ("keep", {"keep": Keep(KeepKind.DAYS, 10)}, {"published_at": NOW - 11 * DAY, "published_exact": True}),
]


@pytest.mark.parametrize(("rule", "channel", "known"), REFUSALS)
def test_each_rule_refuses_and_says_so(rule: str, channel: dict[str, Any], known: dict[str, Any]) -> None:
    refused = verdict(channel, **known)
    assert (refused.passes, refused.rule) == (False, rule)
    assert refused.hint


@pytest.mark.parametrize(
    ("channel", "known"),
    [
        ({}, {}),
        ({"members": Members.TRY}, {"availability": "subscriber_only"}),
        ({}, {"tab": Tab.STREAMS, "live_status": "was_live"}),
        ({"live": False}, {"live_status": "not_live"}),
        ({"title": "FILM", "not_title": "trailer"}, {}),
        ({"min_duration": 60.0, "max_duration": 60.0}, {"duration": 60.0}),
        ({"min_duration": 60.0, "max_duration": 60.0}, {"duration": None}),
        ({"after": date(2024, 1, 1)}, {"published_at": at(2024), "published_exact": True}),
        ({"before": date(2024, 1, 1)}, {"published_at": at(2024, 1, 1, 23), "published_exact": True}),
        ({"after": date(2024, 1, 1), "before": date(2024, 1, 1)}, {"published_at": None}),
        (
            {"keep": Keep(KeepKind.DAYS, 10)},
            {"published_at": NOW - 9 * DAY, "published_exact": True},
        ),
        ({"keep": Keep(KeepKind.DAYS, 10)}, {"published_at": None}),
        ({"keep": Keep(KeepKind.LAST, 1)}, {"published_at": at(1999), "published_exact": True}),
    ],
)
def test_what_passes(channel: dict[str, Any], known: dict[str, Any]) -> None:
    assert verdict(channel, **known) == Judgement(True)


def test_the_error_of_a_listings_date() -> None:
    assert date_error(NOW - 10 * DAY, NOW, exact=True) == 0
    assert date_error(NOW - 10 * DAY, NOW, exact=False) == 45 * DAY
    assert date_error(NOW - 1000 * DAY, NOW, exact=False) == 200 * DAY


@pytest.mark.parametrize(
    ("channel", "days", "passes"),
    [
        # 90 days before now is 2025-03-03; 45 days around it is not known for sure.
        ({"after": date(2025, 3, 3)}, 90 + 44, True),
        ({"after": date(2025, 3, 3)}, 90 + 47, False),
        ({"before": date(2025, 3, 3)}, 90 - 43, True),
        ({"before": date(2025, 3, 3)}, 90 - 46, False),
        ({"keep": Keep(KeepKind.DAYS, 90)}, 90 + 44, True),
        ({"keep": Keep(KeepKind.DAYS, 90)}, 90 + 46, False),
        # Of an age of 1300 days a fifth, 260, is more than 45.
        ({"keep": Keep(KeepKind.DAYS, 1050)}, 1300, True),
        ({"keep": Keep(KeepKind.DAYS, 1030)}, 1300, False),
    ],
)
def test_a_rough_date_refuses_only_beyond_its_error(channel: dict[str, Any], days: int, passes: bool) -> None:
    assert verdict(channel, published_at=NOW - days * DAY, published_exact=False).passes is passes


def test_where_a_walk_need_not_go_on() -> None:
    assert date_floor(Channel(url=URL, before=date(2020, 1, 1)), NOW) is None
    assert date_floor(Channel(url=URL, after=date(2024, 1, 1)), NOW) == at(2024)
    kept = Channel(url=URL, keep=Keep(KeepKind.DAYS, 10), after=date(2024, 1, 1))
    assert date_floor(kept, NOW) == NOW - 10 * DAY


channels = st.builds(
    Channel,
    url=st.just(URL),
    live=st.booleans(),
    members=st.sampled_from(Members),
    after=st.none() | st.dates(),
    before=st.none() | st.dates(),
    min_duration=st.none() | st.floats(0, 1e9),
    max_duration=st.none() | st.floats(0, 1e9),
    title=st.none() | st.sampled_from(["a", "^b", r"\d+"]),
    not_title=st.none() | st.sampled_from(["x", "film"]),
    keep=st.builds(Keep, st.sampled_from(KeepKind), st.integers(0, 10_000)),
)
subjects = st.builds(
    FilterFacts,
    title=st.text(max_size=20),
    tab=st.none() | st.sampled_from(Tab),
    duration=st.none() | st.floats(),
    published_at=st.none() | st.floats(),
    published_exact=st.booleans(),
    live_status=st.none() | st.sampled_from(["is_live", "was_live", "post_live", "is_upcoming", "x"]),
    availability=st.none() | st.sampled_from(["subscriber_only", "public", "x"]),
)


@given(subjects, channels)
def test_a_judgement_never_raises_and_a_refusal_is_named(subject: FilterFacts, channel: Channel) -> None:
    """A site may claim any date and any length, also none that a calendar has."""
    judgement = judge(subject, channel, NOW)
    assert judgement.passes is (judgement.rule == "")
    assert judgement.passes is (judgement.hint == "")


@given(subjects)
def test_a_channel_without_filters_refuses_only_members_and_what_is_live(subject: FilterFacts) -> None:
    assert judge(subject, Channel(url=URL), NOW).rule in ("", "members only", "live now")
