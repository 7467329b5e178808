"""``status --motd``: what a login shell shows, at once and only if there is something to tell."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.cli.conftest import Said, Ytui
from tests.support.processes.waiting import PATIENCE
from tests.support.rows import factories
from ytui.engine.ownership.absence_summary import note_left
from ytui.store import journal, schema, videos
from ytui.store.database import Database

MORE = ("by_channel", "failed", "queued", "next_due", "done_at", "paused")
SILENCE = Said(0, "", "")


def test_where_nothing_happened_nothing_is_said_and_nothing_is_made(ytui: Ytui) -> None:
    before = sorted(ytui.root.rglob("*"))
    assert ytui("status", "--motd") == SILENCE
    assert sorted(ytui.root.rglob("*")) == before


def test_what_came_while_nobody_looked_and_what_needs_somebody(ytui: Ytui, db: Database) -> None:
    note_left(db, factories.NOW - 1)
    assert ytui("status", "--motd") == SILENCE
    arrived, lost = (factories.add_video(db, name) for name in ("aaa", "bbb"))
    factories.run(db, factories.queue_job(db, arrived))
    videos.set_downloaded(
        db,
        arrived.id,
        path="a.mp4",
        size=2_000_000,
        files=["a.mp4"],
        format_id="18",
        height=360,
        now=factories.NOW + 1,
    )
    factories.fail(db, factories.run(db, factories.queue_job(db, lost)), factories.PRIVATE, factories.USER)
    journal.write(
        db,
        at=factories.NOW + 2,
        level="warning",
        type="runtime",
        message="youtube closed: bot check",
        data={"site": "youtube", "until": factories.NOW + 60},
    )
    first, second = ytui("status", "--motd").out.splitlines()
    assert "1 video downloaded (2.0 MB): single videos 1" in first
    assert "youtube pushed back" in first
    assert "1 failed (private 1)" in first
    assert "1 thing needs you" in second
    answer = ytui.json("status", "--motd")
    assert list(answer) == ["since", "downloaded", "bytes", "healed", "closed", "needs_you", *MORE]
    assert (answer["downloaded"], answer["bytes"], answer["needs_you"]) == (1, 2_000_000, 1)
    assert answer["closed"][0]["site"] == "youtube"
    assert (answer["by_channel"], answer["failed"]) == ({"single videos": 1}, {"private": 1})


def test_a_mistake_in_the_configuration_or_another_version_is_not_told_at_a_login(
    ytui: Ytui, db: Database
) -> None:
    ytui.configure("[workers\n")
    assert ytui("status", "--motd") == SILENCE
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    assert ytui("status", "--motd") == SILENCE


def test_a_login_does_not_wait_for_what_it_does_not_need(ytui: Ytui, db: Database) -> None:
    note_left(db, factories.NOW)
    program = (
        "import json, sys\nfrom ytui.cli.main import run\n"
        "assert run(sys.argv[1:]) == 0\nprint(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *ytui.options, "status", "--motd"],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    heavy = {"textual", "yt_dlp", "sqlite_utils", "tomlkit", "tomllib", "multiprocessing", "ytui.config"}
    assert not heavy & set(json.loads(done.stdout))
