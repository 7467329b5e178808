"""Broadcasts of the sample site that are recorded, and what there is of them in the library."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import size_of, until
from tests.support.rows.library_queries import (
    runs,
    video,
)
from ytui.core.models import JobKind, VideoState
from ytui.demo.world import Video as Shown
from ytui.engine.engine import Engine
from ytui.engine.jobs.recording_job import PREFIX
from ytui.store import recordings, videos
from ytui.store.recordings import Recording
from ytui.store.rows import Job
from ytui.ytdlp.download.resume import BASENAME

SITE = "ytuidemo"
RECORDED = 'tabs = ["streams"]\nextras = []\nrecord_live = "{}"\n'


SEGMENT = 1000.0
"""Seconds of the clock, which the tests put forward, for one of media: a stream has eight of those."""


def begin(site: Site, *, there: float = 6.2, **more: Any) -> Shown:
    """A broadcast of which six seconds are there: less does not tell ffmpeg what is in it."""
    return site.announce("tiny1", starts_in=-there * SEGMENT, lasts=8 * SEGMENT, **more)


def subscribed(home: Home, site: Site, record_live: str, **shown: Any) -> Shown:
    """The same in a channel that is recorded."""
    found = begin(site, **shown)
    home.channel(site.channel_url("tiny1"), RECORDED.format(record_live))
    return found


def row_id(home: Home, shown: Shown) -> int | None:
    row = videos.by_key(home.db, SITE, shown.id)
    return None if row is None else row.id


def pieces(home: Home, shown: Shown) -> list[Recording]:
    number = row_id(home, shown)
    return [] if number is None else recordings.of_video(home.db, number)


def state_of(home: Home, shown: Shown) -> VideoState:
    row = videos.by_key(home.db, SITE, shown.id)
    assert row is not None
    return row.state


def received(home: Home) -> int:
    """Bytes of the piece under way."""
    found = home.library.glob(f".ytui/partial/{PREFIX}*/{BASENAME}.*")
    return sum(size_of(path) for path in found)


def appended(home: Home) -> int:
    """Fragments that are part of the piece under way, as its journal has it."""
    journals = home.library.glob(f".ytui/partial/{PREFIX}*/{BASENAME}.*.journal")
    return sum(len(journal.read_text().splitlines()) - 1 for journal in journals)


def ffmpeg_of(group: int) -> int:
    """The process that records in a job's group."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (entry / "cmdline").read_bytes()
            if b"-flush_packets" in words and os.getpgid(int(entry.name)) == group:
                return int(entry.name)
    raise AssertionError("no ffmpeg records here")


def whole_arrives(home: Home, shown: Shown) -> None:
    until(lambda: state_of(home, shown) is VideoState.DOWNLOADED)
    assert (home.library / str(video(home, shown.title).path)).exists()


def records(home: Home, engine: Engine, least: int = 1) -> Job:
    """The job that records, once so many bytes of the piece under way are there."""
    until(lambda: runs(home, JobKind.RECORDING) and received(home) >= least, 120)
    job = runs(home, JobKind.RECORDING)
    assert job is not None
    return job
