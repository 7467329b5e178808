"""Schema 6: the full-text index over titles, descriptions and transcripts, kept current by triggers."""

from __future__ import annotations

REMOVED = (
    "INSERT INTO search (search, rowid, title, description, transcript) "
    "SELECT 'delete', id, title, description, transcript FROM"
)
ADDED = (
    "INSERT INTO search (rowid, title, description, transcript) "
    "SELECT id, title, description, transcript FROM"
)
_DESCRIPTION = "json_extract(d.body, '$.description')"
_TRANSCRIPT = "(SELECT group_concat(json_extract(value, '$[1]'), char(10)) FROM json_each(d.body, '$.lines'))"
_PARTS = "('metadata', 'transcript')"


def _of_video(what: str, part: str) -> str:
    return (
        f"(SELECT {what} FROM details d WHERE d.video_id = v.id AND d.part = '{part}' AND json_valid(d.body))"
    )


def _touched(video: str, url: str, instead: str) -> str:
    """Take what is indexed of a video and of an address out of the index, or put it in."""
    return f"{instead} search_videos WHERE id IN ({video}); {instead} search_others WHERE url IN ({url});"


WORDS = "tokenize = 'unicode61 remove_diacritics 2'"
"""What the index takes for a word: letters and digits of any script, without case and accents."""

INDEX = f"""
CREATE VIRTUAL TABLE search USING fts5 (title, description, transcript, content = '', prefix = '2 3',
  {WORDS});
"""

VIEWS = f"""
CREATE VIEW search_videos AS SELECT v.id AS id, v.title AS title,
  {_of_video(_DESCRIPTION, "metadata")} AS description, {_of_video(_TRANSCRIPT, "transcript")} AS transcript
  FROM videos v;
CREATE VIEW search_others AS SELECT -min(d.id) AS id, d.url AS url,
  max(CASE d.part WHEN 'metadata' THEN json_extract(d.body, '$.title') END) AS title,
  max(CASE d.part WHEN 'metadata' THEN {_DESCRIPTION} END) AS description,
  max(CASE d.part WHEN 'transcript' THEN {_TRANSCRIPT} END) AS transcript
  FROM details d WHERE d.video_id IS NULL AND json_valid(d.body) AND d.part IN {_PARTS} GROUP BY d.url;
"""

TRIGGERS = f"""
DROP TRIGGER details_adopted;
CREATE TRIGGER details_adopted AFTER INSERT ON videos BEGIN
  INSERT INTO search (rowid, title) VALUES (new.id, new.title);
  UPDATE details SET video_id = new.id WHERE video_id IS NULL
    AND url IN (new.url, 'https://www.youtube.com/watch?v=' || new.video_id);
END;
CREATE TRIGGER search_title_before BEFORE UPDATE OF title ON videos WHEN old.title IS NOT new.title BEGIN
  {REMOVED} search_videos WHERE id = old.id;
END;
CREATE TRIGGER search_title_after AFTER UPDATE OF title ON videos WHEN old.title IS NOT new.title BEGIN
  {ADDED} search_videos WHERE id = new.id;
END;
CREATE TRIGGER search_video_deleted BEFORE DELETE ON videos BEGIN
  {REMOVED} search_videos WHERE id = old.id;
END;
CREATE TRIGGER search_details_new_before BEFORE INSERT ON details WHEN new.body IS NOT NULL
    AND new.part IN {_PARTS} AND NOT EXISTS (SELECT 1 FROM details WHERE url = new.url AND part = new.part)
BEGIN
  {_touched("new.video_id", "new.url", REMOVED)}
END;
CREATE TRIGGER search_details_new_after AFTER INSERT ON details WHEN new.body IS NOT NULL
    AND new.part IN {_PARTS} BEGIN
  {_touched("new.video_id", "new.url", ADDED)}
END;
CREATE TRIGGER search_details_before BEFORE UPDATE OF body, video_id ON details WHEN new.part IN {_PARTS}
    AND (old.body IS NOT new.body OR old.video_id IS NOT new.video_id) BEGIN
  {_touched("old.video_id, new.video_id", "old.url", REMOVED)}
END;
CREATE TRIGGER search_details_after AFTER UPDATE OF body, video_id ON details WHEN new.part IN {_PARTS}
    AND (old.body IS NOT new.body OR old.video_id IS NOT new.video_id) BEGIN
  {_touched("old.video_id, new.video_id", "new.url", ADDED)}
END;
CREATE TRIGGER search_details_gone_before BEFORE DELETE ON details WHEN old.part IN {_PARTS} BEGIN
  {_touched("old.video_id", "old.url", REMOVED)}
END;
CREATE TRIGGER search_details_gone_after AFTER DELETE ON details WHEN old.part IN {_PARTS} BEGIN
  {_touched("old.video_id", "old.url", ADDED)}
END;
"""

FILLED = f"{ADDED} search_videos ORDER BY id; {ADDED} search_others;"
"""Indexes everything that is there; into an empty index only."""

SEARCH = INDEX + VIEWS + TRIGGERS + FILLED
"""The index has no copy of the texts (``content = ''``), so that it takes a tenth of what they do.

Such an index is told the old text where a row goes: hence a trigger before a change, which takes out what
the views say then, and one after it, which puts in what they say by then. A video's row has its own ``id``;
what is kept of an address that is no video of the library has the negative one of its first part. The order
of two triggers of one event is not defined, so that ``details_adopted`` does what two would have to.

Plain SQL, because ``enable_fts`` of sqlite-utils knows neither an index without a copy nor one over views,
and its trigger would index a title anew with every change of a video's state.
"""
