"""Full-text search over titles, descriptions and transcripts, by the index of schema 6 and that of schema 19.

What has all the words in its title comes first, whole ones before beginnings, then the rest; within each by
bm25, where a word counts more in a description than in a transcript. Of words that are everywhere only the
newest videos are ranked: ranking all of a few hundred thousand would take most of a second, and nobody reads
them.

Snippets of what was found are marked by an index in memory that takes words as the real one does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ytui.core.fuzzy import fold
from ytui.core.models import DetailsPart
from ytui.store import video_details
from ytui.store.database import Database
from ytui.store.migrations.schema_006 import WORDS
from ytui.store.search.cjk import spaced
from ytui.store.search.query_parser import CJK_INDEX, SearchQuery

RANKED = 2_000
"""Of the videos that have the words, so many are ranked: the last that came."""
_FEW = 50_000
"""Videos of a channel up to which their numbers are listed first; from there on each match is looked up."""
_WEIGHTS = "100.0, 10.0, 1.0"


@dataclass(frozen=True)
class Hit:
    """A video that was found, and where in it."""

    number: int | None
    """``videos.id``; None for a video that is not one of the library's."""
    id: str
    """The site's own id; of a stranger what its details say, or nothing."""
    url: str
    title: str
    channel: str | None
    where: str
    """``title``, ``description`` or ``transcript``."""
    pieces: tuple[Piece, ...]
    """The text there, with what was looked for marked."""
    time: float | None
    """Seconds into the video; None where it is no transcript."""

    @property
    def snippet(self) -> str:
        """The text there without marks."""
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True)
class SearchResult:
    """The best hits; ``matches`` counts up to :data:`RANKED`, ``more`` says that there are more than that."""

    hits: tuple[Hit, ...] = ()
    matches: int = 0
    more: bool = False


@dataclass(frozen=True)
class _Within:
    """A condition on the rows of the index, and its parameters."""

    condition: str = ""
    values: tuple[Any, ...] = ()


def search(
    db: Database, query: SearchQuery, *, channel_id: int | None = None, limit: int = 20
) -> SearchResult:
    """The best ``limit`` videos for a search, of one channel alone if one is given."""
    within = _within(db, query, channel_id)
    matches = db.value(
        f"SELECT count(*) FROM (SELECT 1 FROM {query.index} s WHERE {query.index} MATCH ? {within.condition} "
        "LIMIT ?)",
        (query.expression(), *within.values, RANKED + 1),
    )
    numbers = _titles(db, query, within, limit)
    by_title = set(numbers)
    if len(numbers) < min(limit, matches):
        numbers += _others(by_title, _ranked(db, query, query.expression(), within))[: limit - len(numbers)]
    hits = _hits(db, query, numbers, by_title)
    return SearchResult(hits, min(matches, RANKED), matches > RANKED)


def titles(db: Database, query: SearchQuery, *, limit: int) -> list[int]:
    """The ``videos.id`` of the best ``limit`` videos that have all the words in their title."""
    within = _within(db, query, None)
    return [number for number in _titles(db, query, within, limit) if number > 0]


def _titles(db: Database, query: SearchQuery, within: _Within, limit: int) -> list[int]:
    """What has the words whole in its title, then what has their beginnings there."""
    numbers = _ranked(db, query, query.expression("title", whole=True), within) if query.whole else []
    if len(numbers) < limit:
        numbers += _others(set(numbers), _ranked(db, query, query.expression("title"), within))
    return numbers[:limit]


def _others(known: set[int], found: Sequence[int]) -> list[int]:
    return [number for number in found if number not in known]


def _ranked(db: Database, query: SearchQuery, expression: str, within: _Within) -> list[int]:
    index = query.index
    rows = db.all(
        f"SELECT s.rowid, bm25({index}, {_WEIGHTS}) FROM {index} s WHERE {index} MATCH ? {within.condition} "
        "ORDER BY s.rowid DESC LIMIT ?",
        (expression, *within.values, RANKED),
    )
    return [row[0] for row in sorted(rows, key=lambda row: row[1])]


