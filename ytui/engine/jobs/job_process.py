"""Job process: started from the fork server, heard over a pipe, ended by its process group."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import cast

from ytui.core.protocol import Outcome, Reply, Report, Started
from ytui.core.tasks import Task
from ytui.engine.jobs.fork_server import CONTEXT, PROCESS_LOCK, real_stderr

TERM_PATIENCE = 0.12
"""Seconds between TERM and KILL; a partial is safe at any moment, so there is little to wait for."""

_NOBODY_KNOWS = 255
"""The exit code that multiprocessing makes up where the fork server is gone; a job's own are 0 and 1."""


def job_main(task: Task, connection: Connection) -> None:
    """What the process runs; imported here alone so that the engine's own process never loads yt-dlp."""
    from ytui.ytdlp.job_main import run

    run(task, connection)


def group_lives(group: int) -> bool:
    """Whether a process group has a member that is not a zombie (those count for nothing)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    processes = Path("/proc")
    if not processes.is_dir():
        return True
    return any(entry.name.isdigit() and _member(entry, group) for entry in processes.iterdir())


def _member(entry: Path, group: int) -> bool:
    try:
        state, _, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return False
    return int(its_group) == group and state not in "ZX"


@dataclass(frozen=True)
class Ended:
    """How a process went: its outcome if it gave one, else what became of it."""

    outcome: Outcome | None
    exit_code: int | None
    problem: str = ""
    """Why what it said could not be read, if so."""

    @property
    def server_gone(self) -> bool:
        """Whether the fork server was killed under it, so that nobody knows how it would have ended."""
        return self.exit_code == _NOBODY_KNOWS

    @property
    def signal(self) -> int | None:
        """The signal that ended it, if one did."""
        return -self.exit_code if self.exit_code is not None and self.exit_code < 0 else None


class JobProcess:
    """A process that runs one task. Built and read by one thread; ``cancel`` may come from any."""

    def __init__(self, task: Task, body: Callable[[Task, Connection], None] = job_main) -> None:
        """Start the process, which runs ``body``.

        Raises ``OSError`` where no process can be had, and ``EOFError`` too where the fork server was killed
        meanwhile.
        """
        self._connection, theirs = CONTEXT.Pipe(duplex=True)
        self._wake_read, self._wake_write = os.pipe()
        self._cancelled = threading.Event()
        self._wake_lock = threading.Lock()
        self._send_lock = threading.Lock()
        self.group: int | None = None
        self.outcome: Outcome | None = None
        self._problem = ""
        try:
            with PROCESS_LOCK, real_stderr():
                self._process = CONTEXT.Process(target=body, args=(task, theirs), daemon=True)
                self._process.start()
        except BaseException:
            self._close()
            raise
        finally:
            theirs.close()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    @property
    def cancelled(self) -> bool:
        """Whether this process was asked to end."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask that the process be ended now; returns at once."""
        self._cancelled.set()
        with self._wake_lock, contextlib.suppress(OSError):
            if self._wake_write >= 0:
                os.write(self._wake_write, b"x")

    def reply(self, reply: Reply) -> None:
        """Answer a report that waits, from any thread; a process that is gone by now does not need it."""
        with self._send_lock, contextlib.suppress(OSError):
            self._connection.send(reply)

    def reports(self) -> Generator[Report, None, None]:
        """Yield what the job says until it ends or is cancelled; then its process is gone."""
        try:
            while not self._cancelled.is_set():
                ready = wait([self._connection, self._process.sentinel, self._wake_read])
                if self._connection in ready:
                    report = self._receive()
                    if report is None:
                        return
                    yield report
                elif self._process.sentinel in ready:
                    return
        finally:
            self._end()

    def ended(self) -> Ended:
        """How it went; call it after ``reports`` is exhausted."""
        with PROCESS_LOCK:
            exit_code = self._process.exitcode
        return Ended(self.outcome, exit_code, self._problem)

    def _receive(self) -> Report | None:
        try:
            report = cast(Report, self._connection.recv())
        except (EOFError, ConnectionResetError):
            # A socket whose other end died with an answer unread is reset instead of ended.
            return None
        except (OSError, pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError) as error:
            # The connection is at an unknown place now; what the job did cannot be known any more.
            self._problem = f"its report could not be read: {error}"
            return None
        if isinstance(report, Started):
            self.group = report.group
        elif isinstance(report, Outcome):
            self.outcome = report
        return report

    def _end(self) -> None:
        """See to it that nothing of the process is left: TERM, a moment, KILL, and the rest of its group."""
        if self._cancelled.is_set() or self.outcome is None or not self._gone_within(2.0):
            self._signal(signal.SIGTERM)
            self._gone_within(TERM_PATIENCE)
        self._signal(signal.SIGKILL)
        while not self._gone_within(1.0):
            self._signal(signal.SIGKILL)
        self._drain()
        self._kill_rest()
        with PROCESS_LOCK:
            self._process.join()
        self._close()

    def _gone_within(self, seconds: float) -> bool:
        return bool(wait([self._process.sentinel], seconds))

    def _signal(self, number: signal.Signals) -> None:
        """Signal the group; before it leads one there is none yet and the process alone is meant."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            if not self._gone_within(0):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)

    def _drain(self) -> None:
        """Read what was already said: an outcome sent just before the end still counts."""
        if self._problem or self.outcome is not None:
            return
        with contextlib.suppress(OSError, EOFError):
            while self._connection.poll():
                if self._receive() is None:
                    return

    def _kill_rest(self) -> None:
        """End what the job left in its group (an ffmpeg), and wait until the kernel has none of it alive."""
        while group_lives(self.pid):
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
            time.sleep(0.002)

    def _close(self) -> None:
        with self._send_lock:
            self._connection.close()
        with self._wake_lock:
            os.close(self._wake_read)
            os.close(self._wake_write)
            self._wake_read = self._wake_write = -1
