"""Schema 11: since when a worker has been recording a broadcast."""

from __future__ import annotations

RECORDING_SINCE = "ALTER TABLE board ADD COLUMN since REAL;"
