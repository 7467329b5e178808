"""Process setup of the fork server: no terminal, and behind the screen in the kernel's shares.

The fork server imports it before anything else, and nobody else may. Linux with autogroup shares the
processors between sessions first and by niceness within each: ten niced jobs, each in a session of its own,
would weigh as much as ten screens (sched(7), "The autogroup feature"). So they all stay in this one session,
which is niced as a whole.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ytui.ytdlp import NICENESS, parent_watch

__all__ = ["parent_watch"]

with contextlib.suppress(OSError):
    # It fails for a process that leads its group already: then it has no terminal either.
    os.setsid()
with contextlib.suppress(OSError):
    Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")
