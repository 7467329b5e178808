"""Headless engine: it runs until its options are met, a signal comes or another ytui takes over."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ytui.cli.errors import EXIT_LIBRARY_IN_USE, CliError
from ytui.cli.output import note
from ytui.cli.run_report import Ending, ProgressLines, Summary
from ytui.cli.session import Session, holder_words
from ytui.core.formatting import format_time
from ytui.core.models import JobKind, Priority
from ytui.store.statistics import start_mark, tally

if TYPE_CHECKING:
    from ytui.engine.engine import Engine
    from ytui.engine.ownership.lock import LibraryLock

PAINT_SECONDS = 0.2
"""Seconds between looks at how far the engine's end is."""
PATIENCE = 60.0
"""Seconds within which something must be able to start for a run to stay."""


@dataclass(frozen=True)
class RunOptions:
    """What to run and until when; times in seconds, None for no end."""

    kinds: tuple[JobKind, ...] = tuple(JobKind)
    priorities: tuple[Priority, ...] = tuple(Priority)
    workers: int | None = None
    max_retries: int | None = None
    fetch_due: bool = False
    patience: float | None = PATIENCE
    at_most: float | None = None
    extractor_modules: tuple[str, ...] = ()
    quiet: bool = False
    on_tick: Callable[[], None] = lambda: None
    """Called a few times a second until the work is done."""


Begin = Callable[["Engine"], Sequence[int] | None]
"""Queues what is asked for; the jobs to wait for, or None for the whole queue."""


def run_headless(
    session: Session, library_lock: LibraryLock, run_options: RunOptions, begin: Begin, *, kind: str = "run"
) -> Summary:
    """Run the queue as its holder; ``library_lock`` is released when this returns."""
    since, started = start_mark(session.db), time.monotonic()
    try:
        library_lock.announce(session.store, kind)
        with _signals() as caught:
            worker = _HeadlessRun(session, run_options, caught)
            handed_over, held, obstacle = worker.run(begin)
    finally:
        library_lock.release(session.store)
    ending = Ending(caught.number, handed_over, held, time.monotonic() - started, obstacle)
    if held:
        note(f"ytui: the queue is held: {held}")
    return Summary(tally(session.db, since), ending)


def acquire_lock(session: Session) -> LibraryLock:
    """Take the library; ``CliError`` with exit code 3 where another process has it."""
    from ytui.engine.ownership.lock import LibraryInUse, LibraryLock

    try:
        return LibraryLock.acquire(session.places)
    except LibraryInUse as error:
        sentence = f"the library is in use by {holder_words(session.holder)}"
        raise CliError(f"{sentence}: end it there, or use --if-free", EXIT_LIBRARY_IN_USE) from error


class _CaughtSignals:
    """The first signal that asked for an end; 0 while there is none."""

    def __init__(self) -> None:
        self.number = 0
        self.tell: Callable[[], None] = lambda: None

    def __call__(self, number: int, frame: object) -> None:
        self.number = self.number or number
        self.tell()


@contextlib.contextmanager
def _signals() -> Iterator[_CaughtSignals]:
    """Catch what ends a process, but leave alone what the parent chose to ignore (``nohup``)."""
    caught = _CaughtSignals()
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, caught)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _HeadlessRun:
    def __init__(self, session: Session, run_options: RunOptions, caught: _CaughtSignals) -> None:
        from ytui.engine.engine import Engine
        from ytui.engine.jobs.fork_server import start_server

        start_server(session.loaded.settings.ytdlp.args)
        self._session = session
        self._run_options = run_options
        self._caught = caught
        self._engine = Engine(
            session.store,
            session.places,
            session.loaded,
            spawn_slot=self._spawn,
            extractor_modules=run_options.extractor_modules,
            kinds=run_options.kinds,
            priorities=run_options.priorities,
            fetch_due=run_options.fetch_due,
            workers=run_options.workers,
            max_retries=run_options.max_retries,
        )
        caught.tell = self._engine.interrupt

    def run(self, begin: Begin) -> tuple[bool, str, str]:
        """Start, wait, stop; whether it was handed over, what held the queue, why the rest cannot start."""
        from ytui.engine.run_end import RunEnd

        progress = ProgressLines(self._session.db, quiet=self._run_options.quiet)
        graceful = True

        def on_tick() -> None:
            progress.update(self._engine.live_status.snapshot(time.time()))
            self._run_options.on_tick()

        try:
            self._engine.start()
            end = self._engine.run_until(
                lambda: begin(self._engine),
                patience=self._run_options.patience,
                at_most=self._run_options.at_most,
                interrupted=lambda: bool(self._caught.number),
                on_tick=on_tick,
            )
            held = self._engine.live_status.snapshot(time.time()).queue.held
            obstacle = self._obstacle()
            graceful = not self._caught.number and end is not RunEnd.HANDED_OVER
        except BaseException:
            graceful = False
            raise
        finally:
            self._stop(graceful, progress)
        return end is RunEnd.HANDED_OVER, held, obstacle

    def _obstacle(self) -> str:
        """Why nothing of the queue can start now, and until when; nothing where something could."""
        try:
            verdict = self._engine.obstacle()
        except sqlite3.OperationalError:
            return ""
        if verdict is None:
            return ""
        return verdict.reason + (f", until {format_time(verdict.until)}" if verdict.until is not None else "")

    def _spawn(self, slot: int) -> None:
        threading.Thread(
            target=self._engine.run_slot, args=(slot,), name=f"ytui-slot-{slot}", daemon=True
        ).start()

    def _stop(self, graceful: bool, progress: ProgressLines) -> None:
        """End the engine; a signal that comes while running jobs are awaited ends these too."""
        ending = threading.Thread(target=self._engine.stop, kwargs={"graceful": graceful}, daemon=True)
        ending.start()
        while ending.is_alive():
            progress.update(self._engine.live_status.snapshot(time.time()))
            if graceful and self._caught.number:
                graceful = False
                self._engine.stop(graceful=False)
            ending.join(PAINT_SECONDS)
        progress.end()
