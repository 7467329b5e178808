"""Page of a video: its parts, each read on its own, and what its site said, with age and failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ytui.core.formatting import format_length, format_size, format_time, group_digits
from ytui.core.lower_quality import TITLES
from ytui.core.models import DetailsPart
from ytui.core.sanitize import clean, clean_lines
from ytui.store import attempts, channels, jobs, offers, plan, recordings, tabs, video_details, videos
from ytui.store.database import Store
from ytui.store.rows import Job, Video
from ytui.tui.details.sections import (
    NOTHING_WRITTEN,
    DetailsPage,
    Fact,
    Facts,
    ItemDetails,
    Part,
    Section,
    attempt_facts,
    details_of,
    job_facts,
    log_facts,
    plan_facts,
    video_facts,
)
from ytui.tui.details.side_files import SideFiles
from ytui.tui.lists.columns import failure_title
from ytui.tui.lists.rows import Tone

LONGEST_TEXT = 60_000
"""Characters of a description or a transcript that are shown."""
MOST_CHAPTERS = 60


@dataclass(frozen=True)
class Kept:
    """Reads what is kept of one video, in any thread."""

    store: Store
    key: int

    def body(self, part: DetailsPart) -> Mapping[str, Any]:
        """What the site said last; empty where it said nothing yet."""
        row = video_details.of_video(self.store.db, self.key).get(part)
        return row.body if row is not None and row.body is not None else {}

    def age(self, part: DetailsPart) -> Facts:
        """When it was said, and what went wrong since."""
        row = video_details.of_video(self.store.db, self.key).get(part)
        if row is None:
            return ()
        failed = f"{format_time(row.failed_at)}  {failure_title(row.failure_class)}: {clean(row.message)}"
        return [
            Fact("as of", format_time(row.fetched_at)),
            *([Fact("failed", failed, Tone.BAD)] if row.failed_at is not None else []),
        ]

    def metadata(self) -> Facts:
        """What the video is."""
        known = self.body(DetailsPart.METADATA)
        chapters = known.get("chapters") or ()
        return [
            *(
                Fact(name.replace("_", " "), clean(str(known.get(name) or "")))
                for name in ("uploader", "uploader_id", "availability", "refused", "language")
            ),
            Fact("published", format_time(known.get("published_at"))),
            Fact("tags", clean(", ".join(known.get("tags") or ()))),
            *(
                Fact(
                    "" if number else "chapters",
                    f"{format_length(entry.get('start')):>8}  {clean(_title(entry))}",
                )
                for number, entry in enumerate(chapters[:MOST_CHAPTERS])
            ),
            *self.age(DetailsPart.METADATA),
        ]

    def statistics(self) -> Facts:
        """The video's figures."""
        known = self.body(DetailsPart.STATISTICS)
        names = ("views", "likes", "comments", "subscribers", "viewers")
        return [
            *(Fact(name, group_digits(int(known[name]))) for name in names if known.get(name) is not None),
            Fact("live", clean(str(known.get("live_status") or "")).replace("_", " ")),
            *self.age(DetailsPart.STATISTICS),
        ]

    def transcript(self) -> Facts:
        """What is said in it, with the times."""
        known = self.body(DetailsPart.TRANSCRIPT)
        if not known:
            return self.age(DetailsPart.TRANSCRIPT)
        automatic = ", automatic" if known.get("automatic") else ""
        return [
            Fact("language", clean(str(known.get("language"))) + automatic),
            *self.age(DetailsPart.TRANSCRIPT),
            *_spoken(known.get("lines") or (), "it goes on: `ytui info` prints it whole"),
        ]


def _spoken(lines: Iterable[tuple[float, str]], rest: str) -> Iterator[Fact]:
    """A transcript up to its longest length; ``rest`` says where it goes on."""
    room = LONGEST_TEXT
    for start, words in lines:
        yield Fact(format_length(start), clean(words, room))
        room -= len(words)
        if room <= 0:
            yield Fact("", rest, Tone.DIM)
            return


def _title(chapter: Mapping[str, Any]) -> str:
    return str(chapter.get("title") or "")


MOST_FORMATS = 40


