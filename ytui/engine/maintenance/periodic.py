"""Periodic maintenance of the holder: notifications, retention, missing files, old logs."""

from __future__ import annotations

import logging
import sqlite3

from ytui.core.local_time import is_over
from ytui.engine.context import EngineContext
from ytui.engine.maintenance import log_rotation, missing_files, retention_sweep
from ytui.engine.maintenance.digest_notifier import Notifier
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import key_values
from ytui.store.library_marker import check_library

LOG = logging.getLogger(__name__)
RETENTION_EVERY = 600.0
TIDYING_EVERY = 6 * 3600.0
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
        self._replaced_at = self._again_at = float("-inf")
        self._after_id = 0
        self._failed = ""

    def tick(self, now: float) -> None:
        """Do what is due. What cannot be written for now is tried again, and told once."""
        try:
            self._notifier.tick(now)
            self._logs(now)
            if not self._context.library_problem:
                self._library(now)
            self._failed = ""
        except OSError as error:
            if str(error) != self._failed:
                self._failed = str(error)
                LOG.exception("upkeep could not go on; it tries again")

    def leave(self, now: float) -> None:
        """Tell what came since the last message, and take out what was replaced: the next holder may be long.

        The last job of a run ends it, and it may have been the one that replaced something.
        """
        try:
            self._notifier.tick(now)
            db, library = self._context.db, self._context.settings.library.path
            if not check_library(db, library).reason:
                retention_sweep.delete_removed(db, library, now)
        except (OSError, sqlite3.OperationalError):
            LOG.exception("what was left to tell or to take out could not be; the next holder does it")

    def _logs(self, now: float) -> None:
        context = self._context
        log_rotation.write_daily(context.db, context.places)
        if is_over(TIDYING_EVERY, self._tidying_at, now):
            self._tidying_at = now
            if not log_rotation.rotate_logs(context.db, context.places, now):
                self._tidying_at = float("-inf")

    def _library(self, now: float) -> None:
        context = self._context
        db, library = context.db, context.settings.library.path
        retention_sweep.delete_removed(db, library, now)
        if is_over(RETENTION_EVERY, self._retention_at, now):
            self._retention_at = now
            retention_sweep.mark_removed(db, retention_sweep.overdue(db, context.settings, now), now)
        if is_over(TIDYING_EVERY, self._replaced_at, now):
            self._replaced_at = now
            retention_sweep.delete_replaced(library, now)
        if is_over(AGAIN_EVERY, self._again_at, now):
            self._again_at = now
            if queue_upgrades(db, context.settings, now):
                context.wake()
        last = key_values.get(db, key_values.FILES_LOOKED_AT)
        if self._after_id or last is None or is_over(FILES_EVERY, float(last), now):
            self._after_id = missing_files.look_for_missing(db, library, self._after_id, now) or 0
            if not self._after_id:
                key_values.put(db, key_values.FILES_LOOKED_AT, str(now))
