"""Schema 19: a second full-text index, of texts with Chinese, Japanese or Korean, by their signs."""

from __future__ import annotations

from ytui.store import key_values
from ytui.store.migrations.schema_006 import WORDS

_COLUMNS = ("title", "description", "transcript")
_SIGNS = f"({' OR '.join(f'has_signs(CAST({column} AS BLOB))' for column in _COLUMNS)})"
_TEXTS = ", ".join(f"spaced(CAST({column} AS BLOB))" for column in _COLUMNS)
_INDEXED = "EXISTS (SELECT 1 FROM search_cjk_docsize s WHERE s.id = {}.id)"


def added(view: str, which: str) -> str:
    """The statement that puts texts of a view into the index, as far as there are signs in them."""
    return (
        "INSERT INTO search_cjk (rowid, title, description, transcript) "
        f"SELECT id, {_TEXTS} FROM {view} WHERE {which} AND {_SIGNS} AND NOT {_INDEXED.format(view)};"
    )


def _removed(view: str, which: str) -> str:
    # What was there before the index was is not in it until it is filled.
    return (
        "INSERT INTO search_cjk (search_cjk, rowid, title, description, transcript) "
        f"SELECT 'delete', id, {_TEXTS} FROM {view} WHERE {which} AND {_INDEXED.format(view)};"
    )


def _touched(video: str, url: str, change: str) -> str:
    do = added if change == "added" else _removed
    return do("search_videos", f"id IN ({video})") + do("search_others", f"url IN ({url})")


_PARTS = "('metadata', 'transcript')"

TRIGGERS = f"""
DROP TRIGGER details_adopted;
CREATE TRIGGER details_adopted AFTER INSERT ON videos BEGIN
  INSERT INTO search (rowid, title) VALUES (new.id, new.title);
  INSERT INTO search_cjk (rowid, title) SELECT new.id, spaced(CAST(new.title AS BLOB))
    WHERE has_signs(CAST(new.title AS BLOB));
  UPDATE details SET video_id = new.id WHERE video_id IS NULL
    AND url IN (new.url, 'https://www.youtube.com/watch?v=' || new.video_id);
END;
CREATE TRIGGER cjk_title_before BEFORE UPDATE OF title ON videos WHEN old.title IS NOT new.title BEGIN
  {_removed("search_videos", "id = old.id")}
END;
CREATE TRIGGER cjk_title_after AFTER UPDATE OF title ON videos WHEN old.title IS NOT new.title BEGIN
  {added("search_videos", "id = new.id")}
END;
CREATE TRIGGER cjk_video_deleted BEFORE DELETE ON videos BEGIN
  {_removed("search_videos", "id = old.id")}
END;
CREATE TRIGGER cjk_details_new_before BEFORE INSERT ON details WHEN new.body IS NOT NULL
    AND new.part IN {_PARTS} AND NOT EXISTS (SELECT 1 FROM details WHERE url = new.url AND part = new.part)
BEGIN
  {_touched("new.video_id", "new.url", "removed")}
END;
CREATE TRIGGER cjk_details_new_after AFTER INSERT ON details WHEN new.body IS NOT NULL
    AND new.part IN {_PARTS} BEGIN
  {_touched("new.video_id", "new.url", "added")}
END;
CREATE TRIGGER cjk_details_before BEFORE UPDATE OF body, video_id ON details WHEN new.part IN {_PARTS}
    AND (old.body IS NOT new.body OR old.video_id IS NOT new.video_id) BEGIN
  {_touched("old.video_id, new.video_id", "old.url", "removed")}
END;
CREATE TRIGGER cjk_details_after AFTER UPDATE OF body, video_id ON details WHEN new.part IN {_PARTS}
    AND (old.body IS NOT new.body OR old.video_id IS NOT new.video_id) BEGIN
  {_touched("old.video_id, new.video_id", "new.url", "added")}
END;
CREATE TRIGGER cjk_details_gone_before BEFORE DELETE ON details WHEN old.part IN {_PARTS} BEGIN
  {_touched("old.video_id", "old.url", "removed")}
END;
CREATE TRIGGER cjk_details_gone_after AFTER DELETE ON details WHEN old.part IN {_PARTS} BEGIN
  {_touched("old.video_id", "old.url", "added")}
END;
"""
"""The same moments as those of the first index, see ``schema_006.py``: each reads the views alone, so that it
does not matter which of two triggers of one event is first."""

FILLED = added("search_videos", "1") + added("search_others", "1")
"""Indexes everything that is there at once."""

CJK = f"""
CREATE VIRTUAL TABLE search_cjk USING fts5 (title, description, transcript, content = '', {WORDS});
{TRIGGERS}
INSERT INTO facts (key, value) SELECT '{key_values.CJK_FILLED_DOWN_TO}', coalesce(max(id), 0) + 1 FROM videos
  WHERE EXISTS (SELECT 1 FROM videos) OR EXISTS (SELECT 1 FROM details);
"""
"""Empty at first: what is there already is indexed by and by, so that no start waits for it."""
