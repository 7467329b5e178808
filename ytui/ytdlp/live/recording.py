"""Live recording job: piece after piece of a broadcast is filed in the library until it is over.

A piece that ends by itself is no end of the broadcast: ffmpeg ends where a line breaks, too. The site is
asked, and the next piece begins while it is live. Jobs are ended by SIGTERM, and what they received stays.
"""

from __future__ import annotations

import copy
import errno
import os
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from typing import Any

from yt_dlp.networking.exceptions import RequestError
from yt_dlp.utils import DownloadError, ExtractorError, PostProcessingError

from ytui.core.models import Stage
from ytui.core.protocol import Declined, Downloaded, Outcome, PieceRecorded, Planned, Progress, Recorded
from ytui.core.tasks import RecordingTask
from ytui.ytdlp.download.embedding import EmbeddingYoutubeDL
from ytui.ytdlp.download.extraction import chosen, facts_of, raw_info, refusing
from ytui.ytdlp.download.finalize import FinishedFile, finish_interrupted_move, move_into_library
from ytui.ytdlp.download.formats import short_side
from ytui.ytdlp.download.layout import stem_for
from ytui.ytdlp.download.media_check import check_media
from ytui.ytdlp.download.resume import PartialDownload, install_journal
from ytui.ytdlp.evidence import NotYetReleased
from ytui.ytdlp.extractors import opened
from ytui.ytdlp.live.comparison import run_comparison
from ytui.ytdlp.live.pieces import (
    PieceRecord,
    clear,
    filed_fragments,
    forget_fragments,
    goes_on,
    joined,
    load_record,
    media_in,
    note_filed,
    received,
    seconds_of,
)
from ytui.ytdlp.options import params_for
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import RequestGate

_LOOK_S = 0.5
"""Seconds between two looks at how much was received."""
_LEAST_PAUSE = 2.0
"""Seconds before the next piece: a broadcast that breaks off at once would be asked for without end."""
_WORTH_KEEPING = 100_000
"""Bytes."""
_FULL = 1_000_000
"""Bytes free of a disk that is full: ffmpeg as a downloader does not tell what it died of."""
_MISSING_S = 30.0
"""Seconds that a recording of the whole may lack of what the site's clock says: it takes a while to begin."""
_BROKE_OFF = "ffmpeg exited with code"
"""How yt-dlp says that ffmpeg as a downloader ended too early."""
_UNTIL_MEDIA_S = 5.0
"""Seconds until the next look at a broadcast that has begun, but of which nothing is there yet."""
_NOT_TRUSTED = (
    "ffmpeg did not take the stream: from version 8 on it checks certificates, and --no-check-certificates "
    "does not reach it; set SSL_CERT_FILE to a file with the certificate of the authority"
)
_SEGMENT, _PLAYLIST_BYTES = b"#EXTINF", 1_000_000
"""What stands before each segment of an HLS playlist, and how much of one is read."""
_NOTHING_CAME = "The downloaded file is empty"
"""How yt-dlp says that there was no fragment."""
_AT_ONCE = ["-flush_packets", "1"]
"""ffmpeg holds back 256 KB otherwise, which die with it."""
_OPEN = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]
"""An mp4 that is good for what it holds when its writer is killed; no other container knows the option."""
_FROM_STREAM = ["-bsf:a", "aac_adtstoasc"]
"""ffmpeg puts the filter in by itself only for an mp4 that is closed at its end."""


def run_recording(task: RecordingTask, gate: RequestGate, reporter: Reporter) -> Outcome:
    """Record ``task``'s broadcast until it is over.

    Raises whatever goes wrong; what was received is filed first, or stays to be gone on with.
    """
    if task.compares:
        return run_comparison(task, gate, reporter)
    folder = PartialDownload(task.download.partial, gate.log).folder
    install_journal(lambda: filed_fragments(folder) or 0)
    params = params_for(task.download, gate.log)
    params["live_from_start"] = task.from_start
    with opened(params, gate, task.common) as ydl:
        ydl.on_extractor = refusing()
        return _Recording(task, folder, ydl, gate, reporter).run()


