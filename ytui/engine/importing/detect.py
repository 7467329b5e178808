"""Detection of a format: whatever a person names is read as what its content says, not its name."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

from ytui.engine.importing.channel_lists import (
    looks_like_channels,
    looks_like_takeout,
    read_channels,
    read_opml,
    read_takeout,
)
from ytui.engine.importing.media_folder import Progress, read_folder
from ytui.engine.importing.model import ImportContents, ImportFormat, UnknownFormat
from ytui.engine.importing.ytdlp_files import kind_of_lines, read_archive, read_list, read_options

LARGEST = 256_000_000
"""Bytes of a file that is read at all: an archive of ten million lines."""

_BY_LINES: dict[ImportFormat, Callable[[str, str], ImportContents]] = {
    ImportFormat.ARCHIVE: read_archive,
    ImportFormat.LIST: read_list,
    ImportFormat.OPTIONS: read_options,
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_path(path: Path, progress: Progress = lambda done, total: None) -> ImportContents:
    """Read a file or folder; ``OSError`` if it cannot be read, ``UnknownFormat`` if it is nothing known."""
    if path.is_dir():
        return read_folder(str(path), path, progress)
    with path.open("rb") as file:
        return read_bytes(str(path), file.read(LARGEST + 1))


def read_bytes(name: str, data: bytes) -> ImportContents:
    """Read the content of a file that is called ``name``; raises as ``read_path`` does."""
    if len(data) > LARGEST:
        raise UnknownFormat(
            f"{name} is larger than {LARGEST // 1_000_000} MB: nothing that can be imported is"
        )
    opml = read_opml(name, data) if _is_xml(data) else None
    if opml is not None:
        return opml
    text = _decoded(data)
    if "\0" not in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            return ImportContents(name, ImportFormat.LIST)
        if looks_like_channels(text):
            return read_channels(name, text)
        if looks_like_takeout(text):
            return read_takeout(name, text)
        kind = kind_of_lines(text)
        if kind is not None:
            return _BY_LINES[kind](name, text)
    raise UnknownFormat(
        f"{name} is none of what can be imported: OPML, Takeout's subscriptions.csv, a list of addresses, "
        "yt-dlp's archive or configuration, channels in TOML, or a folder"
    )


def _is_xml(data: bytes) -> bool:
    head = data[:400]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            head = head[: len(head) // 2 * 2].decode(encoding, "ignore").encode()
            break
    return head.lstrip().startswith(b"<")


def _decoded(data: bytes) -> str:
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # A spreadsheet saved it again: addresses and ids are ASCII there too, and titles mostly right.
        return data.decode("cp1252", "replace")
