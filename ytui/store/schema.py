"""Schema: tables and indexes as SQL, and counts that triggers keep so that no list is counted."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from ytui.core.states import ACTIVE_STATES, PENDING_STATES, READY_STATES, UNRESOLVED_STATES

COUNTS = """
CREATE TABLE video_counts (channel_id INTEGER NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (channel_id, state)) WITHOUT ROWID;
CREATE TABLE channel_totals (channel_id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);
CREATE TABLE job_counts (kind TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (kind, state)) WITHOUT ROWID;
CREATE TABLE queue_counts (kind TEXT NOT NULL, priority INTEGER NOT NULL, channel_id INTEGER NOT NULL,
  site TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (kind, priority, channel_id, site)) WITHOUT ROWID;
CREATE TABLE plan_counts (state TEXT NOT NULL, failure_class TEXT NOT NULL, advice TEXT NOT NULL,
  n INTEGER NOT NULL, PRIMARY KEY (state, failure_class, advice)) WITHOUT ROWID;
CREATE TABLE journal_counts (level TEXT NOT NULL, type TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (level, type)) WITHOUT ROWID;
"""


def _counting(table: str, counts: str, keys: dict[str, str], when: str = "1") -> str:
    """Triggers that keep ``counts`` equal to a GROUP BY over ``table``.

    ``keys`` names the columns of ``counts`` and, for each, its expression over a row written as ``@``;
    ``when`` is the condition for a row to be counted at all, written the same way.
    """
    columns = ", ".join(keys)

    def add(row: str) -> str:
        values = ", ".join(expression.replace("@", row) for expression in keys.values())
        return (
            f"INSERT INTO {counts} ({columns}, n) SELECT {values}, 1 WHERE {when.replace('@', row)} "
            f"ON CONFLICT ({columns}) DO UPDATE SET n = n + 1;"
        )

    def take(row: str) -> str:
        match = " AND ".join(f"{key} = {expression.replace('@', row)}" for key, expression in keys.items())
        counted = when.replace("@", row)
        return (
            f"UPDATE {counts} SET n = n - 1 WHERE {match} AND {counted}; "
            f"DELETE FROM {counts} WHERE {match} AND n = 0;"
        )

    changed = " OR ".join(
        f"({expression.replace('@', 'old')}) IS NOT ({expression.replace('@', 'new')})"
        for expression in (*keys.values(), when)
    )
    return f"""
CREATE TRIGGER {counts}_insert AFTER INSERT ON {table} BEGIN {add("new")} END;
CREATE TRIGGER {counts}_delete AFTER DELETE ON {table} BEGIN {take("old")} END;
CREATE TRIGGER {counts}_update AFTER UPDATE ON {table} WHEN {changed} BEGIN {take("old")} {add("new")} END;
"""


_BYTES = "CASE WHEN @.path IS NULL THEN 0 ELSE coalesce(@.size, 0) END"
_CHANNEL = "coalesce(@.channel_id, 0)"


def _adding_bytes(row: str, sign: str) -> str:
    channel, size = _CHANNEL.replace("@", row), _BYTES.replace("@", row)
    return (
        f"INSERT INTO channel_totals (channel_id, bytes) SELECT {channel}, {sign}({size}) WHERE {size} <> 0 "
        "ON CONFLICT (channel_id) DO UPDATE SET bytes = bytes + excluded.bytes;"
    )


PLAN_COUNTING = _counting(
    "plan_items",
    "plan_counts",
    {"state": "@.state", "failure_class": "@.failure_class", "advice": "@.advice"},
)
TRIGGERS = (
    _counting("videos", "video_counts", {"channel_id": _CHANNEL, "state": "@.state"})
    + _counting("jobs", "job_counts", {"kind": "@.kind", "state": "@.state"})
    + _counting(
        "jobs",
        "queue_counts",
        {"kind": "@.kind", "priority": "@.priority", "channel_id": _CHANNEL, "site": "@.site"},
        when="@.state = 'queued'",
    )
    + PLAN_COUNTING
    + _counting("journal", "journal_counts", {"level": "@.level", "type": "@.type"})
    + f"""
CREATE TRIGGER channel_totals_insert AFTER INSERT ON videos WHEN new.path IS NOT NULL BEGIN
  {_adding_bytes("new", "+")}
END;
CREATE TRIGGER channel_totals_update AFTER UPDATE OF path, size, channel_id ON videos BEGIN
  {_adding_bytes("old", "-")} {_adding_bytes("new", "+")}
END;
CREATE TRIGGER channel_totals_delete AFTER DELETE ON videos WHEN old.path IS NOT NULL BEGIN
  {_adding_bytes("old", "-")}
