"""Many channels taken out by hand at once: paused, asked about, let go with their jobs, and had again."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, get_job
from ytui import config
from ytui.core.models import JobState
from ytui.engine.channels import removal
from ytui.engine.commands.channel_commands import add_channels, have_again, let_go, sync_channels
from ytui.store import channel_removals, channels, jobs, journal, plan
from ytui.store.channel_removals import MissingChannels
from ytui.store.rows import PlanItem

URL = "https://www.youtube.com/@Films"


@pytest.fixture
def whole(home: Home) -> str:
    """The text of a configuration with nine channels."""
    add_channels(home.db, home.places, [{"url": f"{URL}{number}"} for number in range(9)], NOW)
    return home.places.config_file.read_text()


def take_out(home: Home, count: int) -> None:
    """Take the last channels out of the file, as a person does."""
    parts = home.places.config_file.read_text().split("\n[[channels]]")
    home.places.config_file.write_text("\n[[channels]]".join(parts[:-count]))


def look(home: Home) -> None:
    """What a regular look does with the file as it is, long after it was saved."""
    loaded = config.load(home.places.config_file)
    later = loaded.files[0].modified_ns / 1e9 + 60
    sync_channels(
        home.db,
        loaded.settings,
        later,
        goes=lambda gone: gone if removal.decide(home.db, loaded, gone, later) is None else (),
        by_hand=True,
    )


def paused(home: Home) -> list[str]:
    return [row.name for row in channels.subscribed(home.db) if row.paused]


def asked(home: Home) -> list[PlanItem]:
    return [item for item in plan.list_items(home.db) if item.failure_class == removal.ASKED_AS]


def active(home: Home) -> list[tuple[int, JobState, int, bool]]:
    rows = (get_job(home.db, number) for number in jobs.active_ids(home.db))
    return [(job.id, job.state, job.priority, job.asked) for job in rows]


def test_many_are_paused_and_one_item_asks(home: Home, whole: str) -> None:
    take_out(home, 3)
    look(home)
    assert paused(home) == ["Films6", "Films7", "Films8"]
    (item,) = asked(home)
    assert item.title == "3 channels missing in the configuration: Films6, Films7, Films8"
    assert (item.state, item.job_id, item.channel_id) == ("open", 0, None)
    look(home)
    assert len(asked(home)) == 1
    # Written in again, all is as it was.
    home.places.config_file.write_text(whole)
    look(home)
    assert (paused(home), asked(home)) == ([], [])
    assert channel_removals.missing(home.db) == MissingChannels()


def test_what_a_person_paused_stays_paused(home: Home, whole: str) -> None:
    channels.set_paused(home.db, 8, True)
    take_out(home, 3)
    look(home)
    home.places.config_file.write_text(whole)
    look(home)
    assert paused(home) == ["Films7"]


def test_kept_ones_are_fetched_again_and_not_paused_anew(home: Home, whole: str) -> None:
    take_out(home, 3)
    look(home)
    removal.keep(home.db, [row.id for row in removal.asked_about(home.db)])
    look(home)
    assert paused(home) == []
    assert len(asked(home)) == 1, "the plan asks on"
    take_out(home, 1)
    look(home)
    assert paused(home) == ["Films5"], "of these nobody has said anything yet"


def test_let_go_and_taken_back_the_jobs_are_as_they_were(home: Home, whole: str) -> None:
    before = active(home)
    jobs.to_top(home.db, [before[-1][0]])
    jobs.wait_until(home.db, [before[-2][0]], until=NOW + 5000, now=NOW)
    before, rows = active(home), jobs.list(home.db, limit=100)
    take_out(home, 3)
    look(home)
    ids = [row.id for row in removal.asked_about(home.db)]
    settings = config.load(home.places.config_file).settings
    done = let_go(home.db, settings, ids, NOW + 10)
    assert [row.name for row in done.rows] == ["Films6", "Films7", "Films8"]
    assert len(channels.subscribed(home.db)) == 6
    assert asked(home) == []
    assert len(active(home)) < len(before)
    assert have_again(home.db, done, NOW + 20) == len(before) - len(before) * 6 // 9
    assert active(home) == before
    assert jobs.list(home.db, limit=100) == rows
    look(home)
    assert paused(home) == ["Films6", "Films7", "Films8"]
    assert len(asked(home)) == 1


def test_a_section_that_returns_brings_its_jobs_along(home: Home, whole: str) -> None:
    rows = jobs.list(home.db, limit=100)
    take_out(home, 1)
    # One of nine is more than a tenth: nobody is asked about one alone.
    look(home)
    assert len(channels.subscribed(home.db)) == 8
    gone = [job for job in jobs.list(home.db, limit=100) if job.state is JobState.CANCELLED]
    assert gone
    # What a person did with one of them since stands.
    jobs.retry(home.db, [gone[0].id], now=NOW + 1)
    jobs.cancel(home.db, gone[0].id, NOW + 2)
    home.places.config_file.write_text(whole)
    look(home)
    back = jobs.list(home.db, limit=100)
    assert [job for job in back if job.id != gone[0].id] == [job for job in rows if job.id != gone[0].id]
    assert get_job(home.db, gone[0].id).state is JobState.CANCELLED
    line = f"Films8 is subscribed to again: {len(gone) - 1} jobs of it put back"
    assert line in [line.message for line in journal.tail(home.db, limit=100)]


def test_a_running_engine_pauses_asks_and_goes_on(home: Home, whole: str) -> None:
    with home.engine(fetch_due=False, kinds=()) as engine:
        take_out(home, 3)
        until(lambda: len(engine.live_status.snapshot(0).queue.missing) == 3)
        assert "3 channels no more" in engine.live_status.snapshot(0).queue.mistake
        assert paused(home) == ["Films6", "Films7", "Films8"]
        done = let_go(home.db, config.load(home.places.config_file).settings, [7, 8, 9], NOW)
        until(lambda: not engine.live_status.snapshot(0).queue.mistake)
        have_again(home.db, done, NOW)
        until(lambda: len(engine.live_status.snapshot(0).queue.missing) == 3)
        home.places.config_file.write_text(whole)
        until(lambda: not engine.live_status.snapshot(0).queue.mistake)
        until(lambda: not paused(home))
