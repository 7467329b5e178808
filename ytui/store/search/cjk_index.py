"""Filling of the index of signs in a library that is older than it: by and by, the newest videos first."""

from __future__ import annotations

from ytui.store import key_values
from ytui.store.database import Database, transaction
from ytui.store.migrations.schema_019 import added

_NEXT = "SELECT id FROM videos WHERE id < ? ORDER BY id DESC LIMIT ?"
AT_ONCE = 500
"""Videos that one transaction looks at."""


def fill_some(db: Database) -> bool:
    """Index the next few videos; whether there are more to come.

    What was written since the index is there was indexed with it: a later look finds it done.
    """
    text = key_values.get(db, key_values.CJK_FILLED_DOWN_TO)
    if text is None:
        return False
    with transaction(db):
        down_to = int(text)
        ids = [row[0] for row in db.all(_NEXT, (down_to, AT_ONCE))]
        if ids:
            db.execute(added("search_videos", "id BETWEEN ? AND ?"), (ids[-1], ids[0]))
            key_values.put(db, key_values.CJK_FILLED_DOWN_TO, str(ids[-1]))
        else:
            db.execute(added("search_others", "1"))
            key_values.put(db, key_values.CJK_FILLED_DOWN_TO, None)
    return bool(ids)
