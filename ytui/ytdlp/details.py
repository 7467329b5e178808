"""Details job of one video: one page for metadata and statistics, then captions and comments.

Times are Unix seconds under names that end in ``_at``; durations are seconds.

Every part has its own answer. Whatever keeps one from coming is that part's failure alone, save what keeps
the page itself from coming: that is raised, and is everybody's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from yt_dlp.utils import ExtractorError

from ytui.core.failures.classifier import Evidence, FailureGroup, classify, clean
from ytui.core.models import DetailsPart, Stage
from ytui.core.protocol import Detailed, PartAnswer, Progress
from ytui.core.sanitize import plain_text
from ytui.core.tasks import DetailsTask
from ytui.ytdlp.captions import NoCaptions, transcript_of
from ytui.ytdlp.download.extraction import facts_of, raw_info, why_nothing
from ytui.ytdlp.evidence import NotYetReleased, evidence_of
from ytui.ytdlp.flat_entries import published_at
from ytui.ytdlp.options import MOST_COMMENTS
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

_LONGEST_TEXT = 100_000
"""Characters of a description; a comment has a tenth of it."""
_MOST = 500
"""Tags, chapters."""
_MOST_THUMBNAILS = 8

Found = Mapping[str, Any]


def metadata_of(info: Found, url: str, refusal: Evidence | None) -> dict[str, Any]:
    """Everything that says what the video is; ``refusal`` is why it cannot be watched."""
    return {
        "id": _text(info, "id"),
        "site": str(info.get("extractor_key") or "generic").lower(),
        "url": _text(info, "webpage_url") or url,
        "title": _text(info, "title"),
        "description": _text(info, "description"),
        "channel": _text(info, "channel") or _text(info, "uploader"),
        "channel_id": _text(info, "channel_id"),
        "channel_url": _text(info, "channel_url") or _text(info, "uploader_url"),
        "uploader": _text(info, "uploader"),
        "uploader_id": _text(info, "uploader_id"),
        "published_at": published_at(info),
        "release_at": _number(info, "release_timestamp"),
        "modified_at": _number(info, "modified_timestamp"),
        "availability": _text(info, "availability"),
        "refused": clean(refusal.message) if refusal is not None else None,
        "language": _text(info, "language"),
        "age_limit": _number(info, "age_limit"),
        "tags": _texts(info.get("tags")),
        "categories": _texts(info.get("categories")),
        "chapters": [_chapter(chapter) for chapter in _dicts(info.get("chapters"))[:_MOST]],
        "thumbnails": _thumbnails(info),
    }


def statistics_of(info: Found) -> dict[str, Any]:
    """The video's figures as of now."""
    return {
        "views": _number(info, "view_count"),
        "likes": _number(info, "like_count"),
        "comments": _number(info, "comment_count"),
        "subscribers": _number(info, "channel_follower_count"),
        "viewers": _number(info, "concurrent_view_count"),
        "duration": _number(info, "duration"),
        "live_status": _text(info, "live_status"),
    }


def comments_of(found: object) -> dict[str, Any]:
    """The comments that were fetched, in the site's order."""
    return {"items": [_comment(comment) for comment in _dicts(found)[:MOST_COMMENTS]]}


