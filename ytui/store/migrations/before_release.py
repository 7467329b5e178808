"""Migrations before the first release: all but the search index, which is schema 6."""

from __future__ import annotations

# Schema 2: what sites say of single videos, a row a part, each with its age and its own failure.

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


# Schema 3: files that retention gave up, until they are deleted.

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


# Schema 4: indexes that have all that a filter of the lists looks at, so that no table is read for it.

LISTS = """
DROP INDEX videos_list;
CREATE INDEX videos_list ON videos (published_at, id, title, state, channel_id, duration);
DROP INDEX jobs_state;
CREATE INDEX jobs_state ON jobs (state, id, title, channel_id, kind, failure_class, reference);
"""
"""A million titles are then 73 MB to look through instead of a table of 400."""


# Schema 5: which walk last saw the whole of a tab, and how often a feed stood in for a channel's listing.

WHOLE_WALKS = """
ALTER TABLE tabs ADD COLUMN whole_walk INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tabs ADD COLUMN whole_walk_at REAL;
UPDATE tabs SET whole_walk_at = last_walk_at - abs(random() % 2592000) WHERE complete = 1;
ALTER TABLE channels ADD COLUMN feed_checks INTEGER NOT NULL DEFAULT 0;
"""
"""An entry whose ``walk`` is below its tab's ``whole_walk`` was not there when that tab was last seen whole.

``whole_walk_at`` is when that was, in Unix seconds; tabs from before get times within a month, so that they
are not all due to be seen whole at once. ``feed_checks`` counts those since the last listing.
"""


# Schema 7: indexes for what the screen asks after every commit, however many jobs and items there are.

AFTER_EVERY_COMMIT = """
DROP INDEX plan_state;
CREATE INDEX plan_state ON plan_items (state, failure_class, advice, next_at);
CREATE INDEX jobs_waiting_for ON jobs (waiting_for) WHERE state = 'waiting';
"""
"""The first has all that the plan's headings say: a hundred thousand items are then counted in 10 ms instead
of 130. By the second it is found at once that nothing waits for the line."""


# Schema 8: holds, one row for each cause that many jobs wait for; what waits for one names it.

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


# Schema 9: what sites offered of the videos, and which causes withhold formats of a site.

OFFERS = """
CREATE TABLE offers (
  video_id INTEGER PRIMARY KEY REFERENCES videos(id),
  offered INTEGER,
  available INTEGER,
  cause TEXT,
  setup TEXT NOT NULL,
  looked_at REAL NOT NULL,
  recheck_at REAL
);
CREATE INDEX offers_lower ON offers (cause, video_id) WHERE cause IS NOT NULL;
CREATE INDEX offers_recheck ON offers (recheck_at) WHERE recheck_at IS NOT NULL;
CREATE TABLE circuits (
  site TEXT NOT NULL,
  setup TEXT NOT NULL,
  cause TEXT NOT NULL,
  opened_at REAL NOT NULL,
  closed_at REAL,
  probe_at REAL,
  probes INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, setup, cause)
) WITHOUT ROWID;
ALTER TABLE removals ADD COLUMN aside TEXT NOT NULL DEFAULT '';
"""
"""A video without a row of ``offers`` has an unknown offer. ``offered`` and ``available`` are short sides in
pixels, ``cause`` a ``LowerCause`` or NULL for one that arrived as offered, ``setup`` a hash of the versions
and options it was looked at with, times Unix seconds.

A row of ``circuits`` is a circuit breaker: open (``closed_at`` NULL) while a cause withholds formats of a
site from jobs of a setup; ``probe_at`` is when one video may try whether it still does. ``aside`` is the
folder below ``.ytui/replaced`` that a file goes to instead of being deleted.
"""


# Schema 10: pieces of broadcasts that were recorded while they were live.

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


# Schema 11: since when a worker has been recording a broadcast.

RECORDING_SINCE = "ALTER TABLE board ADD COLUMN since REAL;"


# Schema 12: what a job waits for is a reason and its subject, no longer words that a person reads.

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


# Schema 13: what failed for want of a JavaScript runtime before there were holds waits in one now.

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


# Schema 14: jobs that ask what a site says of a video are of another kind than those that bring extras.

TWO_KINDS = """
UPDATE jobs SET kind = CASE WHEN json_extract(options, '$.parts') IS NOT NULL THEN 'info' ELSE 'extras' END
  WHERE kind = 'details';
"""
