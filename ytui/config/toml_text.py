"""TOML text: on which line a key stands, and edits that leave everything else letter for letter.

``tomllib`` reads well but keeps no positions. A text whose keys are looked for must already have been
accepted by it: strings, brackets and comments are only followed.

An edit touches the few lines of one block where it can: ``tomlkit`` then sees that block alone, which is fast
and cannot reorder the rest. Whatever way is taken, a result that does not say exactly what was wanted is not
used.
"""

from __future__ import annotations

import copy
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from ytui.core.declarations import keys_of
from ytui.core.settings import Channel

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2}(?!"))|'
    + r"'''.*?'''(?:'{0,2}(?!'))|"
    + r""""(?:[^"\\]|\\.)*"|'[^']*'""",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


@dataclass
class Block:
    """A header with the keys right below it: lines from 1, ``last`` that of its last key's end.

    The keys before any header are the block of the empty path, which starts on line 1.
    """

    path: KeyPath
    first: int
    last: int


@dataclass
class TomlLayout:
    """Where everything stands: the first line of each key path, and the blocks in their order."""

    lines: dict[KeyPath, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def line_of(self, path: KeyPath) -> int | None:
        """The line of a key, or of the nearest table around it that stands in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def layout(text: str) -> TomlLayout:
    """Follow a valid TOML text from top to bottom."""
    return _Scanner(text).run()


def split_key(dotted: str) -> KeyPath:
    """The parts of a dotted key; parts in quotes may hold dots. ``ValueError`` if it is none."""
    scanner = _Scanner(dotted)
    path = scanner.key()
    if scanner.position != len(dotted):
        raise ValueError(f"{dotted!r} is not a key")
    return path


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.found = TomlLayout()
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.last_index: dict[KeyPath, int] = {}

    def run(self) -> TomlLayout:
        block = Block((), 1, 0)
        self.found.blocks.append(block)
        self.skip(_BLANK)
        while self.position < len(self.text):
            if self.at("["):
                block = self.header()
                self.found.blocks.append(block)
            else:
                self.pair(block.path)
                block.last = self.line()
            self.skip(_BLANK)
        return self.found

    def header(self) -> Block:
        line = self.line()
        many = self.at("[[")
        self.position += 2 if many else 1
        path = self.resolved(self.key(), many)
        self.position += 2 if many else 1
        self.note(path, line)
        return Block(path, line, line)

    def resolved(self, key: KeyPath, many: bool) -> KeyPath:
        """A header's key with the positions of the list entries that it stands in."""
        path: KeyPath = ()
        for depth, part in enumerate(key, start=1):
            path = (*path, part)
            if many and depth == len(key):
                self.last_index[path] = self.last_index.get(path, -1) + 1
            if path in self.last_index:
                path = (*path, self.last_index[path])
        return path

    def pair(self, table: KeyPath) -> None:
        line = self.line()
        path = table + self.key()
        self.note(path, line)
        self.position += 1
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        if self.at("["):
            self.entries(path)
        elif self.at("{"):
            self.inline_table(path)
        elif self.at('"') or self.at("'"):
            self.skip(_STRING)
        else:
            self.skip(_BARE)

    def entries(self, path: KeyPath) -> None:
        self.position += 1
        self.skip(_BLANK)
        index = 0
        while not self.at("]"):
            entry: KeyPath = (*path, index)
            self.note(entry, self.line())
            self.value(entry)
            self.after_value()
            index += 1
        self.position += 1

    def inline_table(self, path: KeyPath) -> None:
        self.position += 1
        self.skip(_BLANK)
        while not self.at("}"):
            self.pair(path)
            self.after_value()
        self.position += 1

    def after_value(self) -> None:
        self.skip(_BLANK)
        if self.at(","):
            self.position += 1
            self.skip(_BLANK)

    def key(self) -> KeyPath:
        parts: list[str] = []
        while True:
            self.skip(_SPACE)
            raw = self.skip(_KEY_PART)
            if not raw:
                raise ValueError(f"a key was expected at character {self.position + 1}")
            parts.append(tomllib.loads(f"key = {raw}")["key"] if raw[0] in "\"'" else raw)
            self.skip(_SPACE)
            if not self.at("."):
                return tuple(parts)
            self.position += 1

    def note(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.found.lines.setdefault(path[:length], line)

    def at(self, mark: str) -> bool:
        return self.text.startswith(mark, self.position)

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[0]

    def line(self) -> int:
        return bisect_right(self.starts, self.position)


CHANNELS = "channels"


def with_values(text: str, changes: Mapping[KeyPath, Mapping[str, object]]) -> str | None:
    """``text`` with keys of tables set, or taken away where the value is None.

    None if a table is written in a way that cannot be changed without touching the rest.
    """
    plain = {table: {key: _plain(value) for key, value in keys.items()} for table, keys in changes.items()}

    def put(document: Any) -> None:
        for table, values in plain.items():
            _put(_walk(document, table), values)

    wanted = tomllib.loads(text)
    put(wanted)
    return _first_right(
        wanted,
        text,
        (
            partial(_in_blocks, text, plain),
            partial(_in_new_block, text, plain),
            partial(_in_document, text, put),
        ),
    )


def with_channels(text: str, channels: Sequence[Mapping[str, object]]) -> str | None:
    """``text`` with these channels after everything else; None as in ``with_values``."""
    plain = [_in_usual_order(channel) for channel in channels]
    wanted = tomllib.loads(text)
    wanted.setdefault(CHANNELS, []).extend(plain)
    return _first_right(
        wanted,
        text,
        (
            partial(_after, text, {CHANNELS: plain}),
            partial(_in_document, text, lambda document: document[CHANNELS].extend(plain)),
        ),
    )


def without_channel(text: str, index: int) -> str | None:
    """``text`` without its channel of this position; comments above it stay. None as in ``with_values``."""
    wanted = tomllib.loads(text)
    del wanted[CHANNELS][index]
    if not wanted[CHANNELS]:
        del wanted[CHANNELS]

    def remove(document: Any) -> None:
        del document[CHANNELS][index]
        if not document[CHANNELS]:
            del document[CHANNELS]

    return _first_right(
        wanted,
        text,
        (
            partial(_without_block, text, (CHANNELS, index)),
            partial(_in_document, text, remove),
        ),
    )


def _first_right(wanted: object, text: str, ways: Iterable[Callable[[], str | None]]) -> str | None:
    # Imported here: only a save needs tomlkit, and a start should not wait for it.
    from tomlkit.exceptions import TOMLKitError

    for way in ways:
        try:
            result = way()
            if result is not None and tomllib.loads(result) == wanted:
                return result
        except (tomllib.TOMLDecodeError, TOMLKitError):
            # This way does not suit how the file is written; the next one may.
            continue
    return None


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float | date):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(entry) for entry in value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return str(value)


def _in_usual_order(channel: Mapping[str, object]) -> dict[str, Any]:
    usual = keys_of(Channel)
    known = [key for key in usual if key in channel]
    keys = known + [key for key in channel if key not in usual]
    return {key: _plain(channel[key]) for key in keys if channel[key] is not None}


def _walk(document: Any, table: KeyPath) -> Any:
    for part in table:
        if isinstance(part, str) and part not in document:
            document[part] = {}
        document = document[part]
    return document


def _put(table: Any, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if value is not None:
            table[key] = copy.deepcopy(value)
        elif key in table:
            del table[key]


def _in_blocks(text: str, changes: Mapping[KeyPath, Mapping[str, Any]]) -> str | None:
    blocks = [block for block in layout(text).blocks if block.path and block.path in changes]
    if {block.path for block in blocks} != set(changes):
        return None
    lines = text.split("\n")
    # From the last one on: the lines above a block stay where they are.
    for block in reversed(blocks):
        own = "\n".join(lines[block.first - 1 : block.last])
        lines[block.first - 1 : block.last] = _changed(own, block.path, changes[block.path]).split("\n")
    return "\n".join(lines)


def _changed(own: str, table: KeyPath, values: Mapping[str, Any]) -> str:
    """The text of a block with these keys set."""
    import tomlkit

    unix = own.replace("\r\n", "\n").removesuffix("\r")
    document = tomlkit.parse(unix)
    # Alone in its document, the block is the first entry of every list around it.
    _put(_walk(document, tuple(0 if isinstance(part, int) else part for part in table)), values)
    result = tomlkit.dumps(document).removesuffix("\n")
    return result.replace("\n", "\r\n") + "\r" if "\r" in own else result


def _in_new_block(text: str, changes: Mapping[KeyPath, Mapping[str, Any]]) -> str | None:
    nested: dict[str, Any] = {}
    for table, values in changes.items():
        if not table or not all(isinstance(part, str) for part in table):
            return None
        _put(_walk(nested, table), values)
    return _after(text, nested)


def _after(text: str, data: Mapping[str, Any]) -> str:
    import tomlkit

    block = tomlkit.dumps(data)
    gap = "\n" if text.endswith("\n") else "\n\n"
    added = gap + block if text else block
    return text + (added.replace("\n", "\r\n") if "\r\n" in text else added)


def _in_document(text: str, change: Callable[[Any], None]) -> str | None:
    import tomlkit

    document = tomlkit.parse(text)
    if tomlkit.dumps(document) != text:
        # It would move what the user has put in another order.
        return None
    change(document)
    return tomlkit.dumps(document)


def _without_block(text: str, path: KeyPath) -> str | None:
    block = next((block for block in layout(text).blocks if block.path == path), None)
    if block is None:
        return None
    lines = text.split("\n")
    before, after = lines[: block.first - 1], lines[block.last :]
    blank_before = not before or not before[-1].strip()
    if after and not after[0].strip() and blank_before:
        after = after[1:]
    return "\n".join([*before, *after])
