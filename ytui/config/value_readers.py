"""Value readers: each gives what a value of the file means, or says what it expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from ytui.config.problems import UnexpectedValue, shown

Reader = Callable[[object], object]

_DURATION_UNITS: dict[str, float] = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
_SIZE_UNITS: dict[str, int] = {
    "": 1,
    "b": 1,
    **{f"{letter}{end}": 1000**power for power, letter in enumerate("kmgt", 1) for end in ("", "b")},
    **{f"{letter}{end}": 1024**power for power, letter in enumerate("kmgt", 1) for end in ("i", "ib")},
}
_DURATION = re.compile(r"\s*(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+", re.IGNORECASE)
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_SIZE = re.compile(r"\s*(\d{1,19})(\.\d{1,19})?\s*([a-z]*)\s*", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# A century: beyond it a clock overflows, and nobody meant it.
_LONGEST = 36500 * 86400.0
# What SQLite can hold.
_LARGEST = 2**63 - 1


def whole(low: int, high: int) -> Reader:
    """A reader of whole numbers in a range."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise UnexpectedValue(f"a whole number from {low} to {high}")

    return read


def number(low: float, high: float) -> Callable[[object], float]:
    """A reader of numbers in a range."""

    def read(value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise UnexpectedValue(f"a number from {low:g} to {high:g}")

    return read


def flag(value: object) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise UnexpectedValue("true or false")


def one_of(*words: StrEnum) -> Reader:
    """A reader of one of some words."""
    named = {word.value: word for word in words}

    def read(value: object) -> StrEnum:
        if isinstance(value, str) and value in named:
            return named[value]
        raise UnexpectedValue("one of " + ", ".join(named))

    return read


def text(value: object) -> str:
    """Text on one line, without space around it."""
    if isinstance(value, str) and value.strip() and not _CONTROL.search(value):
        return value.strip()
    raise UnexpectedValue("text on one line")


def listed(reader: Reader, *, empty: bool) -> Callable[[object], tuple[object, ...]]:
    """A reader of lists whose entries another reader takes, each once."""

    def read(value: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise UnexpectedValue("a list")
        if not value and not empty:
            raise UnexpectedValue("a list with at least one entry", "an empty one")
        try:
            entries = tuple(reader(entry) for entry in value)
        except UnexpectedValue as wrong:
            found = next(shown(entry) for entry in value if _refuses(reader, entry))
            raise UnexpectedValue(
                f"a list of which each is {wrong.expected}", wrong.found or found
            ) from wrong
        if len(set(entries)) < len(entries):
            raise UnexpectedValue("a list without repetitions", "one with the same entry twice")
        return entries

    return read


def _refuses(reader: Reader, value: object) -> bool:
    try:
        reader(value)
    except UnexpectedValue:
        return True
    return False


def seconds(low: float = 0.0) -> Callable[[object], float]:
    """A reader of durations of at least ``low`` seconds: a number, or text such as "1 h 30 min"."""
    expected = 'a duration such as "90 s", "20 min" or "6 h"'
    if low:
        expected += f" of at least {write_duration(low)}"

    def read(value: object) -> float:
        duration = _seconds(value)
        if duration is None or not low <= duration <= _LONGEST:
            raise UnexpectedValue(expected)
        return duration

    return read


def _seconds(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 <= value <= _LONGEST else None
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        return None
    parts = _DURATION_PART.findall(value.lower())
    if any(unit not in _DURATION_UNITS for _, unit in parts):
        return None
    return sum((float(amount) * _DURATION_UNITS[unit] for amount, unit in parts), 0.0)


def write_duration(duration: float) -> str:
    """A duration in seconds as text that ``seconds`` reads back, to the microsecond."""
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if duration >= length and duration % length == 0:
            count = int(duration // length)
            return "1 day" if (unit, count) == ("days", 1) else f"{count} {unit}"
    return f"{duration:.6f}".rstrip("0").rstrip(".") + " s"


def size(value: object) -> int:
    """Bytes: a whole number, or text such as "2 GB" (powers of 1000) or "2 GiB" (of 1024)."""
    count = _bytes(value)
    if count is None or not 0 <= count <= _LARGEST:
        raise UnexpectedValue('a size such as "500 MB" or "2 GB"')
    return count


def _bytes(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    unit = _SIZE_UNITS.get(match[3].lower()) if match else None
    if match is None or unit is None:
        return None
    # Whole numbers stay whole: a float cannot hold every count of bytes.
    fraction = float(match[2] or 0)
    return int(match[1]) * unit + round(fraction * unit)


def rate(value: object) -> int:
    """Bytes a second, more than none."""
    try:
        bytes_a_second = size(value.strip().removesuffix("/s") if isinstance(value, str) else value)
    except UnexpectedValue:
        bytes_a_second = 0
    if bytes_a_second <= 0:
        raise UnexpectedValue('a rate such as "4 MB/s"')
    return bytes_a_second


def hours(value: object) -> tuple[tuple[int, int], ...]:
    """Spans of the day in minutes; none for an empty text, which means always."""
    if value == "":
        return ()
    spans = [_SPAN.fullmatch(span) for span in value.split(",")] if isinstance(value, str) else [None]
    minutes: list[tuple[int, int]] = []
    for span in spans:
        start, end = _span_minutes(span) if span else (0, 0)
        if start == end:
            raise UnexpectedValue('"" or a span such as "01:00-07:00"')
        minutes.append((start, end))
    return tuple(minutes)


def _span_minutes(span: re.Match[str]) -> tuple[int, int]:
    first_hour, first_minute, last_hour, last_minute = (int(part) for part in span.groups())
    start, end = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    if first_minute > 59 or last_minute > 59 or start >= 1440 or end > 1440:
        return 0, 0
    return start, end


def write_hours(spans: tuple[tuple[int, int], ...]) -> str:
    """Spans of the day in minutes as text that ``hours`` reads back."""
    return ", ".join("-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span) for span in spans)


def day(value: object) -> date:
    """A date; also written as text, which is how scripts give it."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise UnexpectedValue("a date such as 2024-01-01") from error


def path_below(folder: Path) -> Callable[[object], Path]:
    """A reader of paths: ``~`` is the home folder, and a relative path starts at ``folder``."""

    def read(value: object) -> Path:
        if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
            raise UnexpectedValue("a path")
        try:
            return folder / Path(value).expanduser()
        except RuntimeError as error:
            raise UnexpectedValue("a path whose ~ names a user of this machine") from error

    return read
