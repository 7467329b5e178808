"""How a look at a channel is shown: its name, its newest entries, and what it would take."""

from __future__ import annotations

from textual.content import Content

from ytui.engine.preview import Preview
from ytui.tui.text import Glyphs, clean, length, moment, shorten

MOST_ENTRIES = 3
TITLE_CELLS = 38


def preview_content(preview: Preview, forecast: str, glyphs: Glyphs) -> Content:
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
    if forecast:
        parts.append((f"{glyphs.arrow} {forecast}", "$accent"))
    return Content.assemble(*parts)
