"""Absence summary: what came, what healed by itself, which site was closed when, and what needs you."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ytui.core.eligibility import PAUSED
from ytui.core.failures.classes import class_title
from ytui.core.formatting import format_time
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.engine.queue.estimates import queue_done_at
from ytui.store import jobs, key_values, plan, process_state, statistics
from ytui.store.database import Database

SCREEN = "app"
"""The kind of holder that somebody looks at."""
MOST_NAMED = 3
"""Channels, and classes of failure, that are named; the others are counted."""


@dataclass(frozen=True)
class ClosedSite:
    """A site that pushed back while nobody looked."""

    site: str
    at: float
    reason: str


@dataclass(frozen=True)
class AbsenceSummary:
    """What happened since the last screen was closed; times in Unix seconds, size in bytes."""

    since: float
    downloaded: int
    size: int
    healed: int
    closed: tuple[ClosedSite, ...]
    needs_user: int
    channels: tuple[tuple[str, int], ...] = ()
    """How many videos of each channel arrived, most first; names are outside text."""
    failed: tuple[tuple[str, int], ...] = ()
    """How many failures of each class came and stay, most first; those for good are among them."""
    queued: int = 0
    """Jobs that still owe a result."""
    next: float | None = None
    """When the first of them is due that waits for a time."""
    done_at: float | None = None
    """When what is queued will be there, as far as it is known."""
    paused: bool = False
    """Whether the queue is."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.downloaded or self.healed or self.closed or self.failed)

    @property
    def failures(self) -> str:
        """How many failures came, and of which classes most, in words."""
        classes = named([(class_title(name), number) for name, number in self.failed])
        return f"{sum(number for _, number in self.failed)} failed ({classes})"

    @property
    def outlook(self) -> str:
        """Until when it takes what is still queued, as the end of a sentence; empty where nobody knows."""
        if self.paused:
            return f", {PAUSED.reason}"
        due = f", the next at {format_time(self.next)}" if self.next is not None else ""
        done = f", done about {format_time(self.done_at)}" if self.done_at is not None else ""
        return due + done


def named(counts: Sequence[tuple[str, int]]) -> str:
    """The first few of channels or classes with what was counted of them, and how many more there are."""
    words = [f"{clean(name)} {number}" for name, number in counts[:MOST_NAMED]]
    rest = len(counts) - MOST_NAMED
    return ", ".join([*words, *([f"{rest} more"] if rest > 0 else [])])


def note_left(db: Database, now: float) -> None:
    """Note that the screen is being closed, for whatever reason."""
    key_values.put(db, key_values.LEFT_AT, str(now))


def note_killed(db: Database) -> None:
    """Note when the last holder left, if it was a screen that had no time to do so: for the next holder."""
    seen = _last_seen(db)
    if seen is not None:
        note_left(db, seen)


def read_absence(
    db: Database, *, free: bool = False, settings: Callable[[], Settings | None], now: float
) -> AbsenceSummary | None:
    """What happened since the screen was last closed; None if there has been none yet.

    ``free``: nobody has the library, so that a screen that is still written down as its holder was killed.
    ``settings`` is asked only where something is queued; None where they cannot be read.
    """
    since = _last_seen(db) if free else None
    if since is None:
        text = key_values.get(db, key_values.LEFT_AT)
        if text is None:
            return None
        since = float(text)
    count, size = statistics.downloaded_since(db, since)
    queued = jobs.active_count(db)
    wanted = settings() if queued else None
    return AbsenceSummary(
        since=since,
        downloaded=count,
        size=size,
        healed=statistics.healed_since(db, since),
        closed=tuple(ClosedSite(*row) for row in statistics.closed_since(db, since)),
        needs_user=plan.needs_user_count(db),
        channels=tuple(statistics.channels_since(db, since)) if count else (),
        failed=tuple(statistics.failed_since(db, since)),
        queued=queued,
        next=jobs.first_due(db, since),
        done_at=None if wanted is None else queue_done_at(db, wanted, now),
        paused=key_values.is_paused(db),
    )


def _last_seen(db: Database) -> float | None:
    """When the screen that is written down as the holder last showed a sign of life; None if there is none.

    Nobody else has run the queue since: whatever is written down happened before its eyes.
    """
    holder = process_state.holder(db)
    if holder is None or holder.kind != SCREEN:
        return None
    signs = [
        holder.since,
        statistics.last_event(db),
        *(row.updated_at for row in process_state.read_board(db)),
    ]
    return max(signs)
