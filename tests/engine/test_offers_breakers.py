"""Which of what is lower than offered may be fetched again at a moment: breakers, probes and limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW
from tests.support.rows.library_queries import context_of
from tests.support.rows.lower_videos import DAY, HOUR, LOWER, TOKEN, arrived, setup
from ytui.core.job_options import JobOptions
from ytui.core.models import JobState, LowerCause, Priority
from ytui.core.protocol import Offer
from ytui.core.settings import Channel
from ytui.engine import quality_upgrade
from ytui.engine.quality_upgrade import AT_ONCE, queue_upgrades
from ytui.store import jobs, offers, sites, videos
from ytui.store.rows import Video

SABR, PROCESSING = LowerCause.SABR, LowerCause.PROCESSING
WHOLE = Offer(1080, 1080)


def test_only_a_few_are_under_way_at_once(home: Home) -> None:
    for number in range(AT_ONCE + 3):
        arrived(home, number, LOWER, setup="")
    settings = context_of(home).settings
    mine = setup(home)
    sites.breaker_opened(home.db, "youtube", mine, TOKEN, now=NOW, probe_at=None)
    sites.close_other_breakers(home.db, "youtube", mine, (), NOW + 1)
    assert queue_upgrades(home.db, settings, NOW + 2) == AT_ONCE
    assert queue_upgrades(home.db, settings, NOW + 3) == 0
    queued = jobs.list(home.db, limit=100)
    assert {(job.priority, job.asked, job.options.again) for job in queued} == {
        (Priority.BACKLOG, False, True)
    }


def test_what_waits_for_something_else_takes_no_room(home: Home) -> None:
    """Downloads that never arrived wait for a token provider, say: the others go on meanwhile."""
    for number in range(AT_ONCE + 1):
        one = arrived(home, number, LOWER, setup="")
        job = jobs.enqueue_download(
            home.db, video=one, priority=Priority.BACKLOG, now=NOW, options=JobOptions(again=True)
        )
        jobs.wait_until(home.db, [job.id], until=NOW + DAY, now=NOW)
    assert offers.under_way(home.db) == 0
    other = arrived(home, AT_ONCE + 2, LOWER, setup="")
    assert queue_upgrades(home.db, context_of(home).settings, NOW + HOUR) == 1
    assert [job.video_id for job in jobs.list(home.db, states=[JobState.QUEUED])] == [other.id]


@pytest.mark.parametrize(("cause", "first"), [(TOKEN, HOUR), (SABR, DAY)])
def test_probes_come_at_growing_pauses_and_another_setup_is_tried_at_once(
    home: Home, cause: LowerCause, first: float
) -> None:
    for number in range(3):
        arrived(home, number, replace(LOWER, cause=cause), setup="older")
    settings, db = context_of(home).settings, home.db
    times = []
    for hour in range(24 * 8):
        if queue_upgrades(db, settings, NOW + hour * HOUR):
            times.append(hour * HOUR)
            for job in jobs.list(db, states=[JobState.QUEUED]):
                jobs.cancel(db, job.id, NOW)
    assert [time - HOUR for time in times[:3]] == [0.0, first, 3 * first]


@pytest.mark.parametrize(("keep", "expected"), [("all", {"title v1", "title v0"}), ("last 1", {"title v1"})])
def test_what_keep_would_let_go_is_not_fetched_again(home: Home, keep: str, expected: set[str]) -> None:
    home.channel("https://example.org/Films", f'keep = "{keep}"')
    settings = context_of(home).settings
    for number in range(2):
        arrived(home, number, LOWER, setup="", at=NOW)
    mine = setup(home)
    sites.breaker_opened(home.db, "youtube", mine, TOKEN, now=NOW, probe_at=None)
    sites.close_other_breakers(home.db, "youtube", mine, (), NOW + 1)
    queue_upgrades(home.db, settings, NOW + 2)
    assert {job.title for job in jobs.list(home.db)} == expected


def test_rows_of_older_versions_are_left_alone(home: Home) -> None:
    arrived(home, 1, LOWER, setup="")
    home.db.execute("DELETE FROM offers")
    assert queue_upgrades(home.db, context_of(home).settings, NOW + DAY) == 0
    assert offers.lower_counts(home.db) == {}


def learns(
    home: Home,
    one: Video,
    offer: Offer,
    now: float,
    recheck: float | None = DAY,
    *,
    again: bool = False,
    bound: int | None = None,
) -> None:
    """What a download of a video learned, in a channel with this ``recheck``."""
    wants = Channel("https://example.org/Films", recheck=recheck)
    made = setup(home)
    quality_upgrade.record(
        home.db, one, offer, channel=wants, setup=made, now=now, fresh=True, again=again, bound=bound
    )


@pytest.mark.parametrize(
    ("available", "age", "recheck", "bound", "expected"),
    [
        (720, HOUR, DAY, 1080, PROCESSING),
        (1080, HOUR, DAY, 1080, None),
        (720, 2 * DAY, DAY, 1080, None),
        (720, HOUR, None, 1080, None),
        (720, HOUR, DAY, 720, None),
    ],
)
def test_a_young_video_below_its_channels_others_is_looked_at_again_once(
    home: Home,
    available: int,
    age: float,
    recheck: float | None,
    bound: int,
    expected: LowerCause | None,
) -> None:
    for number in range(3):
        arrived(home, number, WHOLE, setup="")
    one = arrived(home, 9, WHOLE, setup="", at=NOW - 9 * HOUR)
    home.db.execute(
        "UPDATE videos SET published_exact = 1, published_at = ? WHERE id = ?", (NOW - age, one.id)
    )
    fresh = videos.by_id(home.db, one.id)
    assert fresh is not None
    learns(home, fresh, Offer(available, available), NOW, recheck, bound=bound)
    assert offers.lower_counts(home.db) == ({expected: 1} if expected else {})
    settings = context_of(home).settings
    assert queue_upgrades(home.db, settings, NOW + DAY - 1) == 0
    assert queue_upgrades(home.db, settings, NOW + DAY) == (expected is not None)

    learns(home, fresh, Offer(available, available), NOW + DAY, recheck, again=True)
    assert offers.lower_counts(home.db) == {}
