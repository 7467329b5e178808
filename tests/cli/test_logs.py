"""``logs`` and ``events``: the journal, filtered, followed, and told to scripts line by line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.time_zone import zone
from tests.support.processes.waiting import until
from tests.support.rows import factories
from ytui.cli.commands import logs
from ytui.engine.ownership.lock import LibraryLock
from ytui.store import jobs, journal, process_state
from ytui.store.database import Database, Store
from ytui.store.rows import BoardRow, Job

LINE = "id at level type message job channel video data"


class Enough(Exception):
    """The test has read what it waited for."""


def write(db: Database, message: str, **values: Any) -> int:
    return journal.write(
        db, **{"at": factories.NOW, "level": "info", "type": "runtime", "message": message, **values}
    )


def messages(answer: dict[str, Any]) -> list[str]:
    return [line["message"] for line in answer["lines"]]


@contextmanager
def meanwhile(store: Store, action: Callable[[Database], None]) -> Iterator[None]:
    """Does something from another thread while the command runs."""

    def act() -> None:
        action(store.db)
        store.close()

    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


@pytest.mark.parametrize(
    ("name", "day", "since", "until_", "shown"),
    [
        ("Europe/Berlin", (2026, 3, 29), "02:30", "03:30", ["03:00"]),
        ("America/New_York", (2026, 3, 8), "01:30", "02:30", ["01:30"]),
        ("Europe/Berlin", (2026, 10, 25), "02:30", "03:00", ["02:30", "02:00", "02:30"]),
        ("America/New_York", (2026, 11, 1), "00:30", "01:30", ["00:30", "01:00", "01:30", "01:00"]),
    ],
)
def test_lines_of_a_night_in_which_the_clock_is_changed(
    ytui: Ytui, db: Database, name: str, day: tuple[int, int, int], since: str, until_: str, shown: list[str]
) -> None:
    date = f"{day[0]}-{day[1]:02}-{day[2]:02}"
    with zone(name):
        first = datetime(*day).timestamp()
        for half_hours in range(10):
            at = first + half_hours * 1800
            write(db, f"{datetime.fromtimestamp(at):%H:%M}", at=at)
        told = ytui.json("logs", "--since", f"{date} {since}", "--until", f"{date}T{until_}")
    assert messages(told) == shown


def test_lines_are_chosen_by_every_option(ytui: Ytui, db: Database) -> None:
    channel = factories.add_channel(db)
    job = factories.queue_job(db, factories.add_video(db))
    write(db, "first")
    write(db, "of the channel", at=factories.NOW + 60, channel_id=channel.id, level="warning")
    write(
        db,
        "of the job",
        at=factories.NOW + 120,
        job_id=job.id,
        type="failed",
        level="error",
        data={"n": 1, "until": factories.NOW},
    )
    rows = ytui.json("logs")["lines"]
    assert [row["message"] for row in rows] == ["first", "of the channel", "of the job"]
    assert all(" ".join(row) == LINE for row in rows)
    assert (rows[1]["channel"], rows[2]["job"], rows[2]["data"], rows[0]["at"]) == (
        "Films",
        job.id,
        {"n": 1, "until": "2023-11-14T22:13:20Z"},
        "2023-11-14T22:13:20Z",
    )
    for options, found in (
        (("--limit", "1"), ["of the job"]),
        (("--level", "warning"), ["of the channel", "of the job"]),
        (("--channel", "Films"), ["of the channel"]),
        (("--job", str(job.id)), ["of the job"]),
        (("--type", "failed"), ["of the job"]),
        (("--since", "2023-11-14T22:14:20Z"), ["of the channel", "of the job"]),
        (("--until", "2023-11-14T22:14:20Z"), ["first"]),
        (("--since", "2h"), []),
    ):
        assert messages(ytui.json("logs", *options)) == found, options


def test_lines_for_eyes_are_harmless(ytui: Ytui, db: Database) -> None:
    write(
        db,
        "a \x1b[31mred\nherring",
        job_id=factories.queue_job(db, factories.add_video(db)).id,
        level="warning",
    )
    (line,) = ytui("logs").out.splitlines()
    assert "warning job 1 a red herring" in line
    assert "\x1b" not in line


def test_followed_lines_come_in_order_and_once(
    ytui: Ytui, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def emit(line: dict[str, Any]) -> None:
        told.append(line["message"])
        if line["message"] == "last":
            raise Enough

    monkeypatch.setattr(logs, "emit", emit)
    monkeypatch.setattr(logs, "LOOK", 0.01)
    write(store.db, "before")
    write(store.db, "hidden", level="debug")

    def happen(db: Database) -> None:
        until(lambda: told)
        for message in ("one", "two", "last"):
            write(db, message)

    with meanwhile(store, happen):
        said = ytui("logs", "-f", "--json", "--level", "info")
    assert said.code == 1
    assert told == ["before", "one", "two", "last"]


def test_an_empty_journal_is_followed_from_its_first_line(
    ytui: Ytui, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_PAGE", 1)
    for message in ("first", "second"):
        write(store.db, message)
    assert [row.message for row in logs.news(store.db, 0, {})] == ["first", "second"]
    assert list(logs.news(store.db, 2, {})) == []


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What ``events`` tells, as it tells it; with short waits."""
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(logs, "emit", lines.append)
    monkeypatch.setattr(logs, "LOOK", 0.01)
    monkeypatch.setattr(logs, "HEARTBEAT", 0.05)
    monkeypatch.setattr(logs, "GRACE", 0.1)
    return lines


