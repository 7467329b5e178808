"""Files of one thing a line: yt-dlp's ``archive.txt`` and plain lists of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ytui.engine.importing.addresses import channel_address, looks_like_channel
from ytui.engine.importing.found import Found, FoundChannel, FoundVideo, Kind

_ARCHIVE = re.compile(r"([a-z0-9][a-z0-9_.:+-]{0,99}) (\S{1,300})")
_REMARKS = ("#", ";", "]")
"""What begins a remark in yt-dlp's own lists."""
_TRAILING_REMARK = re.compile(r"\s+#.*")
_SAMPLE = 500
_SHOWN = 60


def kind_of_lines(text: str) -> Kind | None:
    """What most of the first lines are, or None where few of them are anything."""
    votes = dict.fromkeys((Kind.OPTIONS, Kind.LIST, Kind.ARCHIVE), 0)
    total = 0
    for _, line in _lines(text):
        total += 1
        kind = _kind(line)
        if kind:
            votes[kind] += 1
        if total == _SAMPLE:
            break
    best = max(votes, key=lambda kind: votes[kind])
    # A line that is nothing is reported; a file full of them is something else.
    return best if total and votes[best] * 2 >= total else None


def read_archive(name: str, text: str) -> Found:
    """The videos of an archive: an extractor's key and the site's id a line."""
    found = Found(name, Kind.ARCHIVE)
    for number, line in _lines(text):
        entry = _ARCHIVE.fullmatch(line)
        if entry is None or not entry[2].isprintable():
            found.skip(number, f"not an extractor and an id: {_shown(line)}")
        else:
            found.videos.append(FoundVideo(entry[1], entry[2]))
    return found


def read_list(name: str, text: str) -> Found:
    """The channels of a list: addresses, feeds, handles or channel ids, with remarks between and after."""
    found = Found(name, Kind.LIST)
    for number, line in _lines(text):
        given = _TRAILING_REMARK.sub("", line)
        if not looks_like_channel(given):
            found.skip(number, f"not an address: {_shown(line)}")
            continue
        try:
            found.channels.append(FoundChannel({"url": channel_address(given)}))
        except ValueError as error:
            found.skip(number, str(error))
    return found


def _kind(line: str) -> Kind | None:
    if line.startswith("-"):
        return Kind.OPTIONS
    if looks_like_channel(line.split()[0]):
        return Kind.LIST
    entry = _ARCHIVE.fullmatch(line)
    # Two words of prose look like an entry too; few ids are a plain word.
    return Kind.ARCHIVE if entry and not (entry[2].isalpha() and entry[2].islower()) else None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith(_REMARKS):
            yield number, stripped


def _shown(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else line[:_SHOWN] + "…")
