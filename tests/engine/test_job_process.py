"""A job's process: its exit is never mixed up, nothing of it is left, and the fork server may die."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.support.processes import job_bodies
from tests.support.processes.waiting import PATIENCE
from ytui.core.models import Tab
from ytui.core.protocol import Listed, Reply, Report, Started
from ytui.core.tasks import Common, ListingTask, Task
from ytui.engine.jobs.fork_server import start_server
from ytui.engine.jobs.job_process import Ended, JobProcess, group_lives

TASK = ListingTask(Common(1, Path(os.devnull)), "http://127.0.0.1/", Tab.LIST)


@pytest.fixture(autouse=True, scope="module")
def _server() -> None:
    start_server()


def run(
    body: Callable[[Task, Connection], None], on: Callable[[JobProcess, Report], None] | None = None
) -> tuple[JobProcess, Ended]:
    process = JobProcess(TASK, body)
    for report in process.reports():
        if on is not None:
            on(process, report)
    return process, process.ended()


def test_outcome_arrives_and_the_server_was_warm() -> None:
    _, ended = run(job_bodies.lists)
    assert isinstance(ended.outcome, Listed)
    assert ended.exit_code == 0
    # `lists` reports whether its process had yt-dlp before it did anything.
    assert ended.outcome.entries == 1


def test_exit_codes_are_never_mixed_up_between_threads() -> None:
    """Without the one lock around start and exitcode about half of these read 255."""
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: run(job_bodies.exits)[1].exit_code, range(60)))
    assert codes == [0] * 60


@pytest.mark.parametrize("body", [job_bodies.sleeps, job_bodies.ignores_term])
def test_cancel_ends_the_whole_group(body: Callable[[Task, Connection], None]) -> None:
    process, ended = run(
        body, lambda process, report: process.cancel() if isinstance(report, Started) else None
    )
    assert process.cancelled
    assert ended.outcome is None
    assert not group_lives(process.pid)


def test_cancel_before_there_is_a_group() -> None:
    process = JobProcess(TASK, job_bodies.sleeps_before_its_group)
    threading.Timer(0.05, process.cancel).start()
    assert list(process.reports()) == []
    assert process.ended().signal is not None


def test_what_a_job_leaves_behind_is_ended_before_its_slot_is_free() -> None:
    process, ended = run(job_bodies.leaves_a_child)
    assert isinstance(ended.outcome, Listed)
    assert not group_lives(process.pid)


def test_a_killed_process_says_by_which_signal() -> None:
    _, ended = run(job_bodies.is_killed)
    assert (ended.outcome, ended.signal) == (None, 9)


def test_a_process_killed_with_an_answer_unread_was_killed() -> None:
    """Its socket is reset then, which is no failure of the network."""
    _, ended = run(
        job_bodies.is_killed_with_an_answer_unread,
        lambda process, report: process.reply(Reply(1, go=True)) if isinstance(report, Started) else None,
    )
    assert (ended.outcome, ended.signal, ended.problem) == (None, 9, "")


def test_an_unreadable_report_ends_the_job_with_its_reason() -> None:
    process, ended = run(job_bodies.talks_nonsense)
    assert ended.outcome is None
    assert "could not be read" in ended.problem
    assert not group_lives(process.pid)


def test_slots_go_on_after_server_and_tracker_were_killed_under_textual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Textual's ``sys.stderr`` has no descriptor; a restart that hands it on fails for ever after."""
    monkeypatch.setenv("YTUI_WARM_PATTERNS", "0")
    script = textwrap.dedent(
        """
        import os, signal, sys
        from multiprocessing import forkserver, resource_tracker
        from tests.support.processes import job_bodies
        from tests.engine.test_job_process import TASK
        from ytui.engine.jobs.job_process import JobProcess
        from ytui.engine.jobs.fork_server import start_server

        class Captured:
            def write(self, text): return len(text)
            def flush(self): pass
            def fileno(self): return -1

        def job():
            process = JobProcess(TASK, job_bodies.lists)
            list(process.reports())
            return process.ended()

        if __name__ == "__main__":
            sys.stderr = Captured()
            start_server()
            assert job().outcome is not None
            for pid in (forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid):
                os.kill(pid, signal.SIGKILL)
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            for _ in range(2):
                assert job().outcome is not None
            assert isinstance(sys.stderr, Captured)
            print("went on")
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout == "went on\n", done.stderr
