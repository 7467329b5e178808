"""Fills a data folder with a believable library of any size: ``python -m tests.benchmarks.fill DIR``.

The folder gets ``config.toml``, ``ytui.db`` and an empty, marked ``library``; the queue is paused, because
the addresses in it lead nowhere. Same numbers and seed, same library; its times are counted from now.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.fill_jobs import COOLDOWN, SITE, history
from tests.benchmarks.fill_rows import (
    DAY,
    LISTED_AGO,
    JobSketch,
    Listing,
    batch,
    fetches,
    share_out,
    split_tabs,
)
from tests.benchmarks.fill_words import channel_names
from ytui.config.first_file import first_text
from ytui.paths import Places
from ytui.store import key_values, library_marker
from ytui.store.database import Store
from ytui.store.migrations import schema_006, schema_019
from ytui.store.search.cjk import add_functions

MOST_LINES = 200_000
"""Lines that the journal keeps; older ones are pruned in real life too."""
_JOBS_AT_ONCE = 20_000

_COUNTS = {
    "video_counts": "SELECT coalesce(channel_id, 0), state, count(*) FROM videos GROUP BY 1, 2",
    "channel_totals": "SELECT channel_id, sum(size) FROM videos WHERE path IS NOT NULL GROUP BY 1",
    "job_counts": "SELECT kind, state, count(*) FROM jobs GROUP BY 1, 2",
    "queue_counts": "SELECT kind, priority, coalesce(channel_id, 0), site, count(*) FROM jobs "
    "WHERE state = 'queued' GROUP BY 1, 2, 3, 4",
    "plan_counts": "SELECT state, failure_class, advice, count(*) FROM plan_items GROUP BY 1, 2, 3",
    "journal_counts": "SELECT level, type, count(*) FROM journal GROUP BY 1, 2",
}
"""What the triggers would have counted."""

_ATTEMPTS = (
    "INSERT INTO attempts (job_id, video_id, number, started_at, ended_at, outcome, failure_class, message, "
    "status, host, bytes, requests, reference, charged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_JOURNAL = (
    "INSERT INTO journal (at, level, type, message, job_id, channel_id, video_id, data) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class _Channel:
    number: int
    name: str
    url: str
    failing: bool


def places_of(directory: Path) -> Places:
    """Where a filled folder keeps its files."""
    return Places(directory / "config.toml", directory, directory / "cache")


def fill(
    directory: Path, channels: int, videos: int, seed: int = 1, *, now: float | None = None
) -> dict[str, int]:
    """Make the library; how many rows each table has then. ``FileExistsError`` if there is one already."""
    places = places_of(directory.absolute())
    if places.database.exists():
        raise FileExistsError(f"{places.database} is there already")
    now = time.time() if now is None else now
    rng = random.Random(seed)
    places.ensure_directories()
    rows = _channels(rng, channels)
    _write_config(places, rng, rows)
    _prepare(places)
    with _without_collector(), closing(sqlite3.connect(places.database, isolation_level=None)) as db:
        add_functions(db)
        # Nothing is lost if this breaks off: the folder is thrown away then.
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;")
        db.execute("BEGIN")
        with _bulk(db):
            listings = _insert_channels(db, rng, rows, share_out(rng, videos, channels), now)
            sketches = _insert_videos(db, rng, listings, now)
            sketches.sort(key=lambda sketch: sketch.created_at)
            _insert_jobs(db, rng, sketches, now)
        db.execute("COMMIT")
        db.executescript("PRAGMA journal_mode = WAL;")
        tables = ("channels", "tabs", "videos", "entries", "jobs", "attempts", "plan_items", "journal")
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of rows live until the end, and none of them in a cycle."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _channels(rng: random.Random, count: int) -> list[_Channel]:
    return [
        _Channel(
            number,
            name,
            f"https://www.youtube.com/@{''.join(letter for letter in name if letter.isalnum())}",
            rng.random() < 0.03,
        )
        for number, name in enumerate(channel_names(rng, count), 1)
    ]


def _write_config(places: Places, rng: random.Random, rows: Sequence[_Channel]) -> None:
    text = [first_text(str(places.data_dir / "library"))]
    for row in rows:
        text.append(f"\n[[channels]]\nname = {json.dumps(row.name)}\nurl = {json.dumps(row.url)}\n")
        if rng.random() < 0.2:
            text.append(f'quality = "{rng.choice(("best", "720p", "480p", "audio"))}"\n')
    places.config_file.write_text("".join(text), encoding="utf-8")


def _prepare(places: Places) -> None:
    store = Store.open(places.database)
    root = places.data_dir / "library"
    key_values.put(store.db, key_values.LIBRARY_ID, library_marker.create_library(root))
    key_values.put(store.db, "paused", "1")
    store.close_all()


@contextmanager
def _bulk(db: sqlite3.Connection) -> Iterator[None]:
    """Without triggers and indexes inside; afterwards they are there again, and so is what they keep."""
    kept = db.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in kept:
        db.execute(f"DROP {kind} {name}")
    yield
    for kind, _, sql in kept:
        if kind == "index":
            db.execute(sql)
    for table, select in _COUNTS.items():
        db.execute(f"INSERT INTO {table} {select}")
    for sql in (schema_006.FILLED + schema_019.FILLED).split(";"):
        db.execute(sql)
    for kind, _, sql in kept:
        if kind == "trigger":
            db.execute(sql)


def _insert_channels(
    db: sqlite3.Connection, rng: random.Random, rows: Sequence[_Channel], sizes: Sequence[int], now: float
) -> list[Listing]:
    listings: list[Listing] = []
    for row, size in zip(rows, sizes, strict=True):
        fetched = now - rng.uniform(0.1, 0.9) * DAY
        state, error, error_class = "ok", "", None
        if row.failing:
            state, error, error_class = "failed", "The server did not answer in time.", "network_timeout"
        db.execute(
            "INSERT INTO channels (id, url, name, channel_id, site, paused, state, error, error_class, "
            "created_at, last_fetched, next_fetch, every, first_listed_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row.number, row.url, row.name, f"UC{row.number:022d}", SITE, int(rng.random() < 0.02)),
                *(state, error, error_class, now - LISTED_AGO - 60, fetched, fetched + DAY, DAY),
                now - LISTED_AGO,
            ),
        )
        for tab, count in split_tabs(rng, size).items():
            number = len(listings) + 1
            listings.append(
                Listing(row.number, row.name, tab, number, count, f"{row.url}/{tab}", row.failing)
            )
            db.execute(
                "INSERT INTO tabs (id, channel_id, tab, url, complete, newest_first, last_walk_at, walk) "
                "VALUES (?, ?, ?, ?, 1, 1, ?, 12)",
                (number, row.number, tab.value, f"{row.url}/{tab.value}", fetched),
            )
    return listings


def _insert_videos(
    db: sqlite3.Connection, rng: random.Random, listings: Sequence[Listing], now: float
) -> list[JobSketch]:
    sketches: list[JobSketch] = []
    number = 1
    for listing in listings:
        made = batch(rng, listing, number, now)
        number += len(made.videos)
        _insert(db, "videos", made.videos, "site", SITE)
        db.executemany(
            "INSERT INTO entries (tab_id, video_id, position, walk, known) VALUES (?, ?, ?, ?, ?)",
            made.entries,
        )
        sketches += made.jobs
        sketches += fetches(rng, listing, now)
    return sketches


def _insert_jobs(
    db: sqlite3.Connection, rng: random.Random, sketches: Sequence[JobSketch], now: float
) -> None:
    lines_from = sketches[-MOST_LINES].created_at if len(sketches) > MOST_LINES else 0.0
    for start in range(0, len(sketches), _JOBS_AT_ONCE):
        rows = history(rng, sketches[start : start + _JOBS_AT_ONCE], start + 1, now, lines_from)
        _insert(db, "jobs", rows.jobs)
        db.executemany(_ATTEMPTS, rows.attempts)
        _insert(db, "plan_items", rows.plan)
        db.executemany(_JOURNAL, rows.journal)
    db.execute(
        "INSERT INTO sites (site, state, until, reason, cooldowns, updated_at) "
        "VALUES (?, 'cooldown', ?, ?, 1, ?)",
        (SITE, now + COOLDOWN, "The site asks whether you are a robot", now - 1200),
    )


def _insert(db: sqlite3.Connection, table: str, rows: Sequence[dict[str, Any]], *fixed: str) -> None:
    """Insert dicts that all have the same keys; ``fixed`` is a column and its text for every row."""
    if not rows:
        return
    columns, marks = list(rows[0]), [f":{name}" for name in rows[0]]
    if fixed:
        columns.append(fixed[0])
        marks.append(f"'{fixed[1]}'")
    db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(marks)})", rows)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fill", description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR", help="a folder without a library")
    parser.add_argument("--channels", type=int, default=1000)
    parser.add_argument("--videos", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()
    counts = fill(given.directory, given.channels, given.videos, given.seed)
    print(", ".join(f"{count:,} {table}" for table, count in counts.items()))
    print(f"filled {given.directory} in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
