"""Schema 14: jobs that ask what a site says of a video are of another kind than those that bring extras."""

from __future__ import annotations

TWO_KINDS = """
UPDATE jobs SET kind = CASE WHEN json_extract(options, '$.parts') IS NOT NULL THEN 'info' ELSE 'extras' END
  WHERE kind = 'details';
"""
