"""Filter syntax of the lists: ``state:failed channel:blender >20min >1GB due:<6h -trailer "a b"``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ytui.core.suggestions import nearest

_PIECE = re.compile(r'(-(?=[^\s-]))?(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))')
_LENGTH = re.compile(r"([<>])(?=\d)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)min)?(?:(\d+(?:\.\d+)?)s)?")
_NO_UNIT = re.compile(r"[<>]\d+(?:\.\d+)?")
_SIZE_BOUND = re.compile(r"([<>])(\d+(?:\.\d+)?)([KMGT])I?B", re.IGNORECASE)
_AGE_BOUND = re.compile(r"([<>])(\d+(?:\.\d+)?)(min|h|d|w)")
_AGE_UNITS = {"min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAYS_AGO = {"today": 0, "yesterday": 1}
_UNITS = (3600.0, 60.0, 1.0)
_NAMED = re.compile(r"(?<!\S)@([\w-]*)")
AFTER, BEFORE = "after", "before"
SIZE = "size"


@dataclass(frozen=True)
class FilterQuery:
    """What rows must have: every text somewhere, every field's value in its field, a length, a time.

    Lengths are in seconds; times are Unix seconds, ``after`` inclusive and ``before`` not.
    """

    texts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    longer: float | None = None
    shorter: float | None = None
    after: float | None = None
    before: float | None = None
    measures: tuple[tuple[str, str, float], ...] = ()
    """What must be more (``>``) or less (``<``) than a number: name, sign, bytes or seconds."""
    without: tuple[str, ...] = ()
    """Texts that must be nowhere."""
    without_fields: tuple[tuple[str, str], ...] = ()
    """Values that must not be in their field."""
    problem: str = field(default="", compare=False)
    """What is wrong with the first word that is no good, in a sentence."""

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != NOTHING

    @property
    def bounds(self) -> tuple[float | None, ...]:
        """The bounds in their usual order: longer, shorter, after, before."""
        return (self.longer, self.shorter, self.after, self.before)


NOTHING = FilterQuery()
"""Asks for nothing, so that every row has it."""


@dataclass(frozen=True)
class FilterSyntax:
    """The words that a list knows."""

    names: tuple[str, ...] = ()
    lengths: bool = False
    """Whether ``>20min`` means something."""
    dates: bool = False
    """Whether ``after:`` and ``before:`` do."""
    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    """All values that a name can have, where they are few."""
    sizes: bool = False
    """Whether ``>1GB`` means something."""
    ages: tuple[str, ...] = ()
    """Names of times, of which ``name:<6h`` asks how far away they are."""

    @property
    def hint(self) -> str:
        """The words in a line, for the place where they are typed."""
        words = [f"{name}:" for name in self.names]
        words += [f"{AFTER}:2024-01", f"{BEFORE}:"] if self.dates else []
        words += [">20min"] if self.lengths else []
        words += [">1GB"] if self.sizes else []
        words += [f"{name}:<6h" for name in self.ages]
        return " ".join([*words, "-not", '"two words"'])


def parse(text: str, words: FilterSyntax) -> FilterQuery:
    """Read a filter; a word that the list does not know is text, and :attr:`FilterQuery.problem` says so.

    Quotes keep blanks together: ``channel:"blender studio"``. A word whose value is not typed yet, or not
    whole, asks for nothing, so that the rows do not vanish half-way through it.
    """
    reader = _FilterReader(words)
    for match in _PIECE.finditer(text.strip()):
        reader.take(match)
    return reader.wanted()


def expanded(text: str, named: Mapping[str, str]) -> tuple[str, str]:
    """Return a filter with what each ``@name`` in it stands for, and what is wrong with a name.

    A name that there is not asks for nothing: it is still being typed.
    """
    problems: list[str] = []

    def stands_for(match: re.Match[str]) -> str:
        name = match[1]
        if name not in named:
            known = " ".join(f"@{each}" for each in sorted(named)) or "none yet: `. F` names one"
            problems.append(f"no filter is called @{name}: there is {known}")
        return named.get(name, "")

    return _NAMED.sub(stands_for, text), problems[0] if problems else ""


def without_texts(text: str, words: FilterSyntax) -> tuple[str, str]:
    """Return a filter without its plain texts, and those texts alone."""
    kept: list[str] = []
    texts: list[str] = []
    for match in _PIECE.finditer(text.strip()):
        alone = parse(match[0], words)
        if alone.texts:
            texts += alone.texts
        else:
            kept.append(match[0])
    return " ".join(kept), " ".join(texts)


class _FilterReader:
    """Takes one piece of a filter after the other."""

    def __init__(self, words: FilterSyntax) -> None:
        self._words = words
        self._texts: dict[bool, list[str]] = {False: [], True: []}
        self._fields: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
        self._bounds: dict[str, float] = {}
        self._measures: list[tuple[str, str, float]] = []
        self._problems: list[str] = []

    def take(self, match: re.Match[str]) -> None:
        minus, name, quoted, plain = match.groups()
        value = quoted if quoted is not None else plain
        without = minus is not None
        bound = _LENGTH.fullmatch(match[0]) if self._words.lengths else None
        if name in self._words.names:
            self._field(name, value, without)
        elif name in (AFTER, BEFORE) and self._words.dates:
            self._date(name, value)
        elif name in self._words.ages:
            self._age(name, value)
        elif self._words.sizes and (size := _SIZE_BOUND.fullmatch(match[0])):
            power = "kmgt".index(size[3].lower()) + 1
            self._measures.append((SIZE, size[1], float(size[2]) * 1000**power))
        elif bound:
            amounts = zip(bound.groups()[1:], _UNITS, strict=True)
            self._bounds[bound[1]] = sum(float(amount) * unit for amount, unit in amounts if amount)
        elif not self._unfinished(match[0]):
            self._text(name, value, match[0], without)

    def _unfinished(self, piece: str) -> bool:
        name = piece.removeprefix("-")
        return name.endswith(":") and name[:-1] in (*self._words.names, *self._words.ages, AFTER, BEFORE)

    def _field(self, name: str, value: str, without: bool) -> None:
        self._fields[without].append((name, value))
        known = self._words.values.get(name)
        if known is not None and not any(value.lower() in each for each in known):
            listed = ", ".join(sorted(known)) if len(known) <= 9 else ""
            self._problems.append(f"no {name} has “{value}”" + (f": there is {listed}" if listed else ""))

    def _date(self, name: str, value: str) -> None:
        days = _days(value)
        if days is None:
            self._problems.append(
                f"{name}: takes a date such as 2024-01-31, 2024-01, 2024, today or yesterday, not “{value}”"
            )
        else:
            self._bounds[name] = days[0] if name == AFTER else days[1]

    def _age(self, name: str, value: str) -> None:
        bound = _AGE_BOUND.fullmatch(value)
        if bound is not None:
            self._measures.append((name, bound[1], float(bound[2]) * _AGE_UNITS[bound[3]]))
        elif value.strip("<>0123456789."):
            self._problems.append(f"{name}: takes {name}:<6h or {name}:>2d (min, h, d, w), not “{value}”")

    def _text(self, name: str | None, value: str, piece: str, without: bool) -> None:
        text = value if name is None else f"{name}:{value}"
        if text:
            self._texts[without].append(text)
        if name is not None and not value.startswith("//"):
            known = " ".join(f"{each}:" for each in (*self._words.names, *self._words.ages))
            known += f" {AFTER}: {BEFORE}:" if self._words.dates else ""
            meant = nearest(name, (*self._words.names, *((AFTER, BEFORE) if self._words.dates else ())))
            there = f"there is {known}" if meant is None else f"did you mean {meant}:?"
            self._problems.append(f"there is no {name}: here, so it is looked for as text; {there}")
        elif (self._words.lengths or self._words.sizes) and _NO_UNIT.fullmatch(piece):
            units = [f"{piece}min, h or s"] if self._words.lengths else []
            units += [f"{piece}MB or GB"] if self._words.sizes else []
            self._problems.append(f"{piece} has no unit, so it is looked for as text: {', '.join(units)}")

    def wanted(self) -> FilterQuery:
        return FilterQuery(
            texts=tuple(self._texts[False]),
            fields=tuple(self._fields[False]),
            longer=self._bounds.get(">"),
            shorter=self._bounds.get("<"),
            after=self._bounds.get(AFTER),
            before=self._bounds.get(BEFORE),
            measures=tuple(self._measures),
            without=tuple(self._texts[True]),
            without_fields=tuple(self._fields[True]),
            problem=self._problems[0] if self._problems else "",
        )


def _days(text: str) -> tuple[float, float] | None:
    """When a day, month or year begins and when it is over, by the local calendar; None for no date."""
    if text in _DAYS_AGO:
        text = (date.today() - timedelta(days=_DAYS_AGO[text])).isoformat()
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    try:
        first = date(year, month, day)
        if match[3]:
            end = first + timedelta(days=1)
        elif match[2]:
            end = date(year + month // 12, month % 12 + 1, 1)
        else:
            end = date(year + 1, 1, 1)
        return _midnight(first), _midnight(end)
    except (ValueError, OverflowError, OSError):
        return None


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day).timestamp()


def like(value: str) -> str:
    """Return the LIKE pattern (escape ``\\``) for values that contain ``value``."""
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
