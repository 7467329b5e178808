"""Two writers at once, and writers that vanish: real processes on a real file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.processes.waiting import PATIENCE
from tests.support.rows import factories, invariants
from ytui.core.models import JobState
from ytui.store import jobs, journal
from ytui.store.database import Store, data_version

_CLAIMER = """
import sys
from pathlib import Path
from ytui.store import jobs
from ytui.store.database import Store

db = Store(Path(sys.argv[1])).db
print("ready", flush=True)
sys.stdin.readline()
won = [job for job in map(int, sys.argv[2:]) if jobs.claim(db, job, slot=1, now=1.0) is not None]
print(*won, flush=True)
"""

_WRITER = """
import sys
from pathlib import Path
from tests.support.rows import factories
from ytui.store import jobs
from ytui.store.database import Store, transaction

db = Store(Path(sys.argv[1])).db
with transaction(db):
    for number in range(300):
        video = factories.add_video(db, f"lost{number}")
        factories.run(db, factories.queue_job(db, video))
    # More pages than the cache holds have reached the log by now; none of them is committed.
    db.execute("PRAGMA cache_spill = ON")
    print("written", flush=True)
    sys.stdin.readline()
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_of_two_processes_exactly_one_claims_each_job(store: Store) -> None:
    db = store.db
    ids = [factories.queue_job(db, factories.add_video(db, f"v{number}")).id for number in range(40)]
    # In opposite order, so that they meet in the middle whoever is first.
    first, second = start(_CLAIMER, store.path, *ids), start(_CLAIMER, store.path, *reversed(ids))
    for process in (first, second):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in (first, second):
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    won = [
        [int(word) for word in process.communicate(timeout=PATIENCE)[0].split()]
        for process in (first, second)
    ]
    assert sorted(won[0] + won[1]) == ids
    assert all(factories.get_job(db, job_id).attempt == 1 for job_id in ids)
    invariants.check(db)


def test_of_two_threads_exactly_one_claims(store: Store) -> None:
    job = factories.queue_job(store.db, factories.add_video(store.db))
    barrier = threading.Barrier(4)

    def claim(slot: int) -> bool:
        db = store.db
        barrier.wait(timeout=PATIENCE)
        try:
            return jobs.claim(db, job.id, slot=slot, now=factories.NOW) is not None
        finally:
            store.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claim, range(4))) == [False, False, False, True]
    invariants.check(store.db)


def test_a_writer_killed_in_the_middle_leaves_the_database_whole(store: Store) -> None:
    kept = factories.run(store.db, factories.queue_job(store.db, factories.add_video(store.db)))
    process = start(_WRITER, store.path)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE)
    process.communicate()
    assert process.returncode == -signal.SIGKILL

    store.close_all()
    db = Store.open(store.path).db
    assert db.value("PRAGMA integrity_check") == "ok"
    assert db.value("SELECT count(*) FROM videos") == 1
    invariants.check(db)
    assert [job.id for job in jobs.recover(db, factories.NOW)] == [kept.id]
    assert factories.get_job(db, kept.id).state is JobState.QUEUED


def test_busy_writers_wait_for_each_other(store: Store) -> None:
    """Two threads of short transactions with a third that reads: nobody is told "database is locked"."""
    barrier = threading.Barrier(3)

    def write(name: str) -> int:
        db = store.db
        barrier.wait(timeout=PATIENCE)
        for number in range(150):
            job = factories.run(db, factories.queue_job(db, factories.add_video(db, f"{name}{number}")))
            journal.write(db, at=factories.NOW, level="info", type="runtime", message=name, job_id=job.id)
            assert jobs.finish(db, job.id, now=factories.NOW)
        store.close()
        return 150

    def read() -> int:
        db = store.db
        barrier.wait(timeout=PATIENCE)
        seen = 0
        while seen < 300:
            jobs.heads(db)
            seen = jobs.count(db, states=[JobState.DONE])
        store.close()
        return 150

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(write, "a"), pool.submit(write, "b"), pool.submit(read)]
        assert [future.result(timeout=PATIENCE) for future in futures] == [150, 150, 150]
    assert journal.count(store.db) == 300
    invariants.check(store.db)


def test_data_version_tells_of_others_and_not_of_oneself(store: Store) -> None:
    db = store.db
    before = data_version(db)
    factories.add_video(db, "mine")
    assert data_version(db) == before
    with sqlite3.connect(store.path) as other:
        other.execute("INSERT INTO facts VALUES ('theirs', '1')")
    other.close()
    assert data_version(db) != before
