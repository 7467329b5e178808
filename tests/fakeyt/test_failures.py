"""Every way in which the site can say no: the class in the plan, and what is asked again and what never."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, first_byte, needs_site, video_of
from ytui.core.models import JobState, PlanState
from ytui.store import jobs

pytestmark = needs_site

DAY = 86400.0
PICTURE = 137
STARTS_IN = 8

NEVER = {
    "private": "private",
    "removed": "removed",
    "terminated": "terminated",
    "tos": "removed",
    "copyright": "copyright",
}
"""Failures after which no further request is of any use, and their classes."""

NEEDS_USER = {
    "copyright_country": "geo_blocked",
    "geo": "geo_blocked",
    "members": "members_only",
    "members_level": "members_only",
    "payment": "premium_required",
    "age": "age_restricted",
}
OVER_DAYS = {"unavailable": "unavailable"}
AT_ITS_TIME = {"premiere": "upcoming", "upcoming": "upcoming"}
CLASSES = NEVER | NEEDS_USER | OVER_DAYS | AT_ITS_TIME


def _given(site: FakeSite, failures: list[str]) -> dict[str, str]:
    """Give each failure to a video of its own; the failures by video."""
    given = dict(zip(site.ids("@chan01"), failures, strict=False))
    site.configure(videos=given)
    return given


def test_each_playability_failure_has_its_class_and_what_is_final_is_never_asked_again(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    given = _given(site, list(CLASSES))
    with home.engine() as engine:
        home.download(engine, given)
        home.idle(engine)
    found = {given[video]: home.plan_of(video) for video in given}
    assert {name: item and item.failure_class for name, item in found.items()} == CLASSES
    for name, item in found.items():
        assert item is not None
        assert item.state == (PlanState.SCHEDULED if name in OVER_DAYS | AT_ITS_TIME else PlanState.OPEN), (
            name
        )
        assert (item.next_at is not None) == (name in OVER_DAYS | AT_ITS_TIME), name
        assert (item.advice == "permanent") == (name in NEVER), name
        assert item.reason
        assert item.remedy
    assert {video: site.count("watch", video) for video in given} == dict.fromkeys(given, 1)

    site.forget_traffic()
    with home.engine(clock=lambda: time.time() + 400 * DAY) as engine:
        home.idle(engine)
    asked = {given[str(video_of(row))] for row in site.log("watch")}
    assert asked <= OVER_DAYS.keys() | AT_ITS_TIME.keys()
    assert asked >= OVER_DAYS.keys()


def test_a_premiere_arrives_after_its_start_by_itself(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home()
    video = site.ids("@chan01")[0]
    site.fail({"fail": "premiere", "in_s": STARTS_IN, "video": video})
    starts = time.time() + STARTS_IN
    with home.engine() as engine:
        home.download(engine, [video])
        until(lambda: home.job_of(video).state is JobState.WAITING)
        job, item = home.job_of(video), home.plan_of(video)
        assert item is not None
        assert (item.failure_class, item.state) == ("upcoming", PlanState.SCHEDULED)
        assert job.due_at is not None
        assert -2 < job.due_at - starts < 10
        assert job.charged == 0
        until(lambda: home.job_of(video).state is JobState.DONE, STARTS_IN + 10)
    assert set(home.media()) == {video}
    assert site.count("watch", video) >= 2


PUSHBACK: dict[str, tuple[dict[str, Any], str]] = {
    "bot": ({"fail": "bot"}, "bot_check"),
    "session_limit": ({"fail": "session_limit"}, "rate_limited"),
    "captcha": ({"fail": "captcha"}, "bot_check"),
    "watch_429": ({"fail": "watch_429", "retry_after": 2}, "rate_limited"),
    "player_429": ({"fail": "player_429", "retry_after": 2}, "rate_limited"),
}


@pytest.mark.parametrize("name", list(PUSHBACK))
def test_pushback_closes_the_site_uncharged_and_the_video_arrives_after_it(
    make_home: MakeHome, site: FakeSite, name: str
) -> None:
    home = make_home(workers=1)
    video = site.ids("@chan01")[0]
    rule, expected = PUSHBACK[name]
    site.fail({**rule, "video": video, "times": 1})
    before = time.time()
    with home.engine() as engine:
        home.download(engine, [video])
        until(lambda: home.site_state().state == "cooldown")
        held = home.site_state()
        assert held.until is not None
        assert held.until - before >= rule.get("retry_after", 1)
        until(lambda: home.plan_of(video) is not None)
        item = home.plan_of(video)
        assert item is not None
        assert (item.failure_class, item.state) == (expected, PlanState.HELD)
        home.idle(engine)
    assert set(home.media()) == {video}
    assert home.site_state().state == "ok"
    watched = site.log("watch", video)
    assert len(watched) == 2
    assert watched[1]["t"] >= held.until - 0.1
    first, second = home.attempts_of(video)
    assert (first.charged, first.failure_class, second.outcome) == (False, expected, "done")


HEALING: dict[str, tuple[dict[str, Any], set[str]]] = {
    "watch_503": ({"fail": "page_503", "times": 2}, {"server_error"}),
    "watch_500": ({"fail": "watch_500", "times": 2}, {"server_error"}),
    "watch_reset": ({"fail": "watch_reset", "times": 2}, {"network_connection", "network_proxy"}),
    "watch_truncate": ({"fail": "watch_truncate", "times": 2, "after": 2000}, {"network_connection"}),
    "watch_stall": ({"fail": "watch_stall", "times": 1, "seconds": 4}, {"network_timeout"}),
    "player_503": ({"fail": "player_503", "times": 3}, {"server_error"}),
    "media_403": ({"fail": "media_403", "times": 1}, {"expired_url", "forbidden"}),
    "media_404": ({"fail": "media_404", "times": 1}, {"expired_url", "not_found"}),
    "media_410": ({"fail": "media_410", "times": 1}, {"expired_url", "not_found"}),
    "media_500": ({"fail": "media_500", "times": 1}, {"server_error"}),
    "media_503": ({"fail": "media_503", "times": 2}, {"server_error"}),
    "media_416": ({"fail": "media_416", "times": 1}, {"unknown", "server_error"}),
    "media_reset": ({"fail": "media_reset", "times": 1, "after": 3000}, {"network_connection"}),
    "media_truncate": ({"fail": "media_truncate", "times": 1, "after": 3000}, {"network_connection"}),
    "media_stall": ({"fail": "media_stall", "times": 1, "after": 3000, "seconds": 60}, {"network_timeout"}),
    "media_slow": ({"fail": "media_slow", "times": 1, "bps": 400_000}, set()),
    "media_delay": ({"fail": "media_delay", "times": 1, "seconds": 1}, set()),
    "thumb_404": ({"fail": "thumb_404"}, set()),
    "any_delay": ({"fail": "any_delay", "seconds": 0.2, "times": 3}, set()),
}
"""Failures that pass: their rule, and the classes that a failed attempt may have (none: no attempt fails)."""


def test_transport_failures_heal_without_a_hand_and_the_whole_arrives(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home(args=["--socket-timeout", "2"])
    given = dict(zip(site.ids("@chan06"), HEALING, strict=False))
    site.fail(*(_rule(name, video) for video, name in given.items()))
    with home.engine() as engine:
        home.download(engine, given)
        home.idle(engine, soon=60)
    said = {name: _outcome(home, video) for video, name in given.items()}
    wrong = {name: what for name, what in said.items() if not what[0] or not what[1] <= HEALING[name][1]}
    assert not wrong
    fired = {row.get("fail") for row in site.log()} - {None}
    assert fired >= {rule["fail"] for rule, _ in HEALING.values()}


def _rule(name: str, video: str) -> dict[str, Any]:
    # Counts of failures are kept for each format: only the picture's transfer fails.
    only = {"itag": PICTURE} if name.startswith("media_") else {}
    return {**HEALING[name][0], **only, "video": video}


def _outcome(home: Home, video: str) -> tuple[bool, set[str | None]]:
    failed = [attempt for attempt in home.attempts_of(video) if attempt.outcome == "failed"]
    return video in home.media(), {attempt.failure_class for attempt in failed}


def test_a_transfer_that_was_cut_goes_on_where_it_was(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home(workers=1, args=["--format", "18", "--fixup", "never"])
    video = site.ids("@chan01")[0]
    site.configure(pad_kb=600)
    site.fail({"fail": "media_reset", "video": video, "times": 1, "after": 300_000})
    with home.engine() as engine:
        home.download(engine, [video])
        home.idle(engine)
    _, size = site.sha256(video, 18)
    rows = site.log("media", video)
    assert len(rows) == 2
    assert first_byte(rows[1]) > 0
    assert rows[1]["bytes"] == size - first_byte(rows[1])
    assert home.media()[video].stat().st_size == size
    assert not jobs.running(home.db)


def test_an_address_that_expired_is_extracted_afresh(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home(workers=1)
    video = site.ids("@chan01")[0]
    site.configure(url_ttl_s=-10)
    with home.engine() as engine:
        home.download(engine, [video])
        until(lambda: any(row["status"] == 403 for row in site.log("media", video)))
        site.configure(url_ttl_s=21600)
        home.idle(engine)
    assert set(home.media()) == {video}
    assert site.count("watch", video) == 2


def test_captions_refused_do_not_keep_the_video(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home()
    home.channel("@chan03", 'backlog = "newest 4"\ntabs = ["videos"]\nextras = ["subtitles"]')
    site.fail({"fail": "timedtext_429", "retry_after": 3600})
    wanted = site.ids("@chan03")[:4]
    with home.engine() as engine:
        until(lambda: set(home.media()) == set(wanted), 30)
        home.idle(engine)
        assert home.site_state().state == "ok"
    assert site.count("timedtext") >= 1
    assert not any(job.state == "failed" for job in home.jobs() if job.kind == "download")
