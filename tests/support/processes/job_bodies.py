"""What job processes do in these tests, in place of a real download."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Connection

from ytui.core.protocol import Listed, Started
from ytui.core.tasks import Task

FOR_EVER = 3600


def _start(connection: Connection) -> None:
    os.setpgid(0, 0)
    connection.send(Started(os.getpid(), os.getpgrp()))


def lists(task: Task, connection: Connection) -> None:
    """Ends well."""
    _start(connection)
    connection.send(
        Listed(
            True,
            False,
            1,
            int("yt_dlp.extractor" in sys.modules and "ytui.ytdlp.warmup" in sys.modules),
            True,
        )
    )


def exits(task: Task, connection: Connection) -> None:
    """Ends with code 0 and without a word."""


def sleeps(task: Task, connection: Connection) -> None:
    """Never ends by itself, and has a child that never does."""
    _start(connection)
    subprocess.Popen(["sleep", str(FOR_EVER)])
    time.sleep(FOR_EVER)


def ignores_term(task: Task, connection: Connection) -> None:
    """Does not mind SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleeps(task, connection)


def sleeps_before_its_group(task: Task, connection: Connection) -> None:
    """Has no process group of its own yet."""
    time.sleep(FOR_EVER)


def leaves_a_child(task: Task, connection: Connection) -> None:
    """Ends well but leaves a process behind."""
    _start(connection)
    subprocess.Popen(["sleep", str(FOR_EVER)])
    connection.send(Listed(True, False, 1, 0, True))


def is_killed(task: Task, connection: Connection) -> None:
    """Dies of SIGKILL, as by the out-of-memory killer."""
    _start(connection)
    os.kill(os.getpid(), signal.SIGKILL)


def is_killed_with_an_answer_unread(task: Task, connection: Connection) -> None:
    """Dies of SIGKILL when it was answered, before it looked at the answer."""
    _start(connection)
    connection.poll(None)
    os.kill(os.getpid(), signal.SIGKILL)


def talks_nonsense(task: Task, connection: Connection) -> None:
    """Sends what is no pickle."""
    _start(connection)
    connection.send_bytes(b"\x80\x05not a pickle")
    time.sleep(FOR_EVER)
