"""Job run: one job as its slot sees it, from its task to what becomes of it. One protocol for all kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import Any

from ytui.core.decision import Decision
from ytui.core.models import JobKind
from ytui.core.protocol import (
    Downloaded,
    JobFailed,
    Listed,
    Outcome,
    Recorded,
    Reply,
    Report,
    Unimproved,
)
from ytui.core.settings import Channel
from ytui.core.tasks import Common, Task
from ytui.core.wait_reasons import ROOM
from ytui.engine.context import NO_ROOM_AGAIN, EngineContext, RunningJob, StopReason
from ytui.engine.jobs.cookie_jars import JobCookies
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.sites.circuit_breaker import note_site_answered, note_success, wait_for_site
from ytui.engine.sites.site_states import probe_lost
from ytui.store import jobs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Job, Video


class JobRun(ABC):
    """The base of each kind of job. Lives as long as the job's process, in the slot's thread alone."""

    task: Task
    leftover: Path | None = None
    """The folder that is needed no more once the row says how the job ended."""
    _loan: JobCookies | None = None

    def __init__(self, context: EngineContext, job: Job, settings: Channel) -> None:
        """``settings`` are those of the job's channel."""
        self._context = context
        self._job = job
        self._settings = settings

    def on_report(self, report: Report, running: RunningJob) -> Reply | None:
        """Take what the process says; the answer where it waits for one."""
        return None

    @abstractmethod
    def on_outcome(self, outcome: Outcome) -> None:
        """The process has ended so: write down what becomes of the job.

        Runs in a transaction, and again if the database did not take that.
        """

    def on_stopped(self, reason: StopReason) -> None:
        """The process was ended from outside, or went with the fork server; in a transaction too."""
        release_stopped(self._context, self._job, reason)

    def finished(self, outcome: Outcome | None) -> None:
        """The process is gone: what its site renewed in the lent cookies goes back, unless they are dead."""
        if self._loan is not None:
            self._loan.end(outcome, holds=self._job.kind is not JobKind.INFO)

    def _own(self, common: Common) -> Common:
        """The common part of the task with the channel's options and the lent cookies."""
        args = (*common.args, *self._settings.args)
        return replace(common, args=args, cookies=None if self._loan is None else self._loan.copy)

    def _show(self, **values: Any) -> None:
        """Change what is shown of the job's slot."""
        if self._job.slot is not None:
            self._context.live_status.update(self._job.slot, **values)

    def _answered(self) -> None:
        """Something was heard of the site. A probe has its answer, and need not end for that."""
        note_success(self._context)
        note_site_answered(self._context, self._job)

    def _finish(self, outcome: Downloaded | Unimproved | Listed | Recorded, received: int = 0) -> None:
        """The job is done; ``received`` are bytes."""
        db, now = self._context.db, self._context.clock()
        jobs.finish(db, self._job.id, now=now, bytes=received, requests=outcome.requests)
        if outcome.requests:
            note_site_answered(self._context, self._job)
        else:
            probe_lost(db, self._job.site, self._job.id, now)
        note_success(self._context)

    def _fail(self, outcome: JobFailed, *, has_file: bool = False) -> Decision:
        """The attempt failed; ``has_file`` as in :func:`~ytui.engine.jobs.failures.handle_failure`."""
        evidence = outcome.evidence
        return handle_failure(
            self._context,
            self._job,
            self._settings,
            evidence if self._loan is None else self._loan.evidence(evidence),
            bytes_received=outcome.bytes_received,
            requests=outcome.requests,
            detail=outcome.traceback,
            has_file=has_file,
        )

    def _permit_refused(self) -> None:
        """The site closed while the job asked: it waits for that."""
        db, now = self._context.db, self._context.clock()
        probe_lost(db, self._job.site, self._job.id, now)
        wait_for_site(db, self._job, now)

    def _no_room(self, until: float | None) -> None:
        """The site answered, and the disk has no room for what it has."""
        note_site_answered(self._context, self._job)
        now = self._context.clock()
        jobs.release(self._context.db, self._job.id, now=now, due_at=until or now + NO_ROOM_AGAIN, wait=ROOM)

    def _library_is_gone(self, outcome: JobFailed) -> bool:
        """Whether the library went away under the job, which is then no failure: it goes on with that."""
        if outcome.evidence.status is not None or not self._context.look_at_library():
            return False
        self.on_stopped(StopReason.NO_LIBRARY)
        return True


def video_of(db: Database, number: int) -> Video:
    """The video of a job; ``LookupError`` if it is gone from the store."""
    found = videos.by_id(db, number)
    if found is None:
        raise LookupError("its video is not in the store any more")
    return found


def release_stopped(context: EngineContext, job: Job, reason: StopReason) -> None:
    """A job that was ended from outside is cancelled, waits, or is queued again where it was; uncharged."""
    db, now = context.db, context.clock()
    with transaction(db):
        probe_lost(db, job.site, job.id, now)
        if reason is StopReason.CANCEL:
            jobs.cancel(db, job.id, now)
        elif reason is StopReason.COOLDOWN:
            wait_for_site(db, job, now)
        elif reason is StopReason.NO_ROOM:
            again = now + NO_ROOM_AGAIN
            jobs.release(db, job.id, now=now, due_at=again, wait=ROOM, percent=_percent(context, job))
        else:
            percent = _percent(context, job)
            jobs.release(db, job.id, now=now, outcome="interrupted", percent=percent)


def _percent(context: EngineContext, job: Job) -> float | None:
    """How far the job is that is being ended; it goes on from there."""
    slots = context.live_status.snapshot(0.0).slots
    fraction = next((view.fraction for view in slots if view.job == job.id), None)
    return None if fraction is None else round(fraction * 100, 1)
