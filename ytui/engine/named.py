"""What a person calls a video: an id, an address in whatever form, a number."""

from __future__ import annotations

from ytui.core.addresses import video_address
from ytui.core.limits import youtube_video_id
from ytui.store import videos
from ytui.store.database import Database
from ytui.store.rows import Video


def video_named(db: Database, text: str) -> Video | None:
    """The library's video that is meant, by its site's id, any spelling of its address, or our number."""
    text = text.strip()
    found = videos.find(db, text)
    address = video_address(text)
    if found is None and address is not None:
        found = videos.find(db, youtube_video_id(address) or address)
    return found
