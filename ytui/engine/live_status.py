"""Live status of every slot, in memory: the last value wins and nobody waits for a screen."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ytui.core.models import JobKind, Stage

if TYPE_CHECKING:
    from ytui.core.protocol import Progress


MOST_SLOTS = 16
FIRST_LIVE_SLOT = MOST_SLOTS + 1
"""Recordings run in slots of their own, numbered from here on."""


def slot_name(slot: int) -> str:
    """What a person calls a slot: ``3``, or ``R1`` for the first of those that record."""
    return str(slot) if slot < FIRST_LIVE_SLOT else f"R{slot - MOST_SLOTS}"


class SlotState(StrEnum):
    """What a worker's pane says first."""

    IDLE = "idle"
    RUNNING = "running"
    WAITING = "waiting"
    CANCELLING = "cancelling"
    STOPPING = "stopping"


WITH_JOB = frozenset({SlotState.RUNNING, SlotState.CANCELLING, SlotState.STOPPING})
"""A worker that is to stop ends its job first."""


@dataclass(frozen=True)
class SlotView:
    """One worker, as a screen shows it; bytes, bytes a second and seconds."""

    slot: int
    state: SlotState = SlotState.IDLE
    job: int | None = None
    kind: JobKind | None = None
    title: str = ""
    channel: str = ""
    stage: Stage | None = None
    fraction: float | None = None
    done_bytes: int = 0
    total_bytes: int | None = None
    speed: float | None = None
    eta: float | None = None
    detail: str = ""
    since: float | None = None
    """Unix time since when a broadcast is being recorded."""
    attempt: int = 0
    pid: int | None = None
    waiting_for: str = ""
    waiting_until: float | None = None
    started_at: float | None = None


READ_AGAIN = "the configuration is mended and was read again"
"""What is told when a mistake in the configuration is gone."""


@dataclass(frozen=True)
class QueueView:
    """The whole queue in one line: what is held, how fast it goes and how far it is."""

    paused: bool = False
    held: str = ""
    mistake: str = ""
    """What is wrong with the configuration on disk; empty if nothing is."""
    running: int = 0
    speed: float = 0.0
    eta: float | None = None
    free_bytes: int | None = None
    fetch_done: int = 0
    fetch_total: int = 0
    download_done: int = 0
    download_total: int = 0
    missing: tuple[int, ...] = ()
    """The channels that are paused until a person says whether they go."""


@dataclass(frozen=True)
class StatusSnapshot:
    """An immutable picture of the board at one moment."""

    slots: tuple[SlotView, ...]
    queue: QueueView
    taken_at: float


class LiveStatus:
    """A lock and a dict; written by slots, read by screens and, once a second, by the store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[int, SlotView] = {}
        self._queue = QueueView()

    def put(self, view: SlotView) -> None:
        """Replace what slot ``view.slot`` shows."""
        with self._lock:
            self._slots[view.slot] = view

    def update(self, slot: int, **changes: Any) -> None:
        """Change some of a slot's values; a slot that is not there is left alone."""
        with self._lock:
            view = self._slots.get(slot)
            if view is not None:
                self._slots[slot] = replace(view, **changes)

    def progress(self, slot: int, progress: Progress) -> None:
        """Show how far the slot's job is; while it does not know, as far as was known last."""
        self.update(
            slot,
            stage=progress.stage,
            **({} if progress.fraction is None else {"fraction": progress.fraction}),
            done_bytes=progress.done_bytes,
            total_bytes=progress.total_bytes,
            speed=progress.speed,
            eta=progress.eta,
            detail=progress.detail,
            since=progress.since,
        )

    def cancelling(self, slot: int) -> None:
        """Show that the slot's job was asked to end; it says so until its process is gone."""
        self.update(slot, state=SlotState.CANCELLING, speed=None, eta=None)

    def remove(self, slot: int) -> None:
        """Take a slot off the board."""
        with self._lock:
            self._slots.pop(slot, None)

    def set_queue(self, queue: QueueView) -> None:
        """Replace the line about the whole queue."""
        with self._lock:
            self._queue = queue

    def snapshot(self, now: float) -> StatusSnapshot:
        """Return the board as it stands; ``now`` is Unix time."""
        with self._lock:
            slots = tuple(self._slots[number] for number in sorted(self._slots))
            queue = self._queue
        running = [view for view in slots if view.state in WITH_JOB]
        speed = sum(view.speed or 0.0 for view in running)
        return StatusSnapshot(slots, replace(queue, running=len(running), speed=speed), now)