def _comment(comment: Found) -> dict[str, Any]:
    return {
        "id": _text(comment, "id"),
        "parent": _text(comment, "parent"),
        "author": _text(comment, "author"),
        "author_id": _text(comment, "author_id"),
        "text": (_text(comment, "text") or "")[: _LONGEST_TEXT // 10],
        "likes": _number(comment, "like_count"),
        "published_at": _number(comment, "timestamp"),
        "pinned": bool(comment.get("is_pinned")),
        "by_uploader": bool(comment.get("author_is_uploader")),
    }


def _chapter(chapter: Found) -> dict[str, Any]:
    return {
        "start": _number(chapter, "start_time"),
        "end": _number(chapter, "end_time"),
        "title": _text(chapter, "title"),
    }


def _thumbnails(info: Found) -> list[dict[str, Any]]:
    """The few worth keeping, best first: those whose size is stated, else what the extractor named."""
    found = [thumbnail for thumbnail in _dicts(info.get("thumbnails")) if _text(thumbnail, "url")][::-1]
    stated = [thumbnail for thumbnail in found if _number(thumbnail, "width")]
    stated.sort(key=lambda thumbnail: _number(thumbnail, "width") or 0, reverse=True)
    named = [{"url": info["thumbnail"]}] if _text(info, "thumbnail") else []
    kept = (stated or found or named)[:_MOST_THUMBNAILS]
    return [
        {
            "url": _text(thumbnail, "url"),
            "width": _number(thumbnail, "width"),
            "height": _number(thumbnail, "height"),
        }
        for thumbnail in kept
    ]


def _text(found: Found, key: str) -> str | None:
    value = found.get(key)
    return plain_text(value).strip()[:_LONGEST_TEXT] or None if isinstance(value, str) else None


def _number(found: Found, key: str) -> float | None:
    """A figure, whole where it is; what is no number, or none that JSON knows, is not known."""
    value = found.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return value


def _texts(found: object) -> list[str]:
    if not isinstance(found, Iterable) or isinstance(found, str | Mapping):
        return []
    return [plain_text(word) for word in found if isinstance(word, str)][:_MOST]


def _dicts(found: object) -> list[Found]:
    if not isinstance(found, Iterable) or isinstance(found, str | Mapping):
        return []
    return [entry for entry in found if isinstance(entry, Mapping)]


Body = dict[str, Any]


class PartMissing(Exception):
    """The site answered, and this part is not in its answer."""


def run_details(task: DetailsTask, ydl: GatedYoutubeDL, gate: RequestGate, reporter: Reporter) -> Detailed:
    """Ask for the page, then for what the parts need besides; raises what keeps the page from coming."""
    reporter.progress(Progress(Stage.EXTRACTING))
    info = raw_info(ydl, task.url)
    details = _Details(task, ydl, gate, info)
    reporter.progress(Progress(Stage.SUBTITLES if DetailsPart.TRANSCRIPT in task.parts else Stage.FINISHING))
    # Two threads: the parts that send requests of their own do not wait for each other.
    with ThreadPoolExecutor(2) as pool:
        parts = tuple(pool.map(details.answer, task.parts))
    return Detailed(
        parts=parts,
        facts=facts_of(info, task.url) if info.get("title") else None,
        refusal=details.refusal,
        requests=gate.counted,
        warnings=gate.log.warnings,
    )


class _Details:
    """The parts of one video, from its info dict as the extractor gave it."""

    def __init__(
        self, task: DetailsTask, ydl: GatedYoutubeDL, gate: RequestGate, info: Mapping[str, Any]
    ) -> None:
        self._task = task
        self._ydl = ydl
        self._gate = gate
        self._info = info
        self.refusal = self._refused()
        self._closed = (
            self.refusal is not None and classify(self.refusal).failure_class.group is FailureGroup.PUSHBACK
        )

    def answer(self, part: DetailsPart) -> PartAnswer:
        """One part, or why there is none."""
        make: Callable[[], Body] = {
            DetailsPart.METADATA: self._metadata,
            DetailsPart.STATISTICS: self._statistics,
            DetailsPart.TRANSCRIPT: self._transcript,
            DetailsPart.COMMENTS: self._comments,
        }[part]
        try:
            return PartAnswer(part, body=make())
        except PartMissing as nothing:
            # What the site said of the whole video explains it better.
            return PartAnswer(part, evidence=self.refusal, missing="" if self.refusal else str(nothing))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other parts stand; it is reported by name
            self._gate.log.warning(f"{part}: {error}")
            return PartAnswer(part, evidence=evidence_of(error, self._gate))

    def _refused(self) -> Evidence | None:
        """Why there are no media at all, if so."""
        if self._info.get("formats") or self._info.get("url"):
            return None
        message = why_nothing(self._info, self._gate.log.warnings)
        moment = self._info.get("release_timestamp")
        starts = float(moment) if isinstance(moment, int | float) else None
        upcoming = self._info.get("live_status") == "is_upcoming"
        error = NotYetReleased(message, starts) if upcoming else ExtractorError(message, expected=True)
        return evidence_of(error, self._gate)

    def _metadata(self) -> Body:
        if not self._info.get("title"):
            raise PartMissing("The site gives this video no title")
        return metadata_of(self._info, self._task.url, self.refusal)

    def _statistics(self) -> Body:
        body = statistics_of(self._info)
        if not any(value is not None for name, value in body.items() if name != "live_status"):
            raise PartMissing("The site gives no figures of this video")
        return body

    def _transcript(self) -> Body:
        if self._closed:
            raise PartMissing("The site was not asked for captions")
        try:
            return transcript_of(self._info, self._task.languages, self._ydl)
        except NoCaptions as error:
            raise PartMissing(str(error)) from error

    def _comments(self) -> Body:
        fetch = self._info.get("__post_extractor")
        unknown = self.refusal is not None and not self._info.get("title")
        if self._closed or unknown or not callable(fetch):
            raise PartMissing("The site offers no comments of this video")
        found = fetch().get("comments")
        if found is None:
            raise PartMissing("Comments are turned off")
        return comments_of(found)
