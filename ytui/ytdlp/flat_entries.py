"""Flat entries of a listing, as yt-dlp gives them without extracting each video, to rows."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from ytui.core.protocol import ListingEntry
from ytui.core.sanitize import plain_text

_NOT_OUT_YET = frozenset({"is_upcoming", "is_live"})

_APPROXIMATE = frozenset({"youtubetab"})
"""Lists (extractor keys in lower case) whose dates come from words such as "3 weeks ago"."""


def entry_of(found: Mapping[str, Any], parent: Mapping[str, Any], ydl: Any) -> ListingEntry:
    """The row for one flat entry (or one video's info dict) of the list ``parent``."""
    url = str(found.get("url") or found.get("webpage_url") or found.get("original_url") or "")
    if found.get("webpage_url") and found.get("_type", "video") == "video":
        url = str(found["webpage_url"])
    key = str(found.get("ie_key") or found.get("extractor_key") or parent.get("extractor_key") or "generic")
    published, exact = _published(found, str(parent.get("extractor_key") or "").lower())
    return ListingEntry(
        site=key.lower(),
        video_id=_video_id(found, url, key, ydl),
        url=url,
        title=plain_text(str(found.get("title") or "")).strip(),
        duration=_number(found.get("duration")),
        published_at=published,
        published_exact=exact,
        views=_whole(found.get("view_count")),
        live_status=_text(found.get("live_status")),
        availability=_text(found.get("availability")),
        release_at=_number(found.get("release_timestamp")),
    )


def counts_for_order(entry: ListingEntry) -> bool:
    """Whether the entry's place says something of the walk: upcoming and running ones stand out of order."""
    return entry.live_status not in _NOT_OUT_YET


def published_at(found: Mapping[str, Any]) -> float | None:
    """When a video came out, in Unix time; by its date (midnight UTC) where no time is given."""
    stamp = _number(found.get("timestamp"))
    if stamp is not None:
        return stamp
    date = str(found.get("upload_date") or "")
    try:
        moment = datetime.datetime.strptime(date, "%Y%m%d").replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
    return moment.timestamp()


def _published(found: Mapping[str, Any], list_key: str) -> tuple[float | None, bool]:
    moment = published_at(found)
    return moment, moment is not None and list_key not in _APPROXIMATE


def _video_id(found: Mapping[str, Any], url: str, key: str, ydl: Any) -> str:
    if found.get("id"):
        return str(found["id"])
    known = ydl.extractors.get(key)
    guess = known.get_temp_id(url) if known is not None and url else None
    return str(guess) if guess else hashlib.sha256(url.encode()).hexdigest()[:16]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
