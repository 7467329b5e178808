"""From the wish to cancel until nothing of the job is left, in every stage a job can be in."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.drive import make_home, places_of
from tests.benchmarks.measure import milliseconds, until
from tests.benchmarks.table import Row
from tests.benchmarks.worlds import SampleSite
from ytui import config
from ytui.core.models import JobState
from ytui.demo.handler import Request
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World
from ytui.engine.commands.queue_commands import download_urls
from ytui.engine.engine import Engine
from ytui.engine.jobs.fork_server import start_server
from ytui.engine.jobs.job_process import group_lives
from ytui.store import jobs
from ytui.store.database import Store

TIMES, GOAL = 5, 0.3
_LONGEST = 15.0
"""Seconds after which what does not end is killed."""

_SLOW_FFMPEG = """\
#!/bin/sh
# Joins nothing and ignores a friendly signal: the worst ffmpeg there can be.
case "$*" in *" -i "*) ;; *) exec {real} "$@" ;; esac
trap '' TERM INT
: > {mark}
sleep 600
"""


@dataclass(frozen=True)
class _Stage:
    """How a job is brought into a stage, and how the outside world sees that it is there."""

    name: str
    arrange: Callable[[Site, str], None]
    there: Callable[[_Scene], bool]


@dataclass(frozen=True)
class _Scene:
    """What is seen from outside: the requests since the stage was arranged, and ffmpeg's mark."""

    site: Site
    since: int
    mark: Path

    def media(self) -> list[Request]:
        """The requests for media."""
        return [request for request in self.site.log[self.since :] if "/media/" in request.path]


def _slow_page(site: Site, video: str) -> None:
    site.latency = 60.0


def _silence(site: Site, video: str) -> None:
    site.misbehave(video, replace(site.world.misbehaviours()["stalled"], stall=60.0, times=0))


def _trickle(site: Site, video: str) -> None:
    site.bytes_per_second = 20_000


def _nothing(site: Site, video: str) -> None:
    pass


STAGES = (
    _Stage("extracting", _slow_page, lambda scene: len(scene.site.log) > scene.since),
    _Stage(
        "stalled socket", _silence, lambda scene: any(r.sent * 2 + 2 > r.length > 0 for r in scene.media())
    ),
    _Stage("downloading", _trickle, lambda scene: any(r.sent > 4000 for r in scene.media())),
    _Stage("merging", _nothing, lambda scene: scene.mark.exists()),
)


def cancel() -> Iterator[Row]:
    """Cancel a job in each stage: from the request's row to the end of its process group."""
    start_server()
    world = World.tiny(time.time(), videos=1, delivery=Delivery.SPLIT)
    with tempfile.TemporaryDirectory() as folder, Site(world) as site:
        root = Path(folder)
        mark = root / "merging"
        tools = _slow_tools(root / "tools", mark)
        target = SampleSite(site, root / "plugins")
        make_home(root, [], ["--ffmpeg-location", str(tools)], workers=1)
        theirs = [
            *target.ytdlp,
            "--ffmpeg-location",
            str(tools),
            "-o",
            str(root / "theirs" / "%(id)s.%(ext)s"),
        ]
        with _engine(root) as (engine, store):
            video = world.videos()[0].id
            for stage in STAGES:
                ours, baseline = [], []
                for _ in range(TIMES):
                    with _arranged(stage, site, video, mark, root) as scene:
                        ours.append(_cancelled(engine, store, stage, scene, site.video_url(video)))
                    with _arranged(stage, site, video, mark, root) as scene:
                        baseline.append(_interrupted([*theirs, site.video_url(video)], stage, scene))
                yield _row(stage.name, ours, baseline)
            yield _row("waiting", [_waiting(engine, store, site, video) for _ in range(TIMES)], [])


