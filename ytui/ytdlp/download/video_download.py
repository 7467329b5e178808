"""Download of one video: from its address to its files in the library."""

from __future__ import annotations

import copy
import dataclasses
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from yt_dlp.utils import DownloadError, ExtractorError, PostProcessingError

from ytui.core.embed_options import SponsorBlock
from ytui.core.lower_quality import lower_sentence
from ytui.core.models import RequestKind, Stage, Strategy
from ytui.core.protocol import (
    Declined,
    Downloaded,
    ExtraFailure,
    Offer,
    Outcome,
    Planned,
    Progress,
    Unimproved,
    VideoFacts,
)
from ytui.core.tasks import DownloadTask, Replaces
from ytui.ytdlp.download.embedding import EmbeddingYoutubeDL, fills_file, optional_steps
from ytui.ytdlp.download.extraction import chosen, facts_of, raw_info, refusing, storable
from ytui.ytdlp.download.extras import fetch_extras, nfo_for
from ytui.ytdlp.download.finalize import FinishedFile, finish_interrupted_move, move_into_library
from ytui.ytdlp.download.formats import (
    AUDIO,
    format_params,
    limit_of,
    next_lower,
    offer_of,
    refused_offer,
    short_side,
)
from ytui.ytdlp.download.layout import folder_in, stem_for
from ytui.ytdlp.download.media_check import check_media, media_facts
from ytui.ytdlp.download.progress import ProgressMeter
from ytui.ytdlp.download.resume import PartialDownload, PartialMismatch, install_journal
from ytui.ytdlp.evidence import LowerThanOffered, MediaRefused, evidence_of
from ytui.ytdlp.extractors import opened
from ytui.ytdlp.ffmpeg_tools import ToolKilled
from ytui.ytdlp.options import params_for
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import RequestGate
from ytui.ytdlp.withheld import OfferWatch, Withheld

_REFUSED_MEDIA = frozenset({403, 404, 410})
"""How a media address that has expired, or belongs to another network address, is answered."""
_AFTER_A_REFUSAL = frozenset({Strategy.FRESH_EXTRACTION, Strategy.LOWER_QUALITY})
"""Strategies that come when an earlier attempt was refused, or that ask every format there is."""
_TOLERANCE_S = 1.5
"""Seconds by which two whole files of one video may differ: their last frames need not agree."""


def run_download(task: DownloadTask, gate: RequestGate, reporter: Reporter) -> Outcome:
    """Download ``task``'s video, resuming what an earlier job left.

    Raises whatever goes wrong; what was received stays in the partial folder.
    """
    partial = PartialDownload(task.partial, gate.log)
    finished = finish_interrupted_move(task)
    if finished is not None:
        return finished
    if task.strategy is Strategy.WITHOUT_PARTIAL:
        partial.clear()
    install_journal()
    gate.media_opened = partial.check_total
    limit = _limit(task, partial)
    params = params_for(task, gate.log, limit=limit)
    watch = OfferWatch()
    with opened(params, gate, task.common) as ydl:
        ydl.on_extractor = refusing(watch.attach)
        job = _Download(task, partial, ydl, gate, reporter, watch, limit)
        stored = None if task.strategy is Strategy.FRESH_EXTRACTION else partial.stored_info(task.url)
        if stored is not None:
            try:
                return job.run(stored)
            except Exception as error:
                if not _media_refused(error, gate):
                    raise
                gate.log.info("The stored media address is refused: extracting afresh")
                partial.forget_info()
        return job.run_afresh()


def _limit(task: DownloadTask, partial: PartialDownload) -> int | None:
    """The short side in pixels that stands instead of the wanted one; None: what is wanted holds.

    What was refused at the door is found out by asking each format: the next lower may well be refused too.
    """
    if task.strategy is not Strategy.LOWER_QUALITY or task.quality == AUDIO or partial.was_refused:
        return None
    return next_lower(task.quality, partial.recorded_limit)


