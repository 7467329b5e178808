"""Conditions of the lists: SQL for what a text or a word of a filter asks of a row, whose alias is ``t``."""

from __future__ import annotations

WITH_CHANNEL = "LEFT JOIN channels c ON c.id = t.channel_id"
"""What a row's ``channel_name`` comes from."""
CHANNEL_NAME = "t.channel_id IN (SELECT id FROM channels WHERE name LIKE ? ESCAPE '\\')"
"""Stands in ``searched`` and ``words`` for the name of the row's channel."""
_TAGGED = "IN (SELECT o.id FROM channels o, json_each(o.tags) g WHERE g.value LIKE ? ESCAPE '\\')"
CHANNEL_TAG = f"t.channel_id {_TAGGED}"
"""Stands in ``words`` for a tag of the row's channel."""
OWN_TAG = f"t.id {_TAGGED}"
"""The same where the row is the channel."""
ALSO_TAG = (
    "t.id IN (SELECT a.video_id FROM also_listed a JOIN channels o ON o.id = a.channel_id, "
    "json_each(o.tags) g WHERE g.value LIKE ? ESCAPE '\\')"
)
"""A tag of another channel that lists the video too."""
VIDEO_STATE = "t.state IN (SELECT state FROM video_counts WHERE state LIKE ? ESCAPE '\\')"
JOB_STATE = "t.state IN (SELECT state FROM job_counts WHERE state LIKE ? ESCAPE '\\')"
_KIND_WORDS = "CASE {}kind WHEN 'info' THEN 'details' WHEN 'extras' THEN 'details' ELSE {}kind END"
KIND_WORD = _KIND_WORDS.replace("{}", "t.")
"""``JobKind.word`` of the row's job."""
JOB_KIND = f"t.kind IN (SELECT kind FROM job_counts WHERE {_KIND_WORDS.replace('{}', '')} LIKE ? ESCAPE '\\')"
"""The few values that there are, found first: looking into each row's own costs as much as its title."""
VIDEO_ID = (
    "t.id IN (SELECT v.id FROM (SELECT replace(trim(?, '%'), '\\', '') AS begins) "
    "JOIN videos v ON v.video_id >= begins AND v.video_id < begins || char(1114111) WHERE length(begins) > 5)"
)
"""The beginning of an id, once it is longer than what stands in one by chance."""
CHANNEL_BYTES = "coalesce((SELECT bytes FROM channel_totals s WHERE s.channel_id = t.id), 0)"
CHANNEL_FILE = (
    "(SELECT v.path FROM videos v "
    "WHERE v.channel_id = t.id AND v.state = 'downloaded' AND v.path IS NOT NULL LIMIT 1)"
)
"""One of a channel's files: what lies in the library of it lies in that folder."""
CHANNEL_KEEP = (
    "CASE t.keep_kind WHEN 'last' THEN 'last ' || t.keep_count WHEN 'days' THEN t.keep_count || ' days' "
    "ELSE 'all' END"
)
VIDEO_KEEP = "CASE WHEN t.keep THEN 'yes' ELSE 'no' END"
VIDEO_QUALITY = (
    "CASE WHEN t.path IS NULL THEN NULL WHEN t.height IS NULL THEN 'audio' ELSE t.height || 'p' END"
)
AWAY, AGO = "t.{} - unixepoch()", "unixepoch() - t.{}"
"""Seconds from now to a time of the row, and from that to now."""


def folder_of(path: str) -> str:
    """Return the condition that a text is in the folder of a file: before one of its slashes."""
    return f"{path} LIKE ? || '/%' ESCAPE '\\'"


CHANNEL_ORDER = "(SELECT name FROM channels c WHERE c.id = t.channel_id) COLLATE NOCASE"
"""Sorts by the name of the row's channel."""