END;
"""
)


VERSION = 22
"""The newest schema that this code knows; written to ``PRAGMA user_version``."""

APPLICATION_ID = 0x79747569
"""``ytui`` in ASCII, in the header of the file: tells our database from anybody else's."""


def in_list(states: Collection[StrEnum]) -> str:
    """Return states as an SQL list, in the order of their enum: partial indexes match such a list exactly."""
    ordered = [state for state in type(next(iter(states))) if state in states]
    return f"({', '.join(repr(state.value) for state in ordered)})"


GIVEN = "(SELECT value FROM json_each(?))"
"""Ids as one parameter, a JSON list: there may be more of them than SQLite takes parameters."""
ACTIVE = in_list(ACTIVE_STATES)
"""The job states that owe a result, as an SQL list."""
PENDING = in_list(PENDING_STATES)
"""The job states before the beginning, as an SQL list."""
READY = in_list(READY_STATES)
"""The job states that run, or may, as an SQL list."""
UNRESOLVED = in_list(UNRESOLVED_STATES)
"""The plan states that still ask for something, as an SQL list."""

CHANNELS = """
CREATE TABLE channels (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  channel_id TEXT,
  site TEXT NOT NULL,
  subscribed INTEGER NOT NULL DEFAULT 1,
  paused INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'new',
  error TEXT NOT NULL DEFAULT '',
  error_class TEXT,
  created_at REAL NOT NULL,
  last_fetched REAL,
  next_fetch REAL,
  every REAL,
  first_listed_at REAL
);
CREATE TABLE tabs (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels(id),
  tab TEXT NOT NULL,
  url TEXT NOT NULL,
  complete INTEGER NOT NULL DEFAULT 0,
  newest_first INTEGER NOT NULL DEFAULT 0,
  empty_until REAL,
  last_walk_at REAL,
  walk INTEGER NOT NULL DEFAULT 0,
  UNIQUE (channel_id, tab, url)
);
"""

VIDEOS = """
CREATE TABLE videos (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  video_id TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  channel_id INTEGER REFERENCES channels(id),
  tab TEXT,
  state TEXT NOT NULL DEFAULT 'new',
  why TEXT NOT NULL DEFAULT '',
  duration REAL,
  published_at REAL,
  published_exact INTEGER NOT NULL DEFAULT 0,
  live_status TEXT,
  availability TEXT,
  release_at REAL,
  views INTEGER,
  news INTEGER NOT NULL DEFAULT 0,
  first_seen REAL NOT NULL,
  path TEXT,
  size INTEGER,
  format_id TEXT,
  height INTEGER,
  files TEXT NOT NULL DEFAULT '[]',
  downloaded_at REAL,
  keep INTEGER NOT NULL DEFAULT 0,
  UNIQUE (site, video_id)
);
CREATE INDEX videos_state ON videos (state, published_at);
CREATE INDEX videos_channel_state ON videos (channel_id, state);
CREATE INDEX videos_channel_published ON videos (channel_id, published_at);
CREATE INDEX videos_list ON videos (published_at, id, title, state);
CREATE INDEX videos_video_id ON videos (video_id);
CREATE INDEX videos_url ON videos (url);
CREATE INDEX videos_downloaded ON videos (downloaded_at) WHERE downloaded_at IS NOT NULL;
CREATE INDEX videos_with_file ON videos (id) WHERE path IS NOT NULL;
CREATE TABLE entries (
  tab_id INTEGER NOT NULL REFERENCES tabs(id),
  video_id INTEGER NOT NULL REFERENCES videos(id),
  position INTEGER NOT NULL,
  walk INTEGER NOT NULL,
  known INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tab_id, video_id)
) WITHOUT ROWID;
CREATE INDEX entries_newest ON entries (tab_id, walk DESC, position);
"""

