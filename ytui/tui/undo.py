"""Undo stack: each change of the queue or the configuration leaves the command that takes it back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ytui import config
from ytui.config import ConfigError
from ytui.core.formatting import plural
from ytui.paths import Places
from ytui.store.database import Database, transaction
from ytui.store.jobs import undo

MOST = 50
"""Changes that can be taken back."""


@dataclass(frozen=True)
class UndoStep:
    """How one change is taken back; ``act`` runs in a thread and returns what to tell.

    A change that cannot be taken back says so in ``never``: what was done before it is not undone instead.
    """

    act: Callable[[Database], str] = lambda db: ""
    never: str = ""


@dataclass(frozen=True)
class Result:
    """What was done: the words to tell, and how to take it back (None: there is nothing to)."""

    words: str
    undo: UndoStep | None = None
    wrong: bool = False
    queued: Sequence[int] = ()
    """The jobs that it queued: what keeps them from starting is told with it."""


def write_setting(config_file: Path, key: str, value: object, done: str, failed: str) -> Result:
    """Write a key that is in force already to the configuration, and what to tell; blocks."""
    try:
        config.set_value(config_file, key, value)
    except (ConfigError, OSError) as error:
        return Result(f"{failed}: {error}", wrong=True)
    return Result(f"{done}, kept in {config_file.name}")


class UndoStack:
    """The last changes, the latest on top; used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: list[UndoStep] = []

    def __len__(self) -> int:
        return len(self._changes)

    def push(self, change: UndoStep | None) -> None:
        """Remember a change."""
        if change is not None:
            with self._lock:
                self._changes = [*self._changes[1 - MOST :], change]

    def pop(self) -> UndoStep | None:
        """Return the last change and forget it; None if there is none."""
        with self._lock:
            return self._changes.pop() if self._changes else None


@dataclass(frozen=True)
class TrackedChange:
    """The jobs a change made or touched, and how it is undone."""

    jobs: list[int]
    undo: UndoStep | None


def tracked(
    db: Database,
    job_ids: Iterable[int],
    change: Callable[[], Sequence[int]],
    now: float,
    *,
    videos: Iterable[int] = (),
    say: Callable[[undo.UndoResult], str] | None = None,
) -> TrackedChange:
    """Run ``change``, which returns the jobs it made or touched, so that it can be taken back.

    ``job_ids`` and ``videos`` are what it is about to touch; ``say`` words what was put back.
    """
    words = say or put_back_words
    with transaction(db):
        known = list(job_ids)
        before = undo.snapshot_of(db, known, videos)
        made = list(change())
        after = undo.snapshot_of(db, {*known, *made}, before.videos)
    if before == after:
        return TrackedChange(made, None)
    return TrackedChange(made, UndoStep(lambda db: words(undo.restore_rows(db, before, after, now))))


def put_back_words(done: undo.UndoResult) -> str:
    """What was put back, and what was not."""
    words = []
    if done.jobs:
        words.append(f"{plural(done.jobs, 'job')} put back as {'it was' if done.jobs == 1 else 'they were'}")
    if done.cancelled:
        words.append(f"{plural(done.cancelled, 'job')} taken out of the queue")
    if done.again:
        words.append(f"{plural(done.again, 'job')} queued again")
    if done.ending:
        words.append(f"{plural(done.ending, 'job')} still being ended: r queues what is gone again")
    if done.gone_on:
        words.append(f"{plural(done.gone_on, 'job')} gone on since and left alone")
    return ", ".join(words) or "nothing was left to put back"


Value = TypeVar("Value")


def config_change(
    places: Places,
    now: float,
    change: Callable[[], Value],
    back: Callable[[Database, Value, bool], str],
) -> tuple[Value, UndoStep]:
    """Run ``change``, which writes the configuration, so that it can be taken back.

    ``back`` says what was taken back; its last argument is false where a file was changed since, so that the
    text could not be put back: it then does what it can. Raises what ``change`` raises.
    """
    before = config.texts(places.config_file)
    result = change()
    after = config.texts(places.config_file)

    def act(db: Database) -> str:
        # The first frame needs none of what channels are made of.
        from ytui.engine.commands.channel_commands import put_config_back

        try:
            as_it_was = put_config_back(db, places, before, after, now)
            return back(db, result, as_it_was)
        except (ConfigError, OSError, LookupError) as error:
            return f"not taken back: {error}"

    return result, UndoStep(act)
