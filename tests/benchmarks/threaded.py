"""``python -m tests.benchmarks.threaded …``: the application with its jobs as threads of the same process.

What is compared is where the jobs run, and nothing else: the same screen, engine, store and job function.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from unittest import mock

from ytui.cli.main import run
from ytui.core.protocol import Outcome, Reply, Report
from ytui.core.tasks import Task
from ytui.engine.jobs import runner
from ytui.engine.jobs.job_process import Ended
from ytui.ytdlp import job_main, warmup  # noqa: F401 - what a fork server has loaded beforehand, this process has too
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.reporter import Reporter


class JobThread:
    """Takes the place of ``JobProcess``; it cannot be cancelled, as no thread can."""

    group: int | None = None

    def __init__(self, task: Task, body: Callable[[Task, Connection], None] | None = None) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        self._cancelled = threading.Event()
        self._send_lock = threading.Lock()
        self._ended = Ended(None, None)
        self.pid = os.getpid()
        self._thread = threading.Thread(target=_work, args=(task, theirs), name="job", daemon=True)
        self._thread.start()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()

    def reply(self, reply: Reply) -> None:
        with self._send_lock:
            self._connection.send(reply)

    def reports(self) -> Iterator[Report]:
        while True:
            try:
                report: Report = self._connection.recv()
            except EOFError:
                break
            if isinstance(report, Outcome):
                self._ended = Ended(report, 0)
            yield report
            if isinstance(report, Outcome):
                break
        self._connection.close()

    def ended(self) -> Ended:
        return self._ended


def _work(task: Task, connection: Connection) -> None:
    reporter = Reporter(connection)
    job_main._deliver(reporter, job_main._outcome(task, reporter))
    reporter.close()


def main() -> int:
    """Open it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    # In a process of its own a job's log is its standard output; here that is the screen.
    with (
        mock.patch.object(job_main, "JobLog", functools.partial(JobLog, nowhere)),
        mock.patch.object(runner, "JobProcess", JobThread),
    ):
        return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