def _row(name: str, ours: list[float], theirs: list[float]) -> Row:
    worst = max(ours)
    seconds = statistics.median(theirs) if theirs else None
    baseline = "a row, no process" if seconds is None else f"yt-dlp, SIGINT: {milliseconds(seconds)}"
    if seconds is not None and seconds >= _LONGEST:
        baseline = f"yt-dlp, SIGINT: still there after {_LONGEST:.0f} s"
    measured = f"{milliseconds(statistics.median(ours))}, worst of {len(ours)}: {milliseconds(worst)}"
    return Row(f"cancel while {name}", "≤ 300 ms", measured, baseline, worst <= GOAL)


def _slow_tools(folder: Path, mark: Path) -> Path:
    folder.mkdir()
    real = {name: shutil.which(name) for name in ("ffmpeg", "ffprobe")}
    if real["ffmpeg"] is None or real["ffprobe"] is None:
        raise RuntimeError("this benchmark needs ffmpeg and ffprobe")
    script = folder / "ffmpeg"
    script.write_text(_SLOW_FFMPEG.format(real=shlex.quote(real["ffmpeg"]), mark=shlex.quote(str(mark))))
    script.chmod(0o700)
    (folder / "ffprobe").symlink_to(real["ffprobe"])
    return folder


@contextmanager
def _engine(home: Path) -> Iterator[tuple[Engine, Store]]:
    places = places_of(home)
    store = Store.open(places.database)
    with ThreadPoolExecutor(4) as pool:

        def submit(slot: int) -> None:
            pool.submit(engine.run_slot, slot)

        engine = Engine(
            store,
            places,
            config.load(places.config_file),
            spawn_slot=submit,
            rng=random.Random(1),
            extractor_modules=("ytui.demo.extractor",),
        )
        engine.start()
        try:
            yield engine, store
        finally:
            engine.stop(graceful=False)
    store.close_all()


@contextmanager
def _arranged(stage: _Stage, site: Site, video: str, mark: Path, root: Path) -> Iterator[_Scene]:
    """The site as the stage needs it, with nothing left of the run before; afterwards as it was."""
    for folder in (root / "theirs", root / "library" / ".ytui" / "partial"):
        shutil.rmtree(folder, ignore_errors=True)
    mark.unlink(missing_ok=True)
    stage.arrange(site, video)
    try:
        yield _Scene(site, len(site.log), mark)
    finally:
        site.latency, site.bytes_per_second = 0.0, None
        site.misbehave(video, None)


def _cancelled(engine: Engine, store: Store, stage: _Stage, scene: _Scene, url: str) -> float:
    """Seconds from the cancel request until the job's process group is gone."""
    (number,) = download_urls(store.db, engine.settings, [url], time.time())
    engine.wake()
    until(lambda: stage.there(scene))
    job = jobs.by_id(store.db, number)
    assert job is not None
    assert job.process_group is not None
    group = job.process_group
    began = time.monotonic()
    jobs.request_cancel(store.db, [number], time.time())
    engine.wake()
    until(lambda: not group_lives(group), _LONGEST)
    seconds = time.monotonic() - began
    until(lambda: _state(store, number) is JobState.CANCELLED)
    return seconds


def _interrupted(command: list[str], stage: _Stage, scene: _Scene) -> float:
    """Seconds that yt-dlp takes to go after what ctrl+c sends; at most the patience there is."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until(lambda: stage.there(scene))
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        try:
            until(lambda: process.poll() is not None and not group_lives(process.pid), _LONGEST)
        except TimeoutError:
            return _LONGEST
        return time.monotonic() - began
    finally:
        if group_lives(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _waiting(engine: Engine, store: Store, site: Site, video: str) -> float:
    """A job that waits for its next try has no process: seconds until its row says cancelled."""
    site.misbehave(video, replace(site.world.misbehaviours()["overloaded"], times=0))
    (number,) = download_urls(store.db, engine.settings, [site.video_url(video)], time.time())
    engine.wake()
    until(lambda: _state(store, number) is JobState.WAITING)
    began = time.monotonic()
    jobs.request_cancel(store.db, [number], time.time())
    until(lambda: _state(store, number) is JobState.CANCELLED)
    return time.monotonic() - began


def _state(store: Store, number: int) -> JobState:
    job = jobs.by_id(store.db, number)
    assert job is not None
    return job.state
