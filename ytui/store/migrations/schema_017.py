"""Schema 17: which ``keep`` of a channel is in force, and items of the plan that belong to no job."""

from __future__ import annotations

from ytui.store import schema

KEEP_IN_FORCE = """
ALTER TABLE channels ADD COLUMN keep_kind TEXT;
ALTER TABLE channels ADD COLUMN keep_count INTEGER NOT NULL DEFAULT 0;
UPDATE channels SET keep_kind = CASE WHEN subscribed THEN '' ELSE 'all' END;
UPDATE channels SET
  keep_kind = (SELECT json_extract(f.value, '$.keep[0]') FROM facts f WHERE f.key = 'judged:' || channels.id),
  keep_count = (SELECT json_extract(f.value, '$.keep[1]') FROM facts f WHERE f.key = 'judged:' || channels.id)
  WHERE subscribed AND EXISTS (SELECT 1 FROM facts f WHERE f.key = 'judged:' || channels.id
    AND json_valid(f.value) AND json_extract(f.value, '$.keep[1]') IS NOT NULL);
"""
"""``keep_kind`` and ``keep_count`` are a ``Keep``. NULL is a channel that is new: nobody has looked at its
rule yet. '' is one from before this schema, whose rule was in force: the one by which its videos were last
judged, else what the configuration says when it is next read."""

_COLUMNS = (
    "id, job_id, video_id, channel_id, url, title, failure_class, group_name, advice, state, attempts, "
    "next_at, reason, remedy, evidence, reference, strategy, versions, created_at, updated_at, resolved_at, "
    "hold_id"
)

ITEMS_WITHOUT_JOB = f"""
CREATE TABLE plan_items_17 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER REFERENCES jobs(id),
  video_id INTEGER REFERENCES videos(id),
  channel_id INTEGER REFERENCES channels(id),
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  failure_class TEXT NOT NULL,
  group_name TEXT NOT NULL,
  advice TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at REAL,
  reason TEXT NOT NULL DEFAULT '',
  remedy TEXT NOT NULL DEFAULT '',
  evidence TEXT NOT NULL DEFAULT '',
  reference TEXT NOT NULL DEFAULT '',
  strategy TEXT NOT NULL DEFAULT 'as_before',
  versions TEXT NOT NULL DEFAULT '{{}}',
  created_at REAL NOT NULL,
  updated_at REAL NOT NULL,
  resolved_at REAL,
  hold_id INTEGER
);
INSERT INTO plan_items_17 ({_COLUMNS}) SELECT {_COLUMNS} FROM plan_items;
PRAGMA legacy_alter_table = ON;
DROP TABLE plan_items;
ALTER TABLE plan_items_17 RENAME TO plan_items;
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX plan_one_unresolved ON plan_items (job_id) WHERE state IN {schema.UNRESOLVED};
CREATE INDEX plan_video ON plan_items (video_id) WHERE state IN {schema.UNRESOLVED};
CREATE INDEX plan_state ON plan_items (state, failure_class, advice, next_at);
CREATE INDEX plan_channel ON plan_items (channel_id);
CREATE INDEX plan_resolved ON plan_items (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX plan_reference ON plan_items (reference);
CREATE INDEX plan_hold ON plan_items (hold_id) WHERE hold_id IS NOT NULL;
{schema.PLAN_COUNTING}
"""
"""A question about a rule is an item that no job stands behind. SQLite drops NOT NULL only with the table."""
