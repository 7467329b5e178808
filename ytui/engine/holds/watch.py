"""The thread that looks at the causes in force: a look may start a program, housekeeping must not wait."""

from __future__ import annotations

import logging
import sqlite3
import threading

from ytui.engine.context import Context
from ytui.engine.holds import holding
from ytui.store import holds

LOG = logging.getLogger(__name__)
PATIENCE = 2.0
"""Seconds that the end of the engine waits for a look; the next start looks again."""


class HoldWatch:
    """Looks when told to, one look at a time, each in a thread of its own; asked by one thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._thread: threading.Thread | None = None

    @property
    def looking(self) -> bool:
        """Whether a look is under way, which may let something go on."""
        return self._thread is not None and self._thread.is_alive()

    def look(self) -> None:
        """Look at what holds, if anything does and no look is under way; returns at once."""
        if self.looking or not holds.any_left(self._context.db):
            return
        self._thread = threading.Thread(target=self._run, name="ytui-holds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for a look that is under way, not for long."""
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            holding.look(self._context)
        except sqlite3.OperationalError as error:
            self._context.store_failed(error)
        except sqlite3.Error:
            # The engine ended meanwhile and took the connection along.
            if not self._context.stopping:
                LOG.exception("the causes of holds could not be looked at")
        finally:
            self._context.store.close()
