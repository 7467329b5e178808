"""Download job: what it is asked to do, whether it may start once its size is known, and its result.

Sites cut and mute what was live. So a job of its own measures the files before any of them goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ytui.core.eligibility import Eligibility, room_for
from ytui.core.embed_options import IN_THE_FILE
from ytui.core.failures.classifier import Evidence
from ytui.core.filters import IS_LIVE, KEEP, FilterFacts, judge
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, Strategy, Tab, VideoState
from ytui.core.part_comparison import why_kept
from ytui.core.protocol import (
    Compared,
    Downloaded,
    Measured,
    Offer,
    Outcome,
    Planned,
    Reply,
    Unimproved,
    VideoFacts,
)
from ytui.core.settings import Channel, CookieUse, Quality, RecordLive
from ytui.core.tasks import Common, DownloadTask, Replaces
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import retained, retained_by_count
from ytui.engine.context import EngineContext, RunningJob
from ytui.engine.jobs.cookie_jars import JobCookies
from ytui.engine.jobs.missing_extras import extras_of, held_extras, keep_for_later
from ytui.engine.maintenance import missing_files
from ytui.engine.quality_upgrade import Setups, leftover_of, record, replaced_name, replaces_of
from ytui.store import channels, jobs, journal, offers, pending_deletes, recordings, videos
from ytui.store.database import Database
from ytui.store.library_marker import FOLDER
from ytui.store.recordings import Recording
from ytui.store.rows import Job, Level, Video

NOT_COMPARED = Compared(Measured(), ())
"""Where nothing could be measured: all parts stay."""


def queue_comparison(db: Database, video: Video, now: float) -> None:
    """Have the parts of a downloaded video measured beside it; while it is recorded still, its end does."""
    if video.state is VideoState.DOWNLOADED and recordings.of_video(db, video.id):
        jobs.enqueue_recording(
            db, video=video, options=JobOptions(compare=True), now=now, asked=True, due_at=None
        )


def compared_files(db: Database, video: Video) -> tuple[str, ...]:
    """The whole and then its parts, relative to the library; none where one of the two is gone meanwhile."""
    parts = recordings.of_video(db, video.id)
    return (video.path, *(part.path for part in parts)) if video.path is not None and parts else ()


def remove_superseded_parts(db: Database, job: Job, video: Video, compared: Compared, now: float) -> None:
    """Put the parts of a downloaded video aside; a whole that is shorter, lower or muted replaces nothing.

    ``video`` is as it is stored now. Runs in the transaction that ends the job.
    """
    parts = recordings.of_video(db, video.id)
    why = why_kept(compared, positions_of(parts, video.release_at))
    if not why:
        pending_deletes.put_aside(
            db, video.id, [part.path for part in parts], f"parts-{video.id}-{job.id}", now
        )
        recordings.set_replaced(db, [part.id for part in parts], now)
        journal.write_for(db, job, video, "its recorded parts have given way to it", at=now)
        return
    journal.write_for(db, job, video, f"the parts that were recorded stay: {why}", at=now, level="warning")


def positions_of(parts: Sequence[Recording], began: float | None) -> list[float | None]:
    """Where in its broadcast each part begins, in seconds; None where nobody knows.

    ``began`` is Unix time. One from the start begins where the one before from the start ended.
    """
    found: list[float | None] = []
    from_start = 0.0
    for part in parts:
        if part.from_start:
            found.append(from_start)
            from_start += part.seconds or 0.0
        else:
            found.append(None if began is None else part.started_at - began)
    return found


PREMIERE_LATE = 60.0
"""Seconds until the next look at a premiere that should be over by now."""


class DownloadRun:
    """The engine's side of one download. Lives as long as its job's process."""

    def __init__(self, context: EngineContext, job: Job, common: Common) -> None:
        """Build the task.

        Raises ``LookupError`` if the video is gone from the store, ``LoginUnusable`` if it needs a login that
        is not there or is dead, and ``OSError``.
        """
        assert job.video_id is not None
        self._context = context
        self._job = job
        db = context.db
        self.video: Video = self._video(db, job.video_id)
        row = channels.by_id(db, self.video.channel_id) if self.video.channel_id else None
        self._settings: Channel = settings_of(context.settings, row)
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
            common=replace(common, args=(*common.args, *self._settings.args), cookies=self._loan.copy),
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

    @staticmethod
    def _video(db: Database, number: int) -> Video:
        found = videos.by_id(db, number)
        if found is None:
            raise LookupError("its video is not in the store any more")
        return found

    def finished(self, outcome: Outcome | None) -> None:
        """The process is gone: what its site renewed in the lent cookies goes back, unless they are dead."""
        self._loan.end(outcome, holds=True)

    def evidence(self, evidence: Evidence) -> Evidence:
        """The evidence of its failure, with what the engine alone knows of it."""
        return self._loan.evidence(evidence)

    def planned(self, planned: Planned, running: RunningJob) -> Reply:
        """The extraction is done: may the transfer start?

        A no is kept in ``declined``, ``refused_by`` or, for what is being broadcast, ``live``.
        """
        db = self._context.db
        self._fresh = not planned.resumed
        videos.record_facts(db, self.video.id, planned.facts)
        self.video = self._video(db, self.video.id)
        jobs.set_title(db, self._job.id, self.video.title)
        if self._job.kind is JobKind.DOWNLOAD and not self._is_asked_for(db):
            judgement = judge(self._subject(planned.facts), self._settings, self._context.clock())
            # What is in the library already was let in once, be it by a person's wish.
            if not judgement.passes and self.replaces is None:
                self.refused_by = judgement.rule
                return Reply(planned.ask, go=False, reason=judgement.rule)
            if self.replaces is not None and not (self.task.library / self.replaces.path).exists():
                # A person deleted or renamed it while this waited for its turn.
                self.refused_by = missing_files.WHY
                return Reply(planned.ask, go=False, reason=missing_files.WHY)
            # It may have waited for days, and newer ones have come since.
            if not self.video.keep and not retained_by_count(db, self._settings)(self.video):
                self.refused_by = KEEP
                return Reply(planned.ask, go=False, reason=KEEP)
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
        return FilterFacts(
            title=facts.title,
            tab=Tab(self.video.tab) if self.video.tab else None,
            duration=facts.duration,
            published_at=facts.published_at,
            published_exact=True,
            live_status=None if facts.live_status == IS_LIVE else facts.live_status,
            availability=facts.availability,
        )

    @property
    def partial(self) -> Path:
        """The folder of its partial files."""
        return self.task.partial

    @property
    def recording(self) -> RecordLive:
        """Whether it is recorded while it is live: as the person who asked for it said, or its channel."""
        if self.task.metadata_only or self._elsewhere:
            return RecordLive.NO
        return self._job.options.record or self._settings.record_live

    def downloaded(self, db: Database, result: Downloaded) -> None:
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
            queue_comparison(db, self._video(db, self.video.id), now)
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
            self._video(db, self.video.id),
            offer,
            channel=self._settings,
            setup=self._setup,
            now=self._context.clock(),
            fresh=self._fresh,
            again=self._job.options.again,
            bound=Quality(self.task.quality).height,
        )

    def unimproved(self, db: Database, result: Unimproved) -> None:
        """What was to be replaced stays. Runs in the transaction that ends the job."""
        now = self._context.clock()
        jobs.set_options(db, [self._job.id], JobOptions(unimproved=True))
        if result.facts is not None:
            videos.record_facts(db, self.video.id, result.facts)
        if result.offer is not None and not result.shorter:
            self.withheld(db, result.offer)
        else:
            offers.settled(db, self.video.id, now)
        why = (
            "what the site has now is shorter or lower than that"
            if result.shorter
            else "as good as there is now"
        )
        journal.write_for(db, self._job, self.video, f"stays as it is, {why}", at=now)

    def withheld(self, db: Database, offer: Offer) -> None:
        """Not as much was to be had as the site offers, and that failed the job: keep it for the next try."""
        self._fresh = True
        self._record_offer(db, offer if self.replaces is None else _beside_file(offer, self.replaces))

    def _is_asked_for(self, db: Database) -> bool:
        """Whether a person asked for it, be it while it runs."""
        job = jobs.by_id(db, self._job.id)
        return job is not None and job.asked

    def _keep_what_was_asked_for(self, db: Database, now: float) -> None:
        """Retention would take at its next look what a person asked for all the same: mark it as kept."""
        video = self._video(db, self.video.id)
        if self._elsewhere or video.keep or not self._is_asked_for(db):
            return
        if retained(db, self._settings, now)(video):
            return
        videos.set_keep(db, [video.id], True)
        words = "marked as kept (K), its channel's `keep` would let it go at once"
        journal.write_for(db, self._job, video, words, at=now, type="runtime")

    def _arrived(self) -> str:
        if self.replaces is not None:
            return "in the library anew, and better"
        return "everything but the media" if self._job.options.metadata_only else "in the library"

    def refused(self, db: Database) -> None:
        """A filter said no when the exact facts were known: the video is skipped. Runs in a transaction."""
        now = self._context.clock()
        jobs.cancel(db, self._job.id, now)
        videos.set_state(db, self.video.id, VideoState.SKIPPED, expect=[VideoState.NEW], why=self.refused_by)


def _beside_file(offer: Offer, there: Replaces) -> Offer:
    """What is offered beside the file that is there: that one can be had, whatever the site gives now."""
    sides = [side for side in (offer.best, there.side) if side is not None]
    return replace(offer, available=there.side, best=None if offer.best is None else max(sides))


def wanted_cookies(settings: Channel, job: Job) -> Path | None:
    """The cookie file that goes along with a job, if any does."""
    always = settings.use_cookies is CookieUse.ALWAYS
    own = job.options.cookies
    if own or always or job.strategy is Strategy.WITH_COOKIES:
        return Path(own) if own else settings.cookies
    return None


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
