"""What a site says of one video: one page for metadata and statistics, then captions and comments at once.

Every part has its own answer. Whatever keeps one from coming is that part's failure alone, save what keeps
the page itself from coming: that is raised, and is everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from yt_dlp.utils import ExtractorError

from ytui.core.failures.classifier import Evidence, Group, classify
from ytui.core.messages import Detailed, PartAnswer, Progress
from ytui.core.models import DetailsPart, Stage
from ytui.core.tasks import DetailsTask
from ytui.media.details.captions import NoCaptions, transcript_of
from ytui.media.details.page import comments_of, metadata_of, statistics_of
from ytui.media.evidence import NotYet, evidence_of
from ytui.media.gate import Gate, GatedYoutubeDL
from ytui.media.report import Reporter
from ytui.media.video.extraction import facts_of, raw_info, why_nothing

Body = dict[str, Any]


class NothingThere(Exception):
    """The site answered, and this part is not in its answer."""


def run_details(task: DetailsTask, ydl: GatedYoutubeDL, gate: Gate, reporter: Reporter) -> Detailed:
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

    def __init__(self, task: DetailsTask, ydl: GatedYoutubeDL, gate: Gate, info: Mapping[str, Any]) -> None:
        self._task = task
        self._ydl = ydl
        self._gate = gate
        self._info = info
        self.refusal = self._refused()
        self._closed = (
            self.refusal is not None and classify(self.refusal).failure_class.group is Group.PUSHBACK
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
        except NothingThere as nothing:
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
        error = NotYet(message, starts) if upcoming else ExtractorError(message, expected=True)
        return evidence_of(error, self._gate)

    def _metadata(self) -> Body:
        if not self._info.get("title"):
            raise NothingThere("The site gives this video no title")
        return metadata_of(self._info, self._task.url, self.refusal)

    def _statistics(self) -> Body:
        body = statistics_of(self._info)
        if not any(value is not None for name, value in body.items() if name != "live_status"):
            raise NothingThere("The site gives no figures of this video")
        return body

    def _transcript(self) -> Body:
        if self._closed:
            raise NothingThere("The site was not asked for captions")
        try:
            return transcript_of(self._info, self._task.languages, self._ydl)
        except NoCaptions as error:
            raise NothingThere(str(error)) from error

    def _comments(self) -> Body:
        fetch = self._info.get("__post_extractor")
        unknown = self.refusal is not None and not self._info.get("title")
        if self._closed or unknown or not callable(fetch):
            raise NothingThere("The site offers no comments of this video")
        found = fetch().get("comments")
        if found is None:
            raise NothingThere("Comments are turned off")
        return comments_of(found)
