"""Removal of channels by hand: whether what the configuration lists no more may go, or why it stays.

Many at once are asked about: they are paused, and one item of the plan says so until there is an answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ytui.config import Loaded
from ytui.core.failures.classes import FailureClass
from ytui.core.formatting import plural
from ytui.core.sanitize import clean
from ytui.store import channel_removals, channels, key_values, plan
from ytui.store.channel_removals import MissingChannels
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow

STEADY = 10.0
"""Seconds for which the files must have been as they are: an editor may be half way through saving."""
MANY, SHARE = 5, 0.1
"""Of more than so many channels, or of more than this share of all, a person is asked; of one alone never,
unless it is the last: an empty configuration may be a new one where the old one vanished."""
REMOVE_THEM = "they stay until they are written in again, or removed with `delete` or `ytui remove`"
ASK_THEM = "they are paused until you say whether they go (K in the plan), or write them in again"
ASKED_AS = FailureClass.CHANNELS_MISSING


@dataclass(frozen=True)
class Stay:
    """Why channels stay; no words while it is only waited for steady files. ``asked``: a person decides."""

    words: str = ""
    asked: bool = False


def why_they_stay(db: Database, loaded: Loaded, missing: Sequence[ChannelRow], now: float) -> Stay | None:
    """Why these channels, which the configuration lists no more, are subscribed to still; None: they may go.

    They wait while the files were changed less than :data:`STEADY` seconds ago.
    """
    if not missing:
        return None
    gone = sorted(_known_files(db) - _names(loaded))
    if gone:
        # Nobody knows which of them it had: a disk that is not there takes no channel along.
        return Stay(f"{clean(', '.join(gone))} is gone, and with it {_count(missing)}: {REMOVE_THEM}")
    many = len(missing) > 1 and (len(missing) > MANY or len(missing) > SHARE * len(channels.subscribed(db)))
    if many or not loaded.settings.channels:
        words = f"the configuration lists {_count(missing)} no more: {ASK_THEM} ({names_of(missing)})"
        return Stay(words, asked=True)
    changed = max(stamp.modified_ns / 1e9 for stamp in loaded.files)
    return Stay() if 0 <= now - changed < STEADY else None


def decide(db: Database, loaded: Loaded, missing: Sequence[ChannelRow], now: float) -> Stay | None:
    """The same; the plan asks where a person decides, and no more where there is nothing to ask."""
    stay = why_they_stay(db, loaded, missing, now)
    _ask(db, missing if stay is not None and stay.asked else (), now)
    return stay


def _ask(db: Database, missing: Sequence[ChannelRow], now: float) -> None:
    before, ids = channel_removals.missing(db), frozenset(row.id for row in missing)
    with transaction(db):
        if ids != before.asked:
            # Whoever answered "keep them" is not asked again, and they go on: their ids are known.
            paused = {row.id for row in missing if row.id not in before.asked and not row.paused}
            _set_paused(db, before.paused - ids, False)
            _set_paused(db, paused, True)
            channel_removals.set_missing(db, MissingChannels(ids, (before.paused & ids) | paused))
        if not ids:
            plan.answered(db, ASKED_AS, None, now)
            return
        plan.ask(
            db,
            failure_class=ASKED_AS,
            channel_id=None,
            url="",
            title=f"{_count(missing)} missing in the configuration: {names_of(missing)}",
            evidence=f"missing {sorted(ids)}",
            now=now,
        )


def asked_about(db: Database) -> list[ChannelRow]:
    """The channels that a person decides about now."""
    wanted = channel_removals.missing(db).asked
    return [row for row in channels.subscribed(db) if row.id in wanted] if wanted else []


def keep(db: Database, ids: Iterable[int]) -> list[int]:
    """They stay for now, and are fetched again; the plan asks on. Returns those that were paused."""
    found = channel_removals.missing(db)
    resumed = sorted(found.paused.intersection(ids))
    with transaction(db):
        _set_paused(db, resumed, False)
        channel_removals.set_missing(db, replace(found, paused=found.paused.difference(resumed)))
    return resumed


def decided(db: Database, ids: Iterable[int], now: float) -> MissingChannels:
    """They are let go: nothing is asked about them any more, nothing pauses them. What was asked before."""
    before, gone = channel_removals.missing(db), frozenset(ids)
    with transaction(db):
        _set_paused(db, before.paused & gone, False)
        left = MissingChannels(before.asked - gone, before.paused - gone)
        channel_removals.set_missing(db, left)
        if not left.asked:
            plan.answered(db, ASKED_AS, None, now)
    return before


def undecided(db: Database, before: MissingChannels) -> None:
    """The answer is taken back: they are asked about as before, at the next look."""
    with transaction(db):
        _set_paused(db, before.paused, True)
        channel_removals.set_missing(db, before)


def _set_paused(db: Database, ids: Iterable[int], paused: bool) -> None:
    for number in ids:
        channels.set_paused(db, number, paused)


def remember_files(db: Database, loaded: Loaded) -> None:
    """Note which files the configuration has, so that one that vanishes is known to have been there."""
    names = _names(loaded)
    if names != _known_files(db):
        key_values.put(db, key_values.CONFIG_FILES, json.dumps(sorted(names)))


def _known_files(db: Database) -> set[str]:
    return set(json.loads(key_values.get(db, key_values.CONFIG_FILES) or "[]"))


def _names(loaded: Loaded) -> set[str]:
    return {stamp.path.name for stamp in loaded.files}


def names_of(rows: Sequence[ChannelRow]) -> str:
    """The first few of them by name, and how many more there are."""
    named = ", ".join(clean(row.name) for row in rows[:MANY])
    return f"{named}, {len(rows) - MANY} more" if len(rows) > MANY else named


def _count(rows: Sequence[ChannelRow]) -> str:
    return clean(rows[0].name) if len(rows) == 1 else plural(len(rows), "channel")
