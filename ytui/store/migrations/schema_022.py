"""Schema 22: the whole queue in its order, whatever the kind, channel and site of its jobs."""

from __future__ import annotations

IN_TURN = """
CREATE INDEX jobs_turn_shortest ON jobs (state, priority, rank, duration_key, id) WHERE state = 'queued';
CREATE INDEX jobs_turn_newest ON jobs (state, priority, rank, -published_at, id) WHERE state = 'queued';
CREATE INDEX jobs_turn_oldest ON jobs (state, priority, rank, published_at, id) WHERE state = 'queued';
"""
"""The list of jobs reads its queued ones along these; one for each value of ``order``. With the state first:
without it SQLite takes the index of the states, and sorts all that is queued for each page."""
