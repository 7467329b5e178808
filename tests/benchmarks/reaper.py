"""Runs a command and waits for everything that comes of it, orphans too, so that all their CPU is counted.

A job's process is a child of the fork server, not of ytui, and the fork server outlives ytui for a moment:
as the subreaper of the whole tree this process is given whoever loses its parent. Whatever a process waited
for itself is in its own account already. ``python -m tests.benchmarks.reaper RESULT COMMAND…``
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Write wall seconds until the command ended, CPU seconds of its whole tree, and its exit code."""
    result, command = Path(sys.argv[1]), sys.argv[2:]
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system has no subreapers")
    started = time.monotonic()
    child = subprocess.Popen(command)
    wall, cpu, code = 0.0, 0.0, 0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        if pid == child.pid:
            wall, code = time.monotonic() - started, os.waitstatus_to_exitcode(status)
    # Already reaped above: Popen must not wait for it again.
    child.returncode = code
    result.write_text(json.dumps({"wall": wall, "cpu": cpu, "code": code}))


if __name__ == "__main__":
    main()
