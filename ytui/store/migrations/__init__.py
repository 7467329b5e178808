"""The steps from one schema to the next, in order; each is one transaction together with its record."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlite_utils import Migrations

from ytui.store import schema
from ytui.store.migrations import (
    before_release,
    schema_006,
    schema_015,
    schema_016,
    schema_017,
    schema_018,
    schema_019,
    schema_022,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

STEPS = (
    # Everything of schema 1.
    ("first", schema.FIRST),
    # Metadata, statistics, transcripts and comments of single videos.
    ("details", before_release.DETAILS),
    # Files that retention gave up.
    ("removals", before_release.REMOVALS),
    # Indexes that have all that a filter of the lists looks at.
    ("lists", before_release.LISTS),
    # Which walk last saw the whole of a tab, and how often a feed stood in for a listing.
    ("whole_walks", before_release.WHOLE_WALKS),
    # The full-text index; four seconds for a million titles, and two milliseconds for each transcript.
    ("search", schema_006.SEARCH),
    # Indexes for what the screen asks after every commit; half a second for 600,000 jobs.
    ("after_every_commit", before_release.AFTER_EVERY_COMMIT),
    # Holds: what many jobs wait for at once.
    ("holds", before_release.HOLDS),
    # What sites offered of the videos, and which causes withhold formats.
    ("offers", before_release.OFFERS),
    # Pieces of broadcasts.
    ("recordings", before_release.RECORDINGS),
    # Since when a broadcast is recorded, on the board.
    ("recording_since", before_release.RECORDING_SINCE),
    # What jobs wait for, as keys.
    ("wait_reasons", before_release.WAIT_REASONS),
    # Plan items for want of a JavaScript runtime from before there were holds; they wait in one now.
    ("old_items", before_release.OLD_ITEMS),
    # Jobs of the kind that was two.
    ("two_kinds", before_release.TWO_KINDS),
    # The trash of the library.
    ("trash", schema_015.TRASH),
    # By which keys a channel is known, and its handle.
    ("channel_keys", schema_016.CHANNEL_KEYS),
    # Which ``keep`` is in force, and items of the plan without a job; a second for 100,000 items.
    ("keep_in_force", schema_017.KEEP_IN_FORCE + schema_017.ITEMS_WITHOUT_JOB),
    # Videos that more than one channel lists; two seconds for a million.
    ("also_listed", schema_018.ALSO_LISTED),
    # The index of texts with Chinese, Japanese or Korean; empty at first.
    ("cjk", schema_019.CJK),
    # The quality that the configuration asks of each channel, written when it is read.
    ("channel_quality", "ALTER TABLE channels ADD COLUMN quality TEXT NOT NULL DEFAULT ''"),
    # The tags that the configuration gives each channel, a JSON list.
    ("channel_tags", "ALTER TABLE channels ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'"),
    # The queue in its order; a tenth of a second for 60,000 queued jobs.
    ("in_turn", schema_022.IN_TURN),
)
"""Name and script of every step, in order: the first leads to schema 1."""
FILLS = {16: schema_016.fill}
"""By schema what a script cannot say: it is run on the connection after the script."""


def _run_script(db: Database, script: str) -> None:
    """Run the statements of a script inside the open transaction (``executescript`` would commit it)."""
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                db.conn.execute(statement)
            statement = ""


def _step(version: int, script: str) -> Any:
    def step(db: Database) -> None:
        _run_script(db, script)
        if version in FILLS:
            FILLS[version](db.conn)
        db.conn.execute(f"PRAGMA user_version = {version}")

    return step


def up_to(version: int) -> Migrations:
    """Return the steps to a schema; the database records each under a name such as ``m001_first``."""
    migrations = Migrations("ytui")
    for number, (name, script) in enumerate(STEPS[:version], 1):
        migrations(name=f"m{number:03}_{name}")(_step(number, script))
    return migrations


MIGRATIONS = up_to(schema.VERSION)
