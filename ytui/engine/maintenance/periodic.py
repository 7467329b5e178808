"""Periodic maintenance of the holder: notifications, retention, missing files, old logs."""

from __future__ import annotations

import logging
import sqlite3

from ytui.core.local_time import is_over
from ytui.core.wait_reasons import ROOM
from ytui.engine.context import EngineContext
from ytui.engine.maintenance import (
    keep_changes,
    log_rotation,
    missing_files,
    replaced_files,
    retention_sweep,
    trash,
)
from ytui.engine.maintenance.digest_notifier import Notifier
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import jobs, key_values
from ytui.store.library_marker import check_library
from ytui.store.search import cjk_index

LOG = logging.getLogger(__name__)
RETENTION_EVERY = 600.0
TIDYING_EVERY = 6 * 3600.0
PURGE_EVERY = 3600.0
ROOM_EVERY = 30.0
"""Seconds between deletions for the sake of room: some file systems free it only later."""
AT_ONCE = 100
"""Entries of the trash whose files are moved at one go, so that no look of the holder takes long."""
PIECES = 20
"""Pieces of an index that are filled at one go: a few milliseconds each."""
AGAIN_EVERY = 10.0
"""Seconds between looks at what is lower than offered."""
FILES_EVERY = 86_400.0
"""Seconds from the end of one look at every file to the beginning of the next."""


class PeriodicMaintenance:
    """Called from the housekeeping's thread; each call does one small piece of each."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._notifier = Notifier(context)
        self._retention_at = self._tidying_at = float("-inf")
        self._purged_at = self._again_at = self._room_at = float("-inf")
        self._after_id = 0
        self._failed = ""

    def tick(self, now: float) -> None:
        """Do what is due. What cannot be written for now is tried again, and told once."""
        try:
            self._notifier.tick(now)
            self._logs(now)
            self._fill_index()
            if not self._context.library_problem:
                self._library(now)
            self._failed = ""
        except OSError as error:
            if str(error) != self._failed:
                self._failed = str(error)
                LOG.exception("upkeep could not go on; it tries again")

    def make_room(self, free: int, total: int, now: float) -> bool:
        """Delete of the trash what the reserve, or a job that waits, needs the room of; whether any went.

        What is freed may show only after a while: what more is needed goes then.
        """
        context = self._context
        waiting = jobs.room_wanted(context.db)
        wanted = context.settings.library.reserve_bytes(total) + 1 + 2 * (waiting or 0) - free
        pressed = free <= context.settings.library.reserve_bytes(total) or waiting is not None
        if (
            not pressed
            or wanted <= 0
            or context.library_problem
            or not is_over(ROOM_EVERY, self._room_at, now)
        ):
            return False
        self._room_at = now
        if not trash.make_room(context.db, context.settings.library.path, context.settings, wanted, now):
            return False
        jobs.wake(context.db, ROOM)
        context.wake()
        return True

    def leave(self, now: float) -> None:
        """Tell what came since the last message, and take out what was replaced: the next holder may be long.

        The last job of a run ends it, and it may have been the one that replaced something.
        """
        try:
            self._notifier.tick(now)
            db, library = self._context.db, self._context.settings.library.path
            if not check_library(db, library).reason:
                replaced_files.put_aside(db, library, now)
                trash.settle(db, library, self._context.settings, now)
        except (OSError, sqlite3.OperationalError):
            LOG.exception("what was left to tell or to take out could not be; the next holder does it")

    def _logs(self, now: float) -> None:
        context = self._context
        log_rotation.write_daily(context.db, context.places)
        if is_over(TIDYING_EVERY, self._tidying_at, now):
            self._tidying_at = now
            if not log_rotation.rotate_logs(context.db, context.places, now):
                self._tidying_at = float("-inf")

    def _fill_index(self) -> None:
        """Go on with the index of a library that is older than it."""
        for _ in range(PIECES):
            if not cjk_index.fill_some(self._context.db):
                return

    def _library(self, now: float) -> None:
        context = self._context
        db, library = context.db, context.settings.library.path
        replaced_files.put_aside(db, library, now)
        if is_over(RETENTION_EVERY, self._retention_at, now):
            self._retention_at = now
            keep_changes.look_at_rules(db, context.settings, now)
            retention_sweep.let_go(db, library, retention_sweep.overdue(db, context.settings, now), now)
        trash.settle(db, library, context.settings, now, AT_ONCE)
        if is_over(PURGE_EVERY, self._purged_at, now):
            self._purged_at = now
            trash.purge_old(db, library, context.settings, now)
        if is_over(AGAIN_EVERY, self._again_at, now):
            self._again_at = now
            if queue_upgrades(db, context.settings, now):
                context.wake()
        last = key_values.get(db, key_values.FILES_LOOKED_AT)
        if self._after_id or last is None or is_over(FILES_EVERY, float(last), now):
            self._after_id = missing_files.look_for_missing(db, library, self._after_id, now) or 0
            if not self._after_id:
                key_values.put(db, key_values.FILES_LOOKED_AT, str(now))
