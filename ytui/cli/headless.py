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
from ytui.core.models import JobKind, JobState, Priority
from ytui.core.states import ACTIVE_STATES
from ytui.store.run_stats import start_mark, tally

if TYPE_CHECKING:
    from ytui.engine.engine import Engine
    from ytui.engine.ownership.lock import LibraryLock

POLL_SECONDS = 0.2
"""Seconds between looks at whether the work is done."""
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
    on_look: Callable[[], None] = lambda: None
    """Called at each look at whether the work is done."""


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


def acquire_lock(session: Session, advice: str = "end it there, or use --if-free") -> LibraryLock:
    """Take the library; ``CliError`` with exit code 3 and ``advice`` where another process has it."""
    from ytui.engine.ownership.lock import LibraryInUse, LibraryLock, holder_of

    try:
        return LibraryLock.acquire(session.places)
    except LibraryInUse as held:
        who = holder_words(holder_of(session.places, session.store))
        raise CliError(f"the library is in use by {who}: {advice}", EXIT_LIBRARY_IN_USE) from held


class _CaughtSignals:
    """The first signal that asked for an end; 0 while there is none."""

    def __init__(self) -> None:
        self.number = 0
        self.came = threading.Event()

    def __call__(self, number: int, frame: object) -> None:
        self.number = self.number or number
        self.came.set()


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
        self._handed_over = False
        self._asked: set[int] | None = None
        """The jobs to wait for; None for the whole queue."""
        self._earlier: set[int] = set()
        """What could run before any of them was asked for."""
        self._unwritable_since: float | None = None
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

    def run(self, begin: Begin) -> tuple[bool, str, str]:
        """Start, wait, stop; whether it was handed over, what held the queue, why the rest cannot start."""
        progress = ProgressLines(self._session.db, quiet=self._run_options.quiet)
        deadline = None if self._run_options.at_most is None else time.monotonic() + self._run_options.at_most
        graceful = True
        try:
            self._engine.start()
            self._earlier = self._at_hand()
            asked = begin(self._engine)
            self._asked = None if asked is None else set(asked)
            self._engine.wake()
            while not self._over() and (deadline is None or time.monotonic() < deadline):
                progress.update(self._engine.live_status.snapshot(time.time()))
                self._run_options.on_look()
                if self._caught.came.wait(POLL_SECONDS):
                    break
            held = self._engine.live_status.snapshot(time.time()).queue.held
            obstacle = self._obstacle()
            graceful = not self._caught.number and not self._handed_over
        except BaseException:
            graceful = False
            raise
        finally:
            self._stop(graceful, progress)
        return self._handed_over, held, obstacle

    def _obstacle(self) -> str:
        """Why nothing of the queue can start now, and until when; nothing where something could."""
        from ytui.core.formatting import format_time

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
            ending.join(POLL_SECONDS)
        progress.end()

    def _over(self) -> bool:
        try:
            return self._unwritable_too_long() or self._met()
        except sqlite3.OperationalError:
            # A full or locked database holds the queue; it is the engine's to say so.
            return False

    def _unwritable_too_long(self) -> bool:
        """Whether the database could not be written for the patience of a run that is not to stay."""
        if not self._engine.store_problem:
            self._unwritable_since = None
            return False
        now = time.monotonic()
        self._unwritable_since = self._unwritable_since or now
        return self._run_options.patience is not None and now - self._unwritable_since > PATIENCE

    def _met(self) -> bool:
        from ytui.engine.ownership.ownership import asked_to_hand_over

        if asked_to_hand_over(self._session.db):
            self._handed_over = True
            return True
        if self._asked is not None:
            # What was asked for made more work, or another command handed some in.
            self._asked |= self._at_hand() - self._earlier
            while self._asked and self._ended(job := min(self._asked)):
                self._asked.discard(job)
            if not self._asked:
                return True
        return self._idle()

    def _at_hand(self) -> set[int]:
        from ytui.store import jobs

        return jobs.at_hand(self._session.db, self._run_options.kinds, self._run_options.priorities)

    def _ended(self, job: int) -> bool:
        from ytui.store import jobs

        row = jobs.by_id(self._session.db, job)
        if row is None or row.state not in ACTIVE_STATES:
            return True
        later = row.due_at is None or row.due_at > time.time() + PATIENCE
        return row.state is JobState.WAITING and later

    def _idle(self) -> bool:
        """Whether nothing runs and nothing can start within the patience of the orders."""
        from ytui.store import jobs
        from ytui.store.database import transaction

        patience = self._run_options.patience
        if patience is None or self._engine.looking:
            return False
        # One transaction: between two looks a slot could take the only job, and neither look would see it.
        with transaction(self._session.db):
            if jobs.running(self._session.db):
                return False
            first = self._engine.first_start()
            if first.eligible:
                return False
            times = [at for at in (first.until, self._next_fetch()) if at is not None]
        if times and min(times) <= time.time() + patience:
            return False
        return not self._engine.upgrades_queued()

    def _next_fetch(self) -> float | None:
        """When the next channel is due, if this run fetches channels that are due."""
        from ytui.store import channels

        if not self._run_options.fetch_due or JobKind.FETCH not in self._run_options.kinds:
            return None
        rows = channels.all_channels(self._session.db)
        return min(
            (row.next_fetch or 0.0 for row in rows if not row.paused and row.active is None), default=None
        )
