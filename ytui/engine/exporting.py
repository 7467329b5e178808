"""Export of channels, the archive and the library, as other programs read them, a piece at a time."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from ytui.config import whole_values
from ytui.config.toml_text import with_channels
from ytui.core.sanitize import plain_text
from ytui.core.settings import Settings
from ytui.engine.importing.channel_addresses import channel_id_in
from ytui.store.bulk import archive_keys
from ytui.store.database import Database
from ytui.store.rows import Channel

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may take for the beginning of a formula."""
_HARMLESS = re.compile(r"[\w-]*", re.ASCII)


def opml(channels: Iterable[Channel]) -> Iterator[str]:
    """Channels for feed readers and other clients: with their feed where one is known, else by address."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
    yield "<head><title>Channels</title></head>\n<body>\n"
    for channel in channels:
        own_id = channel_id_in(channel.url) or (channel.channel_id if channel.site == "youtube" else None)
        feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={own_id}" if own_id else None
        attributes = {
            "type": "rss" if feed else "link",
            "text": channel.name,
            "title": channel.name,
            **({"xmlUrl": feed, "htmlUrl": channel.url} if feed else {"url": channel.url}),
        }
        written = " ".join(f"{key}={quoteattr(_for_xml(value))}" for key, value in attributes.items())
        yield f"<outline {written}/>\n"
    yield "</body>\n</opml>\n"


def toml(settings: Settings) -> str:
    """Channels with all their settings, as ``[[channels]]`` of a configuration."""
    # Written even where it is the default: an import would take its own for a missing one. Another
    # configuration has other defaults, so that what is inherited is written too.
    tables = [{"backlog": "all", **whole_values(channel)} for channel in settings.channels]
    text = with_channels("", tables) if tables else None
    return f"{text.rstrip()}\n" if text else ""


def archive(db: Database) -> Iterator[str]:
    """yt-dlp's ``--download-archive``: a line for each video that is not to be downloaded again."""
    for site, video_id in archive_keys(db):
        # An id with a space in it cannot stand in such a file.
        if " " not in video_id and video_id.isprintable():
            yield f"{site} {video_id}\n"


def json_lines(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, separators=(",", ":")) + "\n"


def csv_lines(keys: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Comma-separated values with a header; no cell is a formula to a spreadsheet.

    Text that begins as a formula gets an apostrophe before it, save ids and plain words with a dash.
    """
    writer = csv.writer(_Line(), lineterminator="\n")
    yield str(writer.writerow(keys))
    for row in rows:
        yield str(writer.writerow([_cell(row[key]) for key in keys]))


class _Line:
    """Gives back what ``csv`` writes; ``writerow`` returns it."""

    def write(self, text: str) -> str:
        return text


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = plain_text(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _HARMLESS.fullmatch(text) else text


def _for_xml(text: str) -> str:
    return _NOT_IN_XML.sub("", plain_text(text))
