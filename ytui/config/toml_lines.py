"""TOML line numbers of keys: ``tomllib`` reads well but keeps no positions.

The text must already have been accepted by ``tomllib``: strings, brackets and comments are only followed.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field

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
