"""Recording job: a broadcast, piece by piece, while the download of the whole waits for its end."""

from __future__ import annotations

from pathlib import Path

from ytui.core.eligibility import Eligibility, room_for
from ytui.core.failures.classes import FailureClass
from ytui.core.formatting import format_duration, format_size, format_time_of_day
from ytui.core.job_options import JobOptions
from ytui.core.models import VideoState
from ytui.core.protocol import (
    Declined,
    JobFailed,
    Outcome,
    PieceRecorded,
    Planned,
    Progress,
    Recorded,
    Reply,
    Report,
)
from ytui.core.settings import RecordLive
from ytui.core.tasks import Common, DownloadTask, RecordingTask
from ytui.core.wait_reasons import ITS_START
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.context import EngineContext, RunningJob, StopReason
from ytui.engine.jobs.cookie_jars import JobCookies, wanted_cookies
from ytui.engine.jobs.job_run import JobRun, video_of
from ytui.engine.jobs.missing_extras import extras_of, queue_extras
from ytui.engine.jobs.recorded_parts import (
    NOT_COMPARED,
    compared_files,
    queue_comparison,
    remove_superseded_parts,
)
from ytui.store import channels, jobs, journal, recordings, videos
from ytui.store.database import Database, transaction
from ytui.store.library_marker import FOLDER
from ytui.store.rows import Job, Video

PREFIX = "recording-"
"""What the folder of a piece under way is called, before the video's row id."""
NOT_YET = "NotYetReleased"
"""What ends an extraction of what has not begun, by its name in the evidence."""
_DOWNLOADS = (VideoState.RUNNING, VideoState.DOWNLOADED)
FIRST_LOOK, LONGEST_LOOK = 20.0, 900.0
"""Seconds until the next look at a broadcast that should have begun: a quarter of how late it is."""


