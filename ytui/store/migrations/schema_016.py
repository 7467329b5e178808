"""Schema 16: the keys by which a channel is known, and the handle that its site gave it last."""

from __future__ import annotations

import sqlite3

from ytui.core.channel_address import identity_keys

CHANNEL_KEYS = """
CREATE TABLE channel_keys (
  key TEXT PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels(id)
) WITHOUT ROWID;
CREATE INDEX channel_keys_channel ON channel_keys (channel_id);
ALTER TABLE channels ADD COLUMN handle TEXT;
"""
"""A key is what all spellings of an address share, or the site's own id."""


def fill(connection: sqlite3.Connection) -> None:
    """Note the keys of the channels that are there; of two rows of one channel the older one has them.

    The two become one row when the library's next holder starts.
    """
    rows = connection.execute(
        "SELECT id, url, channel_id FROM channels ORDER BY subscribed DESC, id"
    ).fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO channel_keys (key, channel_id) VALUES (?, ?)",
        [(key, row[0]) for row in rows for key in identity_keys(row[1], row[2])],
    )
