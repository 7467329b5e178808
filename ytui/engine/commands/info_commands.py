"""Commands about a video's details: what is known, what has to be asked, and the job for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytui.core.failures.classifier import FailureClass, FailureGroup
from ytui.core.job_options import JobOptions
from ytui.core.models import DetailsPart
from ytui.core.settings import Settings
from ytui.core.urls import canonical_video, video_address
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.commands.queue_commands import find_video
from ytui.engine.jobs.info_job import languages_of
from ytui.store import channels, jobs, video_details, videos
from ytui.store.database import Database
from ytui.store.rows import Enqueued, Video
from ytui.store.video_details import DetailsRow, Known

DEFAULT_PARTS = (DetailsPart.METADATA, DetailsPart.STATISTICS, DetailsPart.TRANSCRIPT)
"""The parts that are asked for where nothing else is said."""


@dataclass(frozen=True)
class InfoTarget:
    """The video that is asked about, by its canonical address; ``video`` where it is one of the library's."""

    url: str
    video: Video | None = None


def find_target(db: Database, text: str) -> InfoTarget:
    """The video that a person means by an address or an id; ``ValueError`` says that it is neither."""
    text = text.strip()
    address = video_address(text)
    found = find_video(db, text)
    if found is not None:
        return InfoTarget(canonical_video(found.url), found)
    if address is None:
        raise ValueError(f"not a video id or URL: {text}")
    number = next((row.video_id for row in video_details.of_url(db, address).values() if row.video_id), None)
    return InfoTarget(address, videos.by_id(db, number) if number is not None else None)


def known_of(db: Database, subject: InfoTarget) -> Known:
    """What is kept of the video, by part."""
    return (
        video_details.of_video(db, subject.video.id)
        if subject.video
        else video_details.of_url(db, subject.url)
    )


def to_ask(
    known: Known, parts: Sequence[DetailsPart], *, max_age: float, languages: Sequence[str], now: float
) -> list[DetailsPart]:
    """The parts whose answer is missing or older than ``max_age`` seconds."""
    return [part for part in parts if not _stands(known.get(part), max_age, languages, now)]


def _stands(row: DetailsRow | None, max_age: float, languages: Sequence[str], now: float) -> bool:
    if row is None:
        return False
    if row.failure_class is not None:
        # That there is no such thing is an answer too; whatever else went wrong may go well now.
        gone = FailureClass(row.failure_class).group is FailureGroup.GONE
        return gone and row.failed_at is not None and 0 <= now - row.failed_at < max_age
    fresh = row.fetched_at is not None and 0 <= now - row.fetched_at < max_age
    if row.part is DetailsPart.TRANSCRIPT and row.body is not None:
        asked, language = row.body.get("asked"), row.body.get("language")
        return fresh and (language == languages[0] or asked == list(languages))
    return fresh


def transcript_languages(
    db: Database, settings: Settings, subject: InfoTarget, named: Sequence[str]
) -> tuple[str, ...]:
    """The languages in which a transcript is wanted, the best first."""
    channel_id = subject.video.channel_id if subject.video is not None else None
    row = channels.by_id(db, channel_id) if channel_id else None
    return languages_of(list(named), settings_of(settings, row))


def ask(
    db: Database, subject: InfoTarget, parts: Sequence[DetailsPart], now: float, *, named: Sequence[str] = ()
) -> Enqueued:
    """Queue a job that asks the site for these parts; ``named`` are languages in which a person wants it."""
    options = JobOptions(parts=tuple(parts), languages=tuple(named))
    url = subject.video.url if subject.video is not None else subject.url
    return jobs.enqueue_info(db, url=url, video=subject.video, options=options, now=now)


def ask_for_video(db: Database, video_id: int, now: float) -> int | None:
    """Queue a job that asks for all usual parts of a video of the library; None if there is no such video."""
    video = videos.by_id(db, video_id)
    if video is None:
        return None
    return ask(db, InfoTarget(canonical_video(video.url), video), DEFAULT_PARTS, now).id
