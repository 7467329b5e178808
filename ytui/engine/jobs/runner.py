"""Runner of one job in one slot, from its process's start to the row that says how it ended."""

from __future__ import annotations

import contextlib
import shutil

from ytui.core.failures.classifier import Evidence, FailureClass
from ytui.core.models import JobKind, JobState, Stage
from ytui.core.protocol import (
    ChallengeReply,
    ChallengeRequest,
    Declined,
    Detailed,
    Downloaded,
    FeedRead,
    JobFailed,
    Listed,
    ListingPage,
    Permit,
    PieceRecorded,
    Planned,
    Progress,
    Recorded,
    Reply,
    Report,
    Started,
    Unimproved,
)
from ytui.core.rate_limit import Requester
from ytui.core.tasks import Common
from ytui.core.wait_reasons import ROOM
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.context import NO_ROOM_AGAIN, EngineContext, RunningJob, StopReason
from ytui.engine.holds.breakers import arrived, probe_ended
from ytui.engine.jobs.cookie_jars import LoginUnusable, guest_folder
from ytui.engine.jobs.download_job import NOT_COMPARED, DownloadRun
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.jobs.info_job import InfoRun
from ytui.engine.jobs.listing_job import ListingRun
from ytui.engine.jobs.missing_extras import still_held
from ytui.engine.jobs.process import Ended, JobProcess
from ytui.engine.jobs.recording_job import RecordingRun, finish_left, record
from ytui.engine.live_status import SlotState, SlotView
from ytui.engine.sites.circuit_breaker import note_site_answered, note_success, wait_for_site
from ytui.engine.sites.rate_limiter import PermitRequest
from ytui.engine.sites.site_states import probe_lost
from ytui.engine.solver import solver
from ytui.store import channels, jobs
from ytui.store.database import transaction
from ytui.store.jobs import downloads_queued
from ytui.store.rows import Job

Work = ListingRun | DownloadRun | InfoRun | RecordingRun

