"""A store that the version before has written: its jobs keep what they wait for, and go on."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.rows import invariants
from tests.support.rows.factories import NOW
from ytui.cli.commands.lists import job_object
from ytui.core.job_options import JobOptions
from ytui.core.models import DetailsPart, JobKind, JobState
from ytui.core.settings import RecordLive
from ytui.core.wait_reasons import ROOM, THE_LINE, THE_QUEUE, for_extras, for_site
from ytui.store import channels, holds, jobs, named_plans, pending_deletes, plan, schema, trash
from ytui.store.database import Store
from ytui.store.trash import TrashReason, TrashState

OLD = Path(__file__).with_name("schema_010.db.gz")
"""Written by schema 10, with jobs of every kind and state."""
WAITS = {
    "fetch videos": ("waiting", "site youtube"),
    "download site": ("waiting", "site youtube"),
    "download again": ("waiting", "its time"),
    "download queue": ("waiting", "queue"),
    "download line": ("waiting", "the line"),
    "download room": ("waiting", "room on the disk"),
    "download chosen": ("waiting", "the time you chose"),
    "download held one": ("waiting", "a JavaScript runtime"),
    "download held two": ("waiting", "a JavaScript runtime"),
    "download private": ("failed", ""),
    "download gone": ("failed", ""),
    "download cancelled": ("cancelled", ""),
    "download queued": ("queued", ""),
    "download running": ("running", ""),
    "download interrupted": ("interrupted", ""),
    "download extras": ("done", ""),
    "details extras": ("waiting", "subtitles, thumbnail of youtube"),
    "details info": ("queued", ""),
    "recording live": ("waiting", "its start"),
    "download odd": ("waiting", "better weather"),
}
"""State and ``waiting_for`` of each job, as that version told them to scripts."""


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "ytui.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    store = Store.open(path)
    yield store
    store.close_all()


def test_its_jobs_wait_for_what_they_waited_for(old: Store) -> None:
    assert old.db.value("PRAGMA user_version") == schema.VERSION
    assert old.db.value("PRAGMA integrity_check") == "ok"
    told = [job_object(job, {}, None) for job in jobs.list(old.db, limit=100)]
    names = [f"{job['kind']} {job['url'].rpartition('/')[2].rpartition('=')[2]}" for job in told]
    assert dict(zip(names, ((job["state"], job["waiting_for"]) for job in told), strict=True)) == WAITS
    invariants.check(old.db)


def test_its_jobs_keep_their_options(old: Store) -> None:
    found = {job.url.rpartition("=")[2]: job for job in jobs.list(old.db, limit=100) if job.options}
    options = {name: job.options for name, job in found.items()}
    assert options == {
        "site": JobOptions(quality="480p", record=RecordLive.FROM_START),
        "again": JobOptions(max_retries=2, other={"colour": "green"}),
        "room": JobOptions(expected_bytes=5_000_000_000),
        "chosen": JobOptions(cookies="/c.txt"),
        "private": JobOptions(metadata_only=True),
        "queued": JobOptions(output="/elsewhere", again=True),
        "extras": JobOptions(extras=("subtitles", "thumbnail")),
        "info": JobOptions(parts=(DetailsPart.METADATA, DetailsPart.TRANSCRIPT), languages=("en", "de")),
        "live": JobOptions(record=RecordLive.FROM_NOW),
    }
    assert (found["extras"].kind, found["info"].kind) == (JobKind.EXTRAS, JobKind.INFO)
    # An option of a newer version is still there after one was set.
    jobs.set_options(old.db, [found["again"].id], JobOptions(cookies="/d.txt"))
    again = jobs.by_id(old.db, found["again"].id)
    assert again is not None
    assert again.options.to_values() == {"max_retries": 2, "cookies": "/d.txt", "colour": "green"}


def test_its_jobs_go_on(old: Store) -> None:
    db = old.db
    held = holds.in_force(db)
    assert [hold.waiting for hold in held] == [2]
    assert holds.release(db, held[0], NOW) == 2
    waited = (
        for_site("youtube"),
        THE_QUEUE,
        THE_LINE,
        ROOM,
        for_extras("youtube", ["subtitles", "thumbnail"]),
    )
    assert [jobs.wake(db, wait) for wait in waited] == [2, 1, 1, 1, 1]
    assert [job.state for job in jobs.recover(db, NOW)] == [JobState.RUNNING, JobState.INTERRUPTED]
    assert jobs.promote_due(db, NOW + 600) == 4
    states = jobs.active_states(db)
    assert set(states.values()) == {JobState.QUEUED}
    assert len(states) == sum(state not in ("failed", "cancelled", "done") for state, _ in WAITS.values())
    item = plan.by_reference(db, "E-LIST")
    assert item is not None
    assert [len(named_plans.items(db, found.id)) for found in named_plans.all_plans(db)] == [3]
    invariants.check(db)


def test_what_retention_had_given_up_goes_into_the_trash_and_its_rule_stays_in_force(tmp_path: Path) -> None:
    path = tmp_path / "ytui.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    judged = '{"download": "True", "keep": ["last", 5]}'
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for name in ("Films/a.mp4", "Films/a.info.json"):
            raw.execute("INSERT INTO removals (video_id, path, at) SELECT min(id), ?, 5 FROM videos", (name,))
        raw.execute("INSERT OR REPLACE INTO facts (key, value) VALUES ('judged:1', ?)", (judged,))
    store = Store.open(path)
    (entry,) = trash.entries(store.db)
    assert (entry.path, entry.files) == ("Films/a.mp4", ("Films/a.mp4", "Films/a.info.json"))
    assert (entry.state, entry.reason) == (TrashState.LEAVING, TrashReason.RETENTION)
    assert pending_deletes.pending(store.db) == []
    channel = channels.by_id(store.db, 1)
    assert channel is not None
    assert (channel.keep_kind, channel.keep_count) == ("last", 5)
    assert store.db.all("PRAGMA foreign_key_check") == []
    invariants.check(store.db)
    store.close_all()
