"""Info job: asks what a site says of one video, and what becomes of each part of the answer.

Such a job is done when the site was asked: a part that failed is kept as failed, with its class, and makes
no item of the work plan, for nothing that was to be in the library is missing. Asking again is a new job.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ytui.core.decision import TRANSPORT, scope_of
from ytui.core.failures.classifier import Failure, FailureClass, FailureGroup, classify, clean
from ytui.core.models import DetailsPart
from ytui.core.protocol import Declined, Detailed, JobFailed, Outcome, PartAnswer
from ytui.core.settings import Channel, CookieUse
from ytui.core.tasks import Common, DetailsTask
from ytui.core.urls import canonical_video
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.context import EngineContext
from ytui.engine.holds.breakers import arrived
from ytui.engine.jobs.cookie_jars import JobCookies, is_usable
from ytui.engine.jobs.failures import decide_in_context, decide_on_extra
from ytui.engine.jobs.job_run import JobRun
from ytui.engine.jobs.missing_extras import REFUSED_PERMIT, held_extras
from ytui.engine.sites.circuit_breaker import apply_decision, note_site_answered, note_success
from ytui.store import channels, jobs, journal, video_details, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Job, Video

OWN_REQUESTS = {DetailsPart.TRANSCRIPT: "subtitles", DetailsPart.COMMENTS: "comments"}
"""The parts with requests of their own, by the extra that a site may push back on alone."""
_LONGEST_MESSAGE = 500


class InfoRun(JobRun):
    """The engine's side of one such job."""

    task: DetailsTask

    def __init__(self, context: EngineContext, job: Job, common: Common) -> None:
        db, now = context.db, context.clock()
        row = channels.by_id(db, job.channel_id) if job.channel_id else None
        super().__init__(context, job, settings_of(context.settings, row))
        self._url = canonical_video(job.url)
        self._video: Video | None = videos.by_id(db, job.video_id) if job.video_id else None
        self._wanted = job.options.parts
        held = held_extras(db, job.site, OWN_REQUESTS.values(), now)
        self._held = [part for part in self._wanted if OWN_REQUESTS.get(part) in held]
        source = self._wanted_cookies(db)
        # Somebody waits for the answer, and without a login there is one as well.
        usable = source if source is not None and is_usable(db, source) else None
        self._loan = JobCookies(context, usable, job.id)
        self.task = DetailsTask(
            common=self._own(common),
            url=job.url,
            parts=tuple(part for part in self._wanted if part not in self._held),
            languages=languages_of(job.options.languages, self._settings),
        )

    def on_outcome(self, outcome: Outcome) -> None:
        """Keep the answers, or that there are none."""
        match outcome:
            case Detailed():
                self._conclude(outcome)
                arrived(self._context, self._job, self._settings)
            case Declined():
                self._permit_refused()
            case JobFailed():
                self._failed(outcome)

    def _conclude(self, found: Detailed) -> None:
        """The site was asked: keep each part's answer, and what they say of the site."""
        refused = classify(found.refusal) if found.refusal is not None else None
        closes = refused is not None and refused.failure_class.group is FailureGroup.PUSHBACK
        self._keep(found, refused if closes else None)

    def _failed(self, outcome: JobFailed) -> None:
        """Not even the page came, so that every part failed with it."""
        answers = tuple(PartAnswer(part, evidence=outcome.evidence) for part in self.task.parts)
        found = Detailed(answers, requests=outcome.requests, warnings=outcome.warnings)
        self._keep(found, classify(outcome.evidence))

    def _keep(self, found: Detailed, page: Failure | None) -> None:
        """``page`` is what kept the page itself from coming: it speaks of the site, or of the line."""
        context = self._context
        db, now = context.db, context.clock()
        with transaction(db):
            if page is None:
                note_site_answered(context, self._job)
            else:
                scope = scope_of(page, self._job.kind, self._job.site)
                decision = decide_in_context(context, self._job, self._settings, page, scope)
                apply_decision(context, self._job, decision)
            number = self._library_row(db, found)
            missing = [self._keep_part(db, answer, number, page is None) for answer in found.parts]
            missing += [self._keep_held(db, part, number) for part in self._held]
            jobs.finish(db, self._job.id, now=now, requests=found.requests)
            self._write_journal(db, [name for name in missing if name])
        if page is None or page.failure_class not in TRANSPORT:
            note_success(context)

    def _library_row(self, db: Database, found: Detailed) -> int | None:
        """The video of the library that this is, with what is known of it now."""
        facts = found.facts
        if self._video is None:
            known = videos.by_key(db, facts.site, facts.video_id) if facts is not None else None
            return known.id if known is not None else None
        if facts is not None:
            videos.record_facts(db, self._video.id, facts)
        return self._video.id

    def _keep_part(self, db: Database, answer: PartAnswer, number: int | None, page_came: bool) -> str:
        """Write one part down; its name and class if it is missing, else nothing."""
        now = self._context.clock()
        if answer.body is not None:
            video_details.save(
                db, url=self._url, video_id=number, part=answer.part, body=answer.body, now=now
            )
            return ""
        if answer.evidence is None:
            return self._miss(db, answer.part, number, FailureClass.NOT_FOUND, answer.missing)
        failure = classify(answer.evidence)
        failure_class = failure.failure_class
        if REFUSED_PERMIT in answer.evidence.exception_types:
            # The site was closed, or ytui began to stop, before this was asked for.
            failure_class = FailureClass.RATE_LIMITED
        elif page_came and answer.part in OWN_REQUESTS:
            decide_on_extra(self._context, self._job, OWN_REQUESTS[answer.part], failure)
        words = clean(answer.evidence.message).partition(" (caused by ")[0]
        return self._miss(db, answer.part, number, failure_class, words)

    def _keep_held(self, db: Database, part: DetailsPart, number: int | None) -> str:
        words = (
            f"{self._job.site} pushed back on {OWN_REQUESTS[part]} a while ago: they are not asked for now"
        )
        return self._miss(db, part, number, FailureClass.RATE_LIMITED, words)

    def _miss(
        self, db: Database, part: DetailsPart, number: int | None, failure_class: FailureClass, words: str
    ) -> str:
        video_details.save_failure(
            db,
            url=self._url,
            video_id=number,
            part=part,
            failure_class=failure_class.value,
            message=(words or failure_class.reason)[:_LONGEST_MESSAGE],
            now=self._context.clock(),
        )
        return f"{part} ({failure_class.title.lower()})"

    def _write_journal(self, db: Database, missing: Sequence[str]) -> None:
        journal.write(
            db,
            at=self._context.clock(),
            level="warning" if missing else "info",
            type="report",
            message=f"{self._job.title}: details" + (f", without {', '.join(missing)}" if missing else ""),
            job_id=self._job.id,
            channel_id=self._job.channel_id,
            video_id=self._job.video_id,
        )

    def _wanted_cookies(self, db: Database) -> Path | None:
        """Always where the channel says so; else after a try that was refused for the want of an account."""
        if self._settings.use_cookies is CookieUse.ALWAYS:
            return self._settings.cookies
        known = video_details.of_url(db, self._url)
        refused = (known[part].failure_class for part in self._wanted if part in known)
        access = any(name and FailureClass(name).group is FailureGroup.ACCESS for name in refused)
        return self._settings.cookies if access else None


def languages_of(named: object, channel: Channel) -> tuple[str, ...]:
    """A transcript's languages in the order of preference: those a person named, else the channel's."""
    if isinstance(named, list | tuple) and named:
        return tuple(map(str, named))
    return channel.subtitle_langs or ("en",)
