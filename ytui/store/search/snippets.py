"""Snippets of a found text, marked by an index in memory that takes words as the real one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ytui.store.database import Database
from ytui.store.migrations.schema_006 import WORDS
from ytui.store.search.query_parser import SearchQuery, fold

LONGEST = 160
"""Characters of a snippet."""
_LEAD = 30
"""Characters before the first mark, so that it is seen in a narrow terminal too."""
_BEGIN, _END = "\x02", "\x03"
_TITLE, _DESCRIPTION, _TRANSCRIPT = "title", "description", "transcript"

Piece = tuple[str, bool]
"""Some text, and whether it is what was looked for."""


@dataclass(frozen=True)
class Texts:
    """What of a video was searched; only the title where that has all the words."""

    title: str
    description: str = ""
    lines: Sequence[tuple[float, str]] = ()
    """The transcript, with the times in seconds."""


@dataclass(frozen=True)
class SnippetPlace:
    """Where the words are (``title``, ``description``, ``transcript``), the text around, the time there."""

    where: str
    pieces: tuple[Piece, ...]
    time: float | None = None


def places(found: Mapping[int, Texts], query: SearchQuery) -> dict[int, SnippetPlace]:
    """The place in each of these texts that says most of why it was found."""
    with closing(Database(Path(":memory:"))) as db:
        db.execute(f"CREATE VIRTUAL TABLE search USING fts5 (title, description, transcript, {WORDS})")
        db.execute("BEGIN")
        for number, texts in found.items():
            transcript = "\n".join(_plain(words).replace("\n", " ") for _, words in texts.lines)
            db.execute(
                "INSERT INTO search (rowid, title, description, transcript) VALUES (?, ?, ?, ?)",
                (number, _plain(texts.title), _plain(texts.description), transcript),
            )
        whole = {
            column: _numbers(db, f"{column} : ({query.wanted})")
            for column in (_TITLE, _DESCRIPTION, _TRANSCRIPT)
        }
        columns = ", ".join(f"highlight(search, {column}, '{_BEGIN}', '{_END}')" for column in range(3))
        rows = db.all(f"SELECT rowid, {columns} FROM search WHERE search MATCH ?", (query.wanted,))
    made = {}
    for row in rows:
        marked = {_TITLE: row[1], _DESCRIPTION: row[2], _TRANSCRIPT: row[3]}
        made[row[0]] = _place(_best(row[0], marked, whole), marked, found[row[0]])
    return made


def _numbers(db: Database, expression: str) -> set[int]:
    return {row[0] for row in db.all("SELECT rowid FROM search WHERE search MATCH ?", (expression,))}


def _best(number: int, marked: Mapping[str, str], whole: Mapping[str, set[int]]) -> str:
    """The first text with all the words; else the first with any that the title does not show already."""
    for column in (_TITLE, _DESCRIPTION, _TRANSCRIPT):
        if number in whole[column]:
            return column
    return next((column for column in (_DESCRIPTION, _TRANSCRIPT) if _BEGIN in marked[column]), _TITLE)


def _place(where: str, marked: Mapping[str, str], texts: Texts) -> SnippetPlace:
    text, spans = _unmarked(marked[where])
    if where == _TITLE or not spans:
        return SnippetPlace(where, _pieces(text, spans))
    first = _densest(text, spans)
    time = texts.lines[text.count("\n", 0, spans[first][0])][0] if where == _TRANSCRIPT else None
    return SnippetPlace(where, _around(text, spans, spans[first][0]), time)


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without the marks, and from where to where each of them was."""
    text, spans = "", []
    for number, part in enumerate(marked.split(_BEGIN)):
        inside, end, rest = part.partition(_END)
        if number and end:
            spans.append((len(text), len(text) + len(inside)))
        text += inside + rest
    return text, spans


def _densest(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """The mark after which the most different words follow within a snippet."""
    words = [fold(text[start:end]) for start, end in spans]
    best, most = 0, 0
    for number, (start, _) in enumerate(spans):
        last = number
        while last < len(spans) and spans[last][1] <= start + LONGEST - _LEAD:
            last += 1
        different = len(set(words[number:last]))
        if different > most:
            best, most = number, different
    return best


def _around(text: str, spans: Sequence[tuple[int, int]], at: int) -> tuple[Piece, ...]:
    """A snippet with the mark at ``at`` near its beginning; whole words, with dots where it was cut."""
    start = max(0, at - _LEAD)
    if start:
        blank = next((place for place in range(start, at) if text[place].isspace()), at - 1)
        start = blank + 1
    end = min(len(text), start + LONGEST)
    if end < len(text):
        blank = next((place for place in range(end, at, -1) if text[place].isspace()), end)
        end = blank
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    pieces = list(_pieces(text[start:end], inside))
    if start:
        pieces.insert(0, ("…", False))
    if end < len(text):
        pieces.append(("…", False))
    return tuple(pieces)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    place = 0
    for start, end in spans:
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    pieces.append((text[place:], False))
    return tuple((_one_line(words), mark) for words, mark in pieces if words)


def _one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    inside = " ".join(text.split())
    before = " " if text[0].isspace() and inside else ""
    after = " " if text[-1].isspace() else ""
    return before + inside + after


def _plain(text: str) -> str:
    """The text without our marks, and such that it is Unicode; a blank separates words as they did."""
    text = text.replace(_BEGIN, " ").replace(_END, " ").replace("\0", " ")
    return text.encode("utf-8", "replace").decode("utf-8")
