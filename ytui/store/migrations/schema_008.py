"""Schema 8: holds, one row for each cause that many jobs wait for; what waits for one names it."""

from __future__ import annotations

UNRESOLVED = "('open', 'scheduled', 'held')"

HOLDS = f"""
CREATE TABLE holds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cause TEXT NOT NULL,
  subject TEXT NOT NULL,
  failure_class TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  remedy TEXT NOT NULL DEFAULT '',
  fingerprint TEXT NOT NULL DEFAULT '',
  since REAL NOT NULL,
  streak TEXT NOT NULL DEFAULT '[]',
  next_probe REAL,
  probe_job INTEGER,
  probes INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  UNIQUE (cause, subject)
);
ALTER TABLE jobs ADD COLUMN hold_id INTEGER;
ALTER TABLE plan_items ADD COLUMN hold_id INTEGER;
CREATE INDEX jobs_hold ON jobs (hold_id, id) WHERE hold_id IS NOT NULL;
CREATE INDEX plan_hold ON plan_items (hold_id) WHERE hold_id IS NOT NULL;
CREATE TRIGGER holds_waiting AFTER UPDATE OF hold_id, state ON jobs
WHEN (CASE old.state WHEN 'waiting' THEN old.hold_id END)
  IS NOT (CASE new.state WHEN 'waiting' THEN new.hold_id END) BEGIN
  UPDATE holds SET waiting = waiting - 1 WHERE id = old.hold_id AND old.state = 'waiting';
  UPDATE holds SET waiting = waiting + 1 WHERE id = new.hold_id AND new.state = 'waiting';
  UPDATE plan_items SET job_id = (
      SELECT j.id FROM jobs j WHERE j.hold_id = old.hold_id AND j.state = 'waiting' AND j.id <> old.id
      AND NOT EXISTS (SELECT 1 FROM plan_items p WHERE p.job_id = j.id AND p.state IN {UNRESOLVED})
      ORDER BY j.id LIMIT 1)
    WHERE job_id = old.id AND state IN {UNRESOLVED} AND hold_id = old.hold_id AND old.state = 'waiting'
    AND EXISTS (
      SELECT 1 FROM jobs j WHERE j.hold_id = old.hold_id AND j.state = 'waiting' AND j.id <> old.id
      AND NOT EXISTS (SELECT 1 FROM plan_items p WHERE p.job_id = j.id AND p.state IN {UNRESOLVED}));
END;
CREATE TRIGGER jobs_held_no_more AFTER UPDATE OF state ON jobs
WHEN old.state = 'waiting' AND new.state <> 'waiting' AND new.hold_id IS NOT NULL BEGIN
  UPDATE jobs SET hold_id = NULL WHERE id = new.id;
END;
"""
"""A job's ``hold_id`` counts only while it waits, and goes when it does anything else. A hold has one plan
item, which hangs on one of the jobs that wait: when that one leaves, it moves to the next."""
