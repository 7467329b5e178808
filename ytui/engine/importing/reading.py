"""Whatever a person names, read as what its content says it is; its name and ending count for nothing."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

from ytui.engine.importing.channels_toml import looks_like_channels, read_channels
from ytui.engine.importing.folder import Progress, read_folder
from ytui.engine.importing.found import Found, Kind, UnknownKind
from ytui.engine.importing.lines import kind_of_lines, read_archive, read_list
from ytui.engine.importing.opml import read_opml
from ytui.engine.importing.options import read_options
from ytui.engine.importing.takeout import looks_like_takeout, read_takeout

LARGEST = 256_000_000
"""Bytes of a file that is read at all: an archive of ten million lines."""

_BY_LINES: dict[Kind, Callable[[str, str], Found]] = {
    Kind.ARCHIVE: read_archive,
    Kind.LIST: read_list,
    Kind.OPTIONS: read_options,
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_path(path: Path, progress: Progress = lambda done, total: None) -> Found:
    """Read a file or folder; ``OSError`` if it cannot be read, ``UnknownKind`` if it is nothing known."""
    if path.is_dir():
        return read_folder(str(path), path, progress)
    with path.open("rb") as file:
        return read_bytes(str(path), file.read(LARGEST + 1))


def read_bytes(name: str, data: bytes) -> Found:
    """Read the content of a file that is called ``name``; raises as ``read_path`` does."""
    if len(data) > LARGEST:
        raise UnknownKind(f"{name} is larger than {LARGEST // 1_000_000} MB: nothing that can be imported is")
    opml = read_opml(name, data) if _is_xml(data) else None
    if opml is not None:
        return opml
    text = _decoded(data)
    if "\0" not in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            return Found(name, Kind.LIST)
        if looks_like_channels(text):
            return read_channels(name, text)
        if looks_like_takeout(text):
            return read_takeout(name, text)
        kind = kind_of_lines(text)
        if kind is not None:
            return _BY_LINES[kind](name, text)
    raise UnknownKind(
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
