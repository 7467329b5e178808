"""What the media tests share: real job processes from a warm fork server, and the sample site."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.waiting import PATIENCE
from tests.support.servers.demo_site import demo_site, tiny_site
from ytui.core.models import Tab
from ytui.core.protocol import (
    Downloaded,
    FeedRead,
    JobFailed,
    Listed,
    ListingPage,
    Outcome,
    Permit,
    Planned,
    Reply,
    Report,
)
from ytui.core.tasks import Common, DownloadTask, ListingTask, Task
from ytui.ytdlp.job_main import run

__all__ = ["demo_site", "tiny_site"]

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["ytui.ytdlp.warmup"])

DEMO = ("ytui.demo.extractor",)
TEMPLATE = "%(channel)s/%(title).120B [%(id)s].%(ext)s"

Answer = Callable[[FeedRead | ListingPage | Planned | Permit], bool]
Watch = Callable[[Report, Any], None]


@dataclasses.dataclass
class Ended:
    """A job that has ended: what it reported and its exit code."""

    reports: list[Report]
    exitcode: int | None

    @property
    def outcome(self) -> Outcome:
        last = self.reports[-1]
        assert isinstance(last, Outcome), last
        return last

    @property
    def listed(self) -> Listed:
        assert isinstance(self.outcome, Listed), self.outcome
        return self.outcome

    @property
    def downloaded(self) -> Downloaded:
        assert isinstance(self.outcome, Downloaded), self.outcome
        return self.outcome

    @property
    def failed(self) -> JobFailed:
        assert isinstance(self.outcome, JobFailed), self.outcome
        return self.outcome

    @property
    def pages(self) -> list[ListingPage]:
        return [report for report in self.reports if isinstance(report, ListingPage)]

    @property
    def ids(self) -> list[str]:
        return [entry.video_id for page in self.pages for entry in page.entries]

    @property
    def planned(self) -> list[Planned]:
        return [report for report in self.reports if isinstance(report, Planned)]


def run_job(
    task: Task,
    answer: Answer = lambda _: True,
    watch: Watch = lambda _report, _job: None,
    context: Any = CONTEXT,
) -> Ended:
    """Run ``task`` in a process of its own, answering what it asks; ``watch`` sees each report."""
    ours, theirs = context.Pipe()
    job = context.Process(target=run, args=(task, theirs))
    job.start()
    theirs.close()
    reports: list[Report] = []
    try:
        while (report := _next(ours)) is not None:
            reports.append(report)
            watch(report, job)
            if isinstance(report, (FeedRead, ListingPage, Planned, Permit)):
                _reply(ours, Reply(report.ask, answer(report), "not wanted"))
        job.join(PATIENCE)
    finally:
        if job.is_alive():
            job.kill()
        ours.close()
    return Ended(reports, job.exitcode)


def _next(connection: Connection) -> Any:
    assert connection.poll(PATIENCE), "the job says nothing"
    try:
        return connection.recv()
    except (EOFError, ConnectionResetError):
        # Reset: the job was killed with an answer unread.
        return None


def _reply(connection: Connection, reply: Reply) -> None:
    try:
        connection.send(reply)
    except OSError:
        # The test has killed the job.
        return


@pytest.fixture
def common(tmp_path: Path) -> Common:
    """What the tasks of a test carry: the sample site's extractors, no proxy, short patience."""
    return Common(
        job=1, log=tmp_path / "job.log", args=("--proxy", ""), extractor_modules=DEMO, socket_timeout=5.0
    )


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """An empty library."""
    root = tmp_path / "library"
    (root / ".ytui" / "partial").mkdir(parents=True)
    return root


@pytest.fixture
def listing(common: Common) -> Callable[..., ListingTask]:
    """Makes listing tasks."""

    def make(url: str, tab: Tab = Tab.VIDEOS, **values: Any) -> ListingTask:
        return ListingTask(url=url, tab=tab, **{"common": common} | values)

    return make


@pytest.fixture
def download(common: Common, library: Path) -> Callable[..., DownloadTask]:
    """Makes download tasks; those of one address share a partial folder."""

    def make(url: str, **values: Any) -> DownloadTask:
        name = url.rstrip("/").rpartition("/")[2]
        settings: dict[str, Any] = {"template": TEMPLATE, "quality": "1080p", "common": common} | values
        return DownloadTask(
            url=url, video_id=name, library=library, partial=library / ".ytui" / "partial" / name, **settings
        )

    return make
