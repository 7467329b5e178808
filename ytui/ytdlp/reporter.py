"""Reporter, the job's end of the pipe: reports in order, progress if there is room, replies back."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import select
import threading
import time
from collections import deque
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler

from ytui.core.protocol import (
    ChallengeRequest,
    FeedRead,
    ListingPage,
    Permit,
    PieceRecorded,
    Planned,
    Progress,
    Reply,
    Report,
)

_PROGRESS_INTERVAL = 0.1
"""Seconds between two progress reports."""

_GONE = "the engine is gone"


class Reporter:
    """Sends reports from any thread of the job.

    A thread of its own writes to the pipe, so that a full pipe holds up neither the download nor its hooks;
    another reads the replies.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._queue: deque[bytes] = deque()
        self._progress: Progress | None = None
        self._next_progress = 0.0
        self._closing = False
        self._broken = False
        self._numbers = itertools.count(1)
        self._replies: dict[int, Reply] = {}
        self._asked: set[int] = set()
        self._writer = threading.Thread(target=self._write, name="reports", daemon=True)
        self._reader = threading.Thread(target=self._read, name="replies", daemon=True)
        self._writer.start()
        self._reader.start()

    def send(self, report: Report) -> None:
        """Queue a report that must arrive; raises here, in the caller, if it cannot be pickled."""
        data = bytes(ForkingPickler.dumps(report))
        with self._changed:
            self._queue.append(data)
            self._changed.notify_all()

    def progress(self, progress: Progress) -> None:
        """Offer a progress report; a newer one replaces it, and it waits while the pipe is full."""
        with self._changed:
            wake = self._progress is None
            self._progress = progress
            if wake:
                self._changed.notify_all()

    def ask(
        self, report: FeedRead | ListingPage | Planned | PieceRecorded | Permit | ChallengeRequest
    ) -> Reply:
        """Send ``report`` under a new number and wait for its reply; a refusal if the engine is gone."""
        number = next(self._numbers)
        data = bytes(ForkingPickler.dumps(dataclasses.replace(report, ask=number)))
        with self._changed:
            self._queue.append(data)
            self._asked.add(number)
            self._changed.notify_all()
            self._changed.wait_for(lambda: number in self._replies or self._broken)
            self._asked.discard(number)
            return self._replies.pop(number, Reply(number, go=False, reason=_GONE))

    def close(self, timeout: float = 10.0) -> bool:
        """Write what is queued; False if that did not succeed within ``timeout`` seconds."""
        with self._changed:
            self._closing = True
            self._progress = None
            self._changed.notify_all()
        self._writer.join(timeout)
        return not self._writer.is_alive() and not self._broken

    def _write(self) -> None:
        while True:
            data = self._next()
            if data is None:
                return
            try:
                self._connection.send_bytes(data)
            except (OSError, ValueError):
                self._break()
                return

    def _next(self) -> bytes | None:
        """The next message to write, waiting for one; None when there will be none."""
        with self._changed:
            while True:
                if self._broken:
                    return None
                if self._queue:
                    return self._queue.popleft()
                if self._closing:
                    return None
                wait = self._next_progress - time.monotonic() if self._progress else None
                if wait is not None and wait <= 0:
                    self._next_progress = time.monotonic() + _PROGRESS_INTERVAL
                    if self._has_room():
                        progress, self._progress = self._progress, None
                        return bytes(ForkingPickler.dumps(progress))
                    continue
                self._changed.wait(wait)

    def _has_room(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return bool(select.select([], [self._connection], [], 0)[1])
        return False

    def _read(self) -> None:
        while True:
            try:
                reply = self._connection.recv()
            except (OSError, EOFError):
                self._break()
                return
            with self._changed:
                if isinstance(reply, Reply) and reply.ask in self._asked:
                    self._replies[reply.ask] = reply
                    self._changed.notify_all()

    def _break(self) -> None:
        with self._changed:
            self._broken = True
            self._changed.notify_all()
