"""yt-dlp's own files: ``archive.txt``, plain lists of addresses, and ``yt-dlp.conf``."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator, Sequence

from ytui.engine.importing.channel_addresses import channel_address, looks_like_channel
from ytui.engine.importing.model import FoundChannel, FoundOption, FoundVideo, ImportContents, ImportFormat

_ARCHIVE = re.compile(r"([a-z0-9][a-z0-9_.:+-]{0,99}) (\S{1,300})")
_REMARKS = ("#", ";", "]")
"""What begins a remark in yt-dlp's own lists."""
_TRAILING_REMARK = re.compile(r"\s+#.*")
_SAMPLE = 500
_SHOWN = 60


def kind_of_lines(text: str) -> ImportFormat | None:
    """What most of the first lines are, or None where few of them are anything."""
    votes = dict.fromkeys((ImportFormat.OPTIONS, ImportFormat.LIST, ImportFormat.ARCHIVE), 0)
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


def read_archive(name: str, text: str) -> ImportContents:
    """The videos of an archive: an extractor's key and the site's id a line."""
    found = ImportContents(name, ImportFormat.ARCHIVE)
    for number, line in _lines(text):
        entry = _ARCHIVE.fullmatch(line)
        if entry is None or not entry[2].isprintable():
            found.skip(number, f"not an extractor and an id: {_shown(line)}")
        else:
            found.videos.append(FoundVideo(entry[1], entry[2]))
    return found


def read_list(name: str, text: str) -> ImportContents:
    """The channels of a list: addresses, feeds, handles or channel ids, with remarks between and after."""
    found = ImportContents(name, ImportFormat.LIST)
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


def _kind(line: str) -> ImportFormat | None:
    if line.startswith("-"):
        return ImportFormat.OPTIONS
    if looks_like_channel(line.split()[0]):
        return ImportFormat.LIST
    entry = _ARCHIVE.fullmatch(line)
    # Two words of prose look like an entry too; few ids are a plain word.
    return ImportFormat.ARCHIVE if entry and not (entry[2].isalpha() and entry[2].islower()) else None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith(_REMARKS):
            yield number, stripped


def _shown(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else line[:_SHOWN] + "…")


def read_options(name: str, text: str) -> ImportContents:
    """The options of the file; those that a key of ours replaces are skipped with that key's name.

    A reason never holds a value: it may be a password.
    """
    from ytui.ytdlp.option_parser import parse_options

    found = ImportContents(name, ImportFormat.OPTIONS)
    words, lines = _words(text, found)
    for option in parse_options(words):
        line = lines[option.first]
        if option.problem:
            found.skip(line, option.problem)
        else:
            found.options.append(FoundOption(tuple(words[option.first : option.first + option.count]), line))
    _check(found)
    return found


def _words(text: str, found: ImportContents) -> tuple[list[str], list[int]]:
    """The words as a shell splits them, and the line that each ends on; a quote may span lines."""
    words: list[str] = []
    lines: list[int] = []
    stream = io.StringIO(text)
    lexer = shlex.shlex(stream, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    while True:
        try:
            word = lexer.get_token()
        except ValueError:
            line = (lines or [1])[-1]
            found.skip(line, "a quote is never closed from here on: the rest of the file was not read")
            return words, lines
        if word is None:
            return words, lines
        words.append(word)
        # The lexer has read one character more: the space or line end behind the word.
        lines.append(text.count("\n", 0, stream.tell() - 1) + 1)


def _check(found: ImportContents) -> None:
    """Leave out what yt-dlp does not accept."""
    from ytui.ytdlp.options import check_args

    if not check_args(_flat(found.options)):
        return
    suspects = [option for option in found.options if check_args(option.words)]
    # Some are right only together, as a user name and its password are.
    wrong = [
        option
        for option in suspects
        if all(check_args([*option.words, *other.words]) for other in suspects if other is not option)
    ]
    right = [option for option in found.options if option not in wrong]
    if check_args(_flat(right)):
        wrong, right = found.options, []
    for option in wrong:
        found.skip(option.line, f"yt-dlp does not accept {option.words[0].partition('=')[0]} as it stands")
    found.options = right


def _flat(options: Sequence[FoundOption]) -> list[str]:
    return [word for option in options for word in option.words]
