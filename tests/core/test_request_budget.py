"""One site's budget: what a window of a minute may see, who goes first, and what a restart remembers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ytui.core.request_budget import DAY, HOUR, MINUTE, RECOVERY, SLOWEST, Requester, SiteBudget
from ytui.core.settings.tables import SiteLimits

START = 1_700_000_000.0 // DAY * DAY
"""A midnight, so that no day ends by accident."""
WIDE = SiteLimits(60, 100_000, 1_000_000, 0)
ASKED = Requester(asked=True)
QUEUE = Requester()
LISTING = Requester(listing=True)
SHARING = Requester(listing=True, downloads_wait=True)


def taken(budget: SiteBudget, asker: Requester, now: float, tries: int = 1000) -> int:
    """How many requests in a row this asker gets at once."""
    return next((count for count in range(tries) if not budget.take(asker, now)), tries)


def served(budget: SiteBudget, asker: Requester, seconds: float, start: float = START) -> list[float]:
    """When an asker who never tires gets a request, within so many seconds."""
    now, moments = start, []
    while now < start + seconds:
        pause = budget.wait(asker, now)
        now += pause
        if pause == 0.0:
            assert budget.take(asker, now)
            moments.append(now)
    return [moment for moment in moments if moment < start + seconds]


def most_in_a_minute(moments: list[float]) -> int:
    return max((sum(start <= other < start + MINUTE for other in moments) for start in moments), default=0)


def test_a_minutes_bucket_holds_a_quarter_of_its_minute_and_then_fills_evenly() -> None:
    budget = SiteBudget.full(WIDE, START)
    assert taken(budget, ASKED, START) == 15
    assert budget.wait(ASKED, START) == pytest.approx(1.0)
    assert taken(budget, ASKED, START + 3.0) == 3
    # However long nobody asks, no more than the quarter is saved up.
    assert taken(budget, ASKED, START + 3600.0) == 15


ARRIVALS = st.lists(st.tuples(st.floats(0, 40), st.integers(1, 40), st.booleans()), min_size=1, max_size=40)


@given(ARRIVALS, st.integers(1, 240))
@example([(0.0, 40, True)] * 40, 60)
@example([(0.0, 40, True), (59.9, 40, True)], 120)
def test_no_window_of_a_minute_sees_more_than_the_budget_and_a_quarter(
    arrivals: list[tuple[float, int, bool]], per_minute: int
) -> None:
    budget = SiteBudget.full(replace(WIDE, requests_per_minute=per_minute), START)
    now, moments = START, []
    for pause, crowd, asked in arrivals:
        now += pause
        moments += [now] * taken(budget, Requester(asked), now, crowd)
    # A bucket holds one request at least, or nothing would ever go.
    assert most_in_a_minute(moments) <= per_minute + max(1.0, per_minute / 4) + 1e-6


def test_who_never_tires_gets_the_whole_budget_and_no_more() -> None:
    moments = served(SiteBudget.full(WIDE, START), ASKED, 10 * MINUTE)
    # The request of the six hundredth second is the first of the next ten minutes.
    assert len(moments) == 15 + 599
    assert most_in_a_minute(moments) <= 75


def test_an_hour_holds_a_fifteenth_and_refills_evenly() -> None:
    budget = SiteBudget.full(SiteLimits(100_000, 900, 1_000_000, 0), START)
    assert taken(budget, ASKED, START) == 60
    assert budget.wait(ASKED, START) == pytest.approx(HOUR / 900)
    assert taken(budget, ASKED, START + MINUTE) == 15
    assert taken(budget, ASKED, START + 2 * HOUR) == 60


def test_a_tenth_is_kept_for_what_a_person_asks() -> None:
    budget = SiteBudget.full(WIDE, START)
    # 15 less a tenth, in whole requests.
    assert taken(budget, QUEUE, START) == 13
    assert budget.wait(QUEUE, START) > 0
    assert taken(budget, ASKED, START) == 2
    hourly = SiteBudget.full(SiteLimits(100_000, 900, 1_000_000, 0), START)
    assert taken(hourly, QUEUE, START) == 54
    assert taken(hourly, ASKED, START) == 6


def test_a_days_reserve_is_for_what_a_person_asks() -> None:
    budget = SiteBudget.full(SiteLimits(100_000, 1_000_000, 20, 5), START)
    assert taken(budget, QUEUE, START) == 15
    assert budget.wait(QUEUE, START + 60) == DAY - 60
    assert taken(budget, ASKED, START + 60) == 5
    assert budget.wait(ASKED, START + 60) == DAY - 60
    assert budget.left(START + 60)[2] == 0
    # The next day is another one.
    assert budget.left(START + DAY)[2] == 20
    assert taken(budget, QUEUE, START + DAY) == 15


def test_listings_take_half_while_downloads_wait_and_all_of_it_otherwise() -> None:
    sharing = served(SiteBudget.full(WIDE, START), SHARING, 10 * MINUTE)
    alone = served(SiteBudget.full(WIDE, START), LISTING, 10 * MINUTE)
    assert len(sharing) == pytest.approx(300, abs=8)
    assert len(alone) == pytest.approx(600, abs=15)
    # A listing that a person asked for does not share.
    asked = Requester(asked=True, listing=True, downloads_wait=True)
    assert taken(SiteBudget.full(WIDE, START), asked, START) == 15


def test_what_listings_leave_is_for_downloads() -> None:
    budget = SiteBudget.full(WIDE, START)
    assert taken(budget, SHARING, START) == 7
    assert taken(budget, QUEUE, START) == 6


def test_pushback_halves_the_rate_and_leaves_one_request_of_the_burst() -> None:
    budget = SiteBudget.full(WIDE, START)
    budget.push_back(START)
    assert budget.per_minute(START) == 30
    assert taken(budget, QUEUE, START) == 1
    assert budget.wait(QUEUE, START) == pytest.approx(2.0, abs=0.01)
    for _ in range(10):
        budget.push_back(START)
    assert budget.per_minute(START) == pytest.approx(60 * SLOWEST)


def test_the_rate_recovers_slowly() -> None:
    budget = SiteBudget.full(WIDE, START)
    budget.push_back(START)
    assert budget.per_minute(START + MINUTE) == pytest.approx(60 * (0.5 + RECOVERY * MINUTE))
    assert budget.per_minute(START + MINUTE) < 31
    assert budget.per_minute(START + HOUR / 2) == pytest.approx(45)
    assert budget.per_minute(START + HOUR) == pytest.approx(60)
    assert budget.per_minute(START + 2 * HOUR) == 60


def test_a_restart_refills_by_the_time_that_went_by() -> None:
    budget = SiteBudget.full(WIDE, START)
    budget.push_back(START)
    used = taken(budget, ASKED, START)
    stored = json.loads(json.dumps(budget.dump()))
    for later in (0.0, 7.0, 3600.0):
        expected = SiteBudget.load(WIDE, stored, START).left(START + later)
        assert SiteBudget.load(WIDE, stored, START + later).left(START + later) == expected
    again = SiteBudget.load(WIDE, stored, START)
    assert (again.left(START)[0], again.day_used) == (0, used)
    assert again.per_minute(START) == 30
    assert SiteBudget.load(WIDE, stored, START + 8).left(START + 8)[0] == 4


def test_a_restart_does_not_give_listings_another_share() -> None:
    budget = SiteBudget.full(WIDE, START)
    taken(budget, SHARING, START)
    assert taken(SiteBudget.load(WIDE, budget.dump(), START), SHARING, START) == 0


def test_a_clock_that_went_back_gives_nothing() -> None:
    budget = SiteBudget.full(WIDE, START)
    taken(budget, ASKED, START)
    assert not budget.take(ASKED, START - HOUR / 2)
    stored = {**budget.dump(), "at": START + HOUR, "factor_at": START + HOUR}
    assert SiteBudget.load(WIDE, stored, START).left(START)[0] == 0


@pytest.mark.parametrize(
    "stored", [{}, {"minute": 0.0}, {"minute": "x", "hour": 0, "at": 0, "day": 0}, {"minute": None}]
)
def test_what_cannot_be_read_counts_as_unused(stored: dict[str, object]) -> None:
    assert SiteBudget.load(WIDE, stored, START).left(START) == (15, 6666, 1_000_000)


def test_a_stored_rate_of_nothing_still_gives_something() -> None:
    stored = {**SiteBudget.full(WIDE, START).dump(), "minute": 0.0, "factor": 0.0}
    assert SiteBudget.load(WIDE, stored, START).wait(ASKED, START) == pytest.approx(1 / SLOWEST, abs=0.01)


def test_limits_edited_live_keep_what_was_used() -> None:
    budget = SiteBudget.full(WIDE, START)
    taken(budget, ASKED, START)
    wider = SiteBudget.load(replace(WIDE, requests_per_minute=600), budget.dump(), START)
    assert taken(wider, ASKED, START) == 0
    assert taken(wider, ASKED, START + 1.0) == 10
    fresh = SiteBudget.full(WIDE, START)
    narrower = SiteBudget.load(replace(WIDE, requests_per_minute=8), fresh.dump(), START)
    assert taken(narrower, ASKED, START) == 2


@given(
    st.lists(st.tuples(st.floats(-30, 90), st.sampled_from([ASKED, QUEUE, LISTING, SHARING])), max_size=60)
)
def test_what_is_promised_is_kept(steps: list[tuple[float, Requester]]) -> None:
    """Whoever waits as long as was said, and finds nobody before them, gets a request then."""
    budget, now = SiteBudget.full(SiteLimits(20, 100, 500, 50), START), START
    for pause, asker in steps:
        now = max(START, now + pause)
        wait = budget.wait(asker, now)
        assert budget.take(asker, now) == (wait == 0.0)
        if wait:
            now += wait + 1e-6
            assert budget.take(asker, now)
