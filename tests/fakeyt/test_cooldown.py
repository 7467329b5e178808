"""Pushback in the middle of a queue: the site is left alone at once, one probe asks, then all arrive."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.demo_site import tiny_site
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from ytui.core.models import JobState
from ytui.demo.site import Site
from ytui.engine.engine import Engine
from ytui.store import jobs

__all__ = ["tiny_site"]

pytestmark = needs_site

WORKERS = 5
PLAYERS = 2
"""Requests that an extraction under way may still have before it."""
ACCEPTED = 9
"""Watch pages that are answered before the site refuses."""
REFUSALS: dict[str, dict[str, Any]] = {
    "bot": {"fail": "bot"},
    "session_limit": {"fail": "session_limit"},
    "watch_429": {"fail": "watch_429", "retry_after": 3},
}

OTHER_SITE = """
[limits.sites."127.0.0.1"]
requests_per_minute = 100000
requests_per_hour = 1000000
concurrency = 16
[[channels]]
url = "{}"
args = ["--proxy", ""]
"""


SLOW = {"watch": 200, "player": 50}
FAST = {"watch": 50}
GRACE = 0.2
"""Seconds in which a request that was under way may show in the log after the site was closed."""


@dataclass(frozen=True)
class Refused:
    """When the first refusal was answered, when the site was closed for it, and when it opens again."""

    answered: float
    closed: float
    opens: float


def _begun(site: FakeSite, after: float, before: float) -> list[str]:
    """Kinds of the requests that began in a span of time, those that spend the site's budget."""
    return [
        row["kind"] for row in site.log() if row["kind"] in ("watch", "player") and after < row["t"] < before
    ]


def _queue(home: Home, engine: Engine, site: FakeSite, count: int, refusal: str) -> list[str]:
    """Queue videos that the site will refuse from the tenth on, the pages answered slowly."""
    wanted = site.ids("@chan04")[:count]
    site.configure(latency_ms=SLOW)
    site.fail(
        {**REFUSALS[refusal], "skip": ACCEPTED, "scope": "rule"},
        # Out of step, so that some workers wait for a page when another one is refused.
        *({"fail": "watch_delay", "seconds": 0.7, "video": video} for video in wanted[1::2]),
    )
    home.download(engine, wanted)
    return wanted


def _refused(home: Home, site: FakeSite, refusal: str) -> Refused:
    """Wait until the site is closed and nothing of it runs any more."""
    until(lambda: home.site_state().state == "cooldown", 30)
    until(lambda: not jobs.running(home.db) and not site.under_way("watch"), 10)
    opens = home.site_state().until
    assert opens is not None
    assert opens > time.time(), "the cooldown was over before the jobs were"
    answered = min(row["t"] + row["ms"] / 1000 for row in site.log("watch") if row.get("fail") == refusal)
    return Refused(answered, min(home.ends_of_failed_attempts()), opens)


def _uncharged(home: Home) -> None:
    """No job pays for the site's refusal, and only those that met it have an attempt that failed."""
    waiting = [job for job in home.jobs() if job.state is not JobState.DONE]
    assert [job.charged for job in waiting] == [0] * len(waiting)
    assert {job.state for job in waiting} <= {JobState.WAITING, JobState.QUEUED}


def _left_alone_then_probed(site: FakeSite, refused: Refused) -> None:
    """From the first refusal on only what was under way reaches the site; then one request, then all."""
    assert len(_begun(site, refused.answered, refused.closed + GRACE)) <= PLAYERS * WORKERS
    assert _begun(site, refused.closed + GRACE, refused.opens - 0.1) == []
    later = [row for row in site.log("watch") if row["t"] > refused.opens - 0.1]
    assert len(later) > 1
    answered = later[0]["t"] + later[0]["ms"] / 1000
    assert [row["t"] - refused.opens for row in later[1:] if row["t"] < answered] == [], later[0]


@pytest.mark.parametrize(("refusal", "count"), [("bot", 60), ("watch_429", 20)])
def test_after_the_first_refusal_only_what_was_under_way_reaches_the_site(
    make_home: MakeHome, site: FakeSite, refusal: str, count: int
) -> None:
    home = make_home(workers=WORKERS, cooldown="3 s", args=["--format", "140", "--fixup", "never"])
    with home.engine() as engine:
        wanted = _queue(home, engine, site, count, refusal)
        refused = _refused(home, site, refusal)
        _uncharged(home)
        site.stop_failing()
        site.configure(latency_ms=FAST)
        home.idle(engine, 90)
    assert set(home.media()) == set(wanted)
    _left_alone_then_probed(site, refused)
    assert {job.charged for job in home.jobs()} == {0}
    assert home.site_state().state == "ok"


def test_a_restart_in_the_middle_of_a_cooldown_does_not_forget_it(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home(workers=WORKERS, cooldown="4 s", args=["--format", "140", "--fixup", "never"])
    with home.engine() as engine:
        wanted = _queue(home, engine, site, 16, "session_limit")
        refused = _refused(home, site, "session_limit")
    site.stop_failing()
    site.configure(latency_ms=FAST)
    with home.engine() as engine:
        home.idle(engine, 60)
    assert set(home.media()) == set(wanted)
    _left_alone_then_probed(site, refused)


def test_another_site_keeps_downloading_while_one_is_closed(
    make_home: MakeHome, site: FakeSite, tiny_site: Site
) -> None:
    home = make_home(cooldown="1 h")
    refused = site.ids("@chan04")[0]
    site.fail({"fail": "bot"})
    with home.engine(extractor_modules=("ytui.demo.extractor",)) as engine:
        home.download(engine, [refused])
        until(lambda: home.site_state().state == "cooldown", 30)
        with home.places.config_file.open("a") as file:
            file.write(OTHER_SITE.format(tiny_site.channel_url("tiny1")))
        until(lambda: len(home.media()) == 5, 30)
        assert home.site_state().state == "cooldown"
        assert home.job_of(refused).state is JobState.WAITING
    assert site.count("watch") == 1
