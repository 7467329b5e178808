"""Every key of the configuration: its default, what it must be, and what it is for; and an example of a file.

What a key must be says the reader of its value, when it is given none; the rest its declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ytui.config.codec import reader, written
from ytui.config.first_file import first_text, toml
from ytui.config.problems import UnexpectedValue
from ytui.config.value_readers import Reader
from ytui.core.declarations import Key, NamedTable, Table, declarations
from ytui.core.settings import INHERITED, OWN, Settings
from ytui.core.settings.tables import DEFAULT_LIBRARY, KNOWN_SITES, OTHER_SITE, Library, SiteLimits

_LIBRARY = Library(Path(DEFAULT_LIBRARY))
_YOUTUBE = KNOWN_SITES["youtube"]


def setting_list() -> str:
    """Return a heading for each table and a line for each of its keys."""
    defaults = _section("defaults", _examples(INHERITED), "what every channel inherits")
    own = _section("channels", _examples(OWN), "these, and any key of defaults")
    return "\n\n".join((*_table("", Settings(library=_LIBRARY)), *defaults, *own))


def example() -> str:
    """Return the first file as it is written, with what its comments show of channels as tables."""
    text = first_text(DEFAULT_LIBRARY)
    text = text[text.index("[library]") :]
    tables, defaults, channel = re.split(r"(?:# .*\n)+#\n(?=# \[)", text)
    shown = "\n".join(line.removeprefix("# ") for line in (defaults + channel).splitlines())
    return "\n".join(("```toml", tables + shown, "```"))


def _table(name: str, table: Any, comment: str = "") -> Iterator[str]:
    """The sections of a table and of those below it; ``table`` has the values to show.

    Of a table of names it is the names with what they are declared as.
    """
    if isinstance(table, dict):
        yield from _section(name, [_line(key, declared, None) for key, declared in table.items()], comment)
        return
    lines: list[str] = []
    below: list[tuple[str, object, str]] = []
    for key, declared in declarations(type(table)).items():
        path = f"{name}.{key}".lstrip(".")
        if isinstance(declared, Key):
            lines.append(_line(key, declared, getattr(table, key)) + _elsewhere(key, declared, table))
        elif isinstance(declared, Table):
            below.append((path, getattr(table, key), declared.comment))
        elif isinstance(declared.entry, Key) and name:
            lines.append(_line(f"{key}.NAME", declared.entry, None))
        elif isinstance(declared.entry, Key):
            below.append((key, {"NAME": declared.entry}, declared.comment))
        else:
            below.append((f"{path}.{_placeholder(declared)}", _shown(declared.entry), declared.comment))
    yield from _section(name, lines, comment)
    for each in below:
        yield from _table(*each)


def _section(name: str, lines: list[str], comment: str = "") -> Iterator[str]:
    if lines:
        yield f"### {name}" + (f": {comment}" if comment else "")
        yield "\n".join(lines)


def _placeholder(declared: NamedTable) -> str:
    return "CLASS" if declared.names else "NAME"


def _shown(entry: type) -> object:
    return _YOUTUBE if entry is SiteLimits else entry()


def _examples(keys: Mapping[str, Key]) -> list[str]:
    return [
        _line(name, key, key.default if key.example is None else key.example) for name, key in keys.items()
    ]


def _line(name: str, key: Key, value: object) -> str:
    text = written(key, value)
    default = "" if text is None else f" = {toml(text)}"
    words = key.help or key.comment
    assert words, f"{name} is said to be for nothing"
    return f"- `{name}{default}`: {_expected(reader(key, Path()))}; {words}"


def _elsewhere(name: str, key: Key, table: Any) -> str:
    if table is not _YOUTUBE:
        return ""
    return f"; at a site that is not YouTube `{toml(written(key, getattr(OTHER_SITE, name)))}`"


def _expected(read: Reader) -> str:
    expected = [wrong.expected for wrong in (_refusal(read, object()), _refusal(read, [object()])) if wrong]
    assert expected, f"{read} takes anything"
    # Of a list more is told by what it says to a wrong entry.
    return expected[-1]


def _refusal(read: Reader, value: object) -> UnexpectedValue | None:
    try:
        read(value)
    except UnexpectedValue as wrong:
        return wrong
    return None