@pytest.fixture
def running(db: Database) -> Job:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    write(db, "it began", job_id=job.id)
    return job


def test_a_job_is_followed_to_its_end(
    ytui: Ytui, store: Store, running: Job, told: list[dict[str, Any]]
) -> None:
    def happen(db: Database) -> None:
        until(lambda: [row for row in told if row["event"] == "heartbeat"])
        write(db, "of another job")
        write(db, "it arrived", job_id=running.id)
        jobs.finish(db, running.id, now=factories.NOW + 5)

    library_lock = LibraryLock.acquire(ytui.places)
    library_lock.announce(store, "app")
    try:
        with meanwhile(store, happen):
            assert ytui("events", "-f", "--job", str(running.id)).code == 0
    finally:
        library_lock.release(store)
    assert [row["message"] for row in told if row["event"] == "line"] == ["it began", "it arrived"]
    assert (told[0]["event"], told[0]["holder"]["kind"]) == ("connected", "app")
    assert " ".join(told[1]) == f"event {LINE}"
    (change,) = (row for row in told if row["event"] == "state")
    assert (change["job"], change["from"], change["state"]) == (running.id, "running", "done")
    beat = next(row for row in told if row["event"] == "heartbeat")
    assert (beat["job"], beat["state"], beat["holder"]["kind"]) == (running.id, "running", "app")
    ended = told[-1]
    assert (ended["event"], ended["reason"], ended["state"]) == ("ended", "the job has ended", "done")


def test_what_becomes_of_jobs_is_told_as_it_happens(
    ytui: Ytui, store: Store, running: Job, told: list[dict[str, Any]]
) -> None:
    library_lock = LibraryLock.acquire(ytui.places)

    def told_of(event: str) -> list[dict[str, Any]]:
        return [row for row in told if row["event"] == event]

    def happen(db: Database) -> None:
        until(lambda: told)
        process_state.write_board(db, [BoardRow(1, job_id=running.id, percent=12.5)], factories.NOW)
        until(lambda: told_of("progress"))
        other = factories.queue_job(db, factories.add_video(db, "other"))
        until(lambda: len(told_of("state")) == 1)
        jobs.cancel(db, other.id, now=factories.NOW + 1)
        until(lambda: len(told_of("state")) == 2)
        library_lock.release(store)

    with meanwhile(store, happen):
        assert ytui("events", "-f").code == 0
    (progress,) = told_of("progress")
    assert (progress["job"], progress["percent"]) == (running.id, 12.5)
    assert [(row["from"], row["state"]) for row in told_of("state")] == [
        (None, "queued"),
        ("queued", "cancelled"),
    ]


def test_following_ends_when_nobody_runs_the_queue_any_more(
    ytui: Ytui, store: Store, told: list[dict[str, Any]]
) -> None:
    write(store.db, "before my time")
    library_lock = LibraryLock.acquire(ytui.places)

    def happen(db: Database) -> None:
        until(lambda: told)
        write(db, "the last word")
        until(lambda: [row for row in told if row["event"] == "line"])
        library_lock.release(store)

    with meanwhile(store, happen):
        assert ytui("events", "-f").code == 0
    assert [row["message"] for row in told if row["event"] == "line"] == ["the last word"]
    assert (told[-1]["event"], told[-1]["reason"]) == ("ended", "nobody runs the queue")


def test_without_following_what_was_is_told(ytui: Ytui, running: Job) -> None:
    lines = [json.loads(line) for line in ytui("events").out.splitlines()]
    assert [line["event"] for line in lines] == ["connected", "line", "ended"]
    assert (
        time.time() - 60 < time.mktime(time.strptime(lines[-1]["at"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    )
