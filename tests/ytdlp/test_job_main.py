"""The job process itself: its group, its descriptors, its end."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.waiting import PATIENCE
from tests.ytdlp.conftest import run_job
from ytui.core.failures.classifier import FailureClass, classify
from ytui.core.protocol import JobFailed, Started
from ytui.core.tasks import DownloadTask, ListingTask
from ytui.demo.site import Site

Make = Callable[..., Any]


def probing(task: ListingTask, name: str) -> ListingTask:
    """``task`` in a job that loads one of the modules beside this one instead of extractors."""
    return dataclasses.replace(
        task, common=dataclasses.replace(task.common, extractor_modules=(f"tests.support.extractors.{name}",))
    )


def test_a_job_leads_its_own_group_and_says_so_first(listing: Make, tiny_site: Site) -> None:
    seen: list[tuple[int, int]] = []

    def watch(report: Any, job: Any) -> None:
        if isinstance(report, Started):
            seen.append((report.pid, os.getpgid(report.pid)))
            assert report.pid == job.pid

    ended = run_job(listing(tiny_site.channel_url("tiny1", "videos")), watch=watch)

    assert isinstance(ended.reports[0], Started)
    assert seen == [(ended.reports[0].group, ended.reports[0].group)]


def test_the_log_is_private_and_takes_what_the_job_prints(listing: Make, tiny_site: Site) -> None:
    task = listing(tiny_site.channel_url("tiny1", "videos"))
    task.common.log.write_text("before\n")
    task.common.log.chmod(0o600)
    run_job(task)
    text = task.common.log.read_text()

    assert text.startswith("before\n")
    assert "Downloading page 1" in text
    assert stat.S_IMODE(task.common.log.stat().st_mode) == 0o600


def test_the_fork_server_is_warm_and_the_job_has_its_own_surroundings(listing: Make) -> None:
    task = probing(listing("http://127.0.0.1:9/"), "says_surroundings")
    evidence = run_job(task).failed.evidence
    found = json.loads(evidence.message.removeprefix("RuntimeError: "))

    assert found == {"warm": True, "stdin": "", "nice": os.nice(0), "default_interrupt": True}


@pytest.mark.parametrize(("said", "niceness"), [("7", 7), ("much", 10), ("-5", 0)])
def test_a_job_gives_way_to_the_rest_of_the_machine(
    listing: Make, monkeypatch: pytest.MonkeyPatch, said: str, niceness: int
) -> None:
    monkeypatch.setenv("YTUI_NICENESS", said)
    task = probing(listing("http://127.0.0.1:9/"), "says_surroundings")
    evidence = run_job(task, context=multiprocessing.get_context("spawn")).failed.evidence
    found = json.loads(evidence.message.removeprefix("RuntimeError: "))
    assert found["nice"] == min(os.nice(0) + niceness, 19)


def test_whatever_is_raised_becomes_a_failure(listing: Make) -> None:
    for name in ("raises_memory_error", "raises_system_exit", "missing_module"):
        ended = run_job(probing(listing("http://127.0.0.1:9/"), name))
        assert isinstance(ended.outcome, JobFailed)
        assert ended.exitcode == 0


def test_only_a_failure_of_no_known_class_says_where_in_the_code_it_arose(listing: Make) -> None:
    nobody = listing("http://127.0.0.1:9/")
    for task, known in ((nobody, True), (probing(nobody, "says_surroundings"), False)):
        task.common.log.write_text("")
        failed = run_job(task).failed
        log = task.common.log.read_text()
        assert (classify(failed.evidence).failure_class is not FailureClass.UNKNOWN) == known
        assert ("Traceback" in log, bool(failed.traceback)) == (not known, not known)
        assert failed.evidence.message in log


def test_bad_args_are_a_failure_too(download: Make, tiny_site: Site) -> None:
    task: DownloadTask = download(tiny_site.video_url(tiny_site.world.videos()[0].id))
    common = dataclasses.replace(task.common, args=("--no-such-option",))

    assert (
        run_job(dataclasses.replace(task, common=common)).failed.evidence.exception_types[0]
        == "OptParseError"
    )


def test_an_outcome_that_does_not_pickle_becomes_a_failure(listing: Make) -> None:
    ended = run_job(probing(listing("http://127.0.0.1:9/"), "raises_unpicklable"))

    assert isinstance(ended.outcome, JobFailed)


def test_the_death_of_the_parent_ends_the_job_and_what_it_started(tmp_path: Path) -> None:
    script = Path(__file__).parents[1] / "support" / "processes" / "job_parent.py"
    reading, writing = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=(writing,),
        env={**os.environ, "HELD": str(writing)},
        cwd=Path(__file__).parents[2],
    )
    os.close(writing)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "working\n"
    assert select.select([reading], [], [], 0)[0] == []
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    # The job's child holds the other end: end of file means that it is gone, too.
    assert select.select([reading], [], [], PATIENCE)[0] == [reading]
    assert os.read(reading, 1) == b""
    os.close(reading)
