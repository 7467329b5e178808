"""Permits: who is answered when, who is refused, and what is remembered; the clock stands still by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import downloads, edit
from ytui.core.models import JobState
from ytui.core.request_budget import Requester
from ytui.core.settings.tables import LimitMode, Limits, SiteLimits
from ytui.demo.world import World
from ytui.engine.sites.rate_limiter import PermitRequest, RateLimiter
from ytui.store import sites
from ytui.store.rows import SiteRow

HOST, NAME = "www.a.org", "a.org"
START = 1_700_000_000.0
ASKED, QUEUE = Requester(asked=True), Requester()
FOUR = SiteLimits(16, 100_000, 1_000_000, 0)
"""A burst of four, and one more every 3.75 seconds."""
EVERY = 3.75


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """A governor with its clock, and what it answered, in order."""

    rate_limiter: RateLimiter
    clock: Clock
    limits: Limits
    answers: list[tuple[str, bool, str]] = field(default_factory=list)
    waits: dict[str, float | None] = field(default_factory=dict)

    def ask(self, name: str, asker: Requester = QUEUE, *, slot: int = 1, host: str = HOST) -> None:
        self.rate_limiter.ask(
            PermitRequest(
                slot,
                host,
                asker,
                lambda go, why: self.answers.append((name, go, why)),
                lambda _, moment: self.waits.__setitem__(name, moment),
            )
        )

    def granted(self) -> list[str]:
        return [name for name, go, _ in self.answers if go]

    def refused(self) -> dict[str, str]:
        return {name: why for name, go, why in self.answers if not go}

    def later(self, seconds: float) -> None:
        """Let time pass and have the governor's own thread look."""
        self.clock.now += seconds
        self.rate_limiter.reopen("nobody.org")

    def spend(self, slot: int = 1) -> None:
        """Use up the burst."""
        for _ in range(4):
            self.ask("burst", ASKED, slot=slot)
        assert self.granted() == ["burst"] * len(self.answers)
        self.answers.clear()


@pytest.fixture
def make_desk(home: Home) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(mode: LimitMode = LimitMode.SHARED, limits: SiteLimits = FOUR) -> Desk:
        rate_limiter = RateLimiter(home.store, lambda: opened.limits, clock := Clock())
        opened = Desk(rate_limiter, clock, Limits(mode, sites={NAME: limits}))
        made.append(opened)
        rate_limiter.start()
        return opened

    yield make
    for opened in made:
        opened.rate_limiter.stop()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


def test_a_burst_is_answered_at_once_and_the_rest_waits_without_blocking_who_asks(desk: Desk) -> None:
    for name in "abcdef":
        desk.ask(name, ASKED)
    assert desk.granted() == ["a", "b", "c", "d"]
    assert desk.waits == {"e": START + EVERY, "f": START + 2 * EVERY}
    desk.later(EVERY)
    until(lambda: desk.granted() == ["a", "b", "c", "d", "e"])
    desk.later(EVERY)
    until(lambda: desk.granted() == ["a", "b", "c", "d", "e", "f"])


