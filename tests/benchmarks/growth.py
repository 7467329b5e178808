"""Whether the process that holds the engine grows with the jobs it has run.

``python -m tests.benchmarks.growth HOME`` runs them in a home that is there.
The jobs are real processes from the real fork server, seen through from the queue to the row that says how
they ended; only what they would do is left out, since none of it happens in this process.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from tests.benchmarks.drive import make_home, memory, places_of
from tests.benchmarks.table import Row

CHANNELS = 200
SETTLED, JOBS = 1_000, 10_000
"""Jobs until caches are full and everything is loaded; jobs from then on."""
GOAL = 1024
"""KiB."""


def growth() -> Iterator[Row]:
    """Growth of the main process over 10 000 jobs."""
    with tempfile.TemporaryDirectory() as folder:
        make_home(Path(folder), [f"http://127.0.0.1:9/list{n}" for n in range(CHANNELS)], [])
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.growth", folder],
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout)
    grown = found["after"]["rss"] - found["before"]["rss"]
    yield Row(
        f"growth (RSS) over {found['jobs']:,} jobs, after the first {SETTLED:,}",
        "≤ 1 MB",
        f"{grown} KB",
        f"before them: {found['before']['rss']} KB",
        grown <= GOAL,
    )


def main() -> None:
    """Run the jobs, and print what the process weighed before and after most of them."""
    from tests.support.processes.job_bodies import lists
    from ytui.cli.headless import RunOptions, acquire_lock, run_headless
    from ytui.cli.session import Session, load_config, open_store
    from ytui.core.models import JobKind, JobState
    from ytui.engine.commands.queue_commands import fetch_channels
    from ytui.engine.engine import Engine
    from ytui.engine.jobs import runner
    from ytui.engine.jobs.job_process import JobProcess
    from ytui.store import jobs

    places = places_of(Path(sys.argv[1]))
    session = Session(places, load_config(places, ask=False), open_store(places))
    seen: list[tuple[int, dict[str, int]]] = []

    def queue_more() -> None:
        ended = jobs.count(session.db, states=[JobState.DONE])
        if not seen and ended >= SETTLED:
            seen.append((ended, memory()))
        if not seen or ended < seen[0][0] + JOBS:
            fetch_channels(session.db, session.settings, None, time.time())
        elif len(seen) == 1:
            seen.append((ended, memory()))

    def begin(engine: Engine) -> None:
        queue_more()

    orders = RunOptions(kinds=(JobKind.FETCH,), quiet=True, on_tick=queue_more, patience=0.0)
    with mock.patch.object(runner, "JobProcess", functools.partial(JobProcess, body=lists)):
        run_headless(session, acquire_lock(session), orders, begin)
    (first, before), (last, after) = seen
    sys.stdout.write(json.dumps({"jobs": last - first, "before": before, "after": after}))
    session.store.close_all()


if __name__ == "__main__":
    main()
