"""Jump queries: videos by title, id or address, and the plan's items about them, or about none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ytui.store import videos
from ytui.store.database import Database
from ytui.store.lists import plan_queries, queries
from ytui.store.lists.query import ListQuery
from ytui.store.schema import GIVEN, UNRESOLVED
from ytui.store.search.cjk import has_signs
from ytui.store.search.full_text import titles
from ytui.store.search.query_parser import SearchSyntaxError, parse

MOST_REFERRED = 50
LEAST_LETTERS = 2
"""Letters from which on titles are looked for."""
_REFERENCE = re.compile(r"e-[0-9a-z]{1,6}", re.IGNORECASE)


def video_numbers(db: Database, text: str, limit: int) -> list[int]:
    """Return the videos that have this id or address, then the best with these words in their title."""
    if len(text) < LEAST_LETTERS and not has_signs(text):
        return []
    video = None if text.isdecimal() else videos.find(db, text)
    numbers = [] if video is None else [video.id]
    try:
        numbers += titles(db, parse(text, typing=True), limit=limit)
    except SearchSyntaxError:
        # Half a word of a search: there will be titles once it is whole.
        return numbers
    return list(dict.fromkeys(numbers))


def videos_among(numbers: Sequence[int]) -> ListQuery:
    """Return the query of these videos."""
    return queries.videos().within(f"t.id IN ({_listed(numbers)})")


def items_among(db: Database, numbers: Sequence[int]) -> ListQuery:
    """Return the query of the unresolved items that are about these videos.

    They are found first, along their index: else SQLite goes through all that there are.
    """
    sql = (
        f"SELECT id FROM plan_items INDEXED BY plan_video WHERE state IN {UNRESOLVED} AND video_id IN {GIVEN}"
    )
    return _items([row[0] for row in db.all(sql, (json.dumps(list(numbers)),))])


def items_of_no_video() -> ListQuery:
    """Return the query of the unresolved items that are about no video: channels, holds, questions."""
    return plan_queries.unresolved().within("t.video_id IS NULL")


def items_referred(db: Database, text: str) -> ListQuery | None:
    """Return the query of the unresolved items whose reference begins so; None if it is no reference."""
    if _REFERENCE.fullmatch(text) is None:
        return None
    begins = text.upper()
    sql = (
        "SELECT id FROM plan_items INDEXED BY plan_reference WHERE reference >= ? AND reference < ? "
        f"AND state IN {UNRESOLVED} LIMIT ?"
    )
    return _items([row[0] for row in db.all(sql, (begins, f"{begins}~", MOST_REFERRED))])


def _items(ids: Sequence[int]) -> ListQuery:
    return plan_queries.unresolved().within(f"t.id IN ({_listed(ids)})")


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "0"
