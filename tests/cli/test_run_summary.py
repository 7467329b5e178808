"""The summary of a run: what failed, what is due when, and why the rest of the queue could not start."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.cli.run_report import Ending, Summary
from ytui.core.formatting import format_time
from ytui.core.models import LowerCause
from ytui.store import jobs
from ytui.store.database import Database
from ytui.store.statistics import ChannelTally, Due, Tally, start_mark, tally


def test_the_summary_for_eyes_says_what_failed_and_what_is_due_when(
    capsys: pytest.CaptureFixture[str],
) -> None:
    films = ChannelTally("Films", 3, 1, 1, "private", 2, 65.0, 1_000_000, 0, {"private": 1, "bot_check": 2})
    figures = Tally(
        channels=1,
        videos=3,
        waiting=2,
        queued=0,
        troubled=1,
        plan={"private": 1, "bot_check": 2},
        by_channel=[films],
        due=[Due("bot_check", 4e9, 2), Due("server_error", 1e9, 1)],
        lower={LowerCause.SABR: 2, LowerCause.TOKEN_PROVIDER: 1},
        next_fetch=5e9,
    )
    Summary(figures, Ending(0, True, "", 70.0)).show(as_json=False)
    said = capsys.readouterr().out
    (row,) = [line for line in said.splitlines() if line.startswith("Films")]
    assert row.split()[1:6] == ["3", "1", "1", "2", "65"]
    assert "1 private, 2 bot_check" in row
    assert "lower than offered: 1 no PO token, 2 SABR only; fetched again when that is gone" in said
    assert "failed in this run: 2 bot_check, 1 private" in said
    assert "2 tried again in 70 s" in said
    assert f"2 bot_check: tried again by themselves, from {format_time(4e9)} on" in said
    assert "1 server_error: tried again by itself, when it can go on" in said
    assert "queued" not in said
    assert f"the next channel is due {format_time(5e9)}" in said
    assert "another ytui goes on with the queue" in said


def test_a_run_says_why_the_rest_of_the_queue_could_not_start(ytui: Ytui, db: Database) -> None:
    other = (datetime.now().hour + 12) % 24
    ytui.configure(f'[limits]\nhours = "{other:02}:00-{other:02}:30"\n')
    factories.queue_job(db, factories.add_video(db), asked=False)
    said = ytui("run", "--no-fetch")
    assert said.code == 0
    assert ", 1 still queued, " in said.out
    assert "what is still queued cannot start: outside the allowed hours, until 20" in said.out
    # For listings alone nothing of that is in the way.
    assert "cannot start" not in ytui("fetch").out


def test_a_channel_that_was_never_fetched_is_due_now(ytui: Ytui, db: Database) -> None:
    ytui.configure('[[channels]]\nurl = "http://127.0.0.1:9/a"\n[[channels]]\nurl = "http://127.0.0.1:9/b"\n')
    ytui("channels")
    db.execute("UPDATE channels SET next_fetch = 4e9 WHERE id = 1")
    assert "the next channel is due now" in ytui("run", "--no-fetch").out


def test_what_failed_and_is_queued_again_at_once_has_failed_in_this_run(db: Database) -> None:
    since = start_mark(db)
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    factories.fail(db, job)
    jobs.retry(db, [job.id], now=factories.NOW)
    figures = tally(db, since)
    assert (figures.troubled, figures.queued) == (1, 1)
    assert [entry.failures for entry in figures.by_channel] == [{"network_timeout": 1}]
