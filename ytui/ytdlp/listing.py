"""Listing job: a list is walked a page at a time, each saved before the next one is asked for."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from yt_dlp.utils import DownloadCancelled, DownloadError, ExtractorError

from ytui.core.failures.classifier import FailureClass, classify
from ytui.core.models import RequestKind, Stage, Tab
from ytui.core.protocol import Declined, Listed, ListingEntry, ListingPage, Outcome, Progress
from ytui.core.tasks import ListingTask
from ytui.ytdlp.evidence import evidence_of
from ytui.ytdlp.feed import ask_feed
from ytui.ytdlp.flat_entries import counts_for_order, entry_of
from ytui.ytdlp.patches import is_for_lists, search_pages_once
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

_TABS = frozenset({"YoutubeTab", "YtuiDemoTab"})
"""Extractors of a channel's tabs, of which videos, shorts and streams come newest first."""

_UPLOADS_LIST = re.compile(r"UU(?:LF|SH|LV)?[A-Za-z0-9_-]{22}")
"""YouTube's own lists of a channel's uploads, newest first."""

_TAB_IN_URL = re.compile(r"/(?:videos|shorts|streams)/?(?:$|\?)|/uploads/")
_NO_SUCH_TAB = re.compile(r"does not have an? [\w ]+ tab")
_LOST_PART = re.compile(r"(?i)incomplete|giving up|unable to|failed to|http error|timed? ?out")
"""Warnings after which a list that seems to have ended may only have broken off."""
_TRIED_AGAIN = re.compile(r"\. Retrying(?: [^()]+)? \(\d+/\d+\)\.\.\.$")
"""How a warning ends that yt-dlp gives before another try; of one that fails in the end it says more."""

_LARGEST_PAGE = 200
"""Entries of a list that comes in one piece are saved in batches of this size."""

_DEEPEST = 3
"""Lists within lists that are followed."""

_DATE_ERROR_S = 45 * 86400.0
_DATE_ERROR_SHARE = 0.2
"""Approximate dates are right to 45 days or 20 % of the age, whichever is more."""


class WalkEnded(DownloadCancelled):  # type: ignore[misc]
    """The walk stops before a request; a ``DownloadCancelled``, which extractors let through."""


class _Refused(WalkEnded):
    """The engine wants no more pages."""


def run_listing(task: ListingTask, ydl: GatedYoutubeDL, gate: RequestGate, reporter: Reporter) -> Outcome:
    """Walk the list of ``task`` and report its pages.

    Raises whatever yt-dlp raises when the list breaks off; the pages until then have been reported.
    """
    if task.feed is not None:
        reporter.progress(Progress(Stage.LISTING, detail="its feed"))
        if not reporter.ask(ask_feed(ydl, gate, task.feed, task.date_floor)).go:
            return Listed(
                False, False, pages=0, entries=0, newest_first=False, requests=gate.counted, by_feed=True
            )
    return _Walk(task, ydl, gate, reporter).run()


