"""How soon a job works: forked from the warm server, against fresh interpreters."""

from __future__ import annotations

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from tests.benchmarks.measure import milliseconds
from tests.benchmarks.table import Row
from ytui.core.models import Tab
from ytui.core.protocol import Permit, Started
from ytui.core.tasks import Common, ListingTask
from ytui.demo.site import Site
from ytui.demo.world import World
from ytui.engine.jobs.fork_server import start_server
from ytui.engine.jobs.job_process import JobProcess

STARTS, FRESH_STARTS = 30, 5
_INTERPRETER = "import yt_dlp; yt_dlp.YoutubeDL({'quiet': True}); print('here')"


def start() -> Iterator[Row]:
    """Start of one job: from process start to its first report, and until its first request."""
    began = time.monotonic()
    start_server()
    with Site(World.tiny(time.time())) as site, tempfile.TemporaryDirectory() as folder:
        common = Common(1, Path(folder) / "log", (), ("ytui.demo.extractor",), asks_permits=True)
        task = ListingTask(common, site.channel_url("tiny1", "videos"), Tab.VIDEOS)
        _job(task)
        warm = time.monotonic() - began
        times = [_job(task) for _ in range(STARTS)]
    report, request = (statistics.median(column) for column in zip(*times, strict=True))
    interpreter = _median(_interpreter, FRESH_STARTS)
    spawned = _median(_spawned, FRESH_STARTS)
    yield Row(
        "start of one job: first report",
        "≤ 25 ms",
        milliseconds(report),
        f"spawn, import yt_dlp: {milliseconds(spawned)}",
        report <= 0.025,
    )
    yield Row(
        "start of one job: first request goes out",
        "≤ 1/4 of it",
        milliseconds(request),
        f"interpreter, yt_dlp.YoutubeDL(): {milliseconds(interpreter)}",
        request <= interpreter / 4,
    )
    yield Row("fork server, cold to its first job", "", milliseconds(warm), "once a session")


def _job(task: ListingTask) -> tuple[float, float]:
    """Seconds from before the fork to the first report, and to the moment the first request is asked for."""
    began = time.monotonic()
    process = JobProcess(task)
    report = request = 0.0
    for message in process.reports():
        if isinstance(message, Started):
            report = time.monotonic() - began
        elif isinstance(message, Permit):
            request = time.monotonic() - began
            process.cancel()
    if not (report and request):
        raise RuntimeError(f"the job ended without a word: {process.ended()}")
    return report, request


def _median(measured: Callable[[], float], times: int) -> float:
    return statistics.median(measured() for _ in range(times))


def _interpreter() -> float:
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", _INTERPRETER], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        return time.monotonic() - began


def _child(connection: Connection) -> None:
    import yt_dlp  # noqa: F401 - the import is what is measured

    connection.send("here")


def _spawned() -> float:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    began = time.monotonic()
    child = context.Process(target=_child, args=(theirs,))
    child.start()
    ours.recv()
    seconds = time.monotonic() - began
    child.join()
    return seconds
