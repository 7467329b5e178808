"""The fork server: a warm process that jobs are forked from, and the one lock around starting and reaping.

``Process.start()`` and every read of ``exitcode`` poll all children of this process; two threads doing so at
once steal each other's status, so both happen under :data:`PROCESS_LOCK`. A start of the server or of the
resource tracker passes ``sys.stderr`` on to the new process, and Textual's has no descriptor: for that moment
the real one is put in place.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.context import ForkServerContext

from ytui.ytdlp import WARM_ARGS

PROCESS_LOCK = threading.RLock()
"""Held around every ``start()`` and every read of ``exitcode`` or ``is_alive``."""

CONTEXT: ForkServerContext = get_context("forkserver")
PRELOAD = ["ytui.ytdlp.process_setup", "ytui.ytdlp.warmup", "ytui.engine.jobs.job_process"]


def start_server(args: Sequence[str] = ()) -> None:
    """Start the fork server and the resource tracker, unless they run already.

    ``args`` are the options of yt-dlp that most jobs will have; the server parses them beforehand. A server
    that is started again later does without.
    """
    with PROCESS_LOCK, real_stderr(), _environment(WARM_ARGS, json.dumps(list(args))):
        CONTEXT.set_forkserver_preload(PRELOAD)
        resource_tracker.ensure_running()
        forkserver.ensure_running()


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Set a variable for the processes that are started meanwhile."""
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


@contextlib.contextmanager
def real_stderr() -> Iterator[None]:
    """Put a ``sys.stderr`` with a descriptor in place for as long as a server may have to be started."""
    shown = sys.stderr
    if _descriptor(shown) >= 0 or _both_alive():
        yield
        return
    original = sys.__stderr__
    sys.stderr = original if _descriptor(original) >= 0 else None
    try:
        yield
    finally:
        sys.stderr = shown


def _descriptor(stream: object) -> int:
    try:
        return int(stream.fileno())  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError, io.UnsupportedOperation):
        return -1


def _both_alive() -> bool:
    """Whether server and tracker live, asked without reaping them: that is for multiprocessing to do."""
    tracker = getattr(resource_tracker._resource_tracker, "_pid", None)
    return all(pid is not None and _lives(pid) for pid in (_server(), tracker))


def _server() -> int | None:
    return getattr(forkserver._forkserver, "_forkserver_pid", None)


def _lives(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def stop_server() -> None:
    """End the fork server, which holds the modules that it was started with; no job may be running."""
    with PROCESS_LOCK:
        forkserver._forkserver._stop()  # type: ignore[attr-defined]


def kill_server() -> None:
    """End the fork server although jobs may wait for it: their start raises ``EOFError`` then.

    For a server that has not loaded all of it yet, which takes many seconds on a busy machine. Whoever waits
    has :data:`PROCESS_LOCK`, so this goes without; the next start has another server.
    """
    pid = _server()
    if pid is not None and _lives(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