@dataclass(frozen=True)
class VideoPage:
    """Reads the page of one video, in any thread."""

    store: Store
    key: int
    logs: Path
    files: SideFiles

    @property
    def _kept(self) -> Kept:
        return Kept(self.store, self.key)

    def page(self) -> DetailsPage:
        """The page as the screen takes it."""
        return DetailsPage(self.facts, self.parts())

    def facts(self) -> ItemDetails | None:
        """What the store knows of it; None if there is no such video."""
        video = videos.by_id(self.store.db, self.key)
        if video is None:
            return None
        channel = channels.by_id(self.store.db, video.channel_id) if video.channel_id else None
        unlisted = tabs.unlisted_since(self.store.db, video.id)
        return details_of(clean(video.title), [Section("Video", video_facts(video, channel, unlisted))])

    def parts(self) -> tuple[Part, ...]:
        """Everything else."""
        return (
            Part("Plan", self._plan),
            Part("Job", self._job),
            Part("Attempts", self._attempts, "not tried yet"),
            Part("Metadata", self._kept.metadata),
            Part("Statistics", partial(self._of_video, self._statistics), "none: nothing is known yet"),
            Part("Files", partial(self._of_video, self._files), "none: not downloaded"),
            Part("Formats", partial(self._of_video, self._formats), "none: no metadata was kept beside it"),
            Part("Description", partial(self._of_video, self._description), "none was kept"),
            Part(
                "Transcript",
                partial(self._of_video, self._transcript),
                'none: u fetches it, the extra "subtitles" keeps it',
            ),
            Part("End of its log", self._log, NOTHING_WRITTEN),
        )

    def _of_video(self, read: Callable[[Video], Facts]) -> Facts:
        video = videos.by_id(self.store.db, self.key)
        return read(video) if video is not None else ()

    def _newest_job(self) -> Job | None:
        return jobs.newest_of_video(self.store.db, self.key)

    def _plan(self) -> Facts:
        job = self._newest_job()
        item = plan.of_job(self.store.db, job.id) if job is not None else None
        return plan_facts(item, job) if item is not None else ()

    def _job(self) -> Facts:
        job = self._newest_job()
        return (Fact("number", str(job.id)), *job_facts(job)) if job is not None else ()

    def _attempts(self) -> Facts:
        db = self.store.db
        prompts = jobs.info_jobs(db, self.key)
        tries = [attempt for attempt in attempts.of_video(db, self.key) if attempt.job_id not in prompts]
        return [fact for attempt in tries for fact in attempt_facts(attempt)]

    def _log(self) -> Facts:
        job = self._newest_job()
        return log_facts(self.logs, job.id) if job is not None else ()

    def _statistics(self, video: Video) -> Facts:
        own = (
            Fact("length", format_length(video.duration)),
            Fact("downloaded", format_time(video.downloaded_at)),
            Fact("first seen", format_time(video.first_seen)),
        )
        if self._kept.body(DetailsPart.STATISTICS):
            return (*self._kept.statistics(), *own)
        known = self.files.metadata(video)
        views = known.get("view_count", video.views)
        return (
            Fact("views", _count(video.views if views is None else views)),
            Fact("likes", _count(known.get("like_count"))),
            Fact("comments", _count(known.get("comment_count"))),
            Fact("subscribers", _count(known.get("channel_follower_count"))),
            *own,
            *self._kept.age(DetailsPart.STATISTICS),
        )

    def _files(self, video: Video) -> Facts:
        parts = recordings.of_video(self.store.db, video.id)
        found = [*self.files.existing(video), *self.files.sizes(part.path for part in parts)]
        facts = [
            Fact("missing", clean(name), Tone.BAD) if held is None else Fact(format_size(held), clean(name))
            for name, held in found
        ]
        quality = f"{video.height}p" if video.height else ""
        words = " ".join(word for word in (clean(video.format_id or ""), quality) if word)
        return [*facts, Fact("format", words), *self._lower()] if facts else ()

    def _lower(self) -> Facts:
        row = offers.of_video(self.store.db, self.key)
        if row is None or row.cause is None:
            return ()
        best = "sound alone" if row.offered is None else f"{row.offered}p"
        return (Fact("offered", f"{best}, lower than that for {TITLES[row.cause]}", Tone.WARN),)

    def _formats(self, video: Video) -> Facts:
        known = self.files.metadata(video).get("formats")
        listed = [entry for entry in known if isinstance(entry, dict)] if isinstance(known, list) else []
        chosen = set((video.format_id or "").split("+"))
        return [_format(entry, chosen) for entry in listed[-MOST_FORMATS:]]

    def _description(self, video: Video) -> Facts:
        text = self.files.description(video)
        text = text or str(self._kept.body(DetailsPart.METADATA).get("description") or "")
        return [Fact("", line or " ") for line in clean_lines(text, LONGEST_TEXT)] if text.strip() else ()

    def _transcript(self, video: Video) -> Facts:
        if self._kept.body(DetailsPart.TRANSCRIPT):
            return self._kept.transcript()
        spoken = _spoken(self.files.transcript(video), "it goes on in the file")
        return [*self._kept.age(DetailsPart.TRANSCRIPT), *spoken]


def _count(value: Any) -> str:
    return group_digits(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _format(entry: dict[str, Any], chosen: set[str]) -> Fact:
    """One format as yt-dlp listed it, every value of which may be missing or something else."""
    name = clean(str(entry.get("format_id", "?")), 40)
    held = entry.get("filesize") or entry.get("filesize_approx")
    words = [
        clean(str(entry.get("ext") or ""), 10),
        clean(str(entry.get("resolution") or ""), 20),
        format_size(held) if isinstance(held, int | float) else "",
        clean(str(entry.get("format_note") or ""), 40),
        "this one" if name in chosen else "",
    ]
    return Fact(name, "  ".join(word for word in words if word), Tone.GOOD if name in chosen else Tone.PLAIN)
