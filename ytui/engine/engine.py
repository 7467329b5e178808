"""The engine: slots that run jobs, and the housekeeping beside them. It knows no screen.

Whoever builds it says how a slot's thread comes to be: a Textual thread worker in the app, a thread of a pool
in commands; both run :meth:`Engine.run_slot`.
"""

from __future__ import annotations

import logging
import math
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Mapping

from ytui.config import Loaded
from ytui.core.eligibility import Eligibility
from ytui.core.failures.classifier import Evidence
from ytui.core.models import JobKind, Priority
from ytui.core.settings import Channel, Settings
from ytui.engine.channels.preview import Preview, extractor_of, preview_under
from ytui.engine.channels.same_channel import merge_twins
from ytui.engine.commands.plan_commands import due_after_upgrade
from ytui.engine.context import EngineContext, StopReason
from ytui.engine.holds.old_logins import hold_old_logins
from ytui.engine.housekeeping import Housekeeping
from ytui.engine.jobs.cookie_jars import discard_all
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.jobs.fork_server import kill_server
from ytui.engine.jobs.job_run import release_stopped
from ytui.engine.jobs.recording_job import finish_left
from ytui.engine.jobs.runner import Runner
from ytui.engine.live_status import FIRST_LIVE_SLOT, MOST_SLOTS, LiveStatus, SlotState, SlotView
from ytui.engine.queue.recovery import recover, tidy_partials
from ytui.engine.queue.scheduler import NOTHING, Assignment, Scheduler
from ytui.engine.run_end import Completion
from ytui.engine.sites.circuit_breaker import reopen_or_keep_closed
from ytui.paths import Places
from ytui.store.database import Store
from ytui.store.rows import Job

LOG = logging.getLogger(__name__)
IDLE_LOOK = 5.0
"""Seconds after which an idle slot looks again by itself, should a wake-up ever be missed."""

ENDING = 1.5
"""Seconds for slots to be gone whose jobs were ended; none that has a process needs half of it."""


