"""``pause``, ``resume`` and ``cancel``: rows in the store, with or without somebody who runs the queue."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows.factories import (
    AGAIN,
    TIMEOUT,
    add_channel,
    add_videos,
    entry,
    fail,
    get_job,
    queue_job,
    run,
)
from ytui.core.models import JobState
from ytui.store import channels, key_values
from ytui.store.database import Database
from ytui.store.rows import Job

CONFIGURED = '[[channels]]\nname = "{0}"\nurl = "https://example.org/{0}"\n'


@pytest.fixture
def work(ytui: Ytui, db: Database) -> list[Job]:
    """Downloads of ``Films``: one runs, one waits with a reference, one is queued; and one of ``Songs``."""
    ytui.configure(CONFIGURED.format("Films") + CONFIGURED.format("Songs"))
    films = add_videos(db, add_channel(db), *(entry(f"film{n}") for n in range(3)))
    (song,) = add_videos(db, add_channel(db, "Songs"), entry("song0"))
    jobs = [queue_job(db, video) for video in (*films, song)]
    run(db, jobs[0])
    fail(db, run(db, jobs[1], slot=2), TIMEOUT, AGAIN)
    return jobs


def states(db: Database, work: list[Job]) -> list[JobState]:
    return [get_job(db, job.id).state for job in work]


@pytest.mark.usefixtures("held", "work")
def test_the_whole_queue_is_paused_and_goes_on(ytui: Ytui, db: Database) -> None:
    answer = ytui.json("pause")
    assert (answer["paused"], answer["queue"], answer["channels"]) == (True, True, [])
    assert answer["holder"]["kind"] == "app"
    assert key_values.is_paused(db)
    assert ytui("resume").out == "the queue goes on\n"
    assert not key_values.is_paused(db)


@pytest.mark.usefixtures("work")
def test_channels_are_paused_by_name_and_address(ytui: Ytui, db: Database) -> None:
    assert ytui("pause", "Films", "https://example.org/Songs").out == "2 channels paused\n"
    assert channels.active_ids(db) == []
    ytui("pause")
    said = ytui("resume", "Songs")
    assert said.out == "1 channel going on\n"
    assert said.sentence == "ytui: the whole queue is paused still: `ytui resume` lets it go on"
    assert [row["paused"] for row in ytui.json("channels")["channels"]] == [True, False]
    assert ytui("pause", "Film").sentence == "ytui: there is no channel 'Film': did you mean 'Films'?"


@pytest.mark.usefixtures("held")
def test_jobs_are_cancelled_by_all_that_names_them(ytui: Ytui, db: Database, work: list[Job]) -> None:
    answer = ytui.json("cancel", "e-0001", f"job:{work[2].id}", "film0")
    assert (answer["cancelled"], answer["ending"]) == ([work[1].id, work[2].id], [work[0].id])
    assert states(db, work) == [JobState.RUNNING, JobState.CANCELLED, JobState.CANCELLED, JobState.QUEUED]
    assert get_job(db, work[0].id).cancel_requested
    assert ytui("cancel", str(work[2].id)).out == "nothing to cancel\n"
    assert ytui("cancel", "Songs").out == "1 job cancelled\n"


def test_all_of_a_channel_and_all_of_the_queue(ytui: Ytui, db: Database, work: list[Job]) -> None:
    said = ytui("cancel", "Films").out
    assert said == "2 jobs cancelled, 1 running job cancelled at the next start\n"
    assert states(db, work)[3] is JobState.QUEUED
    assert ytui.json("cancel", "--all")["cancelled"] == [work[3].id]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cancel",), "say which: E-7F3K, job:17, a channel, a video's id, or --all"),
        (("cancel", "--all", "Films"), "--all means every job: leave it out, or leave out the others"),
        (("cancel", "Filsm"), "'Filsm' is no reference, job, channel or video: did you mean 'Films'?"),
        (("cancel", "E-0010"), "'E-0010' is no reference, job, channel or video: did you mean 'E-0001'?"),
        (
            ("cancel", "job:99"),
            "'job:99' is no reference, job, channel or video: `ytui jobs` lists what can be cancelled",
        ),
    ],
)
def test_what_means_nothing_is_said(ytui: Ytui, arguments: tuple[str, ...], sentence: str) -> None:
    said = ytui(*arguments)
    assert (said.code, said.sentence) == (2, f"ytui: {sentence}")
