"""What these tests ask of a library and of the sample site's log."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from pathlib import Path

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from ytui import config
from ytui.core.models import JobKind, JobState, VideoState
from ytui.demo.site import Site
from ytui.engine.commands import queue_commands
from ytui.engine.context import EngineContext
from ytui.engine.engine import Engine
from ytui.engine.live_status import SlotView
from ytui.store import channels, jobs, journal, tabs, videos
from ytui.store.rows import Channel, Job, TabRow, Video

LISTS_ONLY = (JobKind.FETCH,)
HOUR, DAY = 3600.0, 86_400.0


def pages(site: Site, of: str = "") -> list[str]:
    """The listings' pages asked for so far, in order, as ``tiny1/videos 2``."""
    found = (re.fullmatch(r"/api/channel/(.+?)\?page=(\d+)", request.path) for request in site.log)
    asked = [f"{match[1]} {match[2]}" for match in found if match]
    return [page for page in asked if page.startswith(of)]


def watched(site: Site) -> list[str]:
    """The ids of the videos whose pages were asked for, in order."""
    return [request.path.split("/")[-1] for request in site.log if request.path.startswith("/watch/")]


def resumed_at(site: Site) -> list[int]:
    """Where each media request with a Range began."""
    starts = (re.match(r"bytes=(\d+)-", request.range) for request in site.log)
    return [int(match[1]) for match in starts if match and int(match[1])]


def titles(home: Home, *states: VideoState) -> set[str]:
    """The titles of the videos in these states, or of all."""
    return {video.title for video in videos.page(home.db, states=states, limit=1000)}


def video(home: Home, title: str) -> Video:
    """The video of a title."""
    return next(video for video in videos.page(home.db, limit=1000) if video.title == title)


def downloads(home: Home, *states: JobState) -> list[Job]:
    """The download jobs in these states, oldest first."""
    return jobs.list(home.db, kinds=[JobKind.DOWNLOAD], states=states, newest_first=False, limit=1000)


def first_channel(home: Home) -> Channel:
    """The first subscription by name."""
    return channels.subscribed(home.db)[0]


def tab(home: Home, name: str = "videos") -> TabRow:
    """A tab of the first subscription."""
    return next(row for row in tabs.tabs_of(home.db, first_channel(home).id) if row.tab == name)


def runs(home: Home, kind: JobKind) -> Job | None:
    """A running job of a kind whose process is known."""
    return next((job for job in jobs.running(home.db) if job.kind is kind and job.process_group), None)


def view_of(engine: Engine, job: int) -> SlotView | None:
    """What the board says of a job."""
    return next((view for view in engine.live_status.snapshot(0).slots if view.job == job), None)


def kill_process_of(home: Home, kind: JobKind) -> Job:
    """Kill the process of the running job of a kind, as the out-of-memory killer would; the job."""
    until(lambda: runs(home, kind))
    job = runs(home, kind)
    assert job is not None
    assert job.process_group is not None
    os.killpg(job.process_group, signal.SIGKILL)
    return job


def context_of(home: Home, now: float | None = None) -> EngineContext:
    """The engine's inner parts without threads and processes; its clock stands at ``now``."""
    loaded = config.load(home.places.config_file)
    moment = time.time() if now is None else now
    home.library.mkdir(exist_ok=True)
    return EngineContext(home.store, home.places, loaded.settings, lambda: moment, random.Random(1))


def edit(home: Home, old: str, new: str) -> None:
    """Edit the configuration by hand."""
    text = home.places.config_file.read_text()
    assert old in text
    # At once: whoever watches the file would read the half of it, or nothing.
    beside = home.places.config_file.with_suffix(".new")
    beside.write_text(text.replace(old, new))
    beside.replace(home.places.config_file)


def parts(home: Home) -> list[Path]:
    """The partial files with anything in them."""
    return [part for part in (home.library / ".ytui" / "partial").rglob("*.part*") if part.stat().st_size]


def fetch(home: Home, engine: Engine, now: float | None = None) -> None:
    """Fetch every channel as a person asks for it, and wait for the end of that."""
    queue_commands.fetch_channels(home.db, engine.settings, None, now or time.time())
    engine.wake()
    lists_over(home)


def lists_over(home: Home) -> None:
    """Wait until no listing owes a result."""
    until(lambda: not jobs.active_count(home.db, kinds=LISTS_ONLY))


def check(home: Home, engine: Engine) -> None:
    """Let every channel be due, and wait until that check is over."""
    for row in channels.subscribed(home.db):
        channels.set_next_fetch(home.db, row.id, None)
    queue_commands.fetch_channels(home.db, engine.settings, None, time.time(), asked=False, due_only=True)
    engine.wake()
    lists_over(home)


def said(home: Home) -> list[str]:
    """The journal, oldest first."""
    return [row.message for row in journal.tail(home.db)]
