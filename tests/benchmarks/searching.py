"""Full-text search over a million titles and twenty thousand transcripts, beside LIKE over the titles."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.libraries import filled
from tests.benchmarks.measure import cost, milliseconds
from tests.benchmarks.table import Row
from ytui.store.database import Store
from ytui.store.search.cjk import add_functions
from ytui.store.search.full_text import search
from ytui.store.search.query_parser import parse

VIDEOS, TRANSCRIPTS = 1_000_000, 20_000
GOAL = 0.1
TIMES = 9
_LINES, _IN_A_LINE = 190, 8
_SAID = 30_000
"""Different words that are said; the n-th of them once for every n times the first is."""
_SEARCHES = {
    "a common word": "the",
    "two common words": "the for",
    "a phrase of common words": '"the night sky"',
    "a rare word": "197",
    "a beginning of two letters": "co*",
    "one of three": "the*",
    "common and rare": "the 197 alps",
    "all but": "the -night -sky",
    "a channel": "the channel:amber",
    "every channel": "the channel:e",
    "said everywhere": "{often}",
    "said in one line": '"{seldom}"',
    "what nobody says": "xylophones",
    "two signs": "最初",
    "a sign and a word": "歩 night",
}


def searches() -> Iterator[Row]:
    """Search 1 000 000 titles and 20 000 transcripts, beside LIKE over the titles."""
    source = filled(VIDEOS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / source.database.name
        shutil.copy(source.database, database)
        config = shutil.copy(source.config_file, folder / "config.toml")
        before = database.stat().st_size
        said = _Said(random.Random(7))
        with closing(sqlite3.connect(database)) as db:
            add_functions(db)
            taken = _timed(lambda: _add_transcripts(db, said))
            like = _timed(lambda: db.execute("SELECT id FROM videos WHERE title LIKE '%night%'").fetchall())
            index = db.execute("SELECT sum(length(block)) FROM search_data").fetchone()[0]
            signs = db.execute("SELECT sum(length(block)) FROM search_cjk_data").fetchone()[0]
            texts = db.execute("SELECT sum(length(body)) FROM details").fetchone()[0]
        yield Row(
            f"{TRANSCRIPTS:_} transcripts kept and indexed".replace("_", " "),
            "",
            f"{taken / TRANSCRIPTS * 1000:.1f} ms each",
            f"index {index >> 20} MB, of signs {signs >> 20} MB, transcripts {texts >> 20} MB, "
            f"store before {before >> 20} MB",
        )
        store = Store.open(database)
        for what, text in _SEARCHES.items():
            yield _row(store, what, text.format(often=said.words[0], seldom=said.line), like)
        store.close_all()
        command = [sys.executable, "-m", "ytui", "--config", str(config), "--data-dir", name, "search"]
        yield Row("`ytui search`, from start to end", "", milliseconds(cost([*command, "night"]).wall), "")


def _row(store: Store, what: str, text: str, like: float) -> Row:
    query = parse(text)
    found = search(store.db, query)
    times = [_timed(lambda: search(store.db, query)) for _ in range(TIMES)]
    matches = f"more than {found.matches}" if found.more else str(found.matches)
    return Row(
        f"search {what}, {matches} found",
        f"≤ {milliseconds(GOAL)}",
        f"{milliseconds(statistics.median(times))}, worst {milliseconds(max(times))}",
        f"LIKE: {milliseconds(like)}",
        max(times) <= GOAL,
    )


class _Said:
    """What is said in made-up transcripts; ``line`` is said in one of them alone."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        letters = "abcdefghijklmnoprstuvwy"
        self.words = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(_SAID)]
        self._often = [1 / rank for rank in range(1, _SAID + 1)]
        self.line = "nobody else says quite this"

    def body(self) -> str:
        words = self._rng.choices(self.words, self._often, k=_LINES * _IN_A_LINE)
        lines = [
            [number * 3.2, " ".join(words[number * _IN_A_LINE : (number + 1) * _IN_A_LINE])]
            for number in range(_LINES)
        ]
        return json.dumps({"language": "en", "automatic": True, "lines": lines})


def _add_transcripts(db: sqlite3.Connection, said: _Said) -> None:
    rows = db.execute("SELECT id, url FROM videos WHERE id % ? = 0", (VIDEOS // TRANSCRIPTS,)).fetchall()
    with db:
        for number, (video, url) in enumerate(rows):
            body = said.body()
            if number == TRANSCRIPTS // 2:
                body = body.replace('[0.0, "', f'[0.0, "{said.line} ', 1)
            db.execute(
                "INSERT INTO details (video_id, url, part, fetched_at, body) "
                "VALUES (?, ?, 'transcript', 1, ?)",
                (video, url, body),
            )


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started