NOT_YET = "NotYetReleased"
"""What ends an extraction of what has not begun, by its name in the evidence."""
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
        self._arrived = False
        self._over = False

    def run(self) -> None:
        """Run the job to its end, whatever that is."""
        if still_held(self._context, self._job):
            return
        self._show()
        try:
            work = self._work()
            process = JobProcess(work.task)
        except (EOFError, ConnectionError):
            # The fork server was killed a moment ago; the next start finds it gone and has another.
            self._stopped(StopReason.NO_SERVER)
            return
        except LoginUnusable as dead:
            handle_failure(self._context, self._job, self._settings, dead.evidence, asked=False)
            return
        except (LookupError, OSError) as error:
            handle_failure(
                self._context,
                self._job,
                self._settings,
                Evidence(message=f"the job could not be started: {error}"),
                asked=False,
            )
            return
        running = RunningJob(self._job, process, self._expected())
        with self._context.running_lock:
            self._context.running[self._slot] = running
        try:
            self._catch_up(running)
            # Closed at once, should a report not be heard to its end: then the process is gone too.
            with contextlib.closing(process.reports()) as reports:
                for report in reports:
                    self._hear(report, work, running)
        finally:
            self._over = True
            self._context.rate_limiter.forget(self._slot)
            self._context.solvers.forget(self._job.id)
            with self._context.running_lock:
                del self._context.running[self._slot]
        ended = process.ended()
        if not isinstance(work, ListingRun):
            work.finished(ended.outcome)
        written = self._context.persist(lambda: self._write_down(ended, work, running))
        if written and self._arrived and isinstance(work, DownloadRun | RecordingRun):
            # The record of the last step is needed until the row says so, and would after a power cut.
            with contextlib.suppress(OSError):
                self._context.store.sync()
                shutil.rmtree(work.partial, ignore_errors=True)

    def _write_down(self, ended: Ended, work: Work, running: RunningJob) -> None:
        with transaction(self._context.db):
            self._conclude(ended, work, running)
            if isinstance(ended.outcome, Downloaded | Detailed):
                arrived(self._context, self._job, self._settings)
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
                attempt=self._job.attempt,
                started_at=self._context.clock(),
            )
        )

    def _work(self) -> Work:
        context = self._context
        common = Common(
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
        if self._job.kind is JobKind.FETCH:
            return ListingRun(context, self._job, common)
        if self._job.kind is JobKind.RECORDING:
            return RecordingRun(context, self._job, common)
        kind = InfoRun if self._job.kind is JobKind.INFO else DownloadRun
        return kind(context, self._job, common)

    def _bandwidth(self) -> int | None:
        """Each slot's equal share, whether the others have work or not: together they never use more."""
        limit = self._context.settings.limits.bandwidth
        slots = len(self._context.live_status.snapshot(0.0).slots)
        return None if limit is None else max(1, limit // max(1, slots))

    def _expected(self) -> int:
        """Bytes it will need as far as an earlier extraction told; a guess would only hold up the others."""
        return self._job.options.expected_bytes

    def _catch_up(self, running: RunningJob) -> None:
        """A cancel that came between the claim and the process, or a stop, is not lost."""
        fresh = jobs.by_id(self._context.db, self._job.id)
        if fresh is not None and fresh.cancel_requested:
            self._context.stop_process(self._job.id, StopReason.CANCEL)
        elif self._context.ending_jobs or (self._context.stopping and self._job.kind is JobKind.RECORDING):
            self._context.stop_process(self._job.id, StopReason.SHUTDOWN)

    def _hear(self, report: Report, work: Work, running: RunningJob) -> None:
        live_status, process = self._context.live_status, running.process
        if isinstance(report, Progress):
            self._bytes = report.done_bytes or self._bytes
            running.expected_bytes = max(
                0, (report.total_bytes or running.expected_bytes) - report.done_bytes
            )
            live_status.progress(self._slot, report)
        elif isinstance(report, Started):
            jobs.set_process(self._context.db, self._job.id, report.pid, report.group)
            live_status.update(self._slot, pid=report.pid)
        elif isinstance(report, FeedRead) and isinstance(work, ListingRun):
            process.reply(work.feed_read(report))
        elif isinstance(report, ListingPage) and isinstance(work, ListingRun):
            process.reply(work.page(report))
            live_status.update(self._slot, stage=Stage.LISTING, detail=work.words(report))
        elif isinstance(report, PieceRecorded) and isinstance(work, RecordingRun):
            process.reply(work.piece(report))
        elif isinstance(report, Planned) and isinstance(work, DownloadRun | RecordingRun):
            process.reply(work.planned(report, running))
            live_status.update(self._slot, title=work.video.title)
        elif isinstance(report, Permit):
            self._permit(report, process)
        elif isinstance(report, ChallengeRequest):
            self._challenges(report, process)
        # A resumed download is planned from what was kept: that says nothing of the line or the site.
        if isinstance(report, ListingPage) or (isinstance(report, Planned) and not report.resumed):
            note_success(self._context)
            # A probe has its answer now; nobody need wait for the end of its transfer.
            note_site_answered(self._context, self._job)

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

    def _conclude(self, ended: Ended, work: Work, running: RunningJob) -> None:
        outcome = ended.outcome
        if isinstance(work, InfoRun) and isinstance(outcome, Detailed):
            work.conclude(outcome)
        elif isinstance(outcome, Downloaded) and self._job.kind is JobKind.EXTRAS and outcome.extra_failures:
            self._failed(JobFailed(outcome.extra_failures[0].evidence, requests=outcome.requests), work)
        elif isinstance(outcome, Downloaded | Unimproved | Listed | Recorded):
            self._done(work, outcome)
        elif running.stopped is not None:
            self._stopped(running.stopped)
        elif outcome is None and ended.server_gone:
            self._stopped(StopReason.NO_SERVER)
        elif isinstance(outcome, Declined):
            self._declined(work)
        elif isinstance(outcome, JobFailed):
            self._failed(outcome, work)
        else:
            self._failed(JobFailed(self._vanished(ended), bytes_received=self._bytes), work)

    def _done(self, work: Work, outcome: Downloaded | Unimproved | Listed | Recorded) -> None:
        db, now = self._context.db, self._context.clock()
        with transaction(db):
            received = 0
            if isinstance(work, DownloadRun) and isinstance(outcome, Downloaded):
                received = outcome.bytes_received
                work.downloaded(db, outcome)
            elif isinstance(work, DownloadRun) and isinstance(outcome, Unimproved):
                received = outcome.bytes_received
                work.unimproved(db, outcome)
            if isinstance(work, RecordingRun) and isinstance(outcome, Recorded):
                received = self._bytes
            jobs.finish(db, self._job.id, now=now, bytes=received, requests=outcome.requests)
            if outcome.requests:
                note_site_answered(self._context, self._job)
            else:
                probe_lost(db, self._job.site, self._job.id, now)
            if isinstance(work, ListingRun) and isinstance(outcome, Listed):
                # After `finish`: a tab has one active fetch, and this may queue its older pages.
                work.listed(db, outcome)
                work.settle(db, "", "")
            if isinstance(work, RecordingRun) and isinstance(outcome, Recorded):
                # After `finish`: a video has one active recording, and this may queue another.
                work.recorded(db, outcome)
        note_success(self._context)
        # What an unfinished piece has is none of a comparison's business.
        self._arrived = not (isinstance(work, RecordingRun) and work.compares)

    def _stopped(self, reason: StopReason) -> None:
        db, now = self._context.db, self._context.clock()
        with transaction(db):
            probe_lost(db, self._job.site, self._job.id, now)
            if reason is StopReason.CANCEL:
                jobs.cancel(db, self._job.id, now)
                if self._job.kind is JobKind.RECORDING:
                    finish_left(db, self._context.settings.library.path, now)
            elif reason is StopReason.COOLDOWN:
                wait_for_site(db, self._job, now)
            elif reason is StopReason.NO_ROOM:
                self._wait_for_room(now + NO_ROOM_AGAIN)
            else:
                jobs.release(
                    db,
                    self._job.id,
                    now=now,
                    state=JobState.QUEUED,
                    due_at=None,
                    outcome="interrupted",
                )

    def _declined(self, work: Work) -> None:
        db, now = self._context.db, self._context.clock()
        if isinstance(work, DownloadRun) and work.live is not None:
            with transaction(self._context.db):
                handle_failure(self._context, self._job, self._settings, work.live)
                self._record(work, None)
            return
        with transaction(db):
            if not isinstance(work, DownloadRun | RecordingRun) or not _said_no(work):
                # Its permit was refused: the site closed while it asked.
                probe_lost(db, self._job.site, self._job.id, now)
                wait_for_site(db, self._job, now)
                return
            note_site_answered(self._context, self._job)
            if isinstance(work, DownloadRun) and work.refused_by:
                work.refused(db)
            elif work.declined is not None:
                self._wait_for_room(work.declined.until or now + NO_ROOM_AGAIN)

    def _record(self, work: DownloadRun, starts_at: float | None) -> None:
        """Have a broadcast recorded that this download met, or that will begin at ``starts_at``."""
        record(
            self._context,
            work.video,
            work.recording,
            self._job.options,
            asked=self._job.asked,
            due_at=starts_at,
        )

    def _wait_for_room(self, until: float) -> None:
        jobs.release(
            self._context.db,
            self._job.id,
            now=self._context.clock(),
            state=JobState.WAITING,
            due_at=until,
            wait=ROOM,
            outcome="declined",
        )

    def _failed(self, outcome: JobFailed, work: Work) -> None:
        if isinstance(work, InfoRun):
            work.failed(outcome)
            return
        if (
            outcome.evidence.status is None
            and isinstance(work, DownloadRun | RecordingRun)
            and self._library_is_gone()
        ):
            return
        if isinstance(work, RecordingRun) and work.compares:
            self._done(work, Recorded(over=False, compared=NOT_COMPARED))
            return
        if isinstance(work, RecordingRun) and NOT_YET in outcome.evidence.exception_types:
            work.not_yet(self._context.db, outcome.evidence.release_at)
            return
        failure = handle_failure(
            self._context,
            self._job,
            self._settings,
            outcome.evidence if isinstance(work, ListingRun) else work.evidence(outcome.evidence),
            bytes_received=outcome.bytes_received,
            requests=outcome.requests,
            detail=outcome.traceback,
            has_file=isinstance(work, DownloadRun) and work.replaces is not None,
        ).failure
        if isinstance(work, RecordingRun):
            work.recorded(self._context.db, Recorded(over=False))
        if isinstance(work, DownloadRun):
            if outcome.offer is not None:
                work.withheld(self._context.db, outcome.offer)
            if failure.failure_class is FailureClass.UPCOMING:
                self._record(work, outcome.evidence.release_at)
        if isinstance(work, ListingRun):
            db = self._context.db
            with transaction(db):
                work.settle(db, failure.reason, failure.failure_class.value)

    def _library_is_gone(self) -> bool:
        """Whether the library went away under the job, which is then no failure: it goes on with that."""
        if not self._context.look_at_library():
            return False
        self._stopped(StopReason.NO_LIBRARY)
        return True

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


def _said_no(work: DownloadRun | RecordingRun) -> bool:
    return work.declined is not None or (isinstance(work, DownloadRun) and bool(work.refused_by))


def put_back(context: EngineContext, job: Job) -> bool:
    """Queue a job again whose process is gone, uncharged; false if it does not run any more."""
    return jobs.release(context.db, job.id, now=context.clock(), outcome="interrupted")
