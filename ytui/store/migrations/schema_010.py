"""Schema 10: pieces of broadcasts that were recorded while they were live."""

from __future__ import annotations

RECORDINGS = """
CREATE TABLE recordings (
  id INTEGER PRIMARY KEY,
  video_id INTEGER NOT NULL REFERENCES videos(id),
  path TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  started_at REAL NOT NULL,
  seconds REAL,
  from_start INTEGER NOT NULL,
  format_id TEXT NOT NULL,
  height INTEGER,
  replaced_at REAL
);
CREATE INDEX recordings_video ON recordings (video_id);
CREATE UNIQUE INDEX jobs_one_recording ON jobs (video_id)
  WHERE kind = 'recording' AND state IN ('queued', 'running', 'waiting', 'interrupted');
"""
