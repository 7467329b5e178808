"""Where the next page of a YouTube tab begins, looked up once a page.

yt-dlp searches the whole page for it after every entry that it yields, which is a sixth of a short listing's
work.
"""

from __future__ import annotations

from typing import Any

from ytui.media.gate import GatedYoutubeDL

_TAB = "YoutubeTab"


def search_pages_once(ydl: GatedYoutubeDL) -> None:
    """Let the tab extractor of ``ydl`` keep what it found in the page that it is at.

    Where yt-dlp no longer has that search, nothing is kept.
    """
    if _TAB not in ydl._ies:
        return
    extractor = ydl.get_info_extractor(_TAB)
    if hasattr(extractor, "_extract_continuation"):
        extractor._extract_continuation = _keeping_the_last(extractor._extract_continuation)


def _keeping_the_last(search: Any) -> Any:
    page: object = None
    found: Any = None

    def once(renderer: Any) -> Any:
        nonlocal page, found
        # The page itself is kept, so that no other object can come to have its identity.
        if page is None or page is not renderer:
            found, page = search(renderer), renderer
        return found

    return once
