"""What a new holder does first: nothing that was running when the last one vanished may be lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from pathlib import Path

from ytui.core.models import VideoState
from ytui.core.states import ACTIVE_STATES
from ytui.engine.jobs.process import group_lives
from ytui.engine.sites.states import forget_probes
from ytui.store import jobs, journal, videos
from ytui.store.database import Database, transaction
from ytui.store.library import FOLDER
from ytui.store.rows import Job


def recover(db: Database, now: float) -> list[Job]:
    """Put what was running back into the queue (running, interrupted, queued) and forget probes; those jobs.

    A job's process ends itself when its parent dies; one that has not done so yet is ended first, so that two
    never write the same partial.
    """
    for job in jobs.running(db):
        if job.process_group is not None and _is_ours(job.process_group):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(job.process_group, signal.SIGKILL)
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


def _is_ours(group: int) -> bool:
    """Whether a process group is a job's still: numbers are used again, so its leader's command is asked."""
    if not group_lives(group):
        return False
    try:
        return b"multiprocessing.forkserver" in Path(f"/proc/{group}/cmdline").read_bytes()
    except OSError:
        return False
