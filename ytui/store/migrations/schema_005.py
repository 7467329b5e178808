"""Schema 5: which walk last saw the whole of a tab, and how often a feed stood in for a channel's listing."""

from __future__ import annotations

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