class _Recording:
    def __init__(
        self,
        task: RecordingTask,
        folder: Path,
        ydl: EmbeddingYoutubeDL,
        gate: RequestGate,
        reporter: Reporter,
    ) -> None:
        self._task = task
        self._folder = folder
        self._ydl = ydl
        self._gate = gate
        self._reporter = reporter
        self._number = task.recorded
        self._asked = False
        self._grew_at = 0.0
        """Unix time at which something was last received: yt-dlp goes on looking for half a minute."""
        ydl.base = str(folder / "media")

    def run(self) -> Outcome:
        left = self._left()
        if left is not None and (self._task.finish_only or not left.from_start or not goes_on(self._folder)):
            self._file_rest(left)
            left = None
        if self._task.finish_only:
            return Recorded(over=False)
        info = self._look(left)
        if left is not None and (info is None or not self._from_start(info)):
            self._file_rest(left)
            left = None
        while info is not None:
            began = time.monotonic()
            if not self._asked:
                reply = self._reporter.ask(_planned(info, self._task.download.url))
                if not reply.go:
                    return Declined(reply.reason)
                self._asked = True
            if left is not None:
                forget_fragments(self._folder)
            info, left = self._record(info, left or self._begin(info)), None
            if info is not None and time.monotonic() - began < _LEAST_PAUSE:
                time.sleep(_LEAST_PAUSE)
        return Recorded(over=True, requests=self._gate.counted, warnings=self._gate.log.warnings)

    def _left(self) -> PieceRecord | None:
        """The piece that an interrupted job left unfinished; one that was just being filed is told of."""
        record = load_record(self._folder)
        if record is None:
            clear(self._folder)
            return None
        placed = finish_interrupted_move(self._task.download)
        if placed is not None:
            self._tell(record, placed)
            return None
        return record

    def _look(self, left: PieceRecord | None) -> dict[str, Any] | None:
        """The broadcast as it is offered now; None if it is over.

        Raises :class:`~ytui.ytdlp.evidence.NotYetReleased` before it begins.
        """
        self._reporter.progress(Progress(Stage.EXTRACTING))
        try:
            return self._offered()
        except ExtractorError as error:
            if left is not None and error.expected:
                # The site does not show it any more: what there is of it is all there will be.
                self._file_rest(left)
            raise

    @property
    def _wants_start(self) -> bool:
        """Whether it is recorded from its start, or from behind the fragments of that which are filed.

        ffmpeg cannot begin behind what an earlier piece has: what comes after that is recorded from now on.
        """
        return self._task.from_start and filed_fragments(self._folder) != 0

    def _offered(self) -> dict[str, Any] | None:
        self._ydl.params["live_from_start"] = self._wants_start
        raw = raw_info(self._ydl, self._task.download.url)
        if not _is_live(raw):
            if raw.get("live_status") == "is_upcoming":
                moment = raw.get("release_timestamp")
                raise NotYetReleased(
                    "not started yet", float(moment) if isinstance(moment, (int, float)) else None
                )
            return None
        if self._wants_start and not any(f.get("is_from_start") for f in raw.get("formats") or ()):
            self._gate.log.info("The site does not offer it from its start: it is recorded from now on")
            self._ydl.params["live_from_start"] = False
            raw = raw_info(self._ydl, self._task.download.url)
        return chosen(self._ydl, raw)

    @staticmethod
    def _from_start(info: dict[str, Any]) -> bool:
        return any(found.get("is_from_start") for found in info.get("requested_formats") or [info])

    def _begin(self, info: dict[str, Any]) -> PieceRecord:
        clear(self._folder)
        with stem_for(self._task.download, self._ydl, info, "mp4") as stem:
            record = PieceRecord(
                stem=str(stem),
                number=self._number + 1,
                started_at=time.time(),
                from_start=self._from_start(info),
                format_id=str(info.get("format_id") or ""),
                height=short_side(info),
            )
        record.save(self._folder)
        return record

    def _record(self, info: dict[str, Any], record: PieceRecord) -> dict[str, Any] | None:
        """Record one piece and file it; what the site offers then, None if the broadcast is over."""
        try:
            with self._watched(record):
                path = self._process(info)
        except Exception as error:
            before = self._number
            if disk_usage(self._folder).free < _FULL:
                # What is there is filed when there is room: to put it together takes as much again.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            if not record.from_start or not goes_on(self._folder):
                self._file_rest(record)
            elif _NOTHING_CAME in str(error) and filed_fragments(self._folder):
                # It stands still, but is not over: nothing has come since the piece before.
                return self._offered()
            if _BROKE_OFF in str(error):
                raise self._broken_off(info, received=self._number > before) from error
            raise
        try:
            after = self._offered()
        except Exception:
            self._file(record, path)
            raise
        if after is not None and record.from_start:
            self._gate.log.info("The recording ended before the broadcast did: another piece follows")
        record.seconds = seconds_of(self._ydl, path)
        record.whole = (
            after is None
            and record.from_start
            and filed_fragments(self._folder) is None
            and _is_whole(record.seconds, info, self._grew_at)
        )
        self._file(record, path)
        return after

    def _broken_off(self, info: dict[str, Any], *, received: bool) -> Exception:
        """What ffmpeg's end as a downloader means: a line that broke, or a broadcast without media so far."""
        if received:
            return ConnectionAbortedError("the stream broke off while it was recorded")
        if self._ydl.params.get("nocheckcertificate") and self._has_segments(info):
            return ssl.SSLCertVerificationError(_NOT_TRUSTED)
        return NotYetReleased("it has begun, but nothing of it is there yet", time.time() + _UNTIL_MEDIA_S)

    def _has_segments(self, info: dict[str, Any]) -> bool:
        """Whether yt-dlp itself can read a playlist in which there is something."""
        try:
            return _SEGMENT in self._ydl.urlopen(str(info.get("url") or "")).read(_PLAYLIST_BYTES)
        except (RequestError, OSError, ValueError):
            return False

    def _process(self, info: dict[str, Any]) -> Path:
        work = copy.copy(info)
        given = self._ydl.params.get("external_downloader_args")
        if not isinstance(given, list):
            open_end = _open_end(info)
            self._ydl.params["external_downloader_args"] = {**(given or {}), "ffmpeg_o1": _AT_ONCE + open_end}
        self._ydl.process_info(work)
        path = Path(str(work.get("filepath") or ""))
        if not path.is_file():
            raise DownloadError("yt-dlp ended without a file")
        return path

    def _file_rest(self, record: PieceRecord) -> None:
        """File what an interruption left as a part."""
        record.whole = False
        try:
            path = joined(self._ydl, self._folder)
            if path is not None:
                self._file(record, path)
        except PostProcessingError as error:
            # Cut off before there was anything to see or hear; else its player may still know what to do.
            self._gate.log.warning(f"What was received cannot be put together: {error}")
            path = max(media_in(self._folder), key=lambda part: part.stat().st_size, default=None)
            if path is not None and path.stat().st_size >= _WORTH_KEEPING:
                self._file(record, path, checked=False)
                return
            path = None
        if path is None:
            clear(self._folder)

    def _file(self, record: PieceRecord, path: Path, *, checked: bool = True) -> None:
        """Move a piece into the library and have it noted. Raises where the library is not mounted."""
        if checked:
            check_media(self._ydl, path)
        record.seconds = seconds_of(self._ydl, path)
        record.save(self._folder)
        if record.from_start:
            note_filed(self._folder)
        self._task.download.partial.stat()
        outcome = _of_piece(record, self._task.download.url)
        suffix = ".ts" if path.suffix == ".part" else path.suffix
        self._tell(
            record,
            move_into_library(self._task.download, record.target, [FinishedFile(path, suffix)], outcome),
        )

    def _tell(self, record: PieceRecord, placed: Downloaded) -> None:
        reply = self._reporter.ask(
            PieceRecorded(
                ask=0,
                path=placed.path,
                size=placed.size,
                started_at=record.started_at,
                seconds=record.seconds,
                from_start=record.from_start,
                whole=record.whole,
                format_id=record.format_id,
                height=record.height,
            )
        )
        self._number = max(self._number, record.number)
        # Nobody noted it: the next job tells of it again.
        if reply.go:
            clear(self._folder)

    @contextmanager
    def _watched(self, record: PieceRecord) -> Iterator[None]:
        """Report how much is there while it grows: ffmpeg as a downloader tells nothing."""
        over = threading.Event()
        watcher = threading.Thread(
            target=self._watch, args=(record.started_at, over), name="recording", daemon=True
        )
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, since: float, over: threading.Event) -> None:
        before, speed = received(self._folder), 0.0
        self._grew_at = time.time()
        while True:
            self._reporter.progress(
                Progress(Stage.RECORDING, done_bytes=before, speed=speed or None, since=since)
            )
            if over.wait(_LOOK_S):
                return
            now = received(self._folder)
            if now > before:
                self._grew_at = time.time()
            speed += 0.2 * (max(0, now - before) / _LOOK_S - speed)
            before = now


