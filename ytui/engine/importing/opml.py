"""OPML, as feed readers and other clients write it: outlines, nested to any depth."""

from __future__ import annotations

from urllib.parse import urlsplit

from ytui.core.limits import site_of
from ytui.engine.importing.addresses import channel_address, tidy_name
from ytui.engine.importing.found import Found, FoundChannel, Kind
from ytui.engine.importing.safe_xml import Element, elements


def read_opml(name: str, data: bytes) -> Found | None:
    """The channels of an OPML file; what stands before a mistake in its XML is kept. None for another XML."""
    found = Found(name, Kind.OPML)
    outlines, broken = elements(data)
    if outlines and outlines[0].name not in ("opml", "outline"):
        return None
    for outline in outlines:
        if outline.name == "outline":
            _take(outline, found)
    if broken:
        found.skip(broken.line, f"{broken.reason}: the rest of the file was not read")
    return found


def _take(outline: Element, found: Found) -> None:
    given = outline.attributes
    feed = given.get("xmlurl", "").strip()
    page = (given.get("htmlurl") or given.get("url") or "").strip()
    if not feed and not page:
        # A folder has no address; an entry that lost its own is worth a word.
        if given.get("type", "").lower() in ("rss", "link"):
            found.skip(outline.line, "an outline without an address")
        return
    try:
        url = _address(feed, page)
    except ValueError as error:
        found.skip(outline.line, str(error))
        return
    label = tidy_name(given.get("title") or given.get("text") or "")
    found.channels.append(FoundChannel({"url": url, **({"name": label} if label else {})}))


def _address(feed: str, page: str) -> str:
    if not feed:
        return channel_address(page)
    if site_of(feed) == "youtube":
        return channel_address(feed)
    from ytui.media.suitable import knows

    # A reader's other feeds are blogs and news: only what yt-dlp has an extractor for holds videos.
    for address in (page, feed):
        if urlsplit(address).scheme and knows(address):
            return channel_address(address)
    raise ValueError(f"a feed of {site_of(feed) or 'nowhere'}, which yt-dlp has no extractor for")
