"""Outlook of a queue that is left running: until when it goes on without a screen, as far as is known now."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.core.fetch_schedule import jitter
from ytui.core.settings import Settings
from ytui.engine.channels.channel_settings import settings_of
from ytui.store import channels, jobs, key_values
from ytui.store.database import Database

WITHIN = 24 * 3600.0
"""Seconds within which something must be due for a successor to stay; given as ``run --within``."""


@dataclass(frozen=True)
class Outlook:
    """How long a run stays that ends when nothing is due within some time; ``until`` in Unix seconds."""

    until: float | None = None
    """When the last thing is due that it stays for; None where it ends with what is queued."""
    next: float | None = None
    """What is due first after that, for which it does not stay; None where nothing is."""
    endless: bool = False
    """Whether a channel is fetched so often that it always stays."""
    paused: bool = False
    done_at: float | None = None
    """When what is queued will be there, as far as it is known."""


def outlook(db: Database, settings: Settings, now: float, within: float = WITHIN) -> Outlook:
    """Return how long a run with this patience stays, by the rule of ``Completion.wait``.

    What a listing will find, and the interval that it teaches, can only lengthen it.
    """
    rows = [row for row in channels.all_channels(db) if not row.paused]
    fetches = [row.next_fetch or now for row in rows if row.active is None]
    reached = now
    while True:
        due = [jobs.last_due(db, reached + within), *(at for at in fetches if at <= reached + within)]
        latest = max((at for at in due if at is not None), default=reached)
        if latest <= reached:
            break
        reached = latest
    often = [row for row in rows if _is_always_within(settings_of(settings, row).every, within)]
    later = [jobs.first_due(db, reached + within), *(at for at in fetches if at > reached + within)]
    return Outlook(
        until=reached if reached > now else None,
        next=min((at for at in later if at is not None), default=None),
        endless=any(row.active or (row.next_fetch or now) <= reached + within for row in often),
        paused=key_values.is_paused(db),
    )


def _is_always_within(every: float | None, within: float) -> bool:
    return every is not None and jitter(every, 1.0) <= within
