"""The page on JSON, read back: what each command prints must have the keys that it names, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ytui.docs import page

Keys = dict[str, "Keys"]
"""Each key with those of the objects in it; none where it holds no object, or one whose keys are free."""

_TOKEN = re.compile(r"`(\w+)`|([\[{])|([\]}])")
_ROW = re.compile(r"^\| (.+?) \| (.+) \|$", re.MULTILINE)


def undocumented(arguments: Sequence[str], printed: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each key that the page or the printed object has alone."""
    if "error" in printed:
        return _differences({"error": {}, "exit_code": {}}, printed, "a mistake")
    if "event" in printed:
        name = str(printed["event"])
        rows = [{"event": {}, **row} for row in _rows("event")[name]]
    else:
        commands = _rows("command")
        name = next(words for words in (" ".join(arguments[:2]), arguments[0]) if words in commands)
        rows = commands[name]
    return min((_differences(row, printed, name) for row in rows), key=len)


def _differences(known: Keys, printed: Mapping[str, Any], place: str) -> list[str]:
    found = [f"{place}: {key} is not in the page" for key in printed.keys() - known.keys()]
    found += [f"{place}: {key} is not printed" for key in known.keys() - printed.keys()]
    for key in known.keys() & printed.keys():
        if known[key]:
            for value in _objects(printed[key]):
                found += _differences(known[key], value, f"{place}, {key}")
    return found


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, Mapping):
            yield entry


@cache
def _rows(heading: str) -> dict[str, list[Keys]]:
    """The objects of the table whose first column is called so, by what prints them."""
    found: dict[str, list[Keys]] = {}
    table = page("json").text.partition(f"| {heading} |")[2].partition("\n\n")[0]
    for names, keys in _ROW.findall(table):
        for name in re.findall(r"`([a-z]+(?: [a-z]+\b)?)", names):
            found.setdefault(name, []).append(_keys(keys))
    return found


def _keys(text: str) -> Keys:
    """The keys that a cell of the table names."""
    found: Keys = {}
    inside, last = [found], found
    for match in _TOKEN.finditer(text):
        if match[1]:
            last = inside[-1].setdefault(match[1], {})
        elif match[2]:
            inside.append(last)
        else:
            inside.pop()
    return found
