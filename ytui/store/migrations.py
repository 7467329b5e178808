"""The steps from one schema to the next, in order; each is one transaction together with its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from ytui.store import schema

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
