"""Progress of the whole job, from yt-dlp's hooks."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ytui.core.models import Stage
from ytui.core.protocol import Progress

_MEDIA_SHARE = 0.94
_MERGED_SHARE = 0.98
"""Of the whole job: the media's bytes come first, then merging and its like, then the extras."""

_SMOOTHING_S = 3.0
"""Speeds older than this count for little."""

_MERGERS = ("Merger", "FFmpegMerger")


def size_of_format(found: Mapping[str, Any], duration: float | None) -> int | None:
    """A format's size in bytes as far as it is known: exact, estimated, or by bit rate and duration."""
    size = found.get("filesize") or found.get("filesize_approx")
    if size:
        return int(size)
    rate = found.get("tbr")
    return int(rate * 1000 / 8 * duration) if rate and duration else None


class _Fragments:
    """How far a format is that comes in fragments, by those that are there; sizes in bytes.

    The first is left out of the mean where it was seen: it often holds nothing but the header.
    """

    def __init__(self) -> None:
        self._first = 0
        self._skipped = 0
        self._index = 0
        self._whole = 0
        self.share = 0.0
        """Of the format, 0 to 1."""

    def update(self, index: int, count: int, done: int, expected: int | None) -> int | None:
        """Take in that ``index`` of ``count`` are whole; the expected size of all, None if too few are.

        ``expected`` is the size as it was known beforehand, if it was.
        """
        if index != self._index:
            if (self._index, index) == (0, 1):
                self._first, self._skipped = done, 1
            self._index, self._whole = index, done
        seen = self._index - self._skipped
        mean = (self._whole - self._first) / seen if seen > 0 else 0.0
        one = mean or (expected or 0) / count
        under_way = min(1.0, (done - self._whole) / one) if one > 0 else 0.0
        self.share = min(1.0, (index + under_way) / count)
        return int(self._first + mean * (count - self._skipped)) if mean > 0 else None


class ProgressMeter:
    """Adds up what the formats, the merge and the extras have done, and calls ``report`` with it."""

    def __init__(
        self,
        report: Callable[[Progress], None],
        formats: list[dict[str, Any]],
        duration: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report = report
        self._clock = clock
        self._lock = threading.Lock()
        self._totals = {str(f.get("format_id")): size_of_format(f, duration) for f in formats}
        self._exact = {str(f.get("format_id")): f.get("filesize") for f in formats}
        self._done = dict.fromkeys(self._totals, 0)
        self._stages = {str(f.get("format_id")): _stage_of(f) for f in formats}
        self._fragments: dict[str, _Fragments] = {}
        self._speed: float | None = None
        self._last: tuple[float, int] | None = None
        self._share = 0.0
        self._stage = Stage.EXTRACTING

    @property
    def total(self) -> int | None:
        """Expected bytes of all formats, None if any is unknown."""
        totals = [total for total in self._totals.values() if total is not None]
        return sum(totals) if totals and len(totals) == len(self._totals) else None

    def on_download(self, status: Mapping[str, Any]) -> None:
        """yt-dlp's progress hook."""
        name = str((status.get("info_dict") or {}).get("format_id"))
        with self._lock:
            if name not in self._done:
                return
            finished = status.get("status") == "finished"
            total = self._total_of(name, status)
            done = status.get("downloaded_bytes")
            if done is None:
                done = total if finished else 0
            self._done[name] = int(done or 0)
            self._totals[name] = self._done[name] if finished else total
            if finished:
                self._fragments.pop(name, None)
            self._stage = self._stages[name]
            progress = self._media_progress()
        self._report(progress)

    def _total_of(self, name: str, status: Mapping[str, Any]) -> int | None:
        """What the server promised, or the fragments that are there tell; else what was expected."""
        by_fragments = self._by_fragments(name, status)
        promised = status.get("total_bytes") or self._exact.get(name) or by_fragments
        total = promised or self._totals[name] or status.get("total_bytes_estimate")
        return max(int(total), int(status.get("downloaded_bytes") or 0)) if total else None

    def _by_fragments(self, name: str, status: Mapping[str, Any]) -> int | None:
        index, count = status.get("fragment_index"), status.get("fragment_count")
        if not isinstance(index, int) or not isinstance(count, int) or count < 1:
            return None
        fragments = self._fragments.setdefault(name, _Fragments())
        done = int(status.get("downloaded_bytes") or 0)
        return fragments.update(index, count, done, self._totals[name])

    def _share_of_all(self, total: int | None) -> float | None:
        """How much of all formats is there, 0 to 1; None if that is not known."""
        if not total:
            only = next(iter(self._fragments.values()), None)
            return only.share if only is not None and len(self._totals) == 1 else None
        there = 0.0
        for name, done in self._done.items():
            fragments = self._fragments.get(name)
            there += done if fragments is None else fragments.share * (self._totals[name] or 0)
        return min(1.0, there / total)

    def _media_progress(self) -> Progress:
        done, total = sum(self._done.values()), self.total
        speed = self._measure(done)
        share = self._share_of_all(total)
        if share is not None:
            # A total that turns out larger must not take the bar back.
            self._share = max(self._share, share)
        left = max(0, total - done) if total else None
        return Progress(
            stage=self._stage,
            fraction=None if share is None else self._share * _MEDIA_SHARE,
            done_bytes=done,
            total_bytes=total,
            speed=speed,
            eta=left / speed if left is not None and speed else None,
        )

    def _measure(self, done: int) -> float | None:
        now = self._clock()
        if self._last is None or done < self._last[1]:
            # The first figure holds what was there before: it is a place to measure from, not a speed.
            self._last = now, done
            return self._speed
        passed = now - self._last[0]
        if passed < 0.05:
            return self._speed
        current = (done - self._last[1]) / passed
        weight = 1 - math.exp(-passed / _SMOOTHING_S)
        self._speed = current if self._speed is None else self._speed + weight * (current - self._speed)
        self._last = now, done
        return self._speed

    def on_postprocess(self, status: Mapping[str, Any]) -> None:
        """yt-dlp's postprocessor hook."""
        if status.get("status") != "started":
            return
        merging = status.get("postprocessor") in _MERGERS
        self._after_media(Stage.MERGING if merging else Stage.FINISHING, _MEDIA_SHARE)

    def on_extra(self, stage: Stage, number: int, count: int) -> None:
        """The extra ``number`` (from 0) of ``count`` begins."""
        self._after_media(stage, _MERGED_SHARE + (1 - _MERGED_SHARE) * number / max(1, count))

    def _after_media(self, stage: Stage, fraction: float) -> None:
        done = sum(self._done.values())
        self._report(Progress(stage=stage, fraction=fraction, done_bytes=done, total_bytes=self.total))


def _stage_of(found: Mapping[str, Any]) -> Stage:
    return Stage.AUDIO if found.get("vcodec") == "none" else Stage.VIDEO
