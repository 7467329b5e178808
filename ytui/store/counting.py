"""Counts that triggers keep, so that no header of a list ever scans its table."""

from __future__ import annotations

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


TRIGGERS = (
    _counting("videos", "video_counts", {"channel_id": _CHANNEL, "state": "@.state"})
    + _counting("jobs", "job_counts", {"kind": "@.kind", "state": "@.state"})
    + _counting(
        "jobs",
        "queue_counts",
        {"kind": "@.kind", "priority": "@.priority", "channel_id": _CHANNEL, "site": "@.site"},
        when="@.state = 'queued'",
    )
    + _counting(
        "plan_items",
        "plan_counts",
        {"state": "@.state", "failure_class": "@.failure_class", "advice": "@.advice"},
    )
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
