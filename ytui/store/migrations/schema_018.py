"""Schema 18: which channels list a video that is another one's, so that each shows all that it lists."""

from __future__ import annotations

ALSO_LISTED = """
CREATE TABLE also_listed (
  channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
  video_id INTEGER NOT NULL REFERENCES videos(id) ON DELETE CASCADE,
  PRIMARY KEY (channel_id, video_id)
) WITHOUT ROWID;
INSERT OR IGNORE INTO also_listed (channel_id, video_id)
SELECT t.channel_id, e.video_id FROM tabs t JOIN entries e ON e.tab_id = t.id
JOIN videos v ON v.id = e.video_id WHERE v.channel_id IS NOT NULL AND v.channel_id <> t.channel_id;
CREATE TRIGGER also_listed_moved AFTER UPDATE OF channel_id ON videos
WHEN old.channel_id IS NOT new.channel_id BEGIN
  DELETE FROM also_listed WHERE video_id = new.id AND channel_id IS new.channel_id;
  INSERT OR IGNORE INTO also_listed (channel_id, video_id) SELECT DISTINCT t.channel_id, new.id FROM tabs t
    JOIN entries e ON e.tab_id = t.id AND e.video_id = new.id WHERE t.channel_id IS NOT new.channel_id;
END;
CREATE TRIGGER also_listed_seen AFTER INSERT ON entries BEGIN
  INSERT OR IGNORE INTO also_listed (channel_id, video_id) SELECT t.channel_id, v.id FROM tabs t, videos v
    WHERE t.id = new.tab_id AND v.id = new.video_id AND v.channel_id IS NOT NULL
      AND v.channel_id <> t.channel_id;
END;
"""
"""Few videos of a large library are shared: what most channels list is theirs alone."""
