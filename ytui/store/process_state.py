"""Process state that processes share: the status board, the holder, and requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ytui.store.database import Database, transaction
from ytui.store.row_mapping import to_json
from ytui.store.rows import BOARD, HOLDER, REQUEST, BoardRow, Holder, RequestRow


def write_board(db: Database, rows: Sequence[BoardRow], now: float) -> None:
    """Put the workers' rows in the place of all that were there."""
    marks = ", ".join(f":{name}" for name in BOARD.names)
    with transaction(db):
        db.execute("DELETE FROM board")
        for row in rows:
            db.execute(f"INSERT INTO board ({BOARD.sql}) VALUES ({marks})", {**vars(row), "updated_at": now})


def read_board(db: Database) -> list[BoardRow]:
    """What the holder's workers were doing when it last wrote, by slot."""
    return [BOARD.read(row) for row in db.all(f"SELECT {BOARD.sql} FROM board ORDER BY slot")]


def set_holder(db: Database, holder: Holder) -> None:
    """Write down who holds the library; the lock itself is the engine's."""
    with transaction(db):
        db.execute("DELETE FROM holder")
        db.execute(
            "INSERT INTO holder (id, pid, host, terminal, since, kind) "
            "VALUES (1, :pid, :host, :terminal, :since, :kind)",
            vars(holder),
        )


def clear_holder(db: Database) -> None:
    """Nobody holds the library; the board of who did goes with it."""
    with transaction(db):
        if db.execute("DELETE FROM holder").rowcount:
            db.execute("DELETE FROM board")


def holder(db: Database) -> Holder | None:
    """Who said last that it holds the library."""
    row = db.one(f"SELECT {HOLDER.sql} FROM holder")
    return None if row is None else HOLDER.read(row)


def post_request(db: Database, kind: str, data: Mapping[str, Any], now: float) -> int:
    """Ask the holder for something; returns the request's id."""
    with transaction(db):
        cursor = db.execute(
            "INSERT INTO requests (kind, data, created_at) VALUES (?, ?, ?)", (kind, to_json(data), now)
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def open_requests(db: Database) -> list[RequestRow]:
    """What has been asked and not been done, oldest first."""
    rows = db.all(f"SELECT {REQUEST.sql} FROM requests WHERE done_at IS NULL ORDER BY id")
    return [REQUEST.read(row) for row in rows]


def done_request(db: Database, request_id: int, now: float) -> bool:
    """Note that a request was done; false if it was already."""
    with transaction(db):
        return bool(
            db.execute(
                "UPDATE requests SET done_at = ? WHERE id = ? AND done_at IS NULL", (now, request_id)
            ).rowcount
        )
