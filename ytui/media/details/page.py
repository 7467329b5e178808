"""What an info dict says of a video, as the bodies of its parts: plain values that JSON takes, within bounds.

Times are Unix seconds under names that end in ``_at``; durations are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from ytui.core.failures.classifier import Evidence, clean
from ytui.media.entries import published_at
from ytui.media.log import plain
from ytui.media.options import MOST_COMMENTS

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
    return plain(value).strip()[:_LONGEST_TEXT] or None if isinstance(value, str) else None


def _number(found: Found, key: str) -> float | None:
    """A figure, whole where it is; what is no number, or none that JSON knows, is not known."""
    value = found.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return value


def _texts(found: object) -> list[str]:
    if not isinstance(found, Iterable) or isinstance(found, str | Mapping):
        return []
    return [plain(word) for word in found if isinstance(word, str)][:_MOST]


def _dicts(found: object) -> list[Found]:
    if not isinstance(found, Iterable) or isinstance(found, str | Mapping):
        return []
    return [entry for entry in found if isinstance(entry, Mapping)]