def _within(db: Database, query: SearchQuery, channel_id: int | None) -> _Within:
    """The channels that are asked for, and what may not occur by the other index."""
    names, condition = query.channels, ""
    values: tuple[Any, ...] = ()
    if query.unwanted_elsewhere:
        condition = f"AND s.rowid NOT IN (SELECT rowid FROM {CJK_INDEX} WHERE {CJK_INDEX} MATCH ?)"
        values = (query.unwanted_elsewhere,)
    if not names and channel_id is None:
        return _Within(condition, values)
    ids = [
        row["id"]
        for row in db.all("SELECT id, name FROM channels")
        if channel_id in (None, row["id"]) and all(name in fold(row["name"]) for name in names)
    ]
    given = json.dumps(ids)
    among = "channel_id IN (SELECT value FROM json_each(?))"
    count = db.value(f"SELECT coalesce(sum(n), 0) FROM video_counts WHERE {among}", (given,))
    # The plus: else each of them would be a search of its own.
    which = f"AND +s.rowid IN (SELECT id FROM videos WHERE {among})"
    if count > _FEW:
        which = f"AND EXISTS (SELECT 1 FROM videos v WHERE v.id = s.rowid AND v.{among})"
    return _Within(f"{condition} {which}", (*values, given))


def _hits(db: Database, query: SearchQuery, numbers: Sequence[int], by_title: set[int]) -> tuple[Hit, ...]:
    rows = {number: _row(db, number) for number in numbers}
    texts = {
        number: _texts(row, row.known(db) if number not in by_title else {})
        for number, row in rows.items()
        if row is not None
    }
    found = places(texts, query)
    made = []
    for number, row in rows.items():
        if row is not None:
            place = found.get(number, SnippetPlace("title", ((row.title, False),)))
            made.append(
                Hit(
                    row.number, row.id, row.url, row.title, row.channel, place.where, place.pieces, place.time
                )
            )
    return tuple(made)


@dataclass(frozen=True)
class _Row:
    number: int | None
    id: str
    url: str
    title: str
    channel: str | None

    def known(self, db: Database) -> video_details.Known:
        return (
            video_details.of_url(db, self.url)
            if self.number is None
            else video_details.of_video(db, self.number)
        )


def _row(db: Database, number: int) -> _Row | None:
    """The video behind a number of the index; None if it went meanwhile."""
    if number > 0:
        row = db.one(
            "SELECT v.id, v.video_id, v.url, v.title, c.name FROM videos v "
            "LEFT JOIN channels c ON c.id = v.channel_id WHERE v.id = ?",
            (number,),
        )
        return None if row is None else _Row(*row)
    url = db.value("SELECT url FROM details WHERE id = ?", (-number,))
    if url is None:
        return None
    part = video_details.of_url(db, url).get(DetailsPart.METADATA)
    body = part.body if part is not None and part.body is not None else {}
    name = body.get("channel")
    return _Row(None, _text(body, "id"), url, _text(body, "title") or url, name and str(name))


def _texts(row: _Row, known: video_details.Known) -> Texts:
    metadata, transcript = known.get(DetailsPart.METADATA), known.get(DetailsPart.TRANSCRIPT)
    description = _text(metadata.body, "description") if metadata is not None and metadata.body else ""
    lines = (transcript.body.get("lines") or ()) if transcript is not None and transcript.body else ()
    return Texts(row.title, description, [(float(start), str(words)) for start, words in lines])


def _text(body: Any, name: str) -> str:
    return str(body.get(name) or "")


LONGEST = 160
"""Characters of a snippet."""
_LEAD = 30
"""Characters before the first mark, so that it is seen in a narrow terminal too."""
_BEGIN, _END, _BETWEEN = "\x02", "\x03", "\x04"
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
    for number, part in enumerate(marked.replace(_BETWEEN, "").split(_BEGIN)):
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
    """The text as its index takes it: Unicode, without our marks, each sign of ``cjk.py`` apart."""
    for sign in (_BEGIN, _END, _BETWEEN, "\0"):
        text = text.replace(sign, " ")
    return str(spaced(text.encode("utf-8", "replace").decode("utf-8"), _BETWEEN))
