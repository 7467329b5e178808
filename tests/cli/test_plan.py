"""``plan``: one item whole, named plans, retries that leave closed sites alone, and exports."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.cli.params import local_time
from ytui.core.models import JobState, Strategy
from ytui.store import jobs, sites
from ytui.store.database import Database
from ytui.store.rows import Job, SiteRow

TRY = (
    "number started_at ended_at duration_s outcome class message status host request_kind bytes requests "
    "strategy charged reference"
)


@dataclass(frozen=True)
class Failed:
    private: Job
    slow: Job


@pytest.fixture
def failed(db: Database) -> Failed:
    """Two videos of ``Films`` that did not arrive: one is private (E-0001), one timed out (E-0002)."""
    private, slow = factories.add_videos(
        db,
        factories.add_channel(db),
        factories.entry("aaa", title="First\nfilm \x1b[31m"),
        factories.entry("bbb", title="Second film"),
    )
    one, two = (factories.run(db, factories.queue_job(db, video)) for video in (private, slow))
    refused = replace(
        factories.PRIVATE, evidence=replace(factories.PRIVATE.evidence, status=403, host="www.example.org")
    )
    factories.fail(db, one, refused, factories.NEVER, now=factories.NOW + 12, bytes=7)
    factories.fail(db, two, factories.TIMEOUT, factories.AGAIN, reference="E-0002")
    return Failed(one, two)


def test_one_item_is_shown_whole(ytui: Ytui, failed: Failed) -> None:
    shown = ytui.json("plan", "show", "e-0001")
    assert (shown["item"]["class"], shown["item"]["reference"]) == ("private", "E-0001")
    (attempt,) = shown["tries"]
    assert " ".join(attempt) == TRY
    assert (attempt["duration_s"], attempt["status"], attempt["host"], attempt["bytes"]) == (
        12.0,
        403,
        "www.example.org",
        7,
    )
    assert shown["report"].startswith("E-0001  private (access), open")

    started = local_time("2023-11-14T22:13:20Z", seconds=True)
    said = ytui("plan", "show", "E-0001").out
    for word in ("First film", "private", "www.example.org", "403", "12.0", started):
        assert word in said
    assert "\x1b" not in said


def test_a_named_plan_is_made_extended_listed_and_shown(ytui: Ytui, failed: Failed) -> None:
    made = ytui.json("plan", "create", "to look at", "E-0001")
    assert list(made) == ["name", "items", "unresolved", "created_at"]
    assert (made["items"], made["unresolved"]) == (1, 1)
    assert ytui.json("plan", "create", "to look at", "--class", "network_timeout")["items"] == 2
    assert ytui.json("plan", "dismiss", "E-0002") == {"dismissed": 1}

    (row,) = ytui.json("plan", "list", "--named")["plans"]
    assert (row["name"], row["items"], row["unresolved"]) == ("to look at", 2, 1)
    assert "to look at" in ytui("plan", "list", "--named").out

    shown = ytui.json("plan", "show", "to look at")
    assert [item["state"] for item in shown["items"]] == ["open", "dismissed"]
    assert "E-0002" in ytui("plan", "show", "to look at").out
    assert ytui.json("plan", "retry", "to look at")["jobs"] == [failed.private.id]


def test_no_named_plan_says_how_to_make_one(ytui: Ytui) -> None:
    assert ytui.json("plan", "list", "--named") == {"plans": []}
    assert "plan create" in ytui("plan", "list", "--named").out


def test_a_named_plan_is_retried_as_one_with_a_strategy(ytui: Ytui, db: Database, failed: Failed) -> None:
    ytui.json("plan", "create", "mine", "--all")
    again = ytui.json("plan", "retry", "mine", "--strategy", "lower")
    assert list(again) == ["retried", "jobs", "closed", "holder", "obstacle"]
    assert (again["retried"], sorted(again["jobs"]), again["closed"]) == (
        2,
        sorted([failed.private.id, failed.slow.id]),
        {},
    )
    rows = [factories.get_job(db, number) for number in again["jobs"]]
    assert {(row.state, row.strategy) for row in rows} == {(JobState.QUEUED, Strategy.LOWER_QUALITY)}


def test_class_and_channel_narrow_what_was_named(ytui: Ytui, failed: Failed) -> None:
    ytui.json("plan", "create", "mine", "--channel", "Films")
    assert ytui.json("plan", "retry", "mine", "--class", "private")["jobs"] == [failed.private.id]


def test_a_closed_site_is_left_alone_and_it_is_said_until_when(
    ytui: Ytui, db: Database, failed: Failed
) -> None:
    until = float(int(time.time()) + 3600)
    sites.save(db, SiteRow("youtube", "cooldown", until, "bot check", 1))
    before = [jobs.by_id(db, job.id) for job in (failed.private, failed.slow)]
    again = ytui.json("plan", "retry", "--all")
    assert (again["retried"], again["jobs"]) == (0, [])
    assert again["closed"] == {"youtube": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until))}
    said = ytui("plan", "retry", "E-0001").out
    assert "youtube is closed until" in said
    assert "queued" not in said
    assert [jobs.by_id(db, job.id) for job in (failed.private, failed.slow)] == before


def test_an_export_is_json_or_a_batch_file(ytui: Ytui, failed: Failed) -> None:
    items = ytui.json("plan", "export")["items"]
    assert items == ytui.json("plan", "list")["items"]
    assert [item["reference"] for item in items] == ["E-0001", "E-0002"]
    assert json.loads(ytui("plan", "export", "E-0002").out)["items"] == items[1:]

    batch = ytui("plan", "export", "--format", "batch", "--class", "private").out.splitlines()
    assert len(batch) == 2
    assert batch[0].startswith("# First film")
    assert batch[1] == "https://www.youtube.com/watch?v=aaa"

    ytui("plan", "dismiss", "E-0002")
    path = ytui.root / "batch.txt"
    told = ytui.json("plan", "export", "--state", "all", "--format", "batch", "-o", str(path))
    assert told == {"exported": 2, "file": str(path)}
    assert path.read_text().count("https://") == 2
    said = ytui("plan", "export", "-o", str(ytui.root / "none" / "plan.json"))
    assert said.code == 2
    assert "plan.json" in said.sentence


def test_a_narrowed_list_with_nothing_in_it_does_not_say_that_all_is_well(ytui: Ytui, failed: Failed) -> None:
    for narrow in ("--class bot_check", "--state dismissed", "--channel Films --class drm"):
        said = ytui("plan", "list", *narrow.split())
        assert (said.code, said.out) == (0, "no such items; `ytui plan list` shows the whole plan\n")
    assert ytui("plan", "dismiss", "--all").code == 0
    assert ytui("plan", "list").out.startswith("nothing: all that was asked for")
