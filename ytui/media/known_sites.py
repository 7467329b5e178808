"""Whether yt-dlp has an extractor for an address, told by its patterns alone: no request is sent."""

from __future__ import annotations

from yt_dlp.extractor import gen_extractor_classes


def knows(url: str) -> bool:
    """Whether an extractor takes ``url`` that was written for its site; the generic one takes anything."""
    return any(
        extractor.suitable(url) for extractor in gen_extractor_classes() if extractor.IE_NAME != "generic"
    )
