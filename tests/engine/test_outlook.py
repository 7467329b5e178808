"""Until when a queue goes on that is left running: what the dialog says is what the run does."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_channel, add_video, queue_job
from tests.support.rows.library_queries import context_of
from ytui.core.models import JobKind, Priority
from ytui.core.settings import Channel, Settings
from ytui.core.wait_reasons import ITS_TIME
from ytui.engine.ownership.outlook import WITHIN, Outlook, outlook
from ytui.engine.queue.scheduler import Scheduler
from ytui.engine.run_end import Completion, RunEnd
from ytui.store import channels, jobs, key_values

HOUR = 3600.0


def left_at(home: Home, at: float, patience: float) -> RunEnd:
    """How a run ends, or does not, whose clock stands at one moment."""
    context = context_of(home, at)
    completion = Completion(
        context,
        kinds=tuple(JobKind),
        priorities=tuple(Priority),
        fetch_due=True,
        first_start=Scheduler(context).first_start,
        looking=lambda: False,
    )
    looks = iter((False, True))
    return completion.wait(lambda: None, patience=patience, interrupted=lambda: next(looks))


@pytest.mark.parametrize("hours", [[2], [20, 40], [20, 40, 70], [30]])
def test_it_goes_on_as_long_as_the_next_thing_is_due_within_a_day(home: Home, hours: list[int]) -> None:
    first, *later = hours
    channel = add_channel(home.db)
    channels.set_next_fetch(home.db, channel.id, NOW + first * HOUR)
    for number in later:
        job = queue_job(home.db, add_video(home.db, f"v{number}"))
        jobs.wait_until(home.db, [job.id], until=NOW + number * HOUR, now=NOW, wait=ITS_TIME)
    ahead = outlook(home.db, Settings(), NOW)
    reached = {2: 2, 20: 40, 30: 0}[first]
    beyond = {30: 30}.get(first, 70 if 70 in hours else 0)
    assert ahead.until == (NOW + reached * HOUR if reached else None)
    assert ahead.next == (NOW + beyond * HOUR if beyond else None)
    stays = left_at(home, NOW, WITHIN) is RunEnd.INTERRUPTED
    assert stays == (ahead.until is not None)
    # What scripts have: 65 minutes are 65 minutes.
    assert left_at(home, NOW, 65 * 60) is RunEnd.DONE


def test_channels_fetched_every_day_and_a_pause_are_told(home: Home) -> None:
    channel = add_channel(home.db)
    channels.set_next_fetch(home.db, channel.id, NOW + HOUR)

    def ahead(every: float) -> Outlook:
        return outlook(home.db, Settings(channels=(Channel(url=channel.url, every=every),)), NOW)

    assert ahead(6 * HOUR).endless
    assert not ahead(23 * HOUR).endless, "with its spread that may be later than in a day"
    channels.set_paused(home.db, channel.id, True)
    assert ahead(6 * HOUR) == Outlook()
    key_values.put(home.db, key_values.PAUSED, "1")
    assert ahead(6 * HOUR).paused
