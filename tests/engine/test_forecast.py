"""What a wish would cost is told before it is granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.support.processes.time_zone import zone
from tests.support.rows.factories import NOW, add_channel, add_videos, entry, fail, queue_job, run
from ytui.core.models import VideoState
from ytui.core.protocol import ListingEntry
from ytui.core.settings import Backlog, BacklogKind, Channel, Keep, KeepKind, Quality, Settings
from ytui.core.settings.tables import Library, Limits, SiteLimits
from ytui.core.size_estimate import bytes_a_second
from ytui.engine.channels.forecast import (
    Forecast,
    forecast_channels,
    forecast_listing,
    forecast_pages,
    forecast_videos,
)
from ytui.engine.queue.estimates import USUAL_REQUESTS, queue_done_at
from ytui.store import jobs, key_values, sites
from ytui.store.database import Database, Store
from ytui.store.rows import SiteRow

URL = "https://www.youtube.com/@Films"
LIMITS = SiteLimits(
    requests_per_minute=60, requests_per_hour=3600, requests_per_day=100_000, reserve=0, concurrency=3
)


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    with zone("UTC"):
        yield


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    store = Store.open(tmp_path / "ytui.db")
    yield store.db
    store.close_all()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        library=Library(path=tmp_path / "not" / "yet", reserve=0),
        limits=Limits(sites={"youtube": LIMITS, "example.org": LIMITS}),
    )


def some(count: int, **values: object) -> list[ListingEntry]:
    return [entry(f"v{number}", **values) for number in range(count)]


def downloaded(
    db: Database, channel: str, count: int, *, size: int, duration: float, height: int | None
) -> None:
    for row in add_videos(
        db, add_channel(db, channel), *[entry(f"{channel}{n}", duration=duration) for n in range(count)]
    ):
        db.execute(
            "UPDATE videos SET state = 'downloaded', path = 'a', size = ?, height = ?, downloaded_at = ? "
            "WHERE id = ?",
            (size, height, NOW, row.id),
        )


def test_count_bytes_and_budget_of_a_selection(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(30, duration=600.0))
    found = forecast_videos(db, settings, [row.id for row in rows], NOW)
    assert found.videos == 30
    assert found.bytes == 30 * 600 * bytes_a_second(1080)
    assert found.requests == 30 * USUAL_REQUESTS
    assert found.site == "youtube"
    # A request a second: two minutes.
    assert found.budget_seconds == pytest.approx(120)
    assert found.done_at == pytest.approx(NOW + 120)
    assert found.free_bytes is not None
    assert found.free_bytes > 0


def test_what_is_there_already_costs_nothing(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(3))
    db.execute("UPDATE videos SET state = 'downloaded' WHERE id = ?", (rows[0].id,))
    assert forecast_videos(db, settings, [row.id for row in rows], NOW).videos == 2
    assert forecast_videos(db, settings, [], NOW).words() == "0 videos"


def test_of_a_channel_only_new_videos_count(db: Database, settings: Settings) -> None:
    channel = add_channel(db)
    rows = add_videos(db, channel, *some(4))
    db.execute("UPDATE videos SET state = ? WHERE id = ?", (VideoState.SKIPPED, rows[0].id))
    assert forecast_channels(db, settings, [channel.id], NOW).videos == 3


def test_sizes_are_learned_by_height(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(2, duration=100.0))
    downloaded(db, "Old", 3, size=5_000_000, duration=10.0, height=1080)
    downloaded(db, "Low", 9, size=1_000, duration=10.0, height=360)
    assert forecast_videos(db, settings, [row.id for row in rows], NOW).bytes == 2 * 100 * 500_000
    wanted = replace(settings, channels=(Channel("https://example.org/Films", quality=Quality.P360),))
    assert forecast_videos(db, wanted, [row.id for row in rows], NOW).bytes == 2 * 100 * 100


def test_two_files_teach_nothing_yet(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(1, duration=100.0))
    downloaded(db, "Old", 2, size=5_000_000, duration=10.0, height=1080)
    assert forecast_videos(db, settings, [rows[0].id], NOW).bytes == 100 * bytes_a_second(1080)


def test_requests_and_speed_are_learned_from_attempts(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(40, duration=600.0))
    job = run(db, queue_job(db, rows[0]))
    jobs.finish(db, job.id, now=NOW + 10, bytes=10_000, requests=10)
    failed = run(db, queue_job(db, rows[1]), slot=2)
    fail(db, failed)
    db.execute("UPDATE attempts SET requests = 900 WHERE job_id = ?", (failed.id,))
    found = forecast_videos(db, settings, [row.id for row in rows[10:]], NOW)
    assert found.requests == 300
    # A thousand bytes a second each, of the three that the site allows, is far below what its budget lets
    # through.
    assert found.done_at == pytest.approx(NOW + found.bytes / 3000)


def test_a_slowed_site_and_a_queue_take_longer(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(60))
    ids = [row.id for row in rows[:30]]
    assert forecast_videos(db, settings, ids, NOW).done_at == pytest.approx(NOW + 120)
    for row in rows[30:]:
        queue_job(db, row)
    found = forecast_videos(db, settings, ids, NOW, asked=False)
    assert found.budget_seconds == pytest.approx(120)
    assert found.done_at == pytest.approx(NOW + 240)
    # What a person asks for goes before what nobody asked for.
    assert forecast_videos(db, settings, ids, NOW).done_at == pytest.approx(NOW + 120)
    data = {
        "minute": 1,
        "hour": 1,
        "listings": 1,
        "at": NOW,
        "day": 0,
        "day_used": 0,
        "factor": 0.5,
        "factor_at": NOW,
    }
    sites.save(db, SiteRow("youtube", "ok", None, "", 0, None, NOW, data))
    assert forecast_videos(db, settings, ids, NOW).budget_seconds == pytest.approx(240)


def test_hours_in_which_nothing_runs_stretch_it(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(30))
    nights = replace(settings, limits=replace(settings.limits, hours=((0, 360),)))
    ids = [row.id for row in rows]
    # It is 22:13; the night begins at midnight.
    midnight = NOW - NOW % 86_400 + 86_400
    assert forecast_videos(db, nights, ids, NOW, asked=False).done_at == pytest.approx(midnight + 120)
    # What is asked for comes at any hour.
    assert forecast_videos(db, nights, ids, NOW).done_at == pytest.approx(NOW + 120)


def test_nobody_knows_when_a_paused_queue_is_done(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(30))
    key_values.put(db, key_values.PAUSED, "1")
    found = forecast_videos(db, settings, [row.id for row in rows], NOW)
    assert found.done_at is None
    assert found.words().endswith(" of YouTube's budget, the queue is paused")


def test_a_site_that_rests_is_waited_for(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(30))
    sites.save(db, SiteRow("youtube", "cooldown", NOW + 900, "429", 1, None, NOW, {}))
    found = forecast_videos(db, settings, [row.id for row in rows], NOW)
    assert found.done_at == pytest.approx(NOW + 900 + 120)


@pytest.mark.parametrize("hours", [(), ((0, 360),)])
def test_what_was_foretold_is_what_the_queue_says_then(
    db: Database, settings: Settings, hours: tuple[tuple[int, int], ...]
) -> None:
    channel = add_channel(db)
    rows = add_videos(db, channel, *some(40, duration=600.0))
    first = run(db, queue_job(db, rows[0]))
    jobs.finish(db, first.id, now=NOW + 10, bytes=1_000_000, requests=10)
    settings = replace(settings, limits=replace(settings.limits, hours=hours))
    for row in rows[1:11]:
        queue_job(db, row)
    foretold = forecast_videos(db, settings, [row.id for row in rows[11:]], NOW, asked=False).done_at
    for row in rows[11:]:
        queue_job(db, row)
    said = queue_done_at(db, settings, NOW)
    assert foretold is not None
    assert said is not None
    assert said == pytest.approx(foretold)
    assert said > NOW + 600


def test_a_new_channel_brings_what_its_settings_let_in(db: Database, settings: Settings) -> None:
    entries = [
        *some(8, duration=600.0),
        entry("short", duration=5.0),
        entry("members", availability="subscriber_only"),
    ]

    def of(channel: Channel, *, more: bool = False) -> Forecast:
        return forecast_listing(db, settings, channel, entries, NOW, more=more)

    assert of(Channel(URL)).videos == 9
    assert of(Channel(URL, min_duration=60.0)).videos == 8
    assert of(Channel(URL, after=date(2030, 1, 1))).videos == 9, "no date is known yet"
    assert of(Channel(URL, download=False)).videos == 0
    assert of(Channel(URL, backlog=Backlog(BacklogKind.NONE))).videos == 0
    assert of(Channel(URL, keep=Keep(KeepKind.LAST, 5))).videos == 5
    newest = of(Channel(URL, backlog=Backlog(BacklogKind.NEWEST, 4)), more=True)
    assert (newest.videos, newest.at_least) == (4, False)
    tabs = forecast_listing(
        db, settings, Channel(URL, keep=Keep(KeepKind.LAST, 5)), entries, NOW, more=False, other_tabs=True
    )
    assert (tabs.videos, tabs.at_least) == (5, True)
    assert of(Channel(URL), more=True).words().startswith("at least 9 videos")


@pytest.mark.parametrize(
    ("after", "words"),
    [(3_600.0, "23:13"), (2 * 86_400.0, "Thursday"), (30 * 86_400.0, "2023-12-14")],
)
def test_words(after: float, words: str) -> None:
    made = Forecast(
        4120, 2_100_000_000_000, 812_000_000_000, 16_000, "youtube", 16 * 3600.0, NOW + after, NOW
    )
    assert not made.fits
    assert made.words() == (
        f"4 120 videos, about 2.1 TB of 812 GB free, about 16 h of YouTube's budget, done about {words}"
    )


def test_what_is_not_known_is_said(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(3, duration=600.0), entry("x"), entry("y"))
    found = forecast_videos(db, settings, [row.id for row in rows], NOW)
    assert found.unknown == 2
    assert found.words().startswith("5 videos (2 of unknown length), about")
    listed = forecast_listing(db, settings, Channel(URL), some(2), NOW, more=False)
    assert listed.words().startswith("2 videos (all of unknown length), about")


def test_the_pages_of_several_tabs_are_taken_together(db: Database, settings: Settings) -> None:
    channel = Channel(URL, backlog=Backlog(BacklogKind.NEWEST, 3))
    found = forecast_pages(db, settings, channel, [(some(5), True), (some(2), False)], NOW)
    assert (found.videos, found.at_least) == (5, False)
    found = forecast_pages(db, settings, channel, [(some(2), True), (some(2), False)], NOW)
    assert (found.videos, found.at_least) == (4, True)


def test_what_waits_already_is_not_waited_for_twice(db: Database, settings: Settings) -> None:
    rows = add_videos(db, add_channel(db), *some(30, duration=1.0))
    for row in rows:
        queue_job(db, row)
    ids = [row.id for row in rows]
    assert forecast_videos(db, settings, ids, NOW, queued=30).done_at == pytest.approx(NOW + 120)
