"""Missing extras: what did not arrive with its video is a job of its own, with its plan item.

A site that pushes back on captions or thumbnails holds that kind of extra alone: until then nobody asks for
it, and the videos themselves go on arriving.
"""

from __future__ import annotations

from collections.abc import Iterable

from ytui.core.embed_options import EMBEDDING, SPONSORBLOCK, SponsorBlock
from ytui.core.failures.classifier import Evidence, Failure, classify
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind
from ytui.core.protocol import ExtraFailure
from ytui.core.settings import Channel, Extra
from ytui.core.settings.tables import Layout
from ytui.core.wait_reasons import for_extras
from ytui.engine.context import EngineContext
from ytui.engine.jobs.failures import decide_on_extra, new_reference
from ytui.engine.sites.site_states import probe_lost
from ytui.store import jobs, key_values
from ytui.store import plan as plan_store
from ytui.store.database import Database, transaction
from ytui.store.rows import Enqueued, Job, Video

REFUSED_PERMIT = "PermitRefused"
"""What ends a request that the governor did not allow, by its name in the evidence."""


def extras_of(channel: Channel, layout: Layout) -> set[str]:
    """What belongs to each video of a channel: beside its file and in it."""
    extras = {extra.value for extra in channel.extras}
    if layout is Layout.MEDIA_SERVER:
        # Without these a media server has only the name to show, or looks the title up among real shows.
        extras |= {Extra.NFO.value, Extra.THUMBNAIL.value}
    if channel.embed:
        extras.add(EMBEDDING)
    if channel.sponsorblock is not SponsorBlock.OFF:
        extras.add(SPONSORBLOCK)
    return extras


def held_extras(db: Database, site: str, extras: Iterable[str], now: float) -> dict[str, float]:
    """Which of these extras the site is not asked for now, and until when."""
    found = {
        extra: float(key_values.get(db, key_values.extra_held_until(site, extra)) or 0.0) for extra in extras
    }
    return {extra: until for extra, until in found.items() if until > now}


def keep_for_later(
    context: EngineContext, job: Job, video: Video, failures: Iterable[ExtraFailure], held: dict[str, float]
) -> None:
    """Queue what is missing of a video that arrived; part of the transaction that ends its job."""
    now = context.clock()
    for failed in failures:
        if REFUSED_PERMIT in failed.evidence.exception_types:
            # Nobody was asked: the site closed, or ytui is stopping. It is no failure of the extra.
            queue_extras(context, job, video, [failed.extra])
        else:
            _postpone(context, job, video, failed.extra, classify(failed.evidence))
    for extra, until in held.items():
        words = f"{job.site} pushed back on {extra} before: HTTP Error 429: Too Many Requests"
        _postpone(context, job, video, extra, classify(Evidence(words, retry_after=until - now)))


def queue_extras(context: EngineContext, job: Job, video: Video, extras: Iterable[str]) -> Enqueued:
    """Queue these extras of a video that is in the library, as urgent as ``job``."""
    return jobs.enqueue_download(
        context.db,
        video=video,
        priority=job.priority,
        now=context.clock(),
        options=JobOptions(extras=tuple(extras)),
        site=job.site,
        kind=JobKind.EXTRAS,
    )


def _postpone(context: EngineContext, job: Job, video: Video, extra: str, failure: Failure) -> None:
    db, now = context.db, context.clock()
    made = queue_extras(context, job, video, [extra])
    decision = decide_on_extra(context, job, extra, failure)
    jobs.postpone(db, made.id, decision=decision, now=now, reference=new_reference(db, context.rng))


def still_held(context: EngineContext, job: Job) -> bool:
    """Whether all that this job is to bring is not asked for now; if so, it waits for that, uncharged.

    Of many that come due together the first one is the probe: when it is refused, the others stay away.
    """
    if job.kind is not JobKind.EXTRAS:
        return False
    db, now = context.db, context.clock()
    extras = job.options.extras
    held = held_extras(db, job.site, extras, now)
    if not held or len(held) < len(extras):
        return False
    until = max(held.values())
    with transaction(db):
        probe_lost(db, job.site, job.id, now)
        jobs.release(db, job.id, now=now, due_at=until, wait=for_extras(job.site, extras))
        plan_store.schedule_for_job(db, job.id, until, now)
    return True