def extractors_from(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Modules named in ``YTUI_EXTRACTORS`` (separated by commas), whose ``register(ydl)`` adds extractors."""
    return tuple(name.strip() for name in environ.get("YTUI_EXTRACTORS", "").split(",") if name.strip())


class Engine:
    """Runs the queue of one library; built by its holder."""

    def __init__(
        self,
        store: Store,
        places: Places,
        loaded: Loaded,
        *,
        spawn_slot: Callable[[int], None],
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        extractor_modules: tuple[str, ...] = (),
        kinds: Collection[JobKind] = tuple(JobKind),
        priorities: Collection[Priority] = tuple(Priority),
        fetch_due: bool = True,
        workers: int | None = None,
        max_retries: int | None = None,
    ) -> None:
        """Build it; nothing runs before :meth:`start`.

        ``kinds`` and ``priorities`` limit what is run; ``fetch_due`` fetches channels when they are due;
        ``workers`` and ``max_retries`` go before what is configured.
        """
        self._context = EngineContext(
            store=store,
            places=places,
            settings=loaded.settings,
            clock=clock,
            rng=rng or random.Random(),
            extractor_modules=extractor_modules or extractors_from(os.environ),
            max_retries=max_retries,
        )
        self._spawn_slot = spawn_slot
        others = tuple(kind for kind in kinds if kind is not JobKind.RECORDING)
        self._scheduler = Scheduler(self._context, others, priorities)
        self._recordings = Scheduler(self._context, (JobKind.RECORDING,), priorities)
        self._records = JobKind.RECORDING in kinds
        self._told_workers = workers
        self._wanted = min(max(workers or loaded.settings.workers.count, 1), MOST_SLOTS)
        self._slots: set[int] = set()
        self._slots_lock = threading.Lock()
        self._all_gone = threading.Event()
        self._all_gone.set()
        self._housekeeping = Housekeeping(
            self._context, loaded, fetch_due=fetch_due, on_settings=self._follow_settings
        )
        self.run_until = Completion(
            self._context,
            kinds=kinds,
            priorities=priorities,
            fetch_due=fetch_due,
            first_start=self.first_start,
            looking=lambda: self._housekeeping.looking,
        ).wait
        """Queue something, and wait for the end of that; see ``Completion.wait``."""
        self.interrupt = self._context.settle
        """Have :attr:`run_until` look at once whether it is interrupted; for a signal handler too."""

    @property
    def live_status(self) -> LiveStatus:
        """What every slot is doing."""
        return self._context.live_status

    @property
    def settings(self) -> Settings:
        """The settings in force: the last good ones of the configuration."""
        return self._context.settings

    @property
    def problem(self) -> str:
        """What is wrong with the configuration as it lies on disk now, in a sentence; empty if nothing is."""
        return self._housekeeping.problem

    @property
    def store_problem(self) -> str:
        """Why the database cannot be written now, which holds the queue; empty while it can."""
        return self._context.store_problem

    @property
    def workers(self) -> int:
        """How many slots are wanted."""
        return self._wanted

    def start(self) -> None:
        """Recover what a vanished holder left, take the channels from the configuration, open the slots."""
        db = self._context.db
        now = self._context.clock()
        recover(db, now)
        tidy_partials(db, self._context.settings.library.path)
        finish_left(db, self._context.settings.library.path, now)
        discard_all(self._context.places)
        self._housekeeping.take_channels(now)
        merge_twins(db, self._context.settings, now)
        hold_old_logins(self._context)
        due_after_upgrade(db, now)
        self._context.rate_limiter.start()
        reopen_or_keep_closed(self._context)
        self._housekeeping.start()
        self.set_workers(self._wanted)

    def wake(self) -> None:
        """Rows were changed in this process: look at them now."""
        self._housekeeping.tick()

    def set_workers(self, count: int) -> None:
        """Have ``count`` slots (1 to 16): more start at once, surplus ones end after their present job."""
        self._wanted = min(max(count, 1), MOST_SLOTS)
        with self._slots_lock:
            missing = [slot for slot in self._wanted_slots() if slot not in self._slots]
            self._slots.update(missing)
            if missing:
                self._all_gone.clear()
        for slot in missing:
            if slot < FIRST_LIVE_SLOT:
                self.live_status.put(SlotView(slot))
        # Only now that all are counted: each has its share of the bandwidth.
        for slot in missing:
            self._spawn_slot(slot)
        for view in self.live_status.snapshot(0.0).slots:
            wanted = self._is_wanted(view.slot)
            if not wanted and view.state is SlotState.RUNNING:
                self.live_status.update(view.slot, state=SlotState.STOPPING)
            elif wanted and view.state is SlotState.STOPPING:
                self.live_status.update(view.slot, state=SlotState.RUNNING)
        self._context.wake()

    def _follow_settings(self, before: Settings) -> None:
        """Have as many slots as the configuration says by now, where that was changed."""
        was, now = before.workers, self.settings.workers
        if was.count != now.count and self._told_workers is None:
            self.set_workers(now.count)
        elif was.live != now.live:
            self.set_workers(self._wanted)

    def run_slot(self, slot: int) -> None:
        """The body of a slot: run jobs until the slot is not wanted any more. Blocks; one thread a slot."""
        ran = False
        try:
            while self._is_wanted(slot):
                seen = self._context.changes
                handed = self._hand_out(slot)
                if handed.job is not None:
                    self._run_job(slot, handed.job)
                    ran = True
                    continue
                if ran:
                    self._context.settle()
                self._rest(slot, handed.verdict, seen)
                ran = False
        finally:
            self._leave(slot)

    def _hand_out(self, slot: int) -> Assignment:
        if not self._context.store_problem:
            try:
                scheduler = self._scheduler if slot < FIRST_LIVE_SLOT else self._recordings
                return scheduler.next_job(slot)
            except sqlite3.DatabaseError as error:
                self._context.store_failed(error)
        return Assignment(None, Eligibility(False, self._context.store_problem))

    def _run_job(self, slot: int, job: Job) -> None:
        try:
            self._housekeeping.watch_config()
            Runner(self._context, slot, job).run()
        except sqlite3.OperationalError as error:
            # What it said could not be written down, so it was ended: it goes on where it was.
            self._context.store_failed(error)
            self._context.persist(lambda: release_stopped(self._context, job, StopReason.SHUTDOWN))
        except Exception as error:
            # A mistake of the program costs this attempt, never the slot; the log has where it was made.
            LOG.exception("job %s met a mistake of the program", job.id)
            said = Evidence(message=f"ytui made a mistake: {error!r}")
            self._context.persist(lambda: handle_failure(self._context, job, Channel(url=""), said))
        self._housekeeping.job_ended(job)

    def stop(self, *, graceful: bool, timeout: float | None = None) -> bool:
        """End everything and wait: running jobs first come to their end, or are ended and queued again.

        Returns whether all slots are gone within ``timeout`` seconds (None: wait as long as it takes).
        """
        self._context.stopping = True
        if not graceful:
            self._context.ending_jobs = True
            for entry in self._context.running_jobs():
                self._context.stop_process(entry.job.id, StopReason.SHUTDOWN)
            self._context.rate_limiter.stop()
        else:
            # A broadcast may go on for days: what was received of it stays, and a successor goes on.
            for entry in self._context.running_jobs():
                if entry.job.kind is JobKind.RECORDING:
                    self._context.stop_process(entry.job.id, StopReason.SHUTDOWN)
        self._context.wake()
        gone = self._all_gone.wait(timeout) if graceful else self._all_end(timeout)
        self._context.rate_limiter.stop()
        self._context.solvers.stop()
        self._housekeeping.stop()
        return gone

    def _all_end(self, timeout: float | None) -> bool:
        """Wait for the slots whose jobs were ended; one may wait for a fork server that still loads."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = ENDING
        while not self._all_gone.wait(pause if timeout is None else min(pause, timeout)):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            # Each slot that waits in turn has a new one started.
            kill_server()
            pause = ENDING / 10
        return True

    def now(self) -> float:
        """Unix time, as this engine takes it."""
        return self._context.clock()

    def first_start(self) -> Eligibility:
        """Whether a queued job could start now; else the reason and the earliest time, if one is known."""
        verdicts = [self._scheduler.first_start()]
        if self._records and self._context.settings.workers.live:
            verdicts.append(self._recordings.first_start())
        return min(verdicts, key=lambda verdict: (not verdict.eligible, verdict.until or math.inf))

    def obstacle(self) -> Eligibility | None:
        """Why nothing that is queued and may run here can start, and until when; None where something can."""
        verdict = self._scheduler.first_queued()
        return None if verdict.eligible or verdict is NOTHING else verdict

    def preview(self, channel: Channel) -> Preview:
        """The newest entries of a channel that need not be there yet; blocks while they are listed."""
        return preview_under(self._context, channel)

    def extractor_of(self, url: str) -> str:
        """The extractor of yt-dlp that takes an address, told without a request; empty if none does."""
        return extractor_of(self._context.places, url, self._context.extractor_modules)

    def _is_wanted(self, slot: int) -> bool:
        return not self._context.stopping and slot in self._wanted_slots()

    def _wanted_slots(self) -> tuple[int, ...]:
        live = self._context.settings.workers.live if self._records else 0
        return (*range(1, self._wanted + 1), *range(FIRST_LIVE_SLOT, FIRST_LIVE_SLOT + live))

    def _rest(self, slot: int, verdict: Eligibility, seen: int) -> None:
        now = self._context.clock()
        state = SlotState.WAITING if verdict.until is not None else SlotState.IDLE
        if slot < FIRST_LIVE_SLOT:
            view = SlotView(slot, state, waiting_for=verdict.reason, waiting_until=verdict.until)
            self.live_status.put(view)
        else:
            # One that records nothing is none that is free for anything else.
            self.live_status.remove(slot)
        patience = IDLE_LOOK if verdict.until is None else min(max(verdict.until - now, 0.05), IDLE_LOOK)
        self._context.rest(seen, patience)

    def _leave(self, slot: int) -> None:
        self._context.store.close()
        with self._slots_lock:
            self._slots.discard(slot)
            self.live_status.remove(slot)
            if not self._slots:
                self._all_gone.set()
            wanted_again = self._is_wanted(slot)
        if wanted_again:
            self.set_workers(self._wanted)
