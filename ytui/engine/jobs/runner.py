"""Runner of one job in one slot, from its process's start to the row that says how it ended."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping

from ytui.core.failures.classifier import Evidence
from ytui.core.models import JobKind, Stage
from ytui.core.protocol import (
    ChallengeReply,
    ChallengeRequest,
    Declined,
    JobFailed,
    Permit,
    Progress,
    Reply,
    Report,
    Started,
)
from ytui.core.request_budget import Requester
from ytui.core.tasks import Common
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.context import EngineContext, RunningJob, StopReason
from ytui.engine.holds.breakers import probe_ended
from ytui.engine.jobs.cookie_jars import LoginUnusable, guest_folder
from ytui.engine.jobs.download_job import DownloadRun
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.jobs.info_job import InfoRun
from ytui.engine.jobs.job_process import Ended, JobProcess
from ytui.engine.jobs.job_run import JobRun, release_stopped
from ytui.engine.jobs.listing_job import ListingRun
from ytui.engine.jobs.missing_extras import still_held
from ytui.engine.jobs.recording_job import RecordingRun
from ytui.engine.live_status import SlotState, SlotView
from ytui.engine.sites.rate_limiter import PermitRequest
from ytui.engine.solver import solver
from ytui.store import channels, jobs
from ytui.store.database import transaction
from ytui.store.jobs import downloads_queued
from ytui.store.rows import Job

RUNS: Mapping[JobKind, Callable[[EngineContext, Job, Common], JobRun]] = {
    JobKind.FETCH: ListingRun,
    JobKind.DOWNLOAD: DownloadRun,
    JobKind.EXTRAS: DownloadRun,
    JobKind.INFO: InfoRun,
    JobKind.RECORDING: RecordingRun,
}
KILLED_WORDS = "its process was killed by signal {}, perhaps because memory ran out"


class Runner:
    """Runs the claimed job of one slot. One object a job; used by the slot's thread alone."""

    def __init__(self, context: EngineContext, slot: int, job: Job) -> None:
        self._context = context
        self._slot = slot
        self._job = job
        row = channels.by_id(context.db, job.channel_id) if job.channel_id else None
        self._channel_name = row.name if row is not None else ""
        self._settings = settings_of(context.settings, row)
        self._bytes = 0
        self._over = False

    def run(self) -> None:
        """Run the job to its end, whatever that is."""
        if still_held(self._context, self._job):
            return
        self._show()
        try:
            run = RUNS[self._job.kind](self._context, self._job, self._common())
            process = JobProcess(run.task)
        except (EOFError, ConnectionError):
            # The fork server was killed a moment ago; the next start finds it gone and has another.
            release_stopped(self._context, self._job, StopReason.NO_SERVER)
            return
        except LoginUnusable as dead:
            handle_failure(self._context, self._job, self._settings, dead.evidence, asked=False)
            return
        except (LookupError, OSError) as error:
            said = Evidence(message=f"the job could not be started: {error}")
            handle_failure(self._context, self._job, self._settings, said, asked=False)
            return
        # As far as an earlier extraction told; a guess would only hold up the others.
        running = RunningJob(self._job, process, self._job.options.expected_bytes)
        with self._context.running_lock:
            self._context.running[self._slot] = running
        try:
            self._catch_up(running)
            # Closed at once, should a report not be heard to its end: then the process is gone too.
            with contextlib.closing(process.reports()) as reports:
                for report in reports:
                    self._hear(report, run, running)
        finally:
            self._over = True
            self._context.rate_limiter.forget(self._slot)
            self._context.solvers.forget(self._job.id)
            with self._context.running_lock:
                del self._context.running[self._slot]
        ended = process.ended()
        run.finished(ended.outcome)
        written = self._context.persist(lambda: self._write_down(ended, run, running))
        if written and run.leftover is not None:
            # The record of the last step is needed until the row says so, and would after a power cut.
            with contextlib.suppress(OSError):
                self._context.store.sync()
                shutil.rmtree(run.leftover, ignore_errors=True)

    def _write_down(self, ended: Ended, run: JobRun, running: RunningJob) -> None:
        gone = ended.outcome is None and ended.server_gone
        stopped = running.stopped or (StopReason.NO_SERVER if gone else None)
        with transaction(self._context.db):
            match ended.outcome:
                case None | Declined() | JobFailed() if stopped is not None:
                    run.on_stopped(stopped)
                case None:
                    run.on_outcome(JobFailed(self._vanished(ended), bytes_received=self._bytes))
                case outcome:
                    run.on_outcome(outcome)
            probe_ended(self._context, self._job.id)

    def _show(self) -> None:
        self._context.live_status.put(
            SlotView(
                slot=self._slot,
                state=SlotState.RUNNING,
                job=self._job.id,
                kind=self._job.kind,
                title=self._job.title,
                channel=self._channel_name,
                stage=Stage.STARTING,
                # Where an earlier process was: what it received is there.
                fraction=None if self._job.percent is None else self._job.percent / 100,
                attempt=self._job.attempt,
                started_at=self._context.clock(),
            )
        )

    def _common(self) -> Common:
        context = self._context
        return Common(
            job=self._job.id,
            log=context.places.job_logs_dir / f"{self._job.id}.log",
            args=context.settings.ytdlp.args,
            extractor_modules=context.extractor_modules,
            guests=guest_folder(context.places, context.settings.limits, self._job.site),
            asks_permits=True,
            shared_solver=True,
            bandwidth=self._bandwidth(),
            tokens=context.places.tokens_dir,
            players=context.places.player_code_dir,
        )

    def _bandwidth(self) -> int | None:
        """Each slot's equal share, whether the others have work or not: together they never use more."""
        limit = self._context.settings.limits.bandwidth
        slots = len(self._context.live_status.snapshot(0.0).slots)
        return None if limit is None else max(1, limit // max(1, slots))

    def _catch_up(self, running: RunningJob) -> None:
        """A cancel that came between the claim and the process, or a stop, is not lost."""
        fresh = jobs.by_id(self._context.db, self._job.id)
        if fresh is not None and fresh.cancel_requested:
            self._context.stop_process(self._job.id, StopReason.CANCEL)
        elif self._context.ending_jobs or (self._context.stopping and self._job.kind is JobKind.RECORDING):
            self._context.stop_process(self._job.id, StopReason.SHUTDOWN)

    def _hear(self, report: Report, run: JobRun, running: RunningJob) -> None:
        live_status, process = self._context.live_status, running.process
        match report:
            case Progress():
                self._bytes = report.done_bytes or self._bytes
                total = report.total_bytes or running.expected_bytes
                running.expected_bytes = max(0, total - report.done_bytes)
                live_status.progress(self._slot, report)
            case Started():
                jobs.set_process(self._context.db, self._job.id, report.pid, report.group)
                live_status.update(self._slot, pid=report.pid)
            case Permit():
                self._permit(report, process)
            case ChallengeRequest():
                self._challenges(report, process)
        reply = run.on_report(report, running)
        if reply is not None:
            process.reply(reply)

    def _permit(self, permit: Permit, process: JobProcess) -> None:
        """Hand the question on to the governor, whose answer goes straight to the process."""

        def answer(go: bool, reason: str) -> None:
            process.reply(Reply(permit.ask, go, reason))
            self._context.live_status.update(self._slot, waiting_for="", waiting_until=None)

        def on_wait(site: str, until: float | None) -> None:
            self._context.live_status.update(self._slot, waiting_for=f"{site} budget", waiting_until=until)

        listing = self._job.kind is JobKind.FETCH
        asker = Requester(
            self._job.asked, listing, listing and downloads_queued(self._context.db, self._job.site)
        )
        self._context.rate_limiter.ask(PermitRequest(self._slot, permit.host, asker, answer, on_wait))

    def _challenges(self, request: ChallengeRequest, process: JobProcess) -> None:
        """Hand challenges on to the shared solver, whose answer goes straight to the process."""
        live_status = self._context.live_status

        def answer(reply: ChallengeReply) -> None:
            process.reply(reply)
            show("")

        def on_wait() -> None:
            show("the site's JavaScript player")

        def show(waiting_for: str) -> None:
            if not self._over:
                live_status.update(self._slot, waiting_for=waiting_for, waiting_until=None)

        self._context.solvers.ask(solver.SolveRequest(self._job.id, request, answer, on_wait))

    def _vanished(self, ended: Ended) -> Evidence:
        """The process ended without a word: say by what."""
        if ended.problem:
            return Evidence(message=f"the job's report could not be read: {ended.problem}")
        if ended.signal is not None:
            return Evidence(message=KILLED_WORDS.format(ended.signal), signal=ended.signal)
        with contextlib.suppress(OSError):
            log = self._context.places.job_logs_dir / f"{self._job.id}.log"
            lines = log.read_text(errors="replace").strip().splitlines()
            if lines:
                return Evidence(message=f"its process ended with code {ended.exit_code}: {lines[-1][:300]}")
        return Evidence(message=f"its process ended with code {ended.exit_code} and said nothing")