def _is_live(raw: dict[str, Any]) -> bool:
    return raw.get("live_status") == "is_live" or bool(raw.get("is_live"))


def _open_end(info: dict[str, Any]) -> list[str]:
    """Options for ffmpeg as yt-dlp's downloader where it writes an mp4."""
    if not str(info.get("protocol")).startswith("m3u8"):
        return _OPEN if info.get("ext") == "mp4" else []
    # A transport stream, but where the extractor says otherwise: Twitch's does of AV1.
    if "mp4" not in ((info.get("downloader_options") or {}).get("ffmpeg_args_out") or []):
        return []
    codec = str(info.get("acodec") or "aac").partition(".")[0]
    return [*_OPEN, *(_FROM_STREAM if codec in ("aac", "mp4a") else [])]


def _is_whole(seconds: float | None, info: dict[str, Any], ended: float) -> bool:
    """Whether a recording from the start that ended by itself has all that there was by the site's clock."""
    began = info.get("release_timestamp")
    if seconds is None or not isinstance(began, (int, float)):
        return False
    return seconds >= (ended - began) - max(_MISSING_S, 0.01 * (ended - began))


def _planned(info: dict[str, Any], url: str) -> Planned:
    return Planned(
        ask=0,
        facts=facts_of(info, url),
        expected_bytes=0,
        format_id=str(info.get("format_id") or ""),
        height=short_side(info),
    )


def _of_piece(record: PieceRecord, url: str) -> Downloaded:
    """An outcome for the file that is to be moved; of a piece, path and size alone are used."""
    return Downloaded(
        path="",
        size=0,
        files=(),
        format_id=record.format_id,
        height=record.height,
        facts=facts_of({}, url),
        bytes_received=0,
    )
