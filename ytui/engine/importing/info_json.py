"""What yt-dlp's ``.info.json`` says of a video."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from ytui.core.urls import normalise_url
from ytui.engine.importing.addresses import CHANNEL_ID, of_channel_id, tidy_name
from ytui.engine.importing.found import FoundVideo
from ytui.media.entries import published_at

_KEY = re.compile(r"[\w:.+-]{1,100}", re.ASCII)
ID = re.compile(r"\S{1,300}")
"""What a site's own id of a video may be."""
_EARLIEST, _LATEST = 0.0, 4e9
"""Unix times that are believed: 1970 to 2096."""


def video_of(data: bytes) -> FoundVideo | None:
    """The video of an info file; None where it is no such file, or a list's."""
    try:
        info = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(info, dict) or info.get("_type", "video") != "video":
        return None
    key = info.get("extractor_key") or info.get("ie_key") or info.get("extractor")
    video_id = info.get("id")
    if not isinstance(key, str) or not isinstance(video_id, str):
        return None
    if not _KEY.fullmatch(key) or not ID.fullmatch(video_id) or not video_id.isprintable():
        return None
    return FoundVideo(
        site=key.lower(),
        video_id=video_id,
        url=_address(info.get("webpage_url")) or "",
        title=tidy_name(_text(info, "title")),
        channel_id=_channel_id(info),
        channel_urls=_channel_urls(info),
        channel_name=tidy_name(_text(info, "channel") or _text(info, "uploader")),
        duration=_number(info.get("duration"), 0, 1e8),
        published_at=_published(info),
        height=_whole(info.get("height")),
        downloaded_at=_number(info.get("epoch"), _EARLIEST, _LATEST),
    )


def _channel_id(info: Mapping[str, Any]) -> str | None:
    channel_id = _text(info, "channel_id")
    return channel_id if CHANNEL_ID.fullmatch(channel_id) else None


def _channel_urls(info: Mapping[str, Any]) -> tuple[str, ...]:
    channel_id = _channel_id(info)
    lasting = [of_channel_id(channel_id)] if channel_id else []
    given = [_address(info.get(key)) for key in ("channel_url", "uploader_url")]
    return tuple(dict.fromkeys([*lasting, *(url for url in given if url)]))


def _published(info: Mapping[str, Any]) -> float | None:
    try:
        return _number(published_at(info), -2e9, _LATEST)
    except (ValueError, OverflowError):
        return None


def _address(value: object) -> str | None:
    try:
        return normalise_url(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(info: Mapping[str, Any], key: str) -> str:
    value = info.get(key)
    return value if isinstance(value, str) else ""


def _number(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value) if least <= value <= most else None


def _whole(value: object) -> int | None:
    number = _number(value, 1, 100_000)
    return None if number is None else int(number)
