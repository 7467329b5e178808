"""Names that can be typed: channels, references, jobs, videos and plans, read from the database file alone.

Completion in a shell reads them without opening the store; suggestions for a mistyped word need them whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from ytui.store.schema import ACTIVE, UNRESOLVED

MOST = 200
"""Names of one kind that are offered; nobody reads more."""
MOST_REFERENCES = 5000
"""References that a mistyped one is compared with, the newest."""
PATIENCE = 0.1
"""Seconds that a key in a shell waits for a database that is locked."""

Found = list[tuple[str, str]]
"""Names, each with what it is about."""
Find = Callable[[sqlite3.Connection, str], Found]


def read_only(path: Path, begun: str, finds: Sequence[Find]) -> Found:
    """The names that begin so, of each kind in turn; nothing where the database cannot be read now."""
    try:
        address = f"file:{quote(str(path.absolute()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as connection:
            return [name for find in finds for name in find(connection, begun)]
    except sqlite3.Error:
        # A key in a shell is no place for complaints.
        return []


def channels(connection: sqlite3.Connection, begun: str) -> Found:
    """Channels that are subscribed to, with their addresses."""
    sql = "SELECT name, url FROM channels WHERE subscribed = 1 AND name LIKE ? ESCAPE '\\' "
    return _like(connection, f"{sql}ORDER BY name COLLATE NOCASE", begun)


def items(connection: sqlite3.Connection, begun: str) -> Found:
    """References of items that are open, scheduled or held, the newest first; with their titles."""
    sql = "SELECT reference, title FROM plan_items WHERE reference LIKE ? ESCAPE '\\' "
    return _like(connection, f"{sql}AND state IN {UNRESOLVED} AND reference <> '' ORDER BY id DESC", begun)


def tags(connection: sqlite3.Connection, begun: str) -> Found:
    """Tags of channels that are subscribed to, with how many have each."""
    sql = "SELECT t.value, count(*) || ' of the channels' FROM channels c, json_each(c.tags) t "
    where = "WHERE c.subscribed = 1 AND t.value LIKE ? ESCAPE '\\' GROUP BY t.value ORDER BY t.value"
    return _like(connection, f"{sql}{where}", begun)


def all_tags(connection: sqlite3.Connection) -> list[str]:
    """Every tag of channels that are subscribed to."""
    return [name for name, _ in tags(connection, "")]


def plans(connection: sqlite3.Connection, begun: str) -> Found:
    """Named plans."""
    sql = "SELECT name, 'a named plan' FROM plans WHERE name LIKE ? ESCAPE '\\' ORDER BY name"
    return _like(connection, sql, begun)


def active_jobs(connection: sqlite3.Connection, begun: str) -> Found:
    """Numbers of jobs that have not ended, the newest first; with their titles."""
    sql = f"SELECT CAST(id AS TEXT), title FROM jobs WHERE state IN {ACTIVE} "
    return _like(connection, f"{sql}AND CAST(id AS TEXT) LIKE ? ESCAPE '\\' ORDER BY id DESC", begun)


def videos(connection: sqlite3.Connection, begun: str) -> Found:
    """The sites' ids of videos, with their titles; the case of an id counts."""
    # A range walks the index of a million of them, and LIKE would not.
    rows = connection.execute(
        "SELECT video_id, title FROM videos WHERE video_id >= ? AND video_id < ? ORDER BY video_id LIMIT ?",
        (begun, begun + "\U0010ffff", MOST),
    )
    return [(row[0], row[1]) for row in rows]


def trashed(connection: sqlite3.Connection, begun: str) -> Found:
    """The sites' ids of videos that are in the trash, the newest first; with their titles."""
    sql = "SELECT v.video_id, v.title FROM trash t JOIN videos v ON v.id = t.video_id "
    return _like(connection, f"{sql}WHERE v.video_id LIKE ? ESCAPE '\\' ORDER BY t.id DESC", begun)


def subscribed_channels(connection: sqlite3.Connection) -> list[str]:
    """The names of all channels that are subscribed to."""
    return [row[0] for row in connection.execute("SELECT name FROM channels WHERE subscribed = 1")]


def references(connection: sqlite3.Connection) -> list[str]:
    """The references of the plan's newest items."""
    rows = connection.execute("SELECT reference FROM plan_items ORDER BY id DESC LIMIT ?", (MOST_REFERENCES,))
    return [row[0] for row in rows]


def named_plans(connection: sqlite3.Connection) -> list[str]:
    """The names of all named plans."""
    return [row[0] for row in connection.execute("SELECT name FROM plans")]


def _like(connection: sqlite3.Connection, sql: str, begun: str) -> Found:
    pattern = begun.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return [(row[0], row[1] or "") for row in connection.execute(f"{sql} LIMIT {MOST}", (pattern,))]
