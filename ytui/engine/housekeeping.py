"""Housekeeping beside the slots: other processes' rows, due work, live status, edited configuration."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence

from ytui import config
from ytui.config import ConfigError, Loaded
from ytui.core.local_time import is_over
from ytui.core.settings import Settings
from ytui.core.wait_reasons import ROOM, THE_QUEUE
from ytui.engine.channels.removal import asked_about, decide, remember_files
from ytui.engine.commands.channel_commands import sync_channels
from ytui.engine.commands.queue_commands import fetch_channels
from ytui.engine.context import EngineContext, StopReason
from ytui.engine.holds.breakers import HoldWatch
from ytui.engine.live_status import READ_AGAIN, QueueView, SlotView
from ytui.engine.maintenance.periodic import PeriodicMaintenance
from ytui.engine.queue_progress import QueueProgress
from ytui.store import channels, jobs, journal, key_values
from ytui.store import process_state as board_store
from ytui.store.channel_removals import missing
from ytui.store.database import data_version
from ytui.store.rows import BoardRow, Channel, Job

LOG = logging.getLogger(__name__)
DISK_FULL = "the disk is full up to the reserve"
ROOM_GROWN = 1.02
"""How many times the free space must have grown to be worth another look at what waits for it."""
LOOK, IDLE_LOOK = 0.25, 0.5
"""Seconds between looks at what other processes wrote, while jobs run and while none does."""
BOARD_EVERY = 1.0
SLOW_EVERY = 2.0


class Housekeeping:
    """One thread beside the slots, with its own connection."""

    def __init__(
        self,
        context: EngineContext,
        loaded: Loaded,
        *,
        fetch_due: bool,
        on_settings: Callable[[Settings], None] = lambda before: None,
    ) -> None:
        """``on_settings`` is given the settings until now, when the configuration has brought others."""
        self.problem = ""
        self._context = context
        self._loaded = loaded
        self._config_lock = threading.Lock()
        self._missing: set[int] = set()
        """The channels that the configuration lists no more, and that are subscribed to still."""
        self._stay = ""
        """Why they are, in words; empty while it is only waited for the files to be steady."""
        self._fetch_due = fetch_due
        self._on_settings = on_settings
        self._stop = threading.Event()
        self._poke = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ytui-housekeeping", daemon=True)
        self._maintenance = PeriodicMaintenance(context)
        self._holds = HoldWatch(context)
        self._version = -1
        self._mistaken = False
        self._board_at = self._slow_at = float("-inf")
        self._full = False
        self._least_free = 0
        self._written: tuple[SlotView, ...] | None = None
        self._progress = QueueProgress(context)

    def start(self) -> None:
        """Start the thread, after a first look so that no job starts before the library was checked."""
        self._slow_look(self._context.clock())
        self._thread.start()

    def stop(self) -> None:
        """End the thread, tell what is still to be told, and clear the board that others read."""
        self._stop.set()
        self._poke.set()
        if self._thread.is_alive():
            self._thread.join()
        self._holds.stop()
        self._maintenance.leave(self._context.clock())
        with contextlib.suppress(sqlite3.OperationalError):
            self._progress.save()
            board_store.write_board(self._context.db, [], self._context.clock())

    def tick(self) -> None:
        """Look at the store now."""
        self._poke.set()

    @property
    def looking(self) -> bool:
        """Whether what holds jobs is being looked at right now, which may let them go on."""
        return self._holds.looking

    def job_ended(self, job: Job) -> None:
        """Count a job that ended, for the progress of the whole queue."""
        self._progress.job_ended(job)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._once()
                except sqlite3.OperationalError as error:
                    # A locked or full database is temporary; the next look finds what this one missed.
                    self._context.store_failed(error)
                    with contextlib.suppress(sqlite3.OperationalError):
                        self._show_queue()
                except Exception:
                    # A mistake of the program costs one look: without this thread nothing would go on.
                    if not self._mistaken:
                        LOG.exception("housekeeping met a mistake of the program; it goes on")
                    self._mistaken = True
                self._poke.wait(LOOK if self._context.running_jobs() else IDLE_LOOK)
                self._poke.clear()
        finally:
            self._context.store.close()

    def _once(self) -> None:
        db = self._context.db
        now = self._context.clock()
        if self._context.store_problem:
            key_values.put(db, key_values.WRITE_TRIED, str(now))
            self._context.store_works()
        version = data_version(db)
        promoted = jobs.promote_due(db, now)
        if version != self._version or promoted:
            self._version = version
            for job in jobs.cancel_requests(db):
                self._context.stop_process(job, StopReason.CANCEL)
            self._context.wake()
        if is_over(SLOW_EVERY, self._slow_at, now):
            self._slow_look(now)
        if is_over(BOARD_EVERY, self._board_at, now):
            self._board_at = now
            self._show_queue()
            self._write_board(now)
            self._progress.save()
            self._context.rate_limiter.save(db)

    def _slow_look(self, now: float) -> None:
        db = self._context.db
        self._slow_at = now
        self._context.look_at_library()
        self.watch_config()
        if self._missing or asked_about(db):
            self._look_at_missing(now)
        paused = key_values.is_paused(db)
        fetches = self._fetch_due and not paused
        if fetches and fetch_channels(db, self._context.settings, None, now, asked=False, due_only=True):
            self._context.wake()
        self._watch_disk(now)
        self._holds.tick()
        self._maintenance.tick(now)

    def _watch_disk(self, now: float) -> None:
        """Keep the reserve free: what transfers is ended with its partial, and goes on when there is room."""
        context = self._context
        space = context.free_and_total()
        if space is not None and self._maintenance.make_room(*space, now):
            space = context.free_and_total()
        full = space is not None and space[0] <= context.settings.library.reserve_bytes(space[1])
        if full:
            for entry in context.running_jobs():
                if entry.transferring:
                    context.stop_process(entry.job.id, StopReason.NO_ROOM)
        if full != self._full:
            self._full = full
            # However little there is above the reserve: what is live does not wait.
            self._least_free = 0
            words = f"{DISK_FULL}: the queue is held" if full else "there is room again"
            journal.write(context.db, at=now, level="warning", type="runtime", message=words)
        if space is not None:
            self._notice_room(space[0], full)

    def _notice_room(self, free: int, full: bool) -> None:
        """Let what waits for room look again as soon as there is noticeably more of it."""
        if not full and free > self._least_free * ROOM_GROWN:
            self._least_free = free
            for wait in (ROOM, THE_QUEUE):
                jobs.wake(self._context.db, wait)
            self._context.wake()
        self._least_free = min(self._least_free, free)

    def watch_config(self) -> None:
        """Take the configuration as it is now; from any thread. Asked before every job, so it must be cheap.

        A channel's row may be there before a regular look finds what the file says of it.
        """
        with self._config_lock:
            self._read_config(self._context.clock())

    def _read_config(self, now: float) -> None:
        if not config.changed(self._loaded):
            # The files of the last good settings are back as they were.
            self._mended(now)
            return
        path = self._context.places.config_file
        try:
            loaded = config.load(path)
        except (ConfigError, OSError) as error:
            if str(error) != self.problem:
                self.problem = str(error)
                journal.write(
                    self._context.db,
                    at=now,
                    level="error",
                    type="runtime",
                    message=f"{error}; the last good settings stay",
                )
            return
        before, self._loaded = self._loaded, loaded
        self._mended(now)
        if loaded.settings != before.settings or self._missing:
            was = self._context.settings
            self.take_channels(now, was)
            self._on_settings(was)
            self._context.wake()

    def take_channels(self, now: float, before: Settings | None = None) -> None:
        """Make the channels those of the configuration, but for those that may not go without a question."""
        db, context, loaded = self._context.db, self._context, self._loaded
        told, self._stay, self._missing = self._stay, "", set()

        def goes(gone: Sequence[Channel]) -> Sequence[Channel]:
            stay = decide(db, loaded, gone, now)
            if stay is None:
                return gone
            self._stay, self._missing = stay.words, {row.id for row in gone}
            return ()

        context.settings = sync_channels(db, loaded.settings, now, before, goes=goes, by_hand=True)
        if not self._missing:
            remember_files(db, loaded)
        if self._stay and self._stay != told:
            journal.write(db, at=now, level="warning", type="runtime", message=self._stay)

    def _look_at_missing(self, now: float) -> None:
        """Let channels go that were to wait for steady files, and know which were removed meanwhile."""
        with self._config_lock:
            there = {row.id for row in channels.subscribed(self._context.db)}
            if not self._stay or not self._missing <= there:
                self.take_channels(now, self._context.settings)
                self._context.wake()

    def _mended(self, now: float) -> None:
        """Say that the configuration is in force again, if there was a mistake in it."""
        if self.problem:
            self.problem = ""
            journal.write(self._context.db, at=now, level="info", type="runtime", message=READ_AGAIN)

    def _show_queue(self) -> None:
        context = self._context
        space = context.free_and_total()
        slots = context.live_status.snapshot(0.0).slots
        idle = bool(slots) and all(view.job is None and view.waiting_for for view in slots)
        unknown = any(view.waiting_until is None for view in slots) or context.connectivity.down_since
        figures = self._progress.look(context.clock(), standing=bool(idle and unknown))
        context.live_status.set_queue(
            QueueView(
                paused=key_values.is_paused(context.db),
                mistake=f"{self.problem}; the last good settings stay" if self.problem else self._stay,
                held=context.store_problem or context.library_problem or (DISK_FULL if self._full else ""),
                free_bytes=space[0] if space else None,
                missing=tuple(sorted(missing(context.db).paused)) if self._missing else (),
                **vars(figures),
            )
        )

    def _write_board(self, now: float) -> None:
        slots = self._context.live_status.snapshot(now).slots
        if slots == self._written:
            return
        self._written = slots
        board_store.write_board(self._context.db, [_row(view, now) for view in slots], now)


def _row(view: SlotView, now: float) -> BoardRow:
    return BoardRow(
        slot=view.slot,
        pid=view.pid,
        job_id=view.job,
        stage=view.stage.value if view.stage else None,
        percent=None if view.fraction is None else round(view.fraction * 100, 1),
        speed=view.speed,
        eta=view.eta,
        done_bytes=view.done_bytes,
        total_bytes=view.total_bytes,
        waiting_for=view.waiting_for,
        detail=view.detail,
        title=view.title,
        attempt=view.attempt,
        since=view.since,
        updated_at=now,
    )
