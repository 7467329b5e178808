"""Terminal writer in a thread of its own: a slow line holds up frames, never the keys."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, Full, Queue
from typing import IO

PATIENCE = 0.25
"""Seconds that one write waits for a slow line; after that it is taken to stall, and frames are dropped."""
LAST_PATIENCE = 1.0
"""Seconds that the end waits until what was written is on the line."""
QUEUED_WRITES = 30


class Writer(threading.Thread):
    """Writes to the terminal; ``lost`` is called once if that fails, ``caught_up`` after frames were dropped.

    Both are called in this thread.
    """

    def __init__(self, file: IO[str], lost: Callable[[], None], caught_up: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="textual-output")
        self._file = file
        self._lost = lost
        self._caught_up = caught_up
        self._queue: Queue[str | None] = Queue(QUEUED_WRITES)
        self.broken = False
        self.stalled = False
        """Nothing was taken for a while: what is written is dropped until the queue is empty again."""

    @property
    def backlog(self) -> float:
        """How full the queue is, 0 to 1."""
        return self._queue.qsize() / QUEUED_WRITES

    def write(self, text: str) -> None:
        """Queue text; waits a moment for a slow line, drops it for one that stalls or is lost."""
        if self.broken or (self.stalled and not self._queue.empty()):
            return
        try:
            self._queue.put(text, timeout=PATIENCE)
        except Full:
            self.stalled = True

    def isatty(self) -> bool:
        """Pretend to be a terminal, as Textual's own writer does."""
        return True

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._file.fileno()

    def flush(self) -> None:
        """Nothing to do: the thread flushes when it has nothing left to write."""

    def run(self) -> None:
        """Write until told to stop, or until the terminal is gone."""
        try:
            while (text := self._queue.get()) is not None:
                self._file.write(text)
                if self._queue.empty():
                    self._file.flush()
                    if self.stalled:
                        self.stalled = False
                        self._caught_up()
            self._file.flush()
        except (OSError, ValueError):
            self.broken = True
            self._lost()
            self._drain()

    def _drain(self) -> None:
        while True:
            try:
                self._queue.get_nowait()
            except Empty:
                return

    def stop(self) -> None:
        """Write what is queued and end; a writer that is stuck on its line is left behind."""
        if not self.is_alive() or self.broken:
            return
        try:
            self._queue.put(None, timeout=LAST_PATIENCE)
        except Full:
            self.stalled = True
            return
        self.join(timeout=LAST_PATIENCE)
        self.stalled = self.is_alive()
