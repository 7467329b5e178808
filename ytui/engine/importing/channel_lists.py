"""Channel lists: OPML of feed readers, Google Takeout's CSV, and channels as TOML.

A declaration of an entity ends the reading. Neither OPML nor NFO needs one, and every attack on readers of
XML begins there; whatever version of expat is installed, none of them gets further than its declaration.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers import expat

from ytui.config.files import Source, Stamp, parse
from ytui.config.problems import ConfigError
from ytui.config.read_settings import settings_from
from ytui.config.toml_text import layout
from ytui.core.channel_address import CHANNEL_ID
from ytui.core.sites import site_of
from ytui.engine.importing.channel_addresses import channel_address, of_channel_id, tidy_name
from ytui.engine.importing.model import FoundChannel, ImportContents, ImportFormat, UnknownFormat


@dataclass
class XmlElement:
    """One element: its name in lower case, attributes by lower-case name, its own text, where it began."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""


@dataclass(frozen=True)
class XmlError:
    """Where the reading ended early, and why."""

    line: int
    reason: str


class _Declared(Exception):
    """An entity was declared."""


def xml_elements(data: bytes) -> tuple[list[XmlElement], XmlError | None]:
    """Every element in the order of their beginnings, and what is wrong with the file, if anything is."""
    found: list[XmlElement] = []
    around: list[XmlElement] = []
    # The encoding comes from the file's own declaration or byte order mark.
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        lowered = {key.lower(): value for key, value in attributes.items()}
        element = XmlElement(name.lower(), lowered, parser.CurrentLineNumber)
        found.append(element)
        around.append(element)

    def text(data: str) -> None:
        if around:
            around[-1].text += data

    def refuse(*_: object) -> None:
        raise _Declared

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: around.pop()
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return found, XmlError(error.lineno, f"not well-formed XML ({expat.ErrorString(error.code)})")
    except _Declared:
        return found, XmlError(parser.CurrentLineNumber, "declares an entity, which is never expanded here")
    except (ValueError, LookupError) as error:
        return found, XmlError(parser.CurrentLineNumber, f"in an encoding that cannot be read ({error})")
    return found, None


def read_opml(name: str, data: bytes) -> ImportContents | None:
    """The channels of an OPML file; what stands before a mistake in its XML is kept. None for another XML."""
    found = ImportContents(name, ImportFormat.OPML)
    outlines, broken = xml_elements(data)
    if outlines and outlines[0].name not in ("opml", "outline"):
        return None
    for outline in outlines:
        if outline.name == "outline":
            _take_outline(outline, found)
    if broken:
        found.skip(broken.line, f"{broken.reason}: the rest of the file was not read")
    return found


def _take_outline(outline: XmlElement, found: ImportContents) -> None:
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
    from ytui.ytdlp.extractors import knows

    # A reader's other feeds are blogs and news: only what yt-dlp has an extractor for holds videos.
    for address in (page, feed):
        if urlsplit(address).scheme and knows(address):
            return channel_address(address)
    raise ValueError(f"a feed of {site_of(feed) or 'nowhere'}, which yt-dlp has no extractor for")


_DELIMITERS = ",;\t"
_SAMPLE = 50
"""Rows that tell what the columns hold."""


def looks_like_takeout(text: str) -> bool:
    """Whether some of the first lines are rows of channel ids or addresses."""
    delimiter = _delimiter(text)
    return any(row and len(row) > 1 and _holds_channel(row) for _, row in _rows(_head(text), delimiter))


def read_takeout(name: str, text: str) -> ImportContents:
    """The channels of the file: a column of ids, one of addresses, one of titles, told by what they hold."""
    found = ImportContents(name, ImportFormat.TAKEOUT)
    delimiter = _delimiter(text)
    title_at = _title_column([row for _, row in _rows(_head(text), delimiter) if _holds_channel(row)])
    for number, (line, row) in enumerate(_rows(text, delimiter)):
        if row is None:
            found.skip(line, "a row that is no CSV")
        elif not row:
            continue
        elif number == 0 and not _holds_channel(row):
            # The header.
            continue
        else:
            _take_row(line, row, title_at, found)
    return found


def _take_row(line: int, row: Sequence[str], title_at: int | None, found: ImportContents) -> None:
    cells = [cell.strip() for cell in row]
    own = next((cell for cell in cells if CHANNEL_ID.fullmatch(cell)), None)
    address = next((cell for cell in cells if "://" in cell), None)
    try:
        if own is None and address is None:
            raise ValueError("a row with neither a channel's id nor its address")
        url = of_channel_id(own) if own else channel_address(str(address))
    except ValueError as error:
        found.skip(line, str(error))
        return
    label = tidy_name(cells[title_at]) if title_at is not None and title_at < len(cells) else ""
    found.channels.append(FoundChannel({"url": url, **({"name": label} if label else {})}, own))


def _holds_channel(row: Sequence[str] | None) -> bool:
    return row is not None and any(CHANNEL_ID.fullmatch(cell.strip()) or "://" in cell for cell in row)


def _title_column(rows: Sequence[Sequence[str] | None]) -> int | None:
    """The first column that holds neither ids nor addresses in any row."""
    width = max((len(row) for row in rows if row), default=0)
    for at in range(width):
        cells = [row[at].strip() for row in rows if row and at < len(row)]
        if any(cells) and not _holds_channel(cells):
            return at
    return None


def _delimiter(text: str) -> str:
    head = _head(text)

    def fields(delimiter: str) -> int:
        return sum(len(row) for _, row in _rows(head, delimiter) if row and _holds_channel(row))

    return max(_DELIMITERS, key=fields)


def _head(text: str) -> str:
    return "\n".join(text.split("\n", _SAMPLE)[:_SAMPLE])


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the line it begins at; None for one that the reader refuses."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        yield line, row


def looks_like_channels(text: str) -> bool:
    """Whether this is meant as TOML with channels in it, right or wrong."""
    return any(line.strip() == "[[channels]]" for line in text.split("\n"))


def read_channels(name: str, text: str) -> ImportContents:
    """The channels with all their keys; other tables of the file are nobody's business here.

    Raises ``UnknownFormat`` with the line where it is no TOML.
    """
    found = ImportContents(name, ImportFormat.TOML)
    try:
        tables = parse(Path(name), text).get("channels", [])
    except ConfigError as error:
        raise UnknownFormat(str(error)) from error
    lines = layout(text)
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        try:
            _check(table)
            found.channels.append(FoundChannel({**table, "url": channel_address(table["url"])}))
        except (ConfigError, ValueError) as error:
            reason = error.problems[0].sentence if isinstance(error, ConfigError) else str(error)
            found.skip(lines.line_of(("channels", index)), reason)
    return found


def _check(table: object) -> None:
    # The folder only matters for relative paths; a file from elsewhere means paths of elsewhere anyway.
    source = Source(Stamp(Path("/channels.toml"), 0, 0, 0), "", {"channels": [table]})
    args = settings_from([source]).channels[0].args
    if args:
        from ytui.ytdlp.options import check_args

        for problem in check_args(args):
            raise ValueError(f"channels.args: {problem}")
