"""Schema 3: files that retention gave up, until they are deleted."""

from __future__ import annotations

REMOVALS = """
CREATE TABLE removals (
  id INTEGER PRIMARY KEY,
  video_id INTEGER NOT NULL REFERENCES videos(id),
  path TEXT NOT NULL,
  at REAL NOT NULL
);
"""
"""``path`` is relative to the library's root, ``at`` Unix seconds.

The row of a video says ``removed`` before its files go; these say which files still have to.
"""
