"""Embedding into the video's own file: tags, chapters, cover, subtitles, SponsorBlock.

yt-dlp does it all. Here its options are chosen, and none of it may cost the video: what fails is an extra
that is missing, and the file stays as it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yt_dlp.utils import PostProcessingError

from ytui.core.embed_options import EMBEDDING, IN_THE_FILE, SPONSORBLOCK, Embed, SponsorBlock
from ytui.core.protocol import ExtraFailure
from ytui.core.tasks import DownloadTask
from ytui.ytdlp.download.formats import AUDIO
from ytui.ytdlp.download.resume import HALF_WRITTEN
from ytui.ytdlp.evidence import evidence_of
from ytui.ytdlp.patches import is_cut
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

_OPTIONS = {
    Embed.METADATA: "--embed-metadata",
    Embed.CHAPTERS: "--embed-chapters",
    Embed.THUMBNAIL: "--embed-thumbnail",
    Embed.SUBTITLES: "--embed-subs",
}
_CHANGED_BY_CUTTING = ("chapters", "duration")
_IN_PLACE = "EmbedThumbnail"
"""The one postprocessor that writes into the finished file; the others make a new one and rename it."""


def fills_file(task: DownloadTask) -> bool:
    """Whether a video's file is to be made or changed, not only files beside it."""
    return not task.metadata_only or (task.beside is not None and bool(IN_THE_FILE & task.extras))


def arguments_for(task: DownloadTask) -> tuple[str, ...]:
    """The options of the yt-dlp command for what ``task`` wants in the file."""
    if not fills_file(task):
        return ()
    wanted = IN_THE_FILE if task.metadata_only else task.extras
    arguments: list[str] = []
    if EMBEDDING in wanted:
        arguments += [option for word, option in _OPTIONS.items() if word in task.embed]
        if Embed.THUMBNAIL in task.embed and not task.metadata_only:
            # WebM holds no picture. What is in the library already keeps the name that it has.
            arguments += ["--remux-video", "webm>opus" if task.quality == AUDIO else "webm>mkv"]
        if Embed.METADATA in task.embed and Embed.CHAPTERS not in task.embed and not _marks(task, wanted):
            arguments.append("--no-embed-chapters")
    if SPONSORBLOCK in wanted and task.sponsorblock is not SponsorBlock.OFF:
        does = "--sponsorblock-mark" if task.sponsorblock is SponsorBlock.MARK else "--sponsorblock-remove"
        arguments += [does, ",".join(task.sponsorblock_categories) or "default"]
    return tuple(arguments)


def _marks(task: DownloadTask, wanted: frozenset[str]) -> bool:
    return SPONSORBLOCK in wanted and task.sponsorblock is SponsorBlock.MARK


def ask_late(postprocessors: list[dict[str, Any]]) -> None:
    """Ask SponsorBlock when the download begins, not at extraction: a filter may still say no."""
    for found in postprocessors:
        if found.get("key") == "SponsorBlock":
            found["when"] = "before_dl"


def optional_steps(task: DownloadTask) -> dict[str, str]:
    """Which extra a postprocessor belongs to whose failure must not cost the video.

    None where the file is in the library already: there a failure is the job's, and changes nothing.
    """
    steps: dict[str, str] = {}
    if task.metadata_only:
        return steps
    if SPONSORBLOCK in task.extras:
        steps |= dict.fromkeys(("SponsorBlock", "ModifyChapters", "Metadata"), SPONSORBLOCK)
    if EMBEDDING in task.extras:
        steps |= dict.fromkeys(("VideoRemuxer", "Metadata", "EmbedSubtitle", _IN_PLACE), EMBEDDING)
    return steps


class EmbeddingYoutubeDL(GatedYoutubeDL):
    """A ``YoutubeDL`` that goes on without what cannot be written into the file.

    ``optional`` maps keys of postprocessors to extras; ``missed`` says what failed of which extra; ``cuts``
    whether parts are cut out.
    """

    def __init__(self, params: dict[str, Any], gate: RequestGate) -> None:
        self.optional: dict[str, str] = {}
        self.missed: dict[str, ExtraFailure] = {}
        self.cuts = False
        super().__init__(params, gate)

    def run_pp(self, pp: Any, infodict: dict[str, Any]) -> Any:
        """Run one postprocessor; one that is optional leaves all as it was when it fails."""
        key = pp.pp_key()
        extra = self.optional.get(key)
        if self.cuts and self._spoils_times(key, pp, infodict):
            return infodict
        before = {name: infodict.get(name) for name in _CHANGED_BY_CUTTING}
        with self._marked(key):
            try:
                return self._run(pp, infodict)
            except Exception as error:
                if extra is None:
                    raise
                infodict.update(before)
                self._miss(extra, error)
                return infodict

    def _run(self, pp: Any, infodict: dict[str, Any]) -> Any:
        try:
            return super().run_pp(pp, infodict)
        except PostProcessingError as error:
            # "Unable to communicate" may be anything: what was seen on the wire says when to try again.
            behind = self.gate.failure_behind(error) if pp.pp_key() == "SponsorBlock" else None
            if behind is None:
                raise
            raise behind.error from error

    def write_subtitles(self, info_dict: dict[str, Any], filename: str) -> Any:
        """Fetch the subtitles that are to be embedded."""
        try:
            return super().write_subtitles(info_dict, filename)
        except Exception as error:
            extra = self.optional.get("EmbedSubtitle")
            if extra is None:
                raise
            self._miss(extra, error)
            return []

    def _spoils_times(self, key: str, pp: Any, infodict: dict[str, Any]) -> bool:
        """Whether subtitles and picture would run apart: subtitles go in before the cut, or not at all."""
        if key == "ModifyChapters" and EMBEDDING in self.missed:
            failure = self.missed[EMBEDDING]
            self.missed.setdefault(SPONSORBLOCK, ExtraFailure(SPONSORBLOCK, failure.evidence))
            return True
        expected = infodict.get("duration")
        if key != "EmbedSubtitle" or not expected or infodict.get("__real_download"):
            return False
        return is_cut(pp, infodict["filepath"], expected)

    def _miss(self, extra: str, error: Exception) -> None:
        self.missed.setdefault(extra, ExtraFailure(extra, evidence_of(error, self.gate)))
        self.gate.log.warning(f"{extra}: {error}")

    @contextlib.contextmanager
    def _marked(self, key: str) -> Iterator[None]:
        """A job that dies while it writes into the file leaves a mark that says so."""
        if key != _IN_PLACE or self.base is None:
            yield
            return
        mark = Path(self.base).with_name(HALF_WRITTEN)
        mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)
