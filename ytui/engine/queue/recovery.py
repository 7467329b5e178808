"""What a new holder does first: nothing that was running when the last one vanished may be lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from ytui.core.models import VideoState
from ytui.core.states import ACTIVE_STATES
from ytui.engine.jobs.job_process import group_lives
from ytui.engine.sites.site_states import forget_probes
from ytui.store import jobs, journal, videos
from ytui.store.database import Database, transaction
from ytui.store.library_marker import FOLDER
from ytui.store.rows import Job

PATIENCE = 5.0
"""Seconds for a killed process to be gone; one that waits for a disk may take longer."""


def recover(db: Database, now: float) -> list[Job]:
    """Put what was running back into the queue (running, interrupted, queued) and forget probes; those jobs.

    A job's process ends itself when its parent dies; one that has not done so yet is ended first, so that two
    never write the same partial.
    """
    _end(job.process_group for job in jobs.running(db) if job.process_group is not None)
    with transaction(db):
        recovered = jobs.recover(db, now)
        forget_probes(db, now)
        for job in recovered:
            journal.write(
                db,
                at=now,
                level="warning",
                type="runtime",
                message=f"{job.title}: interrupted, queued again",
                job_id=job.id,
                channel_id=job.channel_id,
                video_id=job.video_id,
            )
    return recovered


def tidy_partials(db: Database, library: Path) -> None:
    """Delete what a holder left that was killed after a video had arrived, and before it had tidied up.

    To be called before a job is started.
    """
    for folder in (library / FOLDER / "partial").glob("video-*"):
        number = folder.name.removeprefix("video-")
        if number.isdecimal() and len(number) < 19 and _has_arrived(db, int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _has_arrived(db: Database, number: int) -> bool:
    video = videos.by_id(db, number)
    if video is None or video.state is not VideoState.DOWNLOADED:
        return False
    return not jobs.list(db, states=ACTIVE_STATES, video_id=number, limit=1)


def _end(groups: Iterable[int]) -> None:
    """Kill these groups if they are jobs' still, and wait until the kernel is done with them.

    On a busy machine that takes its time, and until then their files and connections are open.
    """
    ending = []
    for group in groups:
        command = _command(group)
        # Numbers are used again: what is somebody else's by now has another command.
        if command and b"multiprocessing.forkserver" not in command:
            continue
        ending.append(group)
        # One that is ending by itself has no command any more.
        if command:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while any(map(group_lives, ending)) and time.monotonic() < deadline:
        time.sleep(0.005)


def _command(group: int) -> bytes:
    """The command line of a group's leader; empty if that is gone, or just going."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{group}/cmdline").read_bytes()
    return b""
