"""Engine context: the store, the settings in force, and who runs what right now."""

from __future__ import annotations

import contextlib
import logging
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ytui.core.eligibility import WRITES_LIBRARY, Conditions
from ytui.core.models import JobKind
from ytui.core.settings import Settings
from ytui.core.settings.tables import Retry
from ytui.engine.jobs.job_process import JobProcess
from ytui.engine.live_status import LiveStatus
from ytui.engine.queue.conditions import current_conditions, disk_space
from ytui.engine.sites.connectivity import Connectivity
from ytui.engine.sites.rate_limiter import RateLimiter
from ytui.engine.solver.pool import SolverPool
from ytui.paths import Places
from ytui.store import jobs, journal
from ytui.store.database import Database, Store, trouble_words
from ytui.store.library_marker import check_library
from ytui.store.rows import Job

LOG = logging.getLogger(__name__)
STORE_AGAIN = 1.0
"""Seconds until what the database did not take is written again."""
NO_ROOM_AGAIN = 90.0
"""Seconds until a job that the disk has no room for is looked at again, if nothing was freed before."""


class StopReason(StrEnum):
    """Why a running process was ended from outside."""

    CANCEL = "cancel"
    SHUTDOWN = "shutdown"
    COOLDOWN = "cooldown"
    NO_ROOM = "no room"
    NO_LIBRARY = "no library"
    NO_SERVER = "no fork server"


@dataclass
class RunningJob:
    """A job in a slot."""

    job: Job
    process: JobProcess
    expected_bytes: int = 0
    transferring: bool = False
    """Past its extraction: no page is asked any more, media flows."""
    stopped: StopReason | None = None