def test_the_thread_answers_when_the_time_has_come_and_nobody_else_asks(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(limits=replace(FOUR, requests_per_minute=6000))
    desk.rate_limiter._clock = time.time
    for number in range(130):
        desk.ask(str(number))
    until(lambda: len(desk.granted()) == 130)
    assert desk.granted() == [str(number) for number in range(130)]


def test_what_a_person_asked_goes_first_then_the_order_of_asking(desk: Desk) -> None:
    desk.spend()
    for name, asker in (("a", QUEUE), ("b", QUEUE), ("c", ASKED), ("d", QUEUE), ("e", ASKED)):
        desk.ask(name, asker)
    desk.later(4 * EVERY)
    until(lambda: len(desk.granted()) == 3)
    desk.later(4 * EVERY)
    until(lambda: len(desk.granted()) == 5)
    assert desk.granted() == ["c", "e", "a", "b", "d"]


def test_nobody_overtakes_who_stood_in_line_before(desk: Desk) -> None:
    """A listing in line is not starved by downloads that come at the very moment of a new token."""
    desk.spend()
    desk.ask("listing", Requester(listing=True))
    # The thread has not looked yet when the next one asks.
    desk.clock.now += 1.5 * EVERY
    desk.ask("download")
    assert desk.granted() == ["listing"]


def test_each_kind_gets_its_turn_in_a_crowd(desk: Desk) -> None:
    desk.spend()
    sharing = Requester(listing=True, downloads_wait=True)
    for number in range(30):
        desk.ask(f"download {number}")
        desk.ask(f"listing {number}", sharing)
    desk.clock.now += EVERY
    for count in range(1, 41):
        desk.later(EVERY)
        until(lambda count=count: len(desk.granted()) >= count)  # type: ignore[misc]
    # Listings take half while downloads wait, no more and no less.
    assert 17 <= sum(name.startswith("listing") for name in desk.granted()[:40]) <= 22


def test_sites_do_not_notice_each_other(desk: Desk) -> None:
    desk.spend()
    desk.ask("a")
    desk.ask("b", host="b.org")
    assert desk.granted() == ["b"]
    desk.rate_limiter.close("b.org", "b.org is cooling down")
    desk.later(4 * EVERY)
    until(lambda: "a" in desk.granted())


def test_a_closed_site_refuses_who_waits_and_who_asks_until_it_is_reopened(desk: Desk) -> None:
    desk.spend()
    desk.ask("waits")
    desk.rate_limiter.close(NAME, "a.org is cooling down")
    desk.ask("comes")
    assert desk.refused() == {"waits": "a.org is cooling down", "comes": "a.org is cooling down"}
    desk.rate_limiter.reopen(NAME)
    desk.clock.now += 60
    desk.ask("probe", ASKED)
    assert desk.granted() == ["probe"]


def test_closing_halves_the_rate_once_and_keeping_closed_does_not(desk: Desk, home: Home) -> None:
    def rate() -> float:
        desk.rate_limiter.save(home.db)
        row = sites.get(home.db, NAME)
        assert row is not None
        return float(row.data["per_minute"])

    desk.spend()
    for _ in range(3):
        desk.rate_limiter.close(NAME, "cooling down")
    assert rate() == 8
    desk.rate_limiter.reopen(NAME)
    desk.rate_limiter.keep_closed(NAME, "cooling down")
    desk.ask("refused")
    desk.rate_limiter.reopen(NAME)
    desk.clock.now += 60
    desk.ask("a")
    assert rate() == pytest.approx(8.1, abs=0.1)


def test_a_stop_refuses_who_waits_and_who_comes(desk: Desk) -> None:
    desk.spend()
    desk.ask("waits")
    desk.rate_limiter.stop()
    desk.ask("comes")
    assert desk.refused() == {"waits": "ytui is stopping", "comes": "ytui is stopping"}


def test_a_job_that_is_gone_needs_no_answer_and_spends_nothing(desk: Desk) -> None:
    desk.spend()
    desk.ask("gone", slot=1)
    desk.ask("stays", slot=2)
    desk.rate_limiter.forget(1)
    desk.later(2 * EVERY)
    until(lambda: desk.granted() == ["stays"])
    assert not desk.refused()


def test_an_edit_of_the_limits_takes_effect_while_somebody_waits(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(limits=replace(FOUR, requests_per_minute=1))
    desk.ask("first", ASKED)
    desk.ask("a", ASKED)
    assert desk.waits == {"a": START + 60}
    # The governor's thread has looked, too, and rests for the old limits' time.
    desk.waits.clear()
    desk.later(0)
    until(lambda: desk.waits)
    desk.limits = Limits(sites={NAME: replace(FOUR, requests_per_minute=6000)})
    desk.clock.now += 0.5
    # It looks again by itself long before that.
    until(lambda: desk.granted() == ["first", "a"])


def test_what_is_left_is_saved_beside_the_sites_state(desk: Desk, home: Home) -> None:
    sites.save(home.db, SiteRow(NAME, "cooldown", START + 60, "rate limited", 2, 7))
    desk.ask("a")
    desk.rate_limiter.save(home.db)
    row = sites.get(home.db, NAME)
    assert row is not None
    assert (row.state, row.until, row.cooldowns, row.probe_job) == ("cooldown", START + 60, 2, 7)
    assert (row.data["left_minute"], row.data["left_day"], row.data["per_minute"]) == (3, 999_999, 16)
    # Nothing changed since: nothing is written.
    sites.save(home.db, SiteRow(NAME))
    desk.rate_limiter.save(home.db)
    assert sites.get(home.db, NAME) == SiteRow(NAME)


@pytest.mark.parametrize("mode", LimitMode)
def test_a_restart_does_not_forget(make_desk: Callable[..., Desk], mode: LimitMode) -> None:
    before = make_desk(mode)
    before.spend(slot=2)
    before.rate_limiter.stop()
    after = make_desk(mode)
    after.ask("a", ASKED, slot=2)
    assert after.granted() == []
    after.later(EVERY)
    until(lambda: after.granted() == ["a"])


def test_independent_workers_have_the_full_rate_each(make_desk: Callable[..., Desk]) -> None:
    counts = {}
    for mode in LimitMode:
        desk = make_desk(mode)
        for number in range(50):
            desk.ask(f"{mode} {number}", ASKED, slot=1 + number % 5, host=f"{mode}.org")
        counts[mode] = len(desk.granted())
    assert counts[LimitMode.SHARED] == 7
    assert counts[LimitMode.INDEPENDENT] == 5 * counts[LimitMode.SHARED]


def test_how_long_a_new_job_would_wait(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    assert desk.rate_limiter.wait(NAME, ASKED) == 0.0
    desk.spend()
    assert desk.rate_limiter.wait(NAME, ASKED) == pytest.approx(EVERY)
    desk.ask("before", ASKED)
    assert desk.rate_limiter.wait(NAME, ASKED) == pytest.approx(2 * EVERY)
    assert make_desk(LimitMode.INDEPENDENT).rate_limiter.wait(NAME, ASKED) == 0.0


def test_many_threads_never_get_more_than_there_is(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(limits=SiteLimits(400, 100_000, 1_000_000, 0))
    gate = threading.Barrier(10)

    def worker(slot: int) -> None:
        gate.wait()
        for _ in range(20):
            desk.ask(f"worker {slot}", ASKED, slot=slot)

    threads = [threading.Thread(target=worker, args=(slot,)) for slot in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.granted()) == 100
    desk.later(3600)
    until(lambda: len(desk.granted()) == 200)


def test_the_site_sees_the_budget_however_many_workers_there_are(home: Home) -> None:
    edit(home, "requests_per_minute = 100000\n", "requests_per_minute = 16\n")
    with Site(World.tiny(START, videos=40)) as site:
        home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')

        def asked() -> list[float]:
            return sorted(request.time for request in site.log if not request.path.startswith("/media/"))

        with home.engine(workers=5) as engine:
            until(lambda: len(asked()) > 3)
            engine.set_workers(10)
            until(lambda: len(asked()) > 5)
        moments = asked()
    # The listing comes first and alone. After it a burst of a quarter of a minute, then one in 3.75 seconds:
    # however late what was allowed comes on a busy machine, never more than that.
    for number, moment in enumerate(moments):
        assert number <= 4 + (moment - moments[0]) / EVERY
    assert not any(job.charged for job in downloads(home))


def test_a_worker_says_that_it_waits_for_the_budget_and_then_goes_on(home: Home, tiny_site: Site) -> None:
    edit(home, "requests_per_minute = 100000\n", "requests_per_minute = 8\n")
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = ["subtitles"]')
    with home.engine() as engine:
        until(lambda: any("budget" in view.waiting_for for view in engine.live_status.snapshot(0).slots))
        edit(home, "requests_per_minute = 8\n", "requests_per_minute = 4000\n")
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