def _media_refused(error: Exception, gate: RequestGate) -> bool:
    evidence = evidence_of(error, gate)
    media = evidence.request_kind in (RequestKind.MEDIA, RequestKind.FRAGMENT)
    return media and evidence.status in _REFUSED_MEDIA


class _Download:
    def __init__(
        self,
        task: DownloadTask,
        partial: PartialDownload,
        ydl: EmbeddingYoutubeDL,
        gate: RequestGate,
        reporter: Reporter,
        watch: OfferWatch,
        limit: int | None,
    ) -> None:
        self._task = task
        self._partial = partial
        self._ydl = ydl
        self._gate = gate
        self._reporter = reporter
        self._watch = watch
        self._limit = limit
        self._meter: ProgressMeter | None = None
        self._formats: Sequence[dict[str, Any]] = ()
        self._withheld: Sequence[Withheld] = ()
        self._received_before: int | None = None
        ydl.base = str(partial.base)
        ydl.optional = optional_steps(task)
        ydl.cuts = task.sponsorblock is SponsorBlock.CUT
        ydl.add_progress_hook(self._on_download)
        ydl.add_postprocessor_hook(self._on_postprocess)

    def run_afresh(self) -> Outcome:
        """Ask the site and download; raises :class:`MediaRefused` where what it gives out is refused."""
        self._received_before = None
        try:
            return self.run(None)
        except Exception as error:
            if self._task.strategy not in _AFTER_A_REFUSAL or not _media_refused(error, self._gate):
                raise
            before = self._received_before
            if before is not None and self._partial.received > before:
                # It was let in, and later shown the door.
                raise
            self._partial.note_refused()
            status = evidence_of(error, self._gate).status
            offer = refused_offer(self._formats, self._withheld, self._task.quality)
            message = f"HTTP Error {status} for media addresses that the site has just given out"
            raise MediaRefused(message, offer) from error

    def run(self, stored: dict[str, Any] | None) -> Outcome:
        self._reporter.progress(Progress(Stage.EXTRACTING))
        try:
            info, offer = self._extract(stored)
        except LowerThanOffered as lower:
            if self._task.replaces is None:
                raise
            return self._unimproved(lower.offer)
        formats = info.get("requested_formats") or [info]
        meter = self._meter = ProgressMeter(self._reporter.progress, formats, info.get("duration"))
        planned = self._plan(info, meter, offer, resumed=stored is not None)
        if self._task.replaces is not None and not _is_better(offer, self._task.replaces):
            return self._unimproved(offer, planned.facts)
        reply = self._reporter.ask(planned)
        if not reply.go:
            return Declined(reply.reason)
        self._ydl.missed.clear()
        files = [] if self._task.metadata_only else [self._media(info, formats)]
        if files and self._task.replaces is not None and not self._stands(files[0].path, info):
            return self._unimproved(offer, planned.facts, shorter=True)
        if self._refills:
            self._refill(info)
        task = self._with_extras()
        extras, failures = fetch_extras(task, self._ydl, info, self._partial.base, meter)
        failures = [*self._ydl.missed.values(), *failures]
        outcome = self._placed(task, info, [*files, *extras], self._outcome(planned, failures))
        self._partial.forget_parts()
        return outcome

    def _placed(
        self, task: DownloadTask, info: dict[str, Any], files: list[FinishedFile], outcome: Downloaded
    ) -> Downloaded:
        # Raises where the library is not mounted any more, before a folder is made in its place.
        self._task.partial.stat()
        extension = files[0].suffix.removeprefix(".") if files else "nfo"
        with stem_for(task, self._ydl, info, extension) as stem:
            nfo, failures = nfo_for(task, self._ydl, info, self._partial.base, stem)
            outcome = dataclasses.replace(outcome, extra_failures=(*outcome.extra_failures, *failures))
            if files or nfo:
                return move_into_library(self._task, stem, [*files, *nfo], outcome)
        if not self._refills:
            raise DownloadError(f"Nothing was written: {_named(outcome.extra_failures)}")
        return dataclasses.replace(outcome, path=self._task.beside or "")

    def _with_extras(self) -> DownloadTask:
        if self._task.metadata_only and not self._task.extras:
            return dataclasses.replace(self._task, extras=frozenset({"metadata"}))
        return self._task

    def _extract(self, stored: dict[str, Any] | None) -> tuple[dict[str, Any], Offer | None]:
        """The info dict with its formats chosen, and what they are chosen from.

        Subtitles are only looked up, they come after the media. Raises :class:`LowerThanOffered`.
        """
        params = self._ydl.params
        embedded = params.get("writesubtitles")
        if "subtitles" in self._task.extras:
            params["writesubtitles"] = params["writeautomaticsub"] = True
        raw = stored if stored is not None else raw_info(self._ydl, self._task.url)
        withheld = self._watch.taken(raw) if stored is None else self._partial.stored_withheld()
        self._formats, self._withheld = list(raw.get("formats") or ()), withheld or ()
        kept = storable(self._ydl, raw) if stored is None else None
        info = self._chosen(raw, withheld)
        params["writesubtitles"], params["writeautomaticsub"] = embedded, None
        if not embedded:
            info["requested_subtitles"] = None
        if kept is not None:
            self._partial.store_info(self._task.url, kept, withheld or ())
        offer = None if withheld is None else self._offer(info, withheld)
        if offer is not None and offer.cause is not None and not self._may_be_lower:
            # The next look is to see what is on offer then.
            self._partial.forget_info()
            raise LowerThanOffered(lower_sentence(offer.cause, offer.best, offer.available), offer)
        return info, offer

    @property
    def _may_be_lower(self) -> bool:
        """What is to replace a file is compared with that instead; a person's wish for lower is one."""
        task = self._task
        asked_lower = task.strategy is Strategy.LOWER_QUALITY
        return task.fallback or asked_lower or task.metadata_only or task.replaces is not None

    def _chosen(self, raw: dict[str, Any], withheld: Sequence[Withheld] | None) -> dict[str, Any]:
        """The info dict with its formats chosen; where there are none, what is withheld says why."""
        try:
            return chosen(self._ydl, raw, self._bound())
        except ExtractorError as error:
            offer = self._offer({}, withheld or ())
            if offer.cause is None or self._task.metadata_only:
                raise
            raise LowerThanOffered(lower_sentence(offer.cause, offer.best, None), offer) from error

    def _offer(self, info: dict[str, Any], withheld: Sequence[Withheld]) -> Offer:
        quality, params = self._task.quality, self._ydl.params
        ours = format_params(quality, self._limit)["format"]
        return offer_of(
            info,
            withheld,
            quality,
            lowered=self._task.strategy is Strategy.LOWER_QUALITY,
            own_format=params.get("format") != ours,
        )

    def _bound(self) -> int | None:
        """The short side in pixels that this job may not exceed."""
        return self._limit if self._limit is not None else limit_of(self._task.quality)

    def _plan(
        self, info: dict[str, Any], meter: ProgressMeter, offer: Offer | None, *, resumed: bool
    ) -> Planned:
        height = info.get("height")
        return Planned(
            ask=0,
            facts=facts_of(info, self._task.url),
            expected_bytes=self._expected_bytes(meter),
            format_id=str(info.get("format_id") or ""),
            height=int(height) if isinstance(height, (int, float)) else None,
            resumed=resumed,
            offer=offer,
        )

    def _expected_bytes(self, meter: ProgressMeter) -> int | None:
        if self._refills:
            return self._in_library.stat().st_size
        return 0 if self._task.metadata_only else meter.total

    @property
    def _refills(self) -> bool:
        """Whether this is about the file of a video that is in the library."""
        return self._task.metadata_only and fills_file(self._task)

    @property
    def _in_library(self) -> Path:
        relative = Path(self._task.beside or "")
        return folder_in(self._task.library, relative.parent) / relative.name

    def _refill(self, info: dict[str, Any]) -> None:
        """Make a copy of the library's file, write into that, and put it in the file's place at once."""
        target = self._in_library
        if target.is_symlink():
            raise DownloadError(f"{self._task.beside} is a link: what it leads to is left as it is")
        self._partial.clear(keep_info=True)
        shutil.copyfile(target, f"{self._partial.base}{target.suffix}")
        # One finished file, whatever formats it was once made of: nothing is left to download.
        whole = {"requested_formats": None, "protocol": "https", "url": info.get("webpage_url")}
        path = self._process({**info, **whole, "ext": target.suffix.removeprefix(".")})
        check_media(self._ydl, path)
        path.replace(target)

    def _media(self, info: dict[str, Any], formats: list[dict[str, Any]]) -> FinishedFile:
        self._partial.begin(self._task.url, formats, short_side(info))
        self._received_before = self._partial.received
        try:
            path = self._process(info)
        except PartialMismatch as mismatch:
            self._gate.log.info(f"{mismatch}: starting afresh")
            self._partial.clear(keep_info=True)
            self._partial.begin(self._task.url, formats, short_side(info))
            self._received_before = 0
            path = self._process(info)
        try:
            check_media(self._ydl, path)
        except ToolKilled:
            raise
        except PostProcessingError:
            # The next attempt would find this file finished and trip over it again.
            self._partial.clear(keep_info=True)
            raise
        return FinishedFile(path, path.suffix)

    def _process(self, info: dict[str, Any]) -> Path:
        """Download and merge; where the file is."""
        work = copy.copy(info)
        for noted_in in ("thumbnails", "requested_subtitles"):
            work[noted_in] = copy.deepcopy(info.get(noted_in))
        self._ydl.process_info(work)
        path = Path(str(work.get("filepath") or ""))
        if not path.is_file():
            raise DownloadError("yt-dlp ended without a file")
        return path

    def _outcome(self, planned: Planned, failures: list[ExtraFailure]) -> Downloaded:
        return Downloaded(
            path="",
            size=0,
            files=(),
            format_id=planned.format_id,
            height=planned.height,
            facts=planned.facts,
            bytes_received=self._gate.bytes_received,
            requests=self._gate.counted,
            extra_failures=tuple(failures),
            warnings=self._gate.log.warnings,
            offer=planned.offer,
        )

    def _stands(self, path: Path, info: dict[str, Any]) -> bool:
        """Whether a finished file is neither shorter nor lower than what it is to take the place of."""
        old = self._task.replaces
        assert old is not None
        new, there = media_facts(self._ydl, path), media_facts(self._ydl, self._task.library / old.path)
        lengths = new.duration, there.duration
        if None in lengths:
            lengths = info.get("duration"), old.duration
        side = new.side if there.side is not None else None
        shorter = None not in lengths and float(lengths[0] or 0.0) < float(lengths[1] or 0.0) - _TOLERANCE_S
        lower = side is not None and there.side is not None and side < there.side
        return not shorter and not lower

    def _unimproved(
        self, offer: Offer | None, facts: VideoFacts | None = None, *, shorter: bool = False
    ) -> Unimproved:
        return Unimproved(
            shorter=shorter,
            offer=offer,
            facts=facts,
            bytes_received=self._gate.bytes_received,
            requests=self._gate.counted,
            warnings=self._gate.log.warnings,
        )

    def _on_download(self, status: dict[str, Any]) -> None:
        if self._meter:
            self._meter.on_download(status)

    def _on_postprocess(self, status: dict[str, Any]) -> None:
        if self._meter:
            self._meter.on_postprocess(status)


def _is_better(offer: Offer | None, old: Replaces) -> bool:
    """Whether what is to be had now is worth more than what is there."""
    if offer is None:
        return False
    if offer.best is None:
        # Sound alone is wanted: better than a picture that came with it.
        return old.side is not None and offer.available is None
    return offer.available is not None and offer.available > (old.side or 0)


def _named(failures: Iterable[ExtraFailure]) -> str:
    return "; ".join(f"{failure.extra}: {failure.evidence.message}" for failure in failures) or "no extras"
