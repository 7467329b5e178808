"""What must hold in every store at every moment between two transactions."""

from __future__ import annotations

from ytui.store.database import Database

_ACTIVE = "('queued', 'running', 'waiting', 'interrupted')"

_COUNTS = {
    "video_counts": (
        "SELECT channel_id, state, n FROM video_counts",
        "SELECT coalesce(channel_id, 0), state, count(*) FROM videos GROUP BY 1, 2",
    ),
    "job_counts": (
        "SELECT kind, state, n FROM job_counts",
        "SELECT kind, state, count(*) FROM jobs GROUP BY 1, 2",
    ),
    "queue_counts": (
        "SELECT kind, priority, channel_id, site, n FROM queue_counts",
        "SELECT kind, priority, coalesce(channel_id, 0), site, count(*) FROM jobs WHERE state = 'queued' "
        "GROUP BY 1, 2, 3, 4",
    ),
    "plan_counts": (
        "SELECT state, failure_class, advice, n FROM plan_counts",
        "SELECT state, failure_class, advice, count(*) FROM plan_items GROUP BY 1, 2, 3",
    ),
    "journal_counts": (
        "SELECT level, type, n FROM journal_counts",
        "SELECT level, type, count(*) FROM journal GROUP BY 1, 2",
    ),
    "channel_totals": (
        "SELECT channel_id, bytes FROM channel_totals WHERE bytes <> 0",
        "SELECT coalesce(channel_id, 0), sum(size) FROM videos WHERE path IS NOT NULL "
        "GROUP BY 1 HAVING sum(size) <> 0",
    ),
}

_NOTHING = {
    "a video with two active downloads": (
        f"SELECT video_id FROM jobs WHERE kind = 'download' AND state IN {_ACTIVE} "
        "GROUP BY 1 HAVING count(*) > 1"
    ),
    "a video that does not mirror its job": (
        "SELECT v.id, v.state, j.state FROM videos v LEFT JOIN jobs j ON j.video_id = v.id "
        f"AND j.kind = 'download' AND j.state IN {_ACTIVE} "
        "WHERE (j.id IS NULL AND v.state IN ('queued', 'running')) "
        "OR (j.state = 'running' AND v.state NOT IN ('running', 'downloaded')) "
        "OR (j.state IN ('queued', 'waiting', 'interrupted') AND v.state <> 'queued')"
    ),
    "an open attempt of a job that does not run": (
        "SELECT a.id FROM attempts a JOIN jobs j ON j.id = a.job_id "
        "WHERE (a.ended_at IS NULL) <> (j.state = 'running' AND a.number = j.attempt)"
    ),
    "an attempt without an outcome": "SELECT id FROM attempts WHERE (ended_at IS NULL) <> (outcome IS NULL)",
    "a job whose attempts are not numbered 1 to n": (
        "SELECT j.id FROM jobs j WHERE j.attempt <> (SELECT count(*) FROM attempts a WHERE a.job_id = j.id)"
    ),
    "a process on a job that does not run": (
        "SELECT id FROM jobs WHERE state <> 'running' AND (slot IS NOT NULL OR pid IS NOT NULL)"
    ),
    "a time to wait for outside waiting": (
        "SELECT id FROM jobs WHERE state <> 'waiting' "
        "AND (due_at IS NOT NULL OR wait_reason <> '' OR wait_subject <> '')"
    ),
    "an unresolved item of a job that is over well": (
        "SELECT p.id FROM plan_items p JOIN jobs j ON j.id = p.job_id "
        "WHERE p.state IN ('open', 'scheduled', 'held') AND j.state IN ('done', 'cancelled')"
    ),
    "a video with two unresolved items": (
        "SELECT video_id FROM plan_items WHERE state IN ('open', 'scheduled', 'held') "
        "AND video_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ),
    "a hold that counts wrongly": (
        "SELECT h.id FROM holds h WHERE h.waiting <> "
        "(SELECT count(*) FROM jobs j WHERE j.hold_id = h.id AND j.state = 'waiting')"
    ),
    "a hold of a job that does not wait": (
        "SELECT id FROM jobs WHERE hold_id IS NOT NULL AND state <> 'waiting'"
    ),
    "jobs that wait for a hold without an item": (
        "SELECT h.id FROM holds h WHERE h.waiting > 0 AND NOT EXISTS (SELECT 1 FROM plan_items p "
        "WHERE p.hold_id = h.id AND p.state IN ('open', 'scheduled', 'held'))"
    ),
    "a failed job without a word in the plan": (
        "SELECT j.id FROM jobs j WHERE j.state = 'failed' "
        "AND NOT EXISTS (SELECT 1 FROM plan_items p WHERE p.job_id = j.id) "
        "AND NOT EXISTS (SELECT 1 FROM jobs later WHERE later.id <> j.id "
        "AND (later.video_id = j.video_id OR later.tab_id = j.tab_id))"
    ),
}


def check(db: Database) -> None:
    for name, (kept, real) in _COUNTS.items():
        assert sorted(map(tuple, db.all(kept))) == sorted(map(tuple, db.all(real))), name
    for name, query in _NOTHING.items():
        assert [tuple(row) for row in db.all(query)] == [], name
