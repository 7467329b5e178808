"""Taking back the last changes of the queue: each change leaves the action that undoes it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ytui.core.amounts import count
from ytui.store.database import Database, transaction
from ytui.store.jobs import taking_back

MOST = 50
"""Changes that can be taken back."""


@dataclass(frozen=True)
class Undo:
    """How one change is taken back; ``act`` runs in a thread and returns what to tell.

    A change that cannot be taken back says so in ``never``: what was done before it is not undone instead.
    """

    act: Callable[[Database], str] = lambda db: ""
    never: str = ""


@dataclass(frozen=True)
class Done:
    """What was done: the words to tell, and how to take it back (None: there is nothing to)."""

    words: str
    undo: Undo | None = None
    wrong: bool = False


class UndoStack:
    """The last changes, the latest on top; used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: list[Undo] = []

    def push(self, change: Undo | None) -> None:
        """Remember a change."""
        if change is not None:
            with self._lock:
                self._changes = [*self._changes[1 - MOST :], change]

    def pop(self) -> Undo | None:
        """Return the last change and forget it; None if there is none."""
        with self._lock:
            return self._changes.pop() if self._changes else None


@dataclass(frozen=True)
class Tracked:
    """The jobs a change made or touched, and how it is undone."""

    jobs: list[int]
    undo: Undo | None


def tracked(
    db: Database,
    job_ids: Iterable[int],
    change: Callable[[], Sequence[int]],
    now: float,
    *,
    videos: Iterable[int] = (),
    say: Callable[[taking_back.PutBack], str] | None = None,
) -> Tracked:
    """Run ``change``, which returns the jobs it made or touched, so that it can be taken back.

    ``job_ids`` and ``videos`` are what it is about to touch; ``say`` words what was put back.
    """
    words = say or put_back_words
    with transaction(db):
        known = list(job_ids)
        before = taking_back.rows_of(db, known, videos)
        made = list(change())
        after = taking_back.rows_of(db, {*known, *made}, before.videos)
    if before == after:
        return Tracked(made, None)
    return Tracked(made, Undo(lambda db: words(taking_back.put_back(db, before, after, now))))


def put_back_words(done: taking_back.PutBack) -> str:
    """What was put back, and what was not."""
    words = []
    if done.jobs:
        words.append(f"{count(done.jobs, 'job')} put back as {'it was' if done.jobs == 1 else 'they were'}")
    if done.cancelled:
        words.append(f"{count(done.cancelled, 'job')} taken out of the queue")
    if done.again:
        words.append(f"{count(done.again, 'job')} queued again")
    if done.ending:
        words.append(f"{count(done.ending, 'job')} still being ended: r queues what is gone again")
    if done.gone_on:
        words.append(f"{count(done.gone_on, 'job')} gone on since and left alone")
    return ", ".join(words) or "nothing was left to put back"
