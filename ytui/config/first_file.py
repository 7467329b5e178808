"""Template of ``config.toml`` for the first start: every key with its default, and what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ytui.config.codec import written
from ytui.core.declarations import Key, NamedTable, Table, declarations, keys_of
from ytui.core.settings import INHERITED, OWN, Settings
from ytui.core.settings.tables import Library

_HEAD = """\
# ytui's configuration. Edit it freely: an edit takes effect at the next job, and what ytui saves here
# leaves your comments alone. More channels may stand in channels.d/*.toml beside this file.
"""
_DEFAULTS = """\
# What every channel inherits that does not say otherwise itself. The values shown are those that hold without
# this table, but for the date, which is an example.
#
# [defaults]
"""
_CHANNEL = """\
# A channel. url alone is enough, and any key of [defaults] may stand here too.
#
# [[channels]]
"""
_COMMENTS_AT = 36
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def first_text(library: str) -> str:
    """The whole file, with ``library`` as the library's folder."""
    settings = Settings(library=Library(Path(library)))
    examples = (_DEFAULTS + _shown(INHERITED), _CHANNEL + _shown(OWN))
    return "\n".join((_HEAD, *_tables("", settings, "", set()), *examples))


def toml(value: object) -> str:
    """A value of a key as TOML."""
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | date):
        return str(value)
    letters = (
        _ESCAPES.get(letter, letter) if letter.isprintable() else f"\\U{ord(letter):08x}"
        for letter in str(value)
    )
    return '"' + "".join(letters) + '"'


def _tables(name: str, table: Any, comment: str, commented: set[tuple[type, str]]) -> Iterator[str]:
    """A table and those below it; what a key is for is told at its first value alone."""
    declared = declarations(type(table))
    lines = list(_keys(table, commented))
    if lines:
        yield "\n".join((_commented(f"[{name}]", comment), *lines, ""))
    for below, found in declared.items():
        path = f"{name}.{below}".lstrip(".")
        if isinstance(found, Table):
            yield from _tables(path, getattr(table, below), found.comment, commented)
        elif isinstance(found, NamedTable):
            for each, named in getattr(table, below).items():
                yield from _tables(f"{path}.{each}", named, found.comment, commented)


def _keys(table: Any, commented: set[tuple[type, str]]) -> Iterator[str]:
    for name, key in keys_of(type(table)).items():
        value = written(key, getattr(table, name))
        if value is not None:
            comment = "" if (type(table), name) in commented else key.comment
            commented.add((type(table), name))
            yield _commented(f"{name} = {toml(value)}", comment)


def _shown(keys: Mapping[str, Key]) -> str:
    lines = (_example(name, key) for name, key in keys.items())
    return "".join(f"{line}\n" for line in lines if line)


def _example(name: str, key: Key) -> str:
    value = key.default if key.example is None else key.example
    text = written(key, value)
    return "" if text is None else _commented(f"# {name} = {toml(text)}", key.comment)


def _commented(said: str, comment: str) -> str:
    if not comment:
        return said
    column = max(_COMMENTS_AT, (len(said) // 4 + 1) * 4)
    return f"{said:{column}}# {comment}"
