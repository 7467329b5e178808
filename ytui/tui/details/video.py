"""The parts of a video's page; each is read on its own, so that none waits for another or spoils it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ytui.core.amounts import grouped, length, size
from ytui.core.lower import TITLES
from ytui.core.models import DetailsPart
from ytui.core.moments import moment
from ytui.core.outside import clean, clean_lines
from ytui.store import attempts, channels, jobs, offers, plan, recordings, tabs, videos
from ytui.store.database import Store
from ytui.store.rows import Job, Video
from ytui.tui.details.files import SideFiles
from ytui.tui.details.kept import Kept
from ytui.tui.details.sections import (
    NOTHING_WRITTEN,
    Details,
    Fact,
    Facts,
    Page,
    Part,
    Section,
    attempt_facts,
    details_of,
    job_facts,
    log_facts,
    plan_facts,
    video_facts,
)
from ytui.tui.tables.rows import Tone

LONGEST_TEXT = 60_000
"""Characters of a description or a transcript that are shown."""
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

    def page(self) -> Page:
        """The page as the screen takes it."""
        return Page(self.facts, self.parts())

    def facts(self) -> Details | None:
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
        asking = jobs.info_jobs(db, self.key)
        tries = [attempt for attempt in attempts.of_video(db, self.key) if attempt.job_id not in asking]
        return [fact for attempt in tries for fact in attempt_facts(attempt)]

    def _log(self) -> Facts:
        job = self._newest_job()
        return log_facts(self.logs, job.id) if job is not None else ()

    def _statistics(self, video: Video) -> Facts:
        own = (
            Fact("length", length(video.duration)),
            Fact("downloaded", moment(video.downloaded_at)),
            Fact("first seen", moment(video.first_seen)),
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
            Fact("missing", clean(name), Tone.BAD) if held is None else Fact(size(held), clean(name))
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
        facts: list[Fact] = list(self._kept.age(DetailsPart.TRANSCRIPT))
        room = LONGEST_TEXT
        for at, words in self.files.transcript(video):
            facts.append(Fact(length(at), clean(words, room)))
            room -= len(words)
            if room <= 0:
                return [*facts, Fact("", "it goes on in the file", Tone.DIM)]
        return facts


def _count(value: Any) -> str:
    return grouped(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _format(entry: dict[str, Any], chosen: set[str]) -> Fact:
    """One format as yt-dlp listed it, every value of which may be missing or something else."""
    name = clean(str(entry.get("format_id", "?")), 40)
    held = entry.get("filesize") or entry.get("filesize_approx")
    words = [
        clean(str(entry.get("ext") or ""), 10),
        clean(str(entry.get("resolution") or ""), 20),
        size(held) if isinstance(held, int | float) else "",
        clean(str(entry.get("format_note") or ""), 40),
        "this one" if name in chosen else "",
    ]
    return Fact(name, "  ".join(word for word in words if word), Tone.GOOD if name in chosen else Tone.PLAIN)
