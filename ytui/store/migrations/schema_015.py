"""Schema 15: the trash, an entry a video that was taken out of the library."""

from __future__ import annotations

TRASH = """
CREATE TABLE trash (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos(id),
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  size INTEGER,
  files TEXT NOT NULL,
  format_id TEXT,
  height INTEGER,
  downloaded_at REAL,
  keep INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  at REAL NOT NULL,
  refused_at REAL,
  problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX trash_video ON trash (video_id);
CREATE INDEX trash_at ON trash (at);
CREATE INDEX trash_on_its_way ON trash (id) WHERE state IN ('leaving', 'returning', 'purging');
INSERT INTO trash (video_id, state, reason, path, files, at)
  SELECT video_id, 'leaving', 'retention', path, json_group_array(path), min(at)
  FROM (SELECT * FROM removals WHERE aside = '' ORDER BY id) GROUP BY video_id;
DELETE FROM removals WHERE aside = '';
"""
"""The columns from ``path`` to ``keep`` are what the video's row said; ``state`` and ``reason`` have the
values of ``TrashState`` and ``TrashReason``, times are Unix seconds.

Files that retention had given up, and that were not deleted yet, go into the trash.
"""
