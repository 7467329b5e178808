"""Removal of channels by hand: whether what the configuration lists no more may go, or why it stays."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ytui.config import Loaded
from ytui.core.formatting import plural
from ytui.core.sanitize import clean
from ytui.store import channels, key_values
from ytui.store.database import Database
from ytui.store.rows import Channel as ChannelRow

STEADY = 10.0
"""Seconds for which the files must have been as they are: an editor may be half way through saving."""
MANY, SHARE = 5, 0.1
"""Of more than so many channels, or of more than this share of all, a person is asked; of one alone never,
unless it is the last: an empty configuration may be a new one where the old one vanished."""
REMOVE_THEM = "they stay until they are written in again, or removed with `delete` or `ytui remove`"


def why_they_stay(db: Database, loaded: Loaded, missing: Sequence[ChannelRow], now: float) -> str | None:
    """Why these channels, which the configuration lists no more, are subscribed to still; None: they may go.

    Empty while the files were changed less than :data:`STEADY` seconds ago.
    """
    if not missing:
        return None
    gone = sorted(_known_files(db) - _names(loaded))
    if gone:
        # Nobody knows which of them it had: a disk that is not there takes no channel along.
        return f"{clean(', '.join(gone))} is gone, and with it {_count(missing)}: {REMOVE_THEM}"
    many = len(missing) > 1 and (len(missing) > MANY or len(missing) > SHARE * len(channels.subscribed(db)))
    if many or not loaded.settings.channels:
        return f"the configuration lists {_count(missing)} no more: {REMOVE_THEM} ({_names_of(missing)})"
    changed = max(stamp.modified_ns / 1e9 for stamp in loaded.files)
    return "" if 0 <= now - changed < STEADY else None


def remember_files(db: Database, loaded: Loaded) -> None:
    """Note which files the configuration has, so that one that vanishes is known to have been there."""
    names = _names(loaded)
    if names != _known_files(db):
        key_values.put(db, key_values.CONFIG_FILES, json.dumps(sorted(names)))


def _known_files(db: Database) -> set[str]:
    return set(json.loads(key_values.get(db, key_values.CONFIG_FILES) or "[]"))


def _names(loaded: Loaded) -> set[str]:
    return {stamp.path.name for stamp in loaded.files}


def _names_of(rows: Sequence[ChannelRow]) -> str:
    named = ", ".join(clean(row.name) for row in rows[:MANY])
    return f"{named}, {len(rows) - MANY} more" if len(rows) > MANY else named


def _count(rows: Sequence[ChannelRow]) -> str:
    return clean(rows[0].name) if len(rows) == 1 else plural(len(rows), "channel")
