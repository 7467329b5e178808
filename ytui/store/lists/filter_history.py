"""Filter history: what was typed into each list's filter, the latest first."""

from __future__ import annotations

import json

from ytui.store import key_values
from ytui.store.database import Database, transaction

MOST = 50
"""Filters that are remembered of each list."""


def earlier(db: Database, name: str) -> list[str]:
    """Return the filters of a list, the latest first, each once."""
    text = key_values.get(db, key_values.filters_of(name))
    return [str(entry) for entry in json.loads(text)] if text else []


def note(db: Database, name: str, text: str) -> None:
    """Remember a filter that was used."""
    with transaction(db):
        others = [entry for entry in earlier(db, name) if entry != text]
        key_values.put(db, key_values.filters_of(name), json.dumps([text, *others][:MOST]))
