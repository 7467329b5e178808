"""Every key of the configuration: its default, what it must be, and what it is for.

What a key must be says the reader of its value, when it is given none; default and purpose say the lines of
the file that ytui writes on its first start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from ytui.config.channel import channel_readers
from ytui.config.problems import Unexpected
from ytui.config.schema import Entry, Named, tables
from ytui.config.template import first_text
from ytui.config.values import Reader, write_duration
from ytui.core.settings import OTHER_SITE

_LINE = re.compile(r"(?:# )?(\w+) = (.+?)(?:\s+# (.*))?")
_TABLE = re.compile(r"(?:# )?\[+([\w.]+)\]+(?:\s+# (.*))?")
_WORD = re.compile(r"\w+")
_SITE = "limits.sites.NAME"
_SHOWN_AS = {_SITE: "limits.sites.youtube", "retry.classes.CLASS": "retry.network"}
"""Under which name the first file shows a table whose name the user chooses."""


class Line(NamedTuple):
    """What the first file says of a key, or of a table."""

    default: str = ""
    purpose: str = ""


def setting_list() -> str:
    """Return a heading for each table and a line for each of its keys."""
    shown = _first_file()
    parts: list[str] = []
    for table, readers in _tables():
        name = _SHOWN_AS.get(table, table)
        purpose = shown.get((name, ""), Line()).purpose
        parts.append(f"### {table}" + (f": {purpose}" if purpose else ""))
        lines = [
            _line(key, reader, shown.get((name, key), Line())) + (_elsewhere(key) if table == _SITE else "")
            for key, reader in readers.items()
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _line(key: str, reader: Reader, shown: Line) -> str:
    default = f" = {shown.default}" if shown.default else ""
    expected = _expected(reader)
    # A remark that only names the other values says nothing new.
    said = set(_WORD.findall(shown.purpose)) - {"or", "also"}
    purpose = [] if said <= set(_WORD.findall(expected)) else [shown.purpose]
    return "; ".join([f"- `{key}{default}`: {expected}", *purpose])


def _elsewhere(key: str) -> str:
    value = getattr(OTHER_SITE, key)
    written = (
        f'"{value}"' if isinstance(value, StrEnum) else write_duration(value) if key == "cooldown" else value
    )
    return f"; at a site that is not YouTube `{written}`"


def _expected(reader: Reader) -> str:
    expected = [
        wrong.expected for wrong in (_refusal(reader, object()), _refusal(reader, [object()])) if wrong
    ]
    assert expected, f"{reader} takes anything"
    # Of a list more is told by what it says to a wrong entry.
    return expected[-1]


def _refusal(reader: Reader, value: object) -> Unexpected | None:
    try:
        reader(value)
    except Unexpected as wrong:
        return wrong
    return None


def _tables() -> Iterator[tuple[str, dict[str, Reader]]]:
    known = dict(tables(Path()))
    del known["channels"]
    yield from _walk("", known)
    yield "channels", channel_readers(Path())


def _walk(table: str, entries: Mapping[str, Entry]) -> Iterator[tuple[str, dict[str, Reader]]]:
    keys: dict[str, Reader] = {}
    below: list[tuple[str, Mapping[str, Entry]]] = []
    for key, entry in entries.items():
        name = f"{table}.{key}".lstrip(".")
        if isinstance(entry, Named):
            # A table whose names the user chooses, of tables or of values.
            if isinstance(entry.entry, Mapping):
                below.append((f"{name}.NAME", entry.entry))
            else:
                keys[f"{key}.NAME"] = entry.entry  # type: ignore[assignment]
        elif not isinstance(entry, Mapping):
            keys[key] = entry
        elif name == "retry.classes":
            below.append(("retry.classes.CLASS", next(iter(entry.values()))))
        else:
            below.append((name, entry))
    if keys:
        yield table, keys
    for name, entry in below:
        yield from _walk(name, entry)


def _first_file() -> dict[tuple[str, str], Line]:
    """What the first file says, by table and key; of a table itself without a key."""
    table, found = "", dict[tuple[str, str], Line]()
    for line in first_text("~/Videos/ytui").splitlines():
        if match := _TABLE.fullmatch(line):
            table = match[1]
            found[table, ""] = Line(purpose=match[2] or "")
        elif match := _LINE.fullmatch(line):
            found[table, match[1]] = Line(match[2], match[3] or "")
    return found
