"""What the store answers where that is no row: what became of something that it was asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Enqueued:
    """The job that will do it; ``created`` is false when an active one was there already."""

    id: int
    created: bool


@dataclass(frozen=True)
class SavedPage:
    """What one page of a listing brought."""

    new_ids: list[int]
    """``videos.id`` of the rows that did not exist before, in the listing's order."""
    known: int
    """Entries that an earlier, properly ended walk of this tab had seen."""
    seen: int
    seen_ids: list[int] = field(default_factory=list)
    """``videos.id`` of every entry, in the listing's order."""


@dataclass(frozen=True)
class CancelResult:
    """Ids of jobs that are cancelled now, and of running ones whose slot was asked to end them."""

    cancelled_now: tuple[int, ...] = ()
    requested: tuple[int, ...] = ()


@dataclass(frozen=True)
class HistoryCounts:
    """The attempts of a job as ``core.retry`` counts them."""

    attempts_charged: int = 0
    """Earlier attempts that were charged."""
    of_class: int = 0
    """Earlier failures in a row with the class in question."""
    lowered: bool = False
    """A lower quality was tried, by the running attempt or an earlier one."""
    fresh_tried: int = 0
    """Fresh extractions spent, the running attempt's among them."""
