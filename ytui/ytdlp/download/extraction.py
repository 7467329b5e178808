"""One video's extraction: its info dict with the formats chosen, or the reason why there is none."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from yt_dlp.utils import ExtractorError, LazyList

from ytui.core.failures.classifier import Evidence, FailureGroup, classify
from ytui.core.failures.error_text import is_a_plugins
from ytui.core.protocol import VideoFacts
from ytui.core.sanitize import plain_text
from ytui.ytdlp.download.formats import lowest_above
from ytui.ytdlp.evidence import AboveBound, NotYetReleased
from ytui.ytdlp.flat_entries import published_at
from ytui.ytdlp.request_gate import GatedYoutubeDL

_CHANGES_SOON = frozenset({"is_upcoming", "is_live", "post_live"})
"""Values of ``live_status`` under which an extraction is good for that moment alone."""

_SAYS_NOTHING = re.compile(
    r"(?i)no video formats found|requested format is not available|only images are available|"
    r"javascript runtime|challenge solving|sabr|po token|deprecated|extractor args|"
    r"missing a url|skipping format"
)
"""Warnings that come with missing formats and do not say why they are missing."""


_REFUSALS = ("raise_geo_restricted", "raise_login_required")


def refusing(then: Callable[[Any], None] | None = None) -> Callable[[Any], None]:
    """A hook for extractors that leaves their refusals errors; ``then`` is called after it.

    ``ignore_no_formats_error`` makes warnings of those after which metadata could be told: yt-dlp then makes
    no second try with an address of the right country (``--xff``), and gives no advice.
    """

    def look_over(extractor: Any) -> None:
        for name in _REFUSALS:
            if name not in vars(extractor):
                setattr(extractor, name, _always_raising(getattr(extractor, name)))
        if then is not None:
            then(extractor)

    return look_over


def _always_raising(refuse: Callable[..., None]) -> Callable[..., None]:
    parameters = signature(refuse)

    def refuse_at_once(*given: Any, **named: Any) -> None:
        bound = parameters.bind(*given, **named)
        bound.arguments["metadata_available"] = False
        refuse(*bound.args, **bound.kwargs)

    return refuse_at_once


def raw_info(ydl: GatedYoutubeDL, url: str) -> dict[str, Any]:
    """What the extractor says of the one video behind ``url``, before formats are chosen.

    Raises ``ExtractorError`` or ``DownloadError``; a list of several videos is refused.
    """
    result: dict[str, Any] = {"_type": "url", "url": url}
    for _ in range(5):
        kind = result.get("_type", "video")
        if kind == "url":
            result = ydl.extract_info(result["url"], process=False, ie_key=result.get("ie_key")) or {}
        elif kind in ("playlist", "multi_video"):
            result = _only_entry(result, url)
        else:
            return result
    return result


def _only_entry(result: dict[str, Any], url: str) -> dict[str, Any]:
    entries = list(itertools.islice(filter(None, result.get("entries") or ()), 2))
    if len(entries) != 1:
        raise ExtractorError(
            f"Unsupported URL: {url} is a list of videos, which `ytui add` takes"
            if entries
            else f"Unsupported URL: {url} has no video",
            expected=True,
        )
    only: dict[str, Any] = entries[0]
    return only


def chosen(ydl: GatedYoutubeDL, raw: dict[str, Any], bound: int | None = None) -> dict[str, Any]:
    """Process an extractor's result: its info dict with the formats that quality chooses.

    ``bound`` is the short side in pixels that quality allows.

    Raises :class:`~ytui.ytdlp.evidence.NotYetReleased` for what has not started, ``ExtractorError`` without
    formats, of which :class:`~ytui.ytdlp.evidence.AboveBound` is one.
    """
    title = raw.get("title")
    info: dict[str, Any] = ydl.process_ie_result(raw, download=False) or {}
    if info.get("is_live") and title:
        # yt-dlp appends the time of the recording.
        info["title"] = title
    if _has_media(info):
        return info
    message = why_nothing(info, ydl.gate.log.warnings)
    if info.get("live_status") == "is_upcoming":
        moment = info.get("release_timestamp")
        raise NotYetReleased(message, float(moment) if isinstance(moment, (int, float)) else None)
    lowest = None if bound is None else lowest_above(info.get("formats") or (), bound)
    if bound is not None and lowest is not None:
        raise AboveBound(lowest, bound)
    raise ExtractorError(message, expected=True)


def _has_media(info: Mapping[str, Any]) -> bool:
    return bool(info.get("requested_formats") or (info.get("url") and info.get("format_id")))


def why_nothing(info: Mapping[str, Any], warnings: tuple[str, ...]) -> str:
    """Why an info dict has no media, in the site's words where it said something."""
    # An extractor's own warnings begin with its name; the others are yt-dlp's about the consequences.
    told = [line for line in warnings if line.startswith("[") and _is_the_sites(line)]
    if told:
        return told[-1]
    if info.get("_has_drm"):
        return "This video is DRM protected"
    return "Requested format is not available" if info.get("formats") else "No video formats found!"


_OF_AN_OVERRIDE = re.compile(r"\[[^\]+\s]+\+[^\]]*\] ")
"""An extractor that a plug-in has replaced gives its own warnings and the site's words under one name."""
_REASONS = frozenset({FailureGroup.PUSHBACK, FailureGroup.ACCESS, FailureGroup.GONE, FailureGroup.LATER})


def _is_the_sites(warning: str) -> bool:
    """Whether an extractor's warning may be the site's reason: a plug-in's own trouble never is."""
    if _SAYS_NOTHING.search(warning) or is_a_plugins(warning):
        return False
    if not _OF_AN_OVERRIDE.match(warning):
        return True
    return classify(Evidence(message=warning)).failure_class.group in _REASONS


def facts_of(info: Mapping[str, Any], url: str) -> VideoFacts:
    """The plain facts of an info dict."""
    duration = info.get("duration")
    channel = info.get("channel") or info.get("uploader")
    release = info.get("release_timestamp")
    return VideoFacts(
        site=str(info.get("extractor_key") or "generic").lower(),
        video_id=str(info.get("id")),
        title=plain_text(str(info.get("title") or "")).strip(),
        url=str(info.get("webpage_url") or url),
        duration=float(duration) if isinstance(duration, (int, float)) else None,
        published_at=published_at(info),
        channel_name=plain_text(str(channel)).strip() if channel else None,
        live_status=info.get("live_status"),
        availability=info.get("availability"),
        release_at=float(release) if isinstance(release, (int, float)) else None,
    )


def storable(ydl: GatedYoutubeDL, raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """A copy of an extractor's result that JSON keeps whole, None for one that it would not (a live one)."""
    if raw.get("_type", "video") != "video" or raw.get("is_live"):
        return None
    if raw.get("live_status") in _CHANGES_SOON:
        return None
    for found in raw.get("formats") or ():
        if not isinstance(found.get("fragments", []), (list, tuple, LazyList)):
            return None
    kept: dict[str, Any] = ydl.sanitize_info(dict(raw), remove_private_keys=True)
    return kept
