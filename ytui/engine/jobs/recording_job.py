"""Recording job: a broadcast, piece by piece, while the download of the whole waits for its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ytui.core.eligibility import Eligibility, room_for
from ytui.core.failures.classes import FailureClass
from ytui.core.failures.classifier import Evidence
from ytui.core.formatting import format_duration, format_size, format_time_of_day
from ytui.core.job_options import JobOptions
from ytui.core.models import JobState, VideoState
from ytui.core.protocol import Outcome, PieceRecorded, Planned, Recorded, Reply
from ytui.core.settings import Channel, RecordLive
from ytui.core.tasks import Common, DownloadTask, RecordingTask
from ytui.core.wait_reasons import ITS_START
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.context import EngineContext, RunningJob
from ytui.engine.jobs.cookie_jars import JobCookies
from ytui.engine.jobs.download_job import (
    compared_files,
    queue_comparison,
    remove_superseded_parts,
    wanted_cookies,
)
from ytui.engine.jobs.missing_extras import extras_of, queue_extras
from ytui.store import channels, jobs, journal, recordings, videos
from ytui.store.database import Database, transaction
from ytui.store.library_marker import FOLDER
from ytui.store.rows import Job, Video

PREFIX = "recording-"
"""What the folder of a piece under way is called, before the video's row id."""
FIRST_LOOK, LONGEST_LOOK = 20.0, 900.0
"""Seconds until the next look at a broadcast that should have begun: a quarter of how late it is."""


class RecordingRun:
    """The engine's side of one recording. Lives as long as its job's process."""

    def __init__(self, context: EngineContext, job: Job, common: Common) -> None:
        """Build the task; raises ``LookupError`` if the video is gone from the store."""
        assert job.video_id is not None
        self._context = context
        self._job = job
        db = context.db
        found = videos.by_id(db, job.video_id)
        if found is None:
            raise LookupError("its video is not in the store any more")
        self.video: Video = found
        row = channels.by_id(db, found.channel_id) if found.channel_id else None
        self._settings: Channel = settings_of(context.settings, row)
        self.declined: Eligibility | None = None
        library = context.settings.library.path
        self._loan = JobCookies(context, wanted_cookies(self._settings, job), job.id)
        self.task = RecordingTask(
            DownloadTask(
                common=replace(common, args=(*common.args, *self._settings.args), cookies=self._loan.copy),
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

    @property
    def partial(self) -> Path:
        """The folder of the piece under way."""
        return self.task.download.partial

    def finished(self, outcome: Outcome | None) -> None:
        """The process is gone: what its site renewed in the lent cookies goes back."""
        self._loan.end(outcome, holds=True)

    def evidence(self, evidence: Evidence) -> Evidence:
        """The evidence of its failure, with what the engine alone knows of it."""
        return self._loan.evidence(evidence)

    def planned(self, planned: Planned, running: RunningJob) -> Reply:
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

    def piece(self, piece: PieceRecorded) -> Reply:
        """Note a piece that lies in the library: beside the whole to come, or as the whole itself."""
        db, now = self._context.db, self._context.clock()
        with transaction(db):
            fresh = videos.by_id(db, self.video.id)
            # The download of the whole may have been faster: its file stays the video's.
            if piece.whole and fresh is not None and fresh.state is not VideoState.DOWNLOADED:
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
    def compares(self) -> bool:
        """Whether it records nothing, but looks at what was recorded beside the whole."""
        return self._job.options.compare

    def recorded(self, db: Database, outcome: Recorded) -> None:
        """The broadcast is over: the whole is due, or there. Runs in the transaction that ended the job."""
        now = self._context.clock()
        if outcome.over:
            jobs.wake_class(db, self.video.id, FailureClass.LIVE_NOW, now)
        video = videos.by_id(db, self.video.id)
        if video is None:
            return
        if outcome.compared is not None:
            remove_superseded_parts(db, self._job, video, outcome.compared, now)
        elif not self.compares:
            # The whole may have come before the last part did.
            queue_comparison(db, video, now)
        self._record_on(video)

    def _record_on(self, video: Video) -> None:
        """Begin to record what a person asked for while this only filed or compared what there was."""
        job = jobs.by_id(self._context.db, self._job.id)
        if job is None or job.options.record is None or not (job.options.finish or job.options.compare):
            return
        record(self._context, video, job.options.record, job.options, asked=True, due_at=None)

    def not_yet(self, db: Database, starts_at: float | None) -> None:
        """It has not begun: look again at its start, or a little later. Runs in a transaction."""
        now = self._context.clock()
        late = 0.0 if starts_at is None else now - starts_at
        wait = -late if late < 0 else min(max(late / 4, FIRST_LOOK), LONGEST_LOOK)
        jobs.release(
            db,
            self._job.id,
            now=now,
            state=JobState.WAITING,
            due_at=now + wait + 1.0,
            wait=ITS_START,
            outcome="declined",
        )


def _words(piece: PieceRecorded) -> str:
    if piece.whole:
        return "recorded from its beginning to its end, in the library"
    lasts = f"{format_duration(piece.seconds)} " if piece.seconds is not None else ""
    return (
        f"recorded in part: {lasts}from {format_time_of_day(piece.started_at)[:5]}, {format_size(piece.size)}"
    )


def record(
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