class _Walk:
    def __init__(self, task: ListingTask, ydl: GatedYoutubeDL, gate: RequestGate, reporter: Reporter) -> None:
        self._task = task
        self._ydl = ydl
        self._gate = gate
        self._reporter = reporter
        self._top: Mapping[str, Any] = {}
        self._pending: list[ListingEntry] = []
        self._seen: set[tuple[str, str]] = set()
        self._asked_lists: set[str] = set()
        self._pages = 0
        self._entries = 0
        self._new = 0
        self._known_in_a_row = 0
        self._old_in_a_row = 0
        self._newest_first = False
        self._warned_before = 0
        self._failures_before = 0
        gate.before_request = self._before_request
        search_pages_once(ydl)

    def run(self) -> Outcome:
        self._reporter.progress(Progress(Stage.LISTING, detail="page 1"))
        self._warned_before = self._gate.log.warned
        self._failures_before = self._gate.failures
        stopped = False
        try:
            stopped = self._walk()
            self._flush()
        except _Refused as refused:
            return Declined(str(refused.msg))
        except WalkEnded:
            return self._listed(complete=False, stopped=False)
        except (DownloadError, ExtractorError) as error:
            if self._entries or not _NO_SUCH_TAB.search(str(error)):
                raise
            return self._listed(complete=True, stopped=False, empty=True)
        return self._listed(complete=stopped or self._is_whole(), stopped=stopped)

    def _walk(self) -> bool:
        """Take entries until the end (False) or until the rest is known or too old (True)."""
        result = self._found()
        self._top = result
        self._newest_first = self._is_newest_first(result)
        return any(self._take(entry_of(found, parent, self._ydl)) for found, parent in self._items(result, 0))

    def _found(self) -> dict[str, Any]:
        """What is at the address, or by the channel's id where there is nothing at it any more."""
        try:
            return self._resolve(self._task.url, None)
        except (DownloadError, ExtractorError) as error:
            gone = classify(evidence_of(error, self._gate)).failure_class is FailureClass.NOT_FOUND
            if self._task.by_id is None or not gone or _NO_SUCH_TAB.search(str(error)):
                raise
        self._warned_before = self._gate.log.warned
        self._failures_before = self._gate.failures
        return self._resolve(self._task.by_id, None)

    def _resolve(self, url: str, key: str | None) -> dict[str, Any]:
        """The list or video behind an address, following extractors that only point on."""
        result: dict[str, Any] = {"_type": "url", "url": url, "ie_key": key}
        for _ in range(5):
            if result.get("_type") not in ("url", "url_transparent"):
                break
            result = self._ydl.extract_info(result["url"], process=False, ie_key=result.get("ie_key")) or {}
        return result

    def _items(self, result: dict[str, Any], depth: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        if result.get("_type") not in ("playlist", "multi_video", "compat_list"):
            if result:
                yield result, result
            return
        for found in result.get("entries") or ():
            if not found:
                continue
            inner = self._inner_list(found, depth)
            if inner is None:
                yield found, result
            else:
                yield from self._items(inner, depth + 1)

    def _inner_list(self, found: dict[str, Any], depth: int) -> dict[str, Any] | None:
        """The list an entry stands for, None for a video."""
        if found.get("_type") in ("playlist", "multi_video"):
            return found if depth < _DEEPEST else {}
        if found.get("_type") not in ("url", "url_transparent") or self._task.tab is not Tab.LIST:
            return None
        key, url = found.get("ie_key"), str(found.get("url") or "")
        extractor = self._ydl.extractors.get(key) if key else None
        if extractor is None or (key not in _TABS and not is_for_lists(extractor)):
            return None
        if depth >= _DEEPEST or url in self._asked_lists:
            return {}
        self._asked_lists.add(url)
        return self._resolve(url, key)

    def _take(self, entry: ListingEntry) -> bool:
        """Add an entry to the page; True if the walk may end here."""
        name = (entry.site, entry.video_id)
        if name not in self._seen:
            self._seen.add(name)
            self._pending.append(entry)
            self._entries += 1
            self._new += entry.video_id not in self._task.known
        if len(self._pending) >= _LARGEST_PAGE:
            self._flush()
        ends_early = self._newest_first and not self._task.whole
        return ends_early and counts_for_order(entry) and self._rest_is_known_or_old(entry)

    def _rest_is_known_or_old(self, entry: ListingEntry) -> bool:
        enough = max(1, self._task.stop_after_known)
        self._known_in_a_row = self._known_in_a_row + 1 if entry.video_id in self._task.known else 0
        self._old_in_a_row = self._old_in_a_row + 1 if self._is_too_old(entry) else 0
        return self._known_in_a_row >= enough or self._old_in_a_row >= enough

    def _is_too_old(self, entry: ListingEntry) -> bool:
        if self._task.date_floor is None or entry.published_at is None:
            return False
        age = max(0.0, time.time() - entry.published_at)
        error = 0.0 if entry.published_exact else max(_DATE_ERROR_S, _DATE_ERROR_SHARE * age)
        return entry.published_at + error < self._task.date_floor

    def _before_request(self, kind: RequestKind) -> None:
        """A request while entries are pending begins a new page."""
        if self._pending:
            self._flush()
        if self._task.first_page_only and self._pages:
            raise WalkEnded("the first page is enough for now")

    def _flush(self) -> None:
        """Hand the pending entries to the engine and wait until they are saved."""
        if not self._pending:
            return
        self._pages += 1
        page = ListingPage(
            ask=0,
            number=self._pages,
            entries=tuple(self._pending),
            channel_name=self._own_name(),
            channel_id=_first_text(self._top, "channel_id", "uploader_id"),
            handle=self._handle(),
        )
        self._pending.clear()
        reply = self._reporter.ask(page)
        self._reporter.progress(Progress(Stage.LISTING, detail=f"page {self._pages + 1}, {self._new} new"))
        if not reply.go:
            raise _Refused(reply.reason)

    def _handle(self) -> str | None:
        handle = _first_text(self._top, "uploader_id")
        return handle if handle is not None and handle.startswith("@") else None

    def _own_name(self) -> str | None:
        """What the list is called: a channel's tabs and uploads by the channel, others by their title."""
        if self._task.tab is Tab.LIST and not self._newest_first:
            return _first_text(self._top, "title", "channel", "uploader")
        return _first_text(self._top, "channel", "uploader")

    def _is_newest_first(self, result: Mapping[str, Any]) -> bool:
        key = result.get("extractor_key")
        if _UPLOADS_LIST.fullmatch(str(result.get("id") or "")) and key in ("YoutubeTab", "YoutubePlaylist"):
            return True
        if key not in _TABS:
            return False
        return self._task.tab is not Tab.LIST or bool(
            _TAB_IN_URL.search(str(result.get("webpage_url") or self._task.url))
        )

    def _is_whole(self) -> bool:
        """Whether the list's end is its end: nothing was lost on the way, and an empty answer was clean.

        A page that was had at another try is not lost; one whose last try failed without a word is.
        """
        warnings = self._gate.log.warned - self._warned_before
        if not warnings:
            return True
        recent = self._gate.log.warnings[-warnings:]
        others = [line for line in recent if not _TRIED_AGAIN.search(line)]
        tried_again = len(recent) - len(others)
        if tried_again and self._gate.failures - self._failures_before > tried_again:
            return False
        return not others or (bool(self._entries) and not any(_LOST_PART.search(line) for line in others))

    def _listed(self, *, complete: bool, stopped: bool, empty: bool = False) -> Listed:
        return Listed(
            complete=complete,
            stopped_early=stopped,
            pages=self._pages,
            entries=self._entries,
            newest_first=self._newest_first,
            requests=self._gate.counted,
            empty_tab=empty,
        )


def _first_text(found: Mapping[str, Any], *keys: str) -> str | None:
    return next((str(found[key]) for key in keys if found.get(key)), None)
