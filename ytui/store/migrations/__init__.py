"""The steps from one schema to the next, in order; each is one transaction together with its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from ytui.store import schema
from ytui.store.migrations import before_release, schema_006, schema_015, schema_016, schema_017

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS = Migrations("ytui")


def run_script(db: Database, script: str) -> None:
    """Run the statements of a script inside the open transaction (``executescript`` would commit it)."""
    import sqlite3

    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                db.conn.execute(statement)
            statement = ""


@MIGRATIONS()
def m001_first(db: Database) -> None:
    """Everything of schema 1."""
    run_script(db, schema.FIRST)
    db.conn.execute("PRAGMA user_version = 1")


@MIGRATIONS()
def m002_details(db: Database) -> None:
    """Metadata, statistics, transcripts and comments of single videos."""
    run_script(db, before_release.DETAILS)
    db.conn.execute("PRAGMA user_version = 2")


@MIGRATIONS()
def m003_removals(db: Database) -> None:
    """Files that retention gave up."""
    run_script(db, before_release.REMOVALS)
    db.conn.execute("PRAGMA user_version = 3")


@MIGRATIONS()
def m004_lists(db: Database) -> None:
    """Indexes that have all that a filter of the lists looks at."""
    run_script(db, before_release.LISTS)
    db.conn.execute("PRAGMA user_version = 4")


@MIGRATIONS()
def m005_whole_walks(db: Database) -> None:
    """Which walk last saw the whole of a tab, and how often a feed stood in for a listing."""
    run_script(db, before_release.WHOLE_WALKS)
    db.conn.execute("PRAGMA user_version = 5")


@MIGRATIONS()
def m006_search(db: Database) -> None:
    """The full-text index; four seconds for a million titles, and two milliseconds for each transcript."""
    run_script(db, schema_006.SEARCH)
    db.conn.execute("PRAGMA user_version = 6")


@MIGRATIONS()
def m007_after_every_commit(db: Database) -> None:
    """Indexes for what the screen asks after every commit; half a second for 600,000 jobs."""
    run_script(db, before_release.AFTER_EVERY_COMMIT)
    db.conn.execute("PRAGMA user_version = 7")


@MIGRATIONS()
def m008_holds(db: Database) -> None:
    """Holds: what many jobs wait for at once."""
    run_script(db, before_release.HOLDS)
    db.conn.execute("PRAGMA user_version = 8")


@MIGRATIONS()
def m009_offers(db: Database) -> None:
    """What sites offered of the videos, and which causes withhold formats."""
    run_script(db, before_release.OFFERS)
    db.conn.execute("PRAGMA user_version = 9")


@MIGRATIONS()
def m010_recordings(db: Database) -> None:
    """Pieces of broadcasts."""
    run_script(db, before_release.RECORDINGS)
    db.conn.execute("PRAGMA user_version = 10")


@MIGRATIONS()
def m011_recording_since(db: Database) -> None:
    """Since when a broadcast is recorded, on the board."""
    run_script(db, before_release.RECORDING_SINCE)
    db.conn.execute("PRAGMA user_version = 11")


@MIGRATIONS()
def m012_wait_reasons(db: Database) -> None:
    """What jobs wait for, as keys."""
    run_script(db, before_release.WAIT_REASONS)
    db.conn.execute("PRAGMA user_version = 12")


@MIGRATIONS()
def m013_old_items(db: Database) -> None:
    """Plan items for want of a JavaScript runtime from before there were holds; they wait in one now."""
    run_script(db, before_release.OLD_ITEMS)
    db.conn.execute("PRAGMA user_version = 13")


@MIGRATIONS()
def m014_two_kinds(db: Database) -> None:
    """Jobs of the kind that was two."""
    run_script(db, before_release.TWO_KINDS)
    db.conn.execute("PRAGMA user_version = 14")


@MIGRATIONS()
def m015_trash(db: Database) -> None:
    """The trash of the library."""
    run_script(db, schema_015.TRASH)
    db.conn.execute("PRAGMA user_version = 15")


@MIGRATIONS()
def m016_channel_keys(db: Database) -> None:
    """By which keys a channel is known, and its handle."""
    run_script(db, schema_016.CHANNEL_KEYS)
    schema_016.fill(db.conn)
    db.conn.execute("PRAGMA user_version = 16")


@MIGRATIONS()
def m017_keep_in_force(db: Database) -> None:
    """Which ``keep`` is in force, and items of the plan without a job; a second for 100,000 items."""
    run_script(db, schema_017.KEEP_IN_FORCE)
    run_script(db, schema_017.ITEMS_WITHOUT_JOB)
    db.conn.execute("PRAGMA user_version = 17")
