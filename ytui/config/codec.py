"""Codec of values: by a key's declaration from what ``config.toml`` says to what it means, and back."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ytui.config.problems import UnexpectedValue, shown
from ytui.config.value_readers import (
    Reader,
    day,
    flag,
    hours,
    listed,
    number,
    one_of,
    path_below,
    rate,
    seconds,
    size,
    text,
    whole,
    write_duration,
    write_hours,
)
from ytui.core.declarations import Key, ValueType
from ytui.core.refused_options import instead_of
from ytui.core.settings import Backlog, BacklogKind, Keep, KeepKind, title_pattern
from ytui.core.settings.tables import PATH_PLACE, URL_PLACE
from ytui.core.urls import normalise_url, url_problem

MOST_TAGS, LONGEST_TAG = 20, 30
_COUNTED = re.compile(r"\s*(newest|last)\s+([1-9]\d{0,8})\s*|\s*([1-9]\d{0,4})\s*(days?)\s*")


def reader(key: Key, folder: Path) -> Reader:
    """Return the reader of a key's values; it raises ``UnexpectedValue``. Relative paths start at
    ``folder``.
    """
    read = _READERS[key.type](key, folder)
    if key.many:
        read = _many(read, key)
    return read if key.unset is None else _or_unset(read, key)


def written(key: Key, value: object) -> object:
    """Return the TOML value that a key's reader reads back as ``value``; None where none says it."""
    if value is None:
        return key.unset
    if key.type in _WRITERS:
        return _WRITERS[key.type](value)
    if isinstance(value, frozenset):
        return [word.value for word in key.words if word in value]
    if isinstance(value, tuple):
        return [str(entry) for entry in value]
    return value if isinstance(value, bool | int | float | date) else str(value)


def _many(read: Reader, key: Key) -> Reader:
    entries = listed(read, empty=key.empty)
    if isinstance(key.default, frozenset):
        return lambda value: frozenset(entries(value))
    return entries


def _or_unset(read: Reader, key: Key) -> Reader:
    # What takes any text names no word of its own.
    named = key.type not in (ValueType.TEXT, ValueType.PATH)

    def read_or_unset(value: object) -> object:
        if value == key.unset:
            return None
        try:
            return read(value)
        except UnexpectedValue as wrong:
            if not named:
                raise
            raise UnexpectedValue(f'"{key.unset}" or {wrong.expected}', wrong.found) from wrong

    return read_or_unset


def _template(value: object) -> str:
    template = text(value)
    if template.startswith(("/", "~")) or ".." in template.split("/") or "%(ext)s" not in template:
        raise UnexpectedValue("a relative path with %(ext)s in it and without ..")
    return template


def _command(value: object) -> tuple[str, ...]:
    """The words of a command line, as a shell would tell them apart; no shell ever sees them."""
    expected = 'a command with {path} or {url} in it, such as "vlc {path}"'
    if not isinstance(value, str):
        raise UnexpectedValue(expected)
    try:
        words = tuple(shlex.split(value))
    except ValueError as error:
        raise UnexpectedValue(expected, f"{shown(value)} ({str(error).lower()})") from error
    if not any(place in word for word in words[1:] for place in (PATH_PLACE, URL_PLACE)):
        raise UnexpectedValue(expected)
    return words


def _options(value: object) -> tuple[str, ...]:
    """Options of the yt-dlp command, without those that are refused.

    A wrong value is described, never shown: options may hold passwords.
    """
    expected = "a list of strings, each one option or one value"
    if not isinstance(value, list):
        raise UnexpectedValue(expected, "something else")
    if not all(isinstance(entry, str) and "\0" not in entry for entry in value):
        raise UnexpectedValue(expected, "a list with something else in it")
    for entry in value:
        option = entry.partition("=")[0]
        if instead := instead_of([option]):
            raise UnexpectedValue(f"without {option}: {instead}", "")
    return tuple(value)


