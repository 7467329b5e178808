"""Schema 12: what a job waits for is a reason and its subject, no longer words that a person reads."""

from __future__ import annotations

WAIT_REASONS = """
ALTER TABLE jobs RENAME COLUMN waiting_for TO wait_reason;
ALTER TABLE jobs ADD COLUMN wait_subject TEXT NOT NULL DEFAULT '';
DROP INDEX jobs_waiting_for;
CREATE INDEX jobs_wait_reason ON jobs (wait_reason, wait_subject) WHERE state = 'waiting';
UPDATE jobs SET
  wait_subject = CASE
    WHEN wait_reason = 'a JavaScript runtime' THEN 'js_runtime'
    WHEN wait_reason = 'a token provider' THEN 'token_provider'
    WHEN wait_reason = 'a login that is valid' THEN 'login'
    WHEN wait_reason LIKE 'site %' THEN substr(wait_reason, 6)
    WHEN wait_reason LIKE '% of %' THEN substr(wait_reason, instr(wait_reason, ' of ') + 4) || ' '
      || substr(wait_reason, 1, instr(wait_reason, ' of ') - 1)
    WHEN wait_reason IN
      ('its time', 'the time you chose', 'its start', 'queue', 'room on the disk', 'the line') THEN ''
    ELSE wait_reason END,
  wait_reason = CASE
    WHEN wait_reason = 'its time' THEN 'time'
    WHEN wait_reason = 'the time you chose' THEN 'chosen_time'
    WHEN wait_reason = 'its start' THEN 'start'
    WHEN wait_reason = 'queue' THEN 'queue'
    WHEN wait_reason = 'room on the disk' THEN 'room'
    WHEN wait_reason = 'the line' THEN 'line'
    WHEN wait_reason IN ('a JavaScript runtime', 'a token provider', 'a login that is valid') THEN 'hold'
    WHEN wait_reason LIKE 'site %' THEN 'site'
    WHEN wait_reason LIKE '% of %' THEN 'extras'
    ELSE 'other' END
  WHERE wait_reason <> '';
"""
"""The words are those of every version before; ``wait_reason`` has the values of ``WaitReason``. What no
version is known to have written is kept as the subject of ``other``."""