JOBS = f"""
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued',
  channel_id INTEGER REFERENCES channels(id),
  tab_id INTEGER REFERENCES tabs(id),
  video_id INTEGER REFERENCES videos(id),
  site TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  priority INTEGER NOT NULL,
  rank REAL NOT NULL DEFAULT 0,
  duration_key REAL NOT NULL DEFAULT 0,
  published_at REAL NOT NULL DEFAULT 0,
  attempt INTEGER NOT NULL DEFAULT 0,
  charged INTEGER NOT NULL DEFAULT 0,
  budget_from INTEGER NOT NULL DEFAULT 0,
  stage TEXT,
  percent REAL,
  bytes INTEGER NOT NULL DEFAULT 0,
  failure_class TEXT,
  reference TEXT,
  strategy TEXT NOT NULL DEFAULT 'as_before',
  due_at REAL,
  waiting_for TEXT NOT NULL DEFAULT '',
  first_page_only INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  options TEXT NOT NULL DEFAULT '{{}}',
  slot INTEGER,
  pid INTEGER,
  process_group INTEGER,
  process_started REAL,
  created_at REAL NOT NULL,
  started_at REAL,
  finished_at REAL
);
CREATE UNIQUE INDEX jobs_one_download ON jobs (video_id) WHERE kind = 'download' AND state IN {ACTIVE};
CREATE UNIQUE INDEX jobs_one_fetch ON jobs (tab_id) WHERE kind = 'fetch' AND state IN {ACTIVE};
CREATE INDEX jobs_shortest ON jobs (kind, priority, channel_id, site, rank, duration_key, id)
  WHERE state = 'queued';
CREATE INDEX jobs_newest ON jobs (kind, priority, channel_id, site, rank, published_at DESC, id)
  WHERE state = 'queued';
CREATE INDEX jobs_oldest ON jobs (kind, priority, channel_id, site, rank, published_at, id)
  WHERE state = 'queued';
CREATE INDEX jobs_due ON jobs (due_at) WHERE state = 'waiting';
CREATE INDEX jobs_top ON jobs (rank) WHERE rank < 0;
CREATE INDEX jobs_state ON jobs (state, id);
CREATE INDEX jobs_channel ON jobs (channel_id, id);
CREATE INDEX jobs_video ON jobs (video_id) WHERE video_id IS NOT NULL;
CREATE INDEX jobs_tab ON jobs (tab_id) WHERE tab_id IS NOT NULL;
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  job_id INTEGER NOT NULL REFERENCES jobs(id),
  video_id INTEGER REFERENCES videos(id),
  number INTEGER NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  outcome TEXT,
  failure_class TEXT,
  message TEXT NOT NULL DEFAULT '',
  status INTEGER,
  host TEXT,
  request_kind TEXT,
  bytes INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  strategy TEXT NOT NULL DEFAULT 'as_before',
  reference TEXT,
  charged INTEGER NOT NULL DEFAULT 0,
  evidence TEXT NOT NULL DEFAULT '{{}}',
  UNIQUE (job_id, number)
);
CREATE INDEX attempts_video ON attempts (video_id) WHERE video_id IS NOT NULL;
CREATE INDEX attempts_reference ON attempts (reference) WHERE reference IS NOT NULL;
"""

PLAN = f"""
CREATE TABLE plan_items (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL REFERENCES jobs(id),
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
  resolved_at REAL
);
CREATE UNIQUE INDEX plan_one_unresolved ON plan_items (job_id) WHERE state IN {UNRESOLVED};
CREATE INDEX plan_video ON plan_items (video_id) WHERE state IN {UNRESOLVED};
CREATE INDEX plan_state ON plan_items (state, failure_class);
CREATE INDEX plan_channel ON plan_items (channel_id);
CREATE INDEX plan_resolved ON plan_items (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE TABLE plans (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at REAL NOT NULL);
CREATE TABLE plan_members (
  plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
  item_id INTEGER NOT NULL REFERENCES plan_items(id),
  PRIMARY KEY (plan_id, item_id)
) WITHOUT ROWID;
CREATE INDEX plan_reference ON plan_items (reference);
"""

REST = """
CREATE TABLE sites (
  site TEXT PRIMARY KEY,
  state TEXT NOT NULL DEFAULT 'ok',
  until REAL,
  reason TEXT NOT NULL DEFAULT '',
  cooldowns INTEGER NOT NULL DEFAULT 0,
  probe_job INTEGER,
  updated_at REAL NOT NULL,
  data TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  level TEXT NOT NULL,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  job_id INTEGER,
  channel_id INTEGER,
  video_id INTEGER,
  data TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_level ON journal (level, id);
CREATE INDEX journal_job ON journal (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX journal_channel ON journal (channel_id, id) WHERE channel_id IS NOT NULL;
CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  data TEXT NOT NULL DEFAULT '{}',
  created_at REAL NOT NULL,
  done_at REAL
);
CREATE INDEX requests_open ON requests (id) WHERE done_at IS NULL;
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE board (
  slot INTEGER PRIMARY KEY,
  pid INTEGER,
  job_id INTEGER,
  stage TEXT,
  percent REAL,
  speed REAL,
  eta REAL,
  done_bytes INTEGER NOT NULL DEFAULT 0,
  total_bytes INTEGER,
  waiting_for TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  attempt INTEGER NOT NULL DEFAULT 0,
  updated_at REAL NOT NULL
);
CREATE TABLE holder (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  terminal TEXT NOT NULL,
  since REAL NOT NULL,
  kind TEXT NOT NULL
);
"""

FIRST = CHANNELS + VIDEOS + JOBS + PLAN + REST + COUNTS + TRIGGERS
"""The whole of schema 1."""