@dataclass
class EngineContext:
    """Shared by the slots' threads, the housekeeping thread and whoever holds the engine."""

    store: Store
    places: Places
    settings: Settings
    clock: Callable[[], float]
    rng: random.Random
    extractor_modules: tuple[str, ...] = ()
    max_retries: int | None = None
    """What a command said, which goes before the configuration however often that is edited."""
    live_status: LiveStatus = field(default_factory=LiveStatus)
    connectivity: Connectivity = field(default_factory=Connectivity)
    changed: threading.Condition = field(default_factory=threading.Condition)
    changes: int = 0
    settled: int = 0
    """How often a slot has come to rest, or a look at what holds has ended."""
    running: dict[int, RunningJob] = field(default_factory=dict)
    running_lock: threading.Lock = field(default_factory=threading.Lock)
    library_problem: str = ""
    store_problem: str = ""
    """Why the database cannot be written now; empty while it can."""
    unwritten: set[int] = field(default_factory=set)
    """The threads that wait to write down how a job ended."""
    stopping: bool = False
    """No new job is started."""
    ending_jobs: bool = False
    """Running jobs are ended too."""

    def __post_init__(self) -> None:
        self.rate_limiter = RateLimiter(self.store, lambda: self.settings.limits, self.clock)
        self.solvers = SolverPool(self.places.cache_dir)

    @property
    def db(self) -> Database:
        """This thread's connection."""
        return self.store.db

    @property
    def retry(self) -> Retry:
        """The policies for failures in force."""
        retry = self.settings.retry
        return retry if self.max_retries is None else replace(retry, max_retries=self.max_retries)

    def wake(self) -> None:
        """Let every waiting slot look again."""
        with self.changed:
            self.changes += 1
            self.changed.notify_all()

    @property
    def mark(self) -> tuple[int, int]:
        """What differs as soon as the queue may have come to an end."""
        return self.changes, self.settled

    def settle(self) -> None:
        """Let whoever waits for the end of a run look; safe in a signal handler."""
        # The condition's lock is reentrant: a handler may interrupt its own thread within it.
        with self.changed:
            self.settled += 1
            self.changed.notify_all()

    def wait_for_change(self, mark: tuple[int, int], seconds: float) -> None:
        """Wait until :attr:`mark` is another, at most ``seconds``."""
        with self.changed:
            self.changed.wait_for(lambda: self.mark != mark, seconds)

    def rest(self, seen: int, seconds: float) -> None:
        """Wait until something changed since the count of changes was ``seen``, at most ``seconds``."""
        with self.changed:
            self.changed.wait_for(lambda: self.changes != seen, seconds)

    def persist(self, write: Callable[[], object]) -> bool:
        """Do ``write``, one transaction, again and again until the database takes it.

        A full disk or another program's lock are waited for: what a job has done is not forgotten. False if
        the engine stops before that; then the row still says that the job runs, and the next holder finds it.
        """
        while True:
            try:
                write()
            except sqlite3.OperationalError as error:
                self.store_failed(error)
            else:
                self.unwritten.discard(threading.get_ident())
                self.store_works()
                return True
            if self.stopping:
                return False
            self.unwritten.add(threading.get_ident())
            with self.changed:
                self.changed.wait(STORE_AGAIN)

    def store_failed(self, error: sqlite3.Error) -> None:
        """The database could not be written: nothing new starts before :meth:`store_works`."""
        words = trouble_words(self.store.path, error)
        if words != self.store_problem:
            self.store_problem = words
            LOG.error("the queue is held: %s (%s)", words, error)

    def store_works(self) -> None:
        """The database was written just now; what a job did and is not written yet still holds the queue."""
        if self.store_problem and not self.unwritten:
            words, self.store_problem = self.store_problem, ""
            message = f"the database is written again, what waited for it goes on; before that: {words}"
            with contextlib.suppress(sqlite3.OperationalError):
                journal.write(self.db, at=self.clock(), level="warning", type="runtime", message=message)
            self.wake()

    def running_jobs(self) -> list[RunningJob]:
        """What runs now."""
        with self.running_lock:
            return list(self.running.values())

    def stop_process(self, job: int, reason: StopReason) -> bool:
        """End the process that runs ``job``; its slot records what became of it. False if none does."""
        with self.running_lock:
            for slot, entry in self.running.items():
                if entry.job.id == job:
                    entry.stopped = entry.stopped or reason
                    entry.process.cancel()
                    self.live_status.cancelling(slot)
                    return True
        return False

    def stop_extracting(self, site: str, but: int) -> None:
        """A site is closed: end its jobs that still extract; media that flows already goes on."""
        for entry in self.running_jobs():
            if entry.job.site == site and entry.job.id != but and not entry.transferring:
                self.stop_process(entry.job.id, StopReason.COOLDOWN)

    def free_and_total(self) -> tuple[int, int] | None:
        """Free and total bytes of the library's disk; None while it cannot be asked."""
        return disk_space(self.settings.library.path)

    def look_at_library(self) -> str:
        """Whether the library is there, as of now; else why not, and jobs that write into it are ended."""
        problem = check_library(self.db, self.settings.library.path).reason
        if problem != self.library_problem:
            self.library_problem = problem
            if problem:
                journal.write(self.db, at=self.clock(), level="error", type="runtime", message=problem)
            self.wake()
        if problem:
            for entry in self.running_jobs():
                if entry.job.kind in WRITES_LIBRARY:
                    self.stop_process(entry.job.id, StopReason.NO_LIBRARY)
        return problem

    def _jobs_in_slots(self, db: Database) -> list[Job]:
        """What slots have: what runs, and what was claimed a moment ago and has no process yet."""
        running = [entry.job for entry in self.running_jobs()]
        known = {job.id for job in running}
        return running + [job for job in jobs.running(db) if job.id not in known]

    def conditions(self, db: Database) -> Conditions:
        """Everything outside a job that bears on whether it may start, as of now."""
        running = self.running_jobs()
        now = self.clock()
        return current_conditions(
            db,
            self.settings,
            now,
            # A recording takes no turn from the others: it goes on for hours, at the pace of what it records.
            busy=Counter(job.site for job in self._jobs_in_slots(db) if job.kind is not JobKind.RECORDING),
            library_problem=self.library_problem,
            promised_bytes=sum(entry.expected_bytes for entry in running),
            offline_until=self.connectivity.held_until(now),
        )
