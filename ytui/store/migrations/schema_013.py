"""Schema 13: what failed for want of a JavaScript runtime before there were holds waits in one now."""

from __future__ import annotations

UNRESOLVED = "('open', 'scheduled', 'held')"

OLD_ITEMS = f"""
INSERT INTO holds (cause, subject, failure_class, since)
SELECT 'js_runtime', j.site, 'js_runtime', min(p.created_at)
FROM plan_items p JOIN jobs j ON j.id = p.job_id
WHERE p.failure_class = 'js_runtime' AND p.state IN {UNRESOLVED} AND p.hold_id IS NULL
  AND j.kind = 'download' AND j.state = 'failed'
GROUP BY j.site
ON CONFLICT (cause, subject) DO NOTHING;
UPDATE OR IGNORE jobs SET state = 'waiting', wait_reason = 'hold', wait_subject = 'js_runtime',
  finished_at = NULL,
  hold_id = (SELECT h.id FROM holds h WHERE h.cause = 'js_runtime' AND h.subject = jobs.site)
WHERE kind = 'download' AND state = 'failed' AND id IN (
  SELECT job_id FROM plan_items
  WHERE failure_class = 'js_runtime' AND state IN {UNRESOLVED} AND hold_id IS NULL);
UPDATE videos SET state = 'queued' WHERE state = 'failed' AND id IN (
  SELECT video_id FROM jobs WHERE state = 'waiting' AND kind = 'download' AND hold_id IN (
    SELECT id FROM holds WHERE cause = 'js_runtime'));
UPDATE plan_items SET hold_id = (SELECT hold_id FROM jobs WHERE id = plan_items.job_id),
  state = 'open', next_at = NULL, title = 'waits for a JavaScript runtime'
WHERE failure_class = 'js_runtime' AND state IN {UNRESOLVED} AND hold_id IS NULL
  AND job_id IN (SELECT id FROM jobs WHERE state = 'waiting' AND hold_id IN (
    SELECT id FROM holds WHERE cause = 'js_runtime'));
UPDATE plan_items SET state = 'resolved', resolved_at = updated_at
WHERE state IN {UNRESOLVED} AND hold_id IN (SELECT id FROM holds WHERE cause = 'js_runtime')
  AND id > (SELECT min(o.id) FROM plan_items o
            WHERE o.hold_id = plan_items.hold_id AND o.state IN {UNRESOLVED});
"""
"""Why there is no runtime is looked at when ytui starts, and said then. A job whose video has another one by
now stays as it is."""
