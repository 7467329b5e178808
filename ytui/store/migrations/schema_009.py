"""Schema 9: what sites offered of the videos, and which causes withhold formats of a site."""

from __future__ import annotations

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
