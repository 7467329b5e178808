"""Schema 2: what sites say of single videos, a row a part, each with its age and its own failure."""

from __future__ import annotations

DETAILS = """
CREATE TABLE details (
  id INTEGER PRIMARY KEY,
  video_id INTEGER REFERENCES videos(id) ON DELETE SET NULL,
  url TEXT NOT NULL,
  part TEXT NOT NULL,
  fetched_at REAL,
  body TEXT,
  failed_at REAL,
  failure_class TEXT,
  message TEXT NOT NULL DEFAULT '',
  UNIQUE (url, part)
);
CREATE INDEX details_video ON details (video_id, part) WHERE video_id IS NOT NULL;
CREATE TRIGGER details_adopted AFTER INSERT ON videos BEGIN
  UPDATE details SET video_id = new.id WHERE video_id IS NULL
    AND url IN (new.url, 'https://www.youtube.com/watch?v=' || new.video_id);
END;
"""
"""``url`` is the video's one address; ``video_id`` is set as soon as the video is one of the library's.

``body`` and ``fetched_at`` are the last answer, ``failed_at`` and what follows a failure since then: a part
that fails today does not take away what was known yesterday.
"""
