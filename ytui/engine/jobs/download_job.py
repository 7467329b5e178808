"""Download job: what it is asked to do, whether it may start once its size is known, and its result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ytui.core.eligibility import Eligibility, room_for
from ytui.core.embed_options import IN_THE_FILE
from ytui.core.failures.classifier import Evidence, FailureClass
from ytui.core.filters import IS_LIVE, FilterFacts, judge
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, VideoReason, VideoState
from ytui.core.protocol import (
    Declined,
    Downloaded,
    JobFailed,
    Offer,
    Outcome,
    Planned,
    Reply,
    Report,
    Unimproved,
    VideoFacts,
)
from ytui.core.settings import Quality, RecordLive
from ytui.core.tasks import Common, DownloadTask, Replaces
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import retained, retained_by_count
from ytui.engine.context import EngineContext, RunningJob
from ytui.engine.holds.breakers import arrived
from ytui.engine.jobs.cookie_jars import JobCookies, wanted_cookies
from ytui.engine.jobs.job_run import JobRun, video_of
from ytui.engine.jobs.missing_extras import extras_of, held_extras, keep_for_later
from ytui.engine.jobs.recorded_parts import queue_comparison
from ytui.engine.jobs.recording_job import queue_recording
from ytui.engine.quality_upgrade import Setups, leftover_of, record, replaced_name, replaces_of
from ytui.engine.sites.circuit_breaker import note_site_answered
from ytui.store import channels, jobs, journal, offers, pending_deletes, videos
from ytui.store.database import Database
from ytui.store.library_marker import FOLDER
from ytui.store.rows import Job, Level, Video

PREMIERE_LATE = 60.0
"""Seconds until the next look at a premiere that should be over by now."""


class DownloadRun(JobRun):
    """The engine's side of one download, of media or of extras."""

    task: DownloadTask

    def __init__(self, context: EngineContext, job: Job, common: Common) -> None:
        """Build the task.

        Raises ``LookupError`` if the video is gone from the store, ``LoginUnusable`` if it needs a login that
        is not there or is dead, and ``OSError``.
        """
        assert job.video_id is not None
        db = context.db
        self.video: Video = video_of(db, job.video_id)
        row = channels.by_id(db, self.video.channel_id) if self.video.channel_id else None
        super().__init__(context, job, settings_of(context.settings, row))
        self.declined: Eligibility | None = None
        self.refused_by = ""
        self.live: Evidence | None = None
        options = job.options
        library = Path(options.output) if options.output else context.settings.library.path
        self._elsewhere = bool(options.output)
        if self._elsewhere:
            (library / FOLDER / "partial").mkdir(parents=True, exist_ok=True)
        extras_only = job.kind is JobKind.EXTRAS
        layout = context.settings.library.layout
        extras = set(options.extras) if extras_only else extras_of(self._settings, layout)
        if options.metadata_only:
            extras -= IN_THE_FILE
        self._held = {} if extras_only else held_extras(db, job.site, extras, context.clock())
        self._setup = Setups(context.settings).of(self._settings)
        self._fresh = True
        """Whether the site was asked what it offers in this very job, or in that whose last step it makes."""
        self.replaces = replaces_of(db, job, self.video, library) if job.kind is JobKind.DOWNLOAD else None
        self._loan = JobCookies(context, wanted_cookies(self._settings, job), job.id)
        self.task = DownloadTask(
            common=self._own(common),
            url=self.video.url,
            video_id=self.video.video_id,
            library=library,
            partial=library / FOLDER / "partial" / partial_name(self.video, extras_only),
            template=context.settings.library.template,
            quality=str(options.quality or self._settings.quality.value),
            channel_name=row.name if row is not None else None,
            extras=frozenset(extras - self._held.keys()),
            subtitle_langs=self._settings.subtitle_langs,
            layout=layout,
            embed=self._settings.embed,
            sponsorblock=self._settings.sponsorblock,
            sponsorblock_categories=self._settings.sponsorblock_categories,
            strategy=job.strategy,
            replaces=self.replaces,
            leftover=None if extras_only or self._elsewhere else leftover_of(job, self.video, library),
            fallback=self._settings.fallback,
            metadata_only=extras_only or options.metadata_only,
            beside=self.video.path if extras_only else None,
        )

    def on_report(self, report: Report, running: RunningJob) -> Reply | None:
        """Say whether the transfer may start."""
        if not isinstance(report, Planned):
            return None
        # A resumed download is planned from what was kept: that says nothing of the line or the site.
        if not report.resumed:
            self._answered()
        reply = self._planned(report, running)
        self._show(title=self.video.title)
        return reply

    def on_outcome(self, outcome: Outcome) -> None:
        """Write down that the video is in the library, or what became of it."""
        match outcome:
            case Downloaded():
                self._on_downloaded(outcome)
            case Unimproved():
                self._unimproved(self._context.db, outcome)
                self._arrives(outcome)
            case Declined():
                self._on_declined()
            case JobFailed():
                self._on_failed(outcome)

    def _on_downloaded(self, outcome: Downloaded) -> None:
        if self._job.kind is JobKind.EXTRAS and outcome.extra_failures:
            self._on_failed(JobFailed(outcome.extra_failures[0].evidence, requests=outcome.requests))
        else:
            self._downloaded(self._context.db, outcome)
            self._arrives(outcome)
        arrived(self._context, self._job, self._settings)

    def _arrives(self, outcome: Downloaded | Unimproved) -> None:
        self._finish(outcome, outcome.bytes_received)
        self.leftover = self.task.partial

    def _on_declined(self) -> None:
        if self.live is not None:
            self._fail(JobFailed(self.live))
            self._record(None)
        elif self.refused_by:
            note_site_answered(self._context, self._job)
            self._refused(self._context.db)
        elif self.declined is not None:
            self._no_room(self.declined.until)
        else:
            self._permit_refused()

    def _on_failed(self, outcome: JobFailed) -> None:
        if self._library_is_gone(outcome):
            return
        decision = self._fail(outcome, has_file=self.replaces is not None)
        if outcome.offer is not None:
            self._withheld(self._context.db, outcome.offer)
        if decision.failure.failure_class is FailureClass.UPCOMING:
            self._record(outcome.evidence.release_at)

    def _record(self, starts_at: float | None) -> None:
        """Have a broadcast recorded that this download met, or that will begin at ``starts_at``."""
        queue_recording(
            self._context,
            self.video,
            self.recording,
            self._job.options,
            asked=self._job.asked,
            due_at=starts_at,
        )

    def _planned(self, planned: Planned, running: RunningJob) -> Reply:
        """The extraction is done: may the transfer start?

        A no is kept in ``declined``, ``refused_by`` or, for what is being broadcast, ``live``.
        """
        db = self._context.db
        self._fresh = not planned.resumed
        videos.record_facts(db, self.video.id, planned.facts)
        self.video = video_of(db, self.video.id)
        jobs.set_title(db, self._job.id, self.video.title)
        if self._job.kind is JobKind.DOWNLOAD and not self._is_asked_for(db):
            judgement = judge(self._subject(planned.facts), self._settings, self._context.clock())
            # What is in the library already was let in once, be it by a person's wish.
            if not judgement.passes and self.replaces is None:
                self.refused_by = judgement.rule
                return Reply(planned.ask, go=False, reason=judgement.rule)
            if self.replaces is not None and not (self.task.library / self.replaces.path).exists():
                # A person deleted or renamed it while this waited for its turn.
                self.refused_by = VideoReason.FILE_GONE
                return Reply(planned.ask, go=False, reason=VideoReason.FILE_GONE)
            # It may have waited for days, and newer ones have come since.
            if not self.video.keep and not retained_by_count(db, self._settings)(self.video):
                self.refused_by = VideoReason.KEEP
                return Reply(planned.ask, go=False, reason=VideoReason.KEEP)
        if planned.facts.live_status == IS_LIVE and not self.task.metadata_only:
            self.live = _live_evidence(planned.facts, self._context.clock())
            return Reply(planned.ask, go=False, reason=self.live.message)
        running.expected_bytes = 0
        verdict = room_for(planned.expected_bytes or 0, self._context.conditions(db))
        if not verdict.eligible:
            self.declined = verdict
            # The next look needs no request: the size is known, and what was extracted is kept for hours.
            jobs.set_options(db, [self._job.id], JobOptions(expected_bytes=planned.expected_bytes or 0))
            return Reply(planned.ask, go=False, reason=verdict.reason)
        running.expected_bytes = planned.expected_bytes or 0
        running.transferring = True
        return Reply(planned.ask, go=True)

    def _subject(self, facts: VideoFacts) -> FilterFacts:
        """What the filters judge; what is being broadcast comes when that is over, and is judged again."""
        known = FilterFacts.of(facts, self.video.tab, exact=True)
        return replace(known, live_status=None) if facts.live_status == IS_LIVE else known

    @property
    def recording(self) -> RecordLive:
        """Whether it is recorded while it is live: as the person who asked for it said, or its channel."""
        if self.task.metadata_only or self._elsewhere:
            return RecordLive.NO
        return self._job.options.record or self._settings.record_live

    def _downloaded(self, db: Database, result: Downloaded) -> None:
        """The file is in the library: say so. Runs in the transaction that ends the job."""
        now = self._context.clock()
        if not self.task.metadata_only:
            root = self.task.library if self._elsewhere else Path()
            videos.set_downloaded(
                db,
                self.video.id,
                path=str(root / result.path),
                size=result.size,
                files=tuple(str(root / name) for name in self._files(db, result, now)),
                format_id=result.format_id,
                height=result.height,
                now=now,
            )
            self._keep_what_was_asked_for(db, now)
            queue_comparison(db, video_of(db, self.video.id), now)
            self._record_offer(db, result.offer)
        elif self.task.beside is not None and IN_THE_FILE & self.task.extras:
            size = (self.task.library / self.task.beside).stat().st_size
            videos.set_size(db, self.video.id, size)
        keep_for_later(self._context, self._job, self.video, result.extra_failures, self._held)
        without = ", ".join([*(failure.extra for failure in result.extra_failures), *self._held])
        message = self._arrived() + (f", without {without}" if without else "")
        level: Level = "warning" if without else "info"
        journal.write_for(db, self._job, self.video, message, at=now, level=level)

    def _files(self, db: Database, result: Downloaded, now: float) -> tuple[str, ...]:
        """Every file of the video; what the new ones leave of those that they replaced goes aside."""
        if self.replaces is None:
            return result.files
        left = [name for name in self.replaces.files if name not in result.files]
        moved = Path(result.path).with_suffix("") != Path(self.replaces.path).with_suffix("")
        old = left if moved else [name for name in left if name == self.replaces.path]
        pending_deletes.put_aside(db, self.video.id, old, replaced_name(self._job, self.video), now)
        return (*result.files, *(name for name in left if name not in old))

    def _record_offer(self, db: Database, offer: Offer | None) -> None:
        if offer is None:
            offers.forget(db, self.video.id)
            return
        record(
            db,
            video_of(db, self.video.id),
            offer,
            channel=self._settings,
            setup=self._setup,
            now=self._context.clock(),
            fresh=self._fresh,
            again=self._job.options.again,
            bound=Quality(self.task.quality).height,
        )

    def _unimproved(self, db: Database, result: Unimproved) -> None:
        """What was to be replaced stays. Runs in the transaction that ends the job."""
        now = self._context.clock()
        jobs.set_options(db, [self._job.id], JobOptions(unimproved=True))
        if result.facts is not None:
            videos.record_facts(db, self.video.id, result.facts)
        if result.offer is not None and not result.shorter:
            self._withheld(db, result.offer)
        else:
            offers.settled(db, self.video.id, now)
        why = (
            "what the site has now is shorter or lower than that"
            if result.shorter
            else "as good as there is now"
        )
        journal.write_for(db, self._job, self.video, f"stays as it is, {why}", at=now)

    def _withheld(self, db: Database, offer: Offer) -> None:
        """Not as much was to be had as the site offers, and that failed the job: keep it for the next try."""
        self._fresh = True
        self._record_offer(db, offer if self.replaces is None else _beside_file(offer, self.replaces))

    def _is_asked_for(self, db: Database) -> bool:
        """Whether a person asked for it, be it while it runs."""
        job = jobs.by_id(db, self._job.id)
        return job is not None and job.asked

    def _keep_what_was_asked_for(self, db: Database, now: float) -> None:
        """Retention would take at its next look what a person asked for all the same: mark it as kept."""
        video = video_of(db, self.video.id)
        if self._elsewhere or video.keep or not self._is_asked_for(db):
            return
        if retained(db, self._settings, now)(video):
            return
        videos.set_keep(db, [video.id], True)
        words = "marked as kept (K), its channel's `keep` would let it go at once"
        journal.write_for(db, self._job, video, words, at=now, type="runtime")

    def _arrived(self) -> str:
        if self.replaces is not None:
            return "downloaded again, and better"
        return "everything but the media" if self._job.options.metadata_only else "downloaded"

    def _refused(self, db: Database) -> None:
        """A filter said no when the exact facts were known: the video is skipped. Runs in a transaction."""
        now = self._context.clock()
        jobs.cancel(db, self._job.id, now)
        videos.set_state(db, self.video.id, VideoState.SKIPPED, expect=[VideoState.NEW], why=self.refused_by)


def _beside_file(offer: Offer, there: Replaces) -> Offer:
    """What is offered beside the file that is there: that one can be had, whatever the site gives now."""
    sides = [side for side in (offer.best, there.side) if side is not None]
    return replace(offer, available=there.side, best=None if offer.best is None else max(sides))


def _live_evidence(facts: VideoFacts, now: float) -> Evidence:
    """That a video is being broadcast, and when it will be over if it is a premiere."""
    ends = None
    if facts.release_at is not None and facts.duration:
        ends = max(facts.release_at + facts.duration, now + PREMIERE_LATE)
    return Evidence("It is live now.", exception_types=("LiveNow",), release_at=ends)


def partial_name(video: Video, extras_only: bool = False) -> str:
    """The name of a video's folder of partial files."""
    # By our own number: a single video's id becomes known only while it is downloaded, and must not move it.
    return f"video-{video.id}" + ("-extras" if extras_only else "")
