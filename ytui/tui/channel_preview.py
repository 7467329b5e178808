"""How a look at a channel is shown: its name and its newest entries."""

from __future__ import annotations

from textual.content import Content

from ytui.core.amounts import length
from ytui.core.moments import moment
from ytui.core.outside import clean
from ytui.engine.channels.preview import Preview
from ytui.tui.text import Glyphs, shorten

MOST_ENTRIES = 3
TITLE_CELLS = 38


def preview_content(preview: Preview, glyphs: Glyphs) -> Content:
    """A few lines; what is wrong where nothing was found."""
    if preview.problem:
        return Content.styled(f"{glyphs.state('warning')} {clean(preview.problem)}", "$warning")
    more = " and more" if preview.more else ""
    parts: list[str | tuple[str, str]] = [
        (clean(preview.name) or "a list", "bold"),
        (f"  {len(preview.entries)}{more} on its first page\n", "$dim"),
    ]
    for entry in preview.entries[:MOST_ENTRIES]:
        title = shorten(clean(entry.title) or clean(entry.video_id), TITLE_CELLS, glyphs.ellipsis)
        facts = "  ".join(word for word in (length(entry.duration), moment(entry.published_at)[:10]) if word)
        parts += [f"{glyphs.dot} {title}", (f"  {facts}\n", "$dim")]
    return Content.assemble(*parts)


def verdict_content(url: str, extractor: str) -> Content:
    """What is thought of an address: how it is kept, and which extractor of yt-dlp takes it."""
    kept = f"kept as {clean(url)}"
    if not extractor:
        return Content.styled(f"{kept}, but no extractor of yt-dlp takes it", "$error")
    if extractor == "generic":
        words = "no extractor of its own: yt-dlp will look for videos on the page"
        return Content.styled(f"{kept}; {words}", "$warning")
    return Content.styled(f"{kept}, by {clean(extractor)}", "$success")