class RecordingRun(JobRun):
    """The engine's side of one recording."""

    task: RecordingTask

    def __init__(self, context: EngineContext, job: Job, common: Common) -> None:
        """Build the task; raises ``LookupError`` if the video is gone from the store."""
        assert job.video_id is not None
        db = context.db
        found = self.video = video_of(db, job.video_id)
        row = channels.by_id(db, found.channel_id) if found.channel_id else None
        super().__init__(context, job, settings_of(context.settings, row))
        self._bytes = 0
        self.declined: Eligibility | None = None
        library = context.settings.library.path
        self._loan = JobCookies(context, wanted_cookies(self._settings, job), job.id)
        self.task = RecordingTask(
            DownloadTask(
                common=self._own(common),
                url=found.url,
                video_id=found.video_id,
                library=library,
                partial=library / FOLDER / "partial" / f"{PREFIX}{found.id}",
                template=context.settings.library.template,
                quality=str(job.options.quality or self._settings.quality.value),
                channel_name=row.name if row is not None else None,
                layout=context.settings.library.layout,
            ),
            from_start=job.options.record == RecordLive.FROM_START,
            recorded=recordings.count(db, found.id),
            finish_only=job.options.finish or job.options.compare,
            compares=compared_files(db, found) if job.options.compare else (),
        )

    def on_report(self, report: Report, running: RunningJob) -> Reply | None:
        """Say whether the recording may start, and note its pieces."""
        match report:
            case Planned():
                if not report.resumed:
                    self._answered()
                reply = self._planned(report, running)
                self._show(title=self.video.title)
                return reply
            case PieceRecorded():
                return self._piece(report)
            case Progress():
                self._bytes = report.done_bytes or self._bytes
        return None

    def on_outcome(self, outcome: Outcome) -> None:
        """Write down that there is nothing more to record, or what became of it."""
        match outcome:
            case Recorded():
                self._end(outcome)
            case Declined() if self.declined is not None:
                self._no_room(self.declined.until)
            case Declined():
                self._permit_refused()
            case JobFailed():
                self._on_failed(outcome)

    def on_stopped(self, reason: StopReason) -> None:
        """What a person cancelled is filed as far as it came."""
        super().on_stopped(reason)
        if reason is StopReason.CANCEL:
            finish_left(self._context.db, self._context.settings.library.path, self._context.clock())

    def _on_failed(self, outcome: JobFailed) -> None:
        if self._library_is_gone(outcome):
            return
        if self._compares:
            self._end(Recorded(over=False, compared=NOT_COMPARED))
        elif NOT_YET in outcome.evidence.exception_types:
            self._not_yet(self._context.db, outcome.evidence.release_at)
        else:
            self._fail(outcome)
            self._recorded(self._context.db, Recorded(over=False))

    def _end(self, outcome: Recorded) -> None:
        self._finish(outcome, self._bytes)
        # Only now: a video has one active recording, and this may queue another.
        self._recorded(self._context.db, outcome)
        # What an unfinished piece has is none of a comparison's business.
        self.leftover = None if self._compares else self.task.download.partial

    def _planned(self, planned: Planned, running: RunningJob) -> Reply:
        """The broadcast is live: may its recording start? A no is kept in ``declined``."""
        db = self._context.db
        videos.record_facts(db, self.video.id, planned.facts)
        self.video = videos.by_id(db, self.video.id) or self.video
        jobs.set_title(db, self._job.id, self.video.title)
        verdict = room_for(0, self._context.conditions(db))
        if not verdict.eligible:
            self.declined = verdict
            return Reply(planned.ask, go=False, reason=verdict.reason)
        running.transferring = True
        return Reply(planned.ask, go=True)

    def _piece(self, piece: PieceRecorded) -> Reply:
        """Note a piece that lies in the library: beside the whole to come, or as the whole itself."""
        db, now = self._context.db, self._context.clock()
        with transaction(db):
            fresh = videos.by_id(db, self.video.id)
            # The download of the whole may have been faster, or be under way: its file is the video's then.
            if piece.whole and fresh is not None and fresh.state not in _DOWNLOADS:
                self._whole(db, piece, now)
            else:
                recordings.add(db, self.video.id, piece)
            journal.write_for(db, self._job, self.video, _words(piece), at=now)
        return Reply(piece.ask, go=True)

    def _whole(self, db: Database, piece: PieceRecorded, now: float) -> None:
        videos.set_downloaded(
            db,
            self.video.id,
            path=piece.path,
            size=piece.size,
            files=(piece.path,),
            format_id=piece.format_id,
            height=piece.height,
            now=now,
        )
        extras = extras_of(self._settings, self._context.settings.library.layout)
        if extras:
            queue_extras(self._context, self._job, self.video, sorted(extras))

    @property
    def _compares(self) -> bool:
        """Whether it records nothing, but looks at what was recorded beside the whole."""
        return self._job.options.compare

    def _recorded(self, db: Database, outcome: Recorded) -> None:
        """The broadcast is over: the whole is due, or there. Runs in the transaction that ended the job."""
        now = self._context.clock()
        if outcome.over:
            jobs.wake_class(db, self.video.id, FailureClass.LIVE_NOW, now)
        video = videos.by_id(db, self.video.id)
        if video is None:
            return
        if outcome.compared is not None:
            remove_superseded_parts(db, self._job, video, outcome.compared, now)
        elif not self._compares:
            # The whole may have come before the last part did.
            queue_comparison(db, video, now)
        self._record_on(video)

    def _record_on(self, video: Video) -> None:
        """Begin to record what a person asked for while this only filed or compared what there was."""
        job = jobs.by_id(self._context.db, self._job.id)
        if job is None or job.options.record is None or not (job.options.finish or job.options.compare):
            return
        queue_recording(self._context, video, job.options.record, job.options, asked=True, due_at=None)

    def _not_yet(self, db: Database, starts_at: float | None) -> None:
        """It has not begun: look again at its start, or a little later. Runs in a transaction."""
        now = self._context.clock()
        late = 0.0 if starts_at is None else now - starts_at
        wait = -late if late < 0 else min(max(late / 4, FIRST_LOOK), LONGEST_LOOK)
        jobs.release(db, self._job.id, now=now, due_at=now + wait + 1.0, wait=ITS_START)


def _words(piece: PieceRecorded) -> str:
    if piece.whole:
        return "recorded from its beginning to its end"
    lasts = f"{format_duration(piece.seconds)} " if piece.seconds is not None else ""
    return (
        f"recorded in part: {lasts}from {format_time_of_day(piece.started_at)[:5]}, {format_size(piece.size)}"
    )


def queue_recording(
    context: EngineContext,
    video: Video,
    mode: RecordLive,
    options: JobOptions,
    *,
    asked: bool,
    due_at: float | None,
) -> None:
    """Queue the recording of what is live, or will be at ``due_at``."""
    if mode is RecordLive.NO:
        return
    own = JobOptions(quality=options.quality, cookies=options.cookies, record=mode)
    now = context.clock()
    jobs.enqueue_recording(context.db, video=video, options=own, now=now, asked=asked, due_at=due_at)
    context.wake()


def finish_left(db: Database, library: Path, now: float) -> None:
    """Queue the filing of what interrupted recordings left that nobody will go on with."""
    going_on = set(recordings.unfinished(db))
    for folder in (library / FOLDER / "partial").glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX)
        if not number.isdecimal() or len(number) > 18 or int(number) in going_on:
            continue
        video = videos.by_id(db, int(number))
        if video is not None and any(folder.iterdir()):
            jobs.enqueue_recording(
                db, video=video, options=JobOptions(finish=True), now=now, asked=True, due_at=None
            )