def _tags(value: object) -> tuple[str, ...]:
    """Tags in small letters, each once."""
    expected = f"a list of at most {MOST_TAGS} tags"
    if not isinstance(value, list):
        raise UnexpectedValue(expected)
    if len(value) > MOST_TAGS:
        raise UnexpectedValue(expected, f"one of {len(value)}")
    for entry in value:
        if not isinstance(entry, str) or not _is_tag(entry.strip()):
            each = f"{expected}, each of at most {LONGEST_TAG} letters without a comma or a quotation mark"
            raise UnexpectedValue(each, shown(entry))
    return tuple(dict.fromkeys(entry.strip().lower() for entry in value))


def _is_tag(text: str) -> bool:
    # What a person would type into a filter, and nothing that hides or turns letters.
    return 0 < len(text) <= LONGEST_TAG and text.isprintable() and not set(text) & set(',"')


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise UnexpectedValue("a web address such as https://www.youtube.com/@name")
    problem = url_problem(value.strip())
    if problem:
        raise UnexpectedValue(
            "a web address such as https://www.youtube.com/@name", f"{shown(value)} ({problem})"
        )
    return normalise_url(value)


def _pattern(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise UnexpectedValue("a regular expression")
    try:
        title_pattern(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise UnexpectedValue("a regular expression", f"{shown(value)} ({error})") from error
    return value


def _backlog(value: object) -> Backlog:
    if value in ("all", "none"):
        return Backlog(BacklogKind(str(value)))
    match = _COUNTED.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] != "newest":
        raise UnexpectedValue('"all", "none" or, say, "newest 30"')
    return Backlog(BacklogKind.NEWEST, int(match[2]))


def _write_backlog(value: Backlog) -> str:
    return f"newest {value.count}" if value.kind is BacklogKind.NEWEST else value.kind.value


def _keep(value: object) -> Keep:
    if value == "all":
        return Keep()
    match = _COUNTED.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] == "newest":
        raise UnexpectedValue('"all", "last 50" or "90 days", with a number of at least 1')
    return Keep(KeepKind.LAST, int(match[2])) if match[1] else Keep(KeepKind.DAYS, int(match[3]))


def _write_keep(value: Keep) -> str:
    texts = {
        KeepKind.ALL: "all",
        KeepKind.LAST: f"last {value.count}",
        KeepKind.DAYS: f"{value.count} days",
    }
    return texts[value.kind]


_READERS: Mapping[ValueType, Callable[[Key, Path], Reader]] = {
    ValueType.TEXT: lambda key, folder: text,
    ValueType.FLAG: lambda key, folder: flag,
    ValueType.WHOLE: lambda key, folder: whole(int(key.low), int(key.high)),
    ValueType.NUMBER: lambda key, folder: number(key.low, key.high),
    ValueType.ONE_OF: lambda key, folder: one_of(*key.words),
    ValueType.DURATION: lambda key, folder: seconds(key.low),
    ValueType.SIZE: lambda key, folder: size,
    ValueType.RATE: lambda key, folder: rate,
    ValueType.HOURS: lambda key, folder: hours,
    ValueType.DATE: lambda key, folder: day,
    ValueType.PATH: lambda key, folder: path_below(folder),
    ValueType.TEMPLATE: lambda key, folder: _template,
    ValueType.ADDRESS: lambda key, folder: _address,
    ValueType.PATTERN: lambda key, folder: _pattern,
    ValueType.BACKLOG: lambda key, folder: _backlog,
    ValueType.KEEP: lambda key, folder: _keep,
    ValueType.OPTIONS: lambda key, folder: _options,
    ValueType.TAGS: lambda key, folder: _tags,
    ValueType.COMMAND: lambda key, folder: _command,
}
_WRITERS: Mapping[ValueType, Callable[[Any], object]] = {
    ValueType.BACKLOG: _write_backlog,
    ValueType.KEEP: _write_keep,
    ValueType.DURATION: write_duration,
    ValueType.COMMAND: shlex.join,
    ValueType.HOURS: write_hours,
}
