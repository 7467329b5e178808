"""Commands about retention: a changed ``keep`` is let into force, with what it takes or without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ytui.core.settings import Keep, Settings
from ytui.engine.channels.channel_settings import keep_in_force, settings_of
from ytui.engine.channels.reselect import reselect_if_changed
from ytui.engine.maintenance import keep_changes, trash
from ytui.engine.maintenance.keep_changes import KeepChange
from ytui.store import channels, plan, videos
from ytui.store.database import Database, transaction
from ytui.store.trash import TrashReason


def let_into_force(db: Database, settings: Settings, changes: Sequence[KeepChange], now: float) -> None:
    """The new rules decide from now on: a person has said yes. What they take goes at the next sweep."""
    for change in changes:
        with transaction(db):
            channels.set_keep_in_force(db, change.channel.id, change.wanted)
            plan.answered(db, keep_changes.ASKED_AS, change.channel.id, now)
            _judge_again(db, settings, change.channel.id, now)


def let_go(
    db: Database, library: Path, settings: Settings, changes: Sequence[KeepChange], now: float
) -> tuple[list[int], list[str]]:
    """The same, and what they take goes into the trash at once: the entries there, and why others stay.

    ``OSError`` where the library is not there: the rules before stand.
    """
    taken = []
    for change in changes:
        taken += trash.take_out(db, library, change.going, TrashReason.RETENTION, now)
    let_into_force(db, settings, changes, now)
    entries = {entry for _, entry in taken}
    refused = {entry.id: why for entry, why in trash.settle(db, library, settings, now).refused}
    return sorted(entries - refused.keys()), [why for number, why in refused.items() if number in entries]


def keep_for_good(db: Database, settings: Settings, changes: Sequence[KeepChange], now: float) -> list[int]:
    """The new rules decide from now on, and what they would take is marked as kept; those videos."""
    marked = [video.id for change in changes for video in change.going]
    with transaction(db):
        videos.set_keep(db, marked, True)
        let_into_force(db, settings, changes, now)
    return marked


def put_back(
    db: Database,
    library: Path,
    settings: Settings,
    changes: Sequence[KeepChange],
    entries: Sequence[int],
    now: float,
) -> int:
    """The rules before stand again, what the new ones took is brought back, and the plan asks; how many are.

    ``OSError`` where the library is not there.
    """
    for change in changes:
        with transaction(db):
            standing = keep_in_force(change.channel) or Keep()
            channels.set_keep_in_force(db, change.channel.id, standing)
            _judge_again(db, settings, change.channel.id, now)
    # Before the rules are looked at: one that takes nothing is in force at once.
    outcomes = trash.restore(db, library, settings, entries, now) if entries else []
    keep_changes.look_at_rules(db, settings, now)
    return sum(not why for _, why in outcomes)


def _judge_again(db: Database, settings: Settings, channel_id: int, now: float) -> None:
    row = channels.by_id(db, channel_id)
    assert row is not None
    reselect_if_changed(db, row, settings_of(settings, row), None, now)
